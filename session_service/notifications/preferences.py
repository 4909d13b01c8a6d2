"""What a user wants to be told where and when: the stored preferences, read.

`notification_preferences` of a profile is an object such as ``{"email": true, "webhook": {"no_show": true},
"quiet_hours": {"from": "22:00", "to": "07:00"}, "digest": {"at": "08:00"}}``. A channel is wanted or not, or that by
kind of notification; with ``others`` for the kinds that are not named. Everything here is pure, and takes whatever
is stored: what cannot be understood counts as not said.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

IN_APP = "in_app"
"""The inbox, which cannot be turned off."""

EMAIL = "email"
WEBHOOK = "webhook"

OTHERS = "others"
"""Within a channel: what holds for the kinds that are not named."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "buddy_invited": "invitations",
        "match_accepted": "accepted invitations",
        "session_scheduled": "planned sessions",
        "session_rescheduled": "moved sessions",
        "session_reminder": "reminders of sessions",
        "buddy_checked_in": "check-ins of buddies",
        "buddy_confirmed_you": "confirmations",
        "session_completed": "completed sessions",
        "session_cancelled": "cancelled sessions",
        "no_show": "no-shows",
        "appeal_opened": "appeals",
        "appeal_decided": "decided appeals",
        "badge_earned": "badges",
        "streak_at_risk": "streaks at risk",
        "webhook_disabled": "webhooks that were switched off",
    }
)
"""Every kind of notification, and what several of them are called in a sentence."""

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
"""A time of day, as stored: hours and minutes on a 24-hour clock."""

_CLOCK = re.compile(CLOCK)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, by the user's clock, nobody wants to be disturbed; over midnight if ``start`` is later."""

    start: time
    end: time

    @classmethod
    def of(cls, preferences: Mapping[str, Any]) -> Self | None:
        """The stored ones, if there are any that make sense."""
        said = preferences.get("quiet_hours")
        if not isinstance(said, Mapping):
            return None
        start, end = _clock(said.get("from")), _clock(said.get("to"))
        if start is None or end is None or start == end:
            return None
        return cls(start, end)

    def covers(self, clock: time) -> bool:
        """Whether it is quiet when the user's clock shows this. The end is not quiet any more."""
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True)
class Digest:
    """One mail a day at this time by the user's clock, instead of one for each notification."""

    at: time
    without: frozenset[str] = frozenset()
    """Kinds that are mailed at once all the same."""

    @classmethod
    def of(cls, preferences: Mapping[str, Any]) -> Self | None:
        """The stored one, if there is one that makes sense."""
        said = preferences.get("digest")
        if not isinstance(said, Mapping):
            return None
        at = _clock(said.get("at"))
        without = said.get("except")
        kinds = (
            frozenset(kind for kind in without if isinstance(kind, str)) if isinstance(without, list) else ()
        )
        return None if at is None else cls(at, frozenset(kinds))


def wants(preferences: Mapping[str, Any], channel: str, kind: str) -> bool:
    """Whether somebody with these preferences wants notifications of this kind through this channel.

    The inbox always; anything else is off until it is asked for.
    """
    if channel == IN_APP:
        return True
    said = preferences.get(channel)
    if isinstance(said, Mapping):
        said = said.get(kind, said.get(OTHERS))
    return said is True


def without(preferences: Mapping[str, Any], channel: str, kind: str | None) -> dict[str, Any]:
    """The preferences with a kind turned off in a channel, or the whole channel; the rest as it was."""
    if kind is None:
        return {**preferences, channel: False}
    said = preferences.get(channel)
    by_kind = dict(said) if isinstance(said, Mapping) else {OTHERS: said is True}
    return {**preferences, channel: {**by_kind, kind: False}}


def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def deliver_at(now: datetime, zone: tzinfo, quiet_hours: QuietHours | None) -> datetime:
    """When something may be delivered that is there ``now``: at once, or at the end of the quiet hours, in UTC.

    That is the first moment, from now on, at which the clock in this zone shows no quiet time: right over midnight,
    on days on which the clock skips the end of the quiet hours, and on those on which it shows it twice.
    """
    now = now.astimezone(UTC)
    if quiet_hours is None or not _is_quiet(now, zone, quiet_hours):
        return now
    today = now.astimezone(zone).date()
    ends = (
        moment
        for day in (today, today + timedelta(days=1), today + timedelta(days=2))
        for moment in _moments(day, quiet_hours.end, zone)
    )
    return min(moment for moment in ends if moment > now and not _is_quiet(moment, zone, quiet_hours))


def next_digest(after: datetime, zone: tzinfo, digest: Digest) -> datetime:
    """The next time after this moment at which the digest is due, in UTC: once on each local date.

    Where the clock skips that time it is due when the clock goes on; where it shows it twice, the first time.
    """
    after = after.astimezone(UTC)
    today = after.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in (-1, 0, 1, 2))
    return min(moment for day in days if (moment := min(_moments(day, digest.at, zone))) > after)


def _is_quiet(moment: datetime, zone: tzinfo, quiet_hours: QuietHours) -> bool:
    return quiet_hours.covers(moment.astimezone(zone).time())


def _moments(day: date, clock: time, zone: tzinfo) -> Iterator[datetime]:
    """The moments at which a clock in this zone comes to show this time on this day: one, or two in autumn.

    Where the clock skips it, the moment at which it goes on.
    """
    wall = datetime.combine(day, clock)
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        yield first
        if second != first:
            yield second
        return
    # Skipped: the change of the clock lies between the two, which read it with the offset after and before.
    low, high = second, first
    while high - low > _MINUTE:
        middle = low + (high - low) // 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    yield high.replace(second=0, microsecond=0)


def _clock(said: Any) -> time | None:
    if not isinstance(said, str) or not _CLOCK.fullmatch(said):
        return None
    return time(int(said[:2]), int(said[3:]))
