"""What each event books, and which events book nothing at all."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.contracts import SESSION_CANCELLED, SESSION_COMPLETED, SESSION_NO_SHOW
from reputation_service.ledger.errors import MalformedEvent
from reputation_service.ledger.rules import MAX_POINTS, Entry, Kind, entries_of

ANN, BEN, SESSION, EVENT = uuid4(), uuid4(), uuid4(), uuid4()
THEN = datetime(2026, 11, 21, 10, tzinfo=UTC)


def entries(event_type: str, data: dict[str, Any]) -> list[Entry]:
    return entries_of(event_type, data, event_id=EVENT, occurred_at=THEN)


def participant(user_id: UUID = ANN, points: Any = 10) -> dict[str, Any]:
    return {"user_id": str(user_id), "challenge_id": str(uuid4()), "points": points}


def completion(**changes: Any) -> dict[str, Any]:
    return {"session_id": str(SESSION), "match_id": str(uuid4()), "participants": [participant()], **changes}


def absence(**changes: Any) -> dict[str, Any]:
    data = {"session_id": str(SESSION), "reported_by": None, "user_ids": [str(ANN), str(BEN)]}
    return {**data, "absent": [{"user_id": str(ANN), "points": 10}], **changes}


def test_a_completion_gives_each_participant_the_own_points() -> None:
    data = completion(participants=[participant(ANN, 10), participant(BEN, 25)])
    assert entries(SESSION_COMPLETED, data) == [
        Entry(ANN, SESSION, Kind.COMPLETION, 10, 1, 0, EVENT, THEN),
        Entry(BEN, SESSION, Kind.COMPLETION, 25, 1, 0, EVENT, THEN),
    ]


def test_a_no_show_takes_the_points_of_the_absent_alone() -> None:
    assert entries(SESSION_NO_SHOW, absence()) == [Entry(ANN, SESSION, Kind.NO_SHOW, -10, 0, 1, EVENT, THEN)]


def test_both_may_be_absent() -> None:
    data = absence(absent=[{"user_id": str(ANN), "points": 10}, {"user_id": str(BEN), "points": 0}])
    assert [(entry.user_id, entry.points) for entry in entries(SESSION_NO_SHOW, data)] == [
        (ANN, -10),
        (BEN, 0),
    ]


def test_nobody_may_be_absent() -> None:
    assert entries(SESSION_NO_SHOW, absence(absent=[])) == []


@pytest.mark.parametrize("points", [0, MAX_POINTS])
def test_points_at_the_bounds(points: int) -> None:
    (entry,) = entries(SESSION_COMPLETED, completion(participants=[participant(points=points)]))
    assert entry.points == points


@pytest.mark.parametrize("points", [-1, MAX_POINTS + 1, 1.5, 10.0, "10", True, None])
@pytest.mark.parametrize(("event_type", "make", "member"), [
    (SESSION_COMPLETED, completion, "participants"),
    (SESSION_NO_SHOW, absence, "absent"),
])  # fmt: skip
def test_points_that_are_none(event_type: str, make: Any, member: str, points: Any) -> None:
    with pytest.raises(MalformedEvent, match="points"):
        entries(event_type, make(**{member: [participant(points=points)]}))


@pytest.mark.parametrize(
    ("event_type", "data", "complaint"),
    [
        (SESSION_COMPLETED, {}, "session_id"),
        (SESSION_COMPLETED, completion(session_id=None), "session_id"),
        (SESSION_COMPLETED, completion(session_id=7), "session_id"),
        (SESSION_COMPLETED, completion(session_id="no-uuid"), "session_id"),
        (SESSION_COMPLETED, completion(participants=None), "participants is no list"),
        (SESSION_COMPLETED, completion(participants={"user_id": str(ANN)}), "participants is no list"),
        (SESSION_COMPLETED, completion(participants=[]), "participants is empty"),
        (SESSION_COMPLETED, completion(participants=[str(ANN)]), "no object"),
        (SESSION_COMPLETED, completion(participants=[{"points": 10}]), "user_id"),
        (SESSION_COMPLETED, completion(participants=[participant(), participant()]), "twice"),
        (SESSION_NO_SHOW, absence(session_id=""), "session_id"),
        (SESSION_NO_SHOW, absence(absent=None), "absent is no list"),
        (SESSION_NO_SHOW, absence(absent=[{"user_id": str(ANN)}]), "points"),
        (SESSION_NO_SHOW, absence(absent=[{"user_id": str(ANN), "points": 1}] * 2), "twice"),
        (SESSION_CANCELLED, completion(), "cancelled"),
        ("tandem.session.completed.v2", completion(), "completed.v2"),
    ],
)
def test_an_event_that_does_not_say_what_its_type_promises(
    event_type: str, data: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(MalformedEvent, match=complaint):
        entries(event_type, data)
