"""What is wanted where, and when it may come: by the clocks of real places."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from session_service.notifications.preferences import (
    EMAIL,
    IN_APP,
    KINDS,
    WEBHOOK,
    Digest,
    QuietHours,
    deliver_at,
    next_digest,
    wants,
    without,
    zone_of,
)
from session_service.notifications.rules import HAPPENINGS
from session_service.notifications.schemas import NotificationView
from tests.session_service.notifications.test_rules import EXAMPLES, notices

NIGHT = QuietHours(time(22), time(7))
BERLIN = ZoneInfo("Europe/Berlin")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("preferences", "channel", "wanted"),
    [
        ({}, EMAIL, False),
        ({}, IN_APP, True),
        ({"in_app": False}, IN_APP, True),
        ({"email": True}, EMAIL, True),
        ({"email": True}, WEBHOOK, False),
        ({"email": False}, EMAIL, False),
        ({"email": {"no_show": True}}, EMAIL, True),
        ({"email": {"no_show": False}}, EMAIL, False),
        ({"email": {"session_scheduled": True}}, EMAIL, False),
        ({"email": {"others": True}}, EMAIL, True),
        ({"email": {"others": True, "no_show": False}}, EMAIL, False),
        ({"email": {"others": False, "no_show": True}}, EMAIL, True),
        ({"email": "yes"}, EMAIL, False),
        ({"email": 1}, EMAIL, False),
        ({"email": None}, EMAIL, False),
        ({"email": ["no_show"]}, EMAIL, False),
    ],
)
def test_a_channel_is_off_until_it_is_asked_for(
    preferences: dict[str, Any], channel: str, wanted: bool
) -> None:
    assert wants(preferences, channel, "no_show") is wanted


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        ({"email": True}, None, {"email": False}),
        ({"email": True}, "no_show", {"email": {"others": True, "no_show": False}}),
        ({"email": {"no_show": True, "a": True}}, "no_show", {"email": {"no_show": False, "a": True}}),
        (
            {"email": False, "webhook": True},
            "no_show",
            {"email": {"others": False, "no_show": False}, "webhook": True},
        ),
        ({}, None, {"email": False}),
        ({"digest": {"at": "08:00"}, "email": True}, None, {"digest": {"at": "08:00"}, "email": False}),
    ],
)
def test_turning_off_leaves_the_rest_as_it_was(
    before: dict[str, Any], kind: str | None, after: dict[str, Any]
) -> None:
    assert without(before, EMAIL, kind) == after
    assert without(after, EMAIL, kind) == after
    for other in ("a", "b"):
        if kind is not None:
            assert wants(after, EMAIL, other) is wants(before, EMAIL, other)


def test_every_kind_that_can_be_told_is_named() -> None:
    told = {notice.kind for event_type in HAPPENINGS for notice in notices(event_type, EXAMPLES[event_type])}
    assert told < set(KINDS)
    assert set(KINDS) - told == {"session_reminder"}


def test_the_api_description_names_every_kind() -> None:
    description = NotificationView.model_json_schema()["properties"]["kind"]["description"]
    assert set(KINDS) == set(re.findall(r"`(\w+)`", description))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"from": "22:00", "to": "07:00"}, NIGHT),
        ({"from": "13:00", "to": "14:30"}, QuietHours(time(13), time(14, 30))),
        ({"from": "22:00", "to": "22:00"}, None),
        ({"from": "22:00"}, None),
        ({"from": "24:00", "to": "07:00"}, None),
        ({"from": "22:00\n", "to": "07:00"}, None),
        (True, None),
        ({"no_show": True}, None),
    ],
)
def test_quiet_hours_are_read_or_there_are_none(said: Any, expected: QuietHours | None) -> None:
    assert QuietHours.of({"quiet_hours": said}) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"at": "08:00"}, Digest(time(8))),
        ({"at": "08:00", "except": ["session_reminder"]}, Digest(time(8), frozenset({"session_reminder"}))),
        ({"at": "8:00"}, None),
        ({"at": True}, None),
        (False, None),
    ],
)
def test_a_digest_is_read_or_there_is_none(said: Any, expected: Digest | None) -> None:
    assert Digest.of({"digest": said}) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-17T12:00", "2026-11-17T12:00"),
        ("2026-11-17T21:59", "2026-11-17T21:59"),
        ("2026-11-17T22:00", "2026-11-18T07:00"),
        ("2026-11-17T23:59", "2026-11-18T07:00"),
        ("2026-11-18T00:00", "2026-11-18T07:00"),
        ("2026-11-18T06:59", "2026-11-18T07:00"),
        ("2026-11-18T07:00", "2026-11-18T07:00"),
        # The nights in which the clock is changed are an hour shorter, and longer: the morning is the morning.
        ("2026-03-28T22:30", "2026-03-29T07:00"),
        ("2026-10-24T22:30", "2026-10-25T07:00"),
    ],
)
def test_the_night_ends_in_the_morning(now: str, expected: str) -> None:
    assert deliver_at(berlin(now), BERLIN, NIGHT) == berlin(expected)


def test_an_end_that_the_clock_skips_is_when_it_goes_on() -> None:
    skipped = QuietHours(time(22), time(2, 30))
    assert deliver_at(berlin("2026-03-29T01:00"), BERLIN, skipped) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_an_end_that_the_clock_shows_twice_is_the_next_one() -> None:
    twice = QuietHours(time(22), time(2, 30))
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert deliver_at(first - timedelta(minutes=5), BERLIN, twice) == first
    assert deliver_at(first + timedelta(minutes=5), BERLIN, twice) == first + timedelta(minutes=5)
    assert deliver_at(second - timedelta(minutes=5), BERLIN, twice) == second


@pytest.mark.parametrize(
    ("after", "at", "expected"),
    [
        ("2026-11-17T07:59", "08:00", "2026-11-17T08:00"),
        ("2026-11-17T08:00", "08:00", "2026-11-18T08:00"),
        ("2026-11-17T23:00", "00:00", "2026-11-18T00:00"),
        ("2026-03-28T09:00", "02:30", "2026-03-29T03:00"),
        ("2026-10-24T09:00", "02:30", "2026-10-25T02:30"),
    ],
)
def test_a_digest_is_due_once_a_day(after: str, at: str, expected: str) -> None:
    digest = Digest.of({"digest": {"at": at}})
    assert digest is not None
    due = next_digest(berlin(after), BERLIN, digest)
    assert due == berlin(expected)
    following = next_digest(due, BERLIN, digest)
    assert following.astimezone(BERLIN).date() == due.astimezone(BERLIN).date() + timedelta(days=1)


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia",
     "Africa/Casablanca", "America/St_Johns"]
)  # fmt: skip
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
CHANGES = st.sampled_from(
    [
        "2026-03-08",
        "2026-03-29",
        "2026-10-25",
        "2026-11-01",
        "2026-04-05",
        "2026-10-04",
        "2011-12-29",
        "2011-12-31",
    ]
)
"""Days on which clocks are changed somewhere."""
MOMENTS = st.one_of(
    st.floats(1_300_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.builds(
        lambda day, seconds: datetime.fromisoformat(f"{day}T00:00Z") + timedelta(seconds=seconds),
        CHANGES,
        st.integers(-86_400, 2 * 86_400),
    ),
)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, ZONES, CLOCKS, CLOCKS)
def test_delivery_is_the_first_moment_that_is_not_quiet(
    now: datetime, zone_name: str, start: time, end: time
) -> None:
    """As found by looking at the clock every minute."""
    if start == end:
        return
    zone = ZoneInfo(zone_name)
    quiet = QuietHours(start, end)
    found = deliver_at(now, zone, quiet)
    if not quiet.covers(now.astimezone(zone).time()):
        assert found == now
        return
    looking = now.replace(second=0, microsecond=0)
    while quiet.covers(looking.astimezone(zone).time()):
        looking += timedelta(minutes=1)
    assert found == looking


@settings(max_examples=150, deadline=None)
@given(MOMENTS, ZONES, CLOCKS)
def test_digests_are_a_day_apart_and_ahead(after: datetime, zone_name: str, at: time) -> None:
    # Samoa went without a whole day once: the digest of that day came when the next one began.
    assume(zone_name != "Pacific/Apia" or after.year != 2011)
    zone = ZoneInfo(zone_name)
    due = next_digest(after, zone, Digest(at))
    assert due > after
    following = next_digest(due, zone, Digest(at))
    assert timedelta(hours=20) < following - due < timedelta(hours=50)
    shown = due.astimezone(zone)
    skipped = shown.replace(tzinfo=None).replace(hour=at.hour, minute=at.minute)
    assert shown.time() == at or skipped.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).time() != at


def test_a_zone_that_the_machine_does_not_know_is_utc() -> None:
    assert zone_of("Europe/Atlantis") is UTC
    assert zone_of("../etc/passwd") is UTC
    assert zone_of("Europe/Berlin") == BERLIN
