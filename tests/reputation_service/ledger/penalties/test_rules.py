"""Which entry is due, out of what is known of a no-show and what is booked of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from kit.contracts import APPEAL_DECIDED, NO_SHOW_APPEALED, SESSION_NO_SHOW
from reputation_service.ledger.errors import MalformedEvent
from reputation_service.ledger.penalties.rules import Facts, Penalty, due, facts_of, merged
from reputation_service.ledger.rules import Kind

ANN, SESSION = uuid4(), uuid4()
MISSED, APPEAL, DECISION = uuid4(), uuid4(), uuid4()
MISSED_AT, APPEALED_AT, DECIDED_AT = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3))

MISSING: dict[str, Any] = {"points": 10, "event_id": MISSED, "occurred_at": MISSED_AT}
APPEALED: dict[str, Any] = {"appeal_event_id": APPEAL, "appealed_at": APPEALED_AT}
UPHELD: dict[str, Any] = {"decision_event_id": DECISION, "decided_at": DECIDED_AT, "upheld": True}
REJECTED = UPHELD | {"upheld": False}

NO_SHOW = (Kind.NO_SHOW, -10, 1, MISSED, MISSED_AT)
SUSPENDED = (Kind.SUSPENSION, 10, -1, APPEAL, APPEALED_AT)
LIFTED = (Kind.SUSPENSION, 10, -1, DECISION, DECIDED_AT)
REINSTATED = (Kind.REINSTATEMENT, -10, 1, DECISION, MISSED_AT)

BOOKED = (Kind.NO_SHOW,)
RESTING = (Kind.NO_SHOW, Kind.SUSPENSION)
STANDS_AGAIN = (*RESTING, Kind.REINSTATEMENT)


@pytest.mark.parametrize(
    ("facts", "booked", "expected"),
    [
        (MISSING, (), NO_SHOW),
        (MISSING, BOOKED, None),
        (APPEALED, (), None),
        (UPHELD, (), None),
        (REJECTED, (), None),
        (APPEALED | REJECTED, (), None),
        (MISSING | APPEALED, (), None),
        (MISSING | APPEALED, BOOKED, SUSPENDED),
        (MISSING | APPEALED, RESTING, None),
        (MISSING | UPHELD, (), None),
        (MISSING | UPHELD, BOOKED, LIFTED),
        (MISSING | APPEALED | UPHELD, BOOKED, SUSPENDED),
        (MISSING | APPEALED | UPHELD, RESTING, None),
        (MISSING | REJECTED, (), NO_SHOW),
        (MISSING | REJECTED, BOOKED, None),
        (MISSING | APPEALED | REJECTED, (), NO_SHOW),
        (MISSING | APPEALED | REJECTED, BOOKED, None),
        (MISSING | APPEALED | REJECTED, RESTING, REINSTATED),
        (MISSING | APPEALED | REJECTED, STANDS_AGAIN, None),
    ],
)
def test_the_entry_that_is_due(facts: dict[str, Any], booked: tuple[Kind, ...], expected: Any) -> None:
    standing = len(booked) % 2
    penalty = Penalty(
        Facts(SESSION, ANN, **facts), frozenset(booked), standing, 10 if booked else None, False
    )
    entry = due(penalty)
    if expected is None:
        assert entry is None
    else:
        assert entry is not None
        assert (entry.user_id, entry.session_id, entry.completed_sessions) == (ANN, SESSION, 0)
        assert (entry.kind, entry.points, entry.no_shows, entry.event_id, entry.occurred_at) == expected


@pytest.mark.parametrize("booked", [(), BOOKED, RESTING, STANDS_AGAIN])
@pytest.mark.parametrize("facts", [MISSING, MISSING | APPEALED, MISSING | APPEALED | REJECTED])
def test_nothing_is_due_for_a_session_that_was_taken_back(
    facts: dict[str, Any], booked: tuple[Kind, ...]
) -> None:
    kinds = frozenset({*booked, Kind.REVERSAL})
    assert due(Penalty(Facts(SESSION, ANN, **facts), kinds, 0, 10 if booked else None, True)) is None


def test_what_is_booked_is_taken_back_whatever_the_event_says_now() -> None:
    entry = due(Penalty(Facts(SESSION, ANN, **MISSING | APPEALED), frozenset(BOOKED), 1, 25, False))
    assert entry is not None
    assert entry.points == 25


def test_a_no_show_of_an_older_version_is_known_by_its_entry() -> None:
    entry = due(Penalty(Facts(SESSION, ANN, **APPEALED), frozenset(BOOKED), 1, 25, False))
    assert entry is not None
    assert (entry.kind, entry.points) == (Kind.SUSPENSION, 25)
    again = due(Penalty(Facts(SESSION, ANN, **APPEALED | REJECTED), frozenset(RESTING), 0, 25, False))
    assert again is not None
    assert (again.kind, again.points, again.occurred_at) == (Kind.REINSTATEMENT, -25, DECIDED_AT)


def test_facts_of_one_no_show_come_together_and_the_first_stays() -> None:
    ben = uuid4()
    together = merged([
        Facts(SESSION, ANN, **APPEALED),
        Facts(SESSION, ben, **MISSING),
        Facts(SESSION, ANN, **MISSING),
        Facts(SESSION, ANN, **{**APPEALED, "appeal_event_id": uuid4()}),
    ])  # fmt: skip
    assert together == [Facts(SESSION, ANN, **MISSING | APPEALED), Facts(SESSION, ben, **MISSING)]


def said(**changes: Any) -> dict[str, Any]:
    return {"session_id": str(SESSION), "user_id": str(ANN), "upheld": True, "points": 10, **changes}


@pytest.mark.parametrize(
    ("event_type", "facts"),
    [
        (NO_SHOW_APPEALED, Facts(SESSION, ANN, appeal_event_id=APPEAL, appealed_at=APPEALED_AT)),
        (
            APPEAL_DECIDED,
            Facts(SESSION, ANN, decision_event_id=APPEAL, decided_at=APPEALED_AT, upheld=True),
        ),
    ],
)
def test_what_events_say(event_type: str, facts: Facts) -> None:
    assert facts_of(event_type, said(), event_id=APPEAL, occurred_at=APPEALED_AT) == facts


@pytest.mark.parametrize(
    ("event_type", "data", "complaint"),
    [
        (NO_SHOW_APPEALED, said(session_id="none"), "session_id"),
        (NO_SHOW_APPEALED, said(user_id=None), "user_id"),
        (APPEAL_DECIDED, said(upheld="yes"), "upheld"),
        (APPEAL_DECIDED, said(upheld=1), "upheld"),
        (APPEAL_DECIDED, said(upheld=None), "upheld"),
        (SESSION_NO_SHOW, said(), "neither"),
    ],
)
def test_what_says_nothing(event_type: str, data: dict[str, Any], complaint: str) -> None:
    with pytest.raises(MalformedEvent, match=complaint):
        facts_of(event_type, data, event_id=APPEAL, occurred_at=APPEALED_AT)
