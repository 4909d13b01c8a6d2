"""What events say, without a database."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from kit.contracts import PRACTICE_COMPLETED, PRACTICE_STARTED, PROFILE_TIMEZONE_CHANGED, SESSION_COMPLETED
from stats_worker.counting.errors import MalformedEvent
from stats_worker.counting.rules import SessionFacts, ZoneFacts, facts_of
from tests.stats_worker.conftest import completed, practice, started, zone_changed

ANN = uuid4()
ONE = practice(ANN, date(2026, 11, 21), status="partial", duration=90, sequence=3, timezone="Asia/Kathmandu")
STARTED = SessionFacts(ANN, ONE.session_id, date(2026, 11, 21), "Asia/Kathmandu", 3)
COMPLETED = STARTED._replace(status="partial", duration_seconds=90)

WRONG: dict[str, list[Any]] = {
    "user_id": [None, "nobody", 7],
    "session_id": [None, 0, -1, 2**63, "1", 1.0, True],
    "sequence_id": [0, 2**63, "1", False],
    "local_date": [None, "20261121", "2026-02-30", "2026-11-21T10:00:00", 20261121],
    "timezone": [None, "", "UTC\0", "x" * 65, "Köln", 1],
}


def read(*events: Any) -> Any:
    return facts_of((event.type, event.data) for event in events)


def test_what_a_start_says() -> None:
    facts = read(started(ONE))
    assert list(facts.sessions.values()) == [STARTED]
    assert facts.user_ids == {ANN}


@pytest.mark.parametrize("order", [[0, 1], [1, 0], [1, 0, 1, 0, 1], [1]])
def test_a_practice_is_one_fact_in_whatever_order_its_events_come(order: list[int]) -> None:
    both = [started(ONE), completed(ONE)]
    assert list(read(*(both[number] for number in order)).sessions.values()) == [COMPLETED]


@pytest.mark.parametrize("order", [[1, 2], [2, 1], [2, 2, 1]])
def test_the_newest_zone_wins(order: list[int]) -> None:
    zones = {1: zone_changed(ANN, "Europe/Berlin", 1), 2: zone_changed(ANN, "Etc/GMT+5", 2)}
    facts = read(*(zones[number] for number in order))
    assert list(facts.zones.values()) == [ZoneFacts(ANN, "Etc/GMT+5", 2)]
    assert facts.user_ids == {ANN}


def test_the_longest_durations_are_counted() -> None:
    facts = facts_of([(PRACTICE_COMPLETED, {**completed(ONE).data, "duration_seconds": 14_400})])
    assert next(iter(facts.sessions.values())).duration_seconds == 14_400


@pytest.mark.parametrize(
    ("event_type", "changed"),
    [
        (SESSION_COMPLETED, {}),
        *[
            (event_type, {member: wrong})
            for event_type in (PRACTICE_STARTED, PRACTICE_COMPLETED)
            for member, wrongs in WRONG.items()
            for wrong in wrongs
        ],
        *[(PRACTICE_COMPLETED, {"completion_status": wrong}) for wrong in (None, "done", ["completed"])],
        *[(PRACTICE_COMPLETED, {"duration_seconds": wrong}) for wrong in (None, -1, 1.5, "1", True, 2**31)],
        *[(PROFILE_TIMEZONE_CHANGED, {"version": wrong}) for wrong in (None, 0, "1", True, 2**31)],
        (PROFILE_TIMEZONE_CHANGED, {"user_id": None}),
        (PROFILE_TIMEZONE_CHANGED, {"timezone": None}),
    ],
)
def test_what_is_not_as_its_type_promises_is_not_counted(event_type: str, changed: dict[str, Any]) -> None:
    right = {**completed(ONE).data, "version": 1}
    if event_type != SESSION_COMPLETED:
        facts_of([(event_type, right)])
    with pytest.raises(MalformedEvent):
        facts_of([(event_type, {**right, **changed})])
