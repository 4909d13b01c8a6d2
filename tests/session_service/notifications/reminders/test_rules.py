"""When somebody is reminded of a session, and whether a reminder that is due still holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from session_service.notifications.notices import Notice
from session_service.notifications.reminders.rules import (
    Reminder,
    Replan,
    Session,
    decide,
    due_at,
    event_id,
    notice,
)

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
ANN, BEN, EVE = UUID(int=1), UUID(int=2), UUID(int=3)
MINUTE = timedelta(minutes=1)


def session(minutes: float = 60, status: str = "scheduled") -> Session:
    return Session(UUID(int=9), status, NOW + minutes * MINUTE, "Café <Central>", (ANN, BEN))


@pytest.mark.parametrize(
    ("minutes_ahead", "minutes_before"),
    [
        (60 * 24 * 300, 60),
        (61, 60),
        (60, 60),
        (59, 60),
        (58.9, 15),
        (30, 15),
        (29.9, None),
        (5, None),
        (0, None),
        (-5, None),
    ],
)
def test_an_hour_before_or_a_quarter_of_one_or_not_at_all(
    minutes_ahead: float, minutes_before: int | None
) -> None:
    time = NOW + minutes_ahead * MINUTE
    assert due_at(time, NOW) == (None if minutes_before is None else time - minutes_before * MINUTE)


@pytest.mark.parametrize(
    ("now_it_is", "expected"),
    [
        (session(), True),
        (session(status="in_progress"), True),
        (session(status="cancelled"), False),
        (session(status="completed"), False),
        (session(status="no_show"), False),
        (session(0), False),
        (session(-10), False),
        (session(180), Replan(NOW + 180 * MINUTE, NOW + 120 * MINUTE)),
        (session(40), Replan(NOW + 40 * MINUTE, NOW + 25 * MINUTE)),
        (session(20), Replan(NOW + 20 * MINUTE, None)),
    ],
)
def test_a_reminder_holds_while_its_session_is_what_it_was(
    now_it_is: Session, expected: bool | Replan
) -> None:
    of = NOW + 60 * MINUTE if now_it_is.is_ahead(NOW) else now_it_is.scheduled_time
    assert decide(Reminder(UUID(int=9), ANN, of), now_it_is, NOW) == expected


def test_who_is_not_in_it_any_more_is_not_reminded() -> None:
    assert decide(Reminder(UUID(int=9), EVE, session().scheduled_time), session(), NOW) is False


def test_each_is_reminded_of_the_other() -> None:
    names = {ANN: "Ann"}
    assert notice(session(), BEN, names) == Notice(
        BEN,
        "session_reminder",
        "Reminder: your session with Ann",
        "Café <Central>, 2026-11-17 13:00 UTC",
        UUID(int=9),
    )
    assert notice(session(), ANN, names).title == "Reminder: your session with your buddy"


def test_one_time_of_one_session_is_one_event() -> None:
    moved = datetime(2026, 11, 17, 13, tzinfo=UTC)
    ids = {event_id(UUID(int=9), NOW), event_id(UUID(int=9), moved), event_id(UUID(int=8), NOW)}
    assert len(ids) == 3
    assert event_id(UUID(int=9), NOW.astimezone()) in ids
