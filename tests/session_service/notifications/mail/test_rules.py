"""When a notification is mailed, and what becomes of a mail whose time has come."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from session_service.notifications.mail.rules import (
    Drop,
    Entry,
    Mail,
    Patience,
    Plan,
    Postpone,
    Recipient,
    Send,
    decide,
    plan,
    try_again_at,
)
from session_service.notifications.reminders.rules import event_id

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
NIGHT = datetime(2026, 11, 17, 23, tzinfo=UTC)
MORNING = datetime(2026, 11, 18, 7, tzinfo=UTC)
QUIET = {"quiet_hours": {"from": "22:00", "to": "07:00"}}
DIGEST = {"digest": {"at": "08:00"}}
SESSION = UUID(int=9)


def somebody(
    preferences: dict[str, Any], email: str | None = "ann@example.com", zone: str = "UTC"
) -> Recipient:
    return Recipient(UUID(int=1), email, zone, {"email": True, **preferences})


def entry(kind: str = "no_show", **values: Any) -> Entry:
    whole: dict[str, Any] = {
        "id": uuid4(),
        "event_id": uuid4(),
        "kind": kind,
        "title": "Something happened",
        "body": "It did.",
        "created_at": NOON,
        "session_id": None,
        "session_status": None,
        "session_time": None,
        **values,
    }
    return Entry(**whole)


def reminder(of: datetime, **values: Any) -> Entry:
    """A reminder of the session at this time, which is at this time still."""
    now = {"session_id": SESSION, "session_status": "scheduled", "session_time": of, **values}
    return entry("session_reminder", event_id=event_id(SESSION, of), **now)


def mail(recipient: Recipient, *entries: Entry, now: datetime = NOON, gathering: bool = False) -> Mail:
    return Mail(UUID(int=5), recipient.user_id, gathering, NOON, recipient, entries or (entry(),), now)


@pytest.mark.parametrize(
    ("preferences", "now", "expected"),
    [
        ({}, NOON, Plan(NOON, gathering=False)),
        ({"email": False}, NOON, None),
        ({"email": {"no_show": False, "others": True}}, NOON, None),
        (QUIET, NOON, Plan(NOON, gathering=False)),
        (QUIET, NIGHT, Plan(MORNING, gathering=True)),
        (DIGEST, NOON, Plan(MORNING.replace(hour=8), gathering=True)),
        (DIGEST | QUIET, NIGHT, Plan(MORNING.replace(hour=8), gathering=True)),
        # A digest in the middle of the quiet hours waits for their end.
        ({"digest": {"at": "03:00"}} | QUIET, NOON, Plan(MORNING, gathering=True)),
        ({"digest": {"at": "08:00", "except": ["no_show"]}}, NOON, Plan(NOON, gathering=False)),
        ({"digest": {"at": "08:00", "except": ["no_show"]}} | QUIET, NIGHT, Plan(MORNING, gathering=False)),
    ],
)
def test_when_a_no_show_is_mailed(preferences: dict[str, Any], now: datetime, expected: Plan | None) -> None:
    assert plan(somebody(preferences), "no_show", now) == expected


def test_nobody_without_an_address() -> None:
    assert plan(somebody({}, None), "no_show", NOON) is None
    assert plan(somebody({}, ""), "no_show", NOON) is None


def test_it_is_the_users_clock_that_counts() -> None:
    assert plan(somebody(QUIET, zone="Asia/Tokyo"), "no_show", NOON) == Plan(NOON, gathering=False)
    ahead = plan(somebody(QUIET, zone="Asia/Tokyo"), "no_show", NOON + timedelta(hours=1))
    assert ahead == Plan(NOON.replace(hour=22), gathering=True)


def test_what_is_wanted_is_sent() -> None:
    kept, unwanted = entry("no_show"), entry("badge_earned")
    some = somebody({"email": {"no_show": True}})
    assert decide(mail(some, kept, unwanted)) == Send("ann@example.com", (kept,))


@pytest.mark.parametrize(
    ("recipient", "entries", "reason"),
    [
        (somebody({}, None), (entry(),), "no address"),
        (somebody({"email": False}), (entry(),), "does not want it"),
        (somebody({"email": {"no_show": False}}), (entry(),), "does not want it"),
        (somebody({}), (reminder(NOON),), "not ahead"),
        (somebody({}), (reminder(NOON - timedelta(minutes=1)),), "not ahead"),
        (somebody({}), (reminder(MORNING, session_status="cancelled"),), "not ahead"),
        (somebody({}), (reminder(MORNING, session_status="completed"),), "not ahead"),
        (somebody({}), (reminder(MORNING, session_time=MORNING + timedelta(seconds=1)),), "moved"),
        (somebody({}), (reminder(MORNING, session_time=None, session_status=None),), "not ahead"),
    ],
)
def test_what_is_not_wanted_or_not_true_any_more_is_dropped(
    recipient: Recipient, entries: tuple[Entry, ...], reason: str
) -> None:
    decision = decide(mail(recipient, *entries))
    assert isinstance(decision, Drop)
    assert reason in decision.reason


def test_a_reminder_that_holds_is_sent_and_one_that_does_not_leaves_the_rest() -> None:
    holds, past, news = reminder(MORNING), reminder(NOON), entry()
    assert decide(mail(somebody({}), holds, past, news)) == Send("ann@example.com", (holds, news))


def test_quiet_hours_that_have_begun_meanwhile_are_kept() -> None:
    assert decide(mail(somebody(QUIET), now=NIGHT)) == Postpone(MORNING)


def test_a_digest_that_was_put_off_meanwhile_comes_later() -> None:
    later = somebody({"digest": {"at": "20:00"}})
    assert decide(mail(later, now=NOON + timedelta(hours=1), gathering=True)) == Postpone(
        NOON.replace(hour=20)
    )
    at_last = decide(mail(later, now=NOON.replace(hour=20), gathering=True))
    assert isinstance(at_last, Send)
    not_any_more = decide(mail(somebody({}), now=NOON + timedelta(hours=1), gathering=True))
    assert isinstance(not_any_more, Send)


def test_pauses_double_up_to_an_hour_and_end() -> None:
    patience = Patience(timedelta(seconds=30), timedelta(hours=24))
    now, pauses, attempts = NOON, [], 0
    while attempts < 1000:
        attempts += 1
        again = try_again_at(attempts, NOON, now, patience)
        if again is None:
            break
        pauses.append(again - now)
        now = again
    assert [pause.total_seconds() for pause in pauses[:8]] == [30, 60, 120, 240, 480, 960, 1920, 3600]
    assert set(pauses[7:]) == {timedelta(hours=1)}
    assert timedelta(hours=22) < now - NOON <= timedelta(hours=24)
