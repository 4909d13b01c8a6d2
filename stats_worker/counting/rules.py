"""What events say about practices: events in, facts out.

Events arrive in any order and any number of times. Who folds them gets one `SessionFacts` a practice, whichever of its
events are there: that a practice was completed says that it was started, too.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from kit.contracts import PRACTICE_COMPLETED, PRACTICE_STARTED, PROFILE_TIMEZONE_CHANGED
from stats_worker.counting.errors import MalformedEvent

COMPLETED = "completed"
"""The status that the totals count."""

PRACTISED = (COMPLETED, "partial")
"""The statuses that make a practice day, and that days, weekdays and sequences count."""

STREAKS = (7, 30, 100)
"""The lengths of a streak, in practice days, that are told of when they are reached."""

_STATUSES = (*PRACTISED, "abandoned")
_INT32 = 2**31 - 1
_INT64 = 2**63 - 1
_TIME_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SessionFacts(NamedTuple):
    """A practice as far as it is known. Without ``status`` it has been started and not been completed.

    ``local_date`` and ``timezone`` are those of its start; ``duration_seconds`` is 0 until it is completed.
    """

    user_id: UUID
    session_id: int
    local_date: date
    timezone: str
    sequence_id: int | None = None
    status: str | None = None
    duration_seconds: int = 0


class ReachedStreak(NamedTuple):
    """A user's streak has become ``days`` long for the first time; ``reached_on`` is the last one of those days."""

    user_id: UUID
    days: int
    reached_on: date


class ZoneFacts(NamedTuple):
    """The time zone of a user's profile since its change number ``version``."""

    user_id: UUID
    timezone: str
    version: int


@dataclass(slots=True)
class Facts:
    """What a batch of events comes to: one entry a practice, and for each user the newest change of the zone."""

    sessions: dict[tuple[UUID, int], SessionFacts] = field(default_factory=dict)
    zones: dict[UUID, ZoneFacts] = field(default_factory=dict)

    @property
    def user_ids(self) -> set[UUID]:
        """Everybody whom the batch is about."""
        return {user_id for user_id, _ in self.sessions} | self.zones.keys()


def facts_of(events: Iterable[tuple[str, Mapping[str, Any]]]) -> Facts:
    """What events, given as type and data, come to; their order and their repetitions change nothing.

    Raises `MalformedEvent` for a type that nothing is counted of, and when a member is missing or is not what it
    should be.
    """
    facts = Facts()
    for event_type, data in events:
        read = _READERS.get(event_type)
        if read is None:
            raise MalformedEvent(f"nothing is counted of events of type {event_type!r}")
        read(data, facts)
    return facts


def _started(data: Mapping[str, Any], facts: Facts) -> None:
    session = SessionFacts(
        user_id=_uuid(data, "user_id"),
        session_id=_whole(data, "session_id", 1, _INT64),
        local_date=_date(data, "local_date"),
        timezone=_time_zone(data),
        sequence_id=_sequence(data),
    )
    facts.sessions.setdefault((session.user_id, session.session_id), session)


def _completed(data: Mapping[str, Any], facts: Facts) -> None:
    status = data.get("completion_status")
    if status not in _STATUSES:
        raise MalformedEvent(f"completion_status is none of {', '.join(_STATUSES)}")
    session = SessionFacts(
        user_id=_uuid(data, "user_id"),
        session_id=_whole(data, "session_id", 1, _INT64),
        local_date=_date(data, "local_date"),
        timezone=_time_zone(data),
        sequence_id=_sequence(data),
        status=status,
        duration_seconds=_whole(data, "duration_seconds", 0, _INT32),
    )
    facts.sessions[session.user_id, session.session_id] = session


def _zone_changed(data: Mapping[str, Any], facts: Facts) -> None:
    zone = ZoneFacts(_uuid(data, "user_id"), _time_zone(data), _whole(data, "version", 1, _INT32))
    known = facts.zones.get(zone.user_id)
    if known is None or known.version < zone.version:
        facts.zones[zone.user_id] = zone


_READERS: dict[str, Callable[[Mapping[str, Any], Facts], None]] = {
    PRACTICE_STARTED: _started,
    PRACTICE_COMPLETED: _completed,
    PROFILE_TIMEZONE_CHANGED: _zone_changed,
}


def _sequence(data: Mapping[str, Any]) -> int | None:
    return None if data.get("sequence_id") is None else _whole(data, "sequence_id", 1, _INT64)


def _whole(data: Mapping[str, Any], member: str, least: int, most: int) -> int:
    value = data.get(member)
    # JSON's true is an int to Python, and no number to anyone.
    if type(value) is not int or not least <= value <= most:
        raise MalformedEvent(f"{member} is no whole number from {least} to {most}")
    return value


def _uuid(data: Mapping[str, Any], member: str) -> UUID:
    value = data.get(member)
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            pass
    raise MalformedEvent(f"{member} is no UUID")


def _date(data: Mapping[str, Any], member: str) -> date:
    value = data.get(member)
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise MalformedEvent(f"{member} is no date")


def _time_zone(data: Mapping[str, Any]) -> str:
    value = data.get("timezone")
    if isinstance(value, str) and _TIME_ZONE.fullmatch(value):
        return value
    raise MalformedEvent("timezone is no name of a time zone")
