"""What an event does to its users' reputation: events in, ledger entries out.

A completed session gives each participant the points of that participant's own challenge and counts one completed
session; a no-show takes the points of the absent one's own challenge away and counts one no-show. Points may
therefore fall below zero. What an appeal changes of a no-show is decided in `penalties`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from kit.contracts import SESSION_COMPLETED, SESSION_NO_SHOW
from reputation_service.ledger.errors import MalformedEvent

MAX_POINTS = 2**31 - 1
"""The most points of one entry: what the column holds."""


class Kind(StrEnum):
    """What an entry books."""

    COMPLETION = "completion"
    NO_SHOW = "no_show"
    SUSPENSION = "suspension"
    """An appeal has taken a no-show back, for the time being or for good."""
    REINSTATEMENT = "reinstatement"
    """The appeal was not upheld: the no-show counts again."""
    REVERSAL = "reversal"
    """An operator has taken back whatever the session had done."""

    @property
    def shown(self) -> "ShownKind":
        """What its user is shown."""
        return _SHOWN.get(self) or ShownKind(self.value)


class ShownKind(StrEnum):
    """What an entry of the ledger is to those who read it."""

    COMPLETION = "completion"
    NO_SHOW = "no_show"
    REVERSAL = "reversal"


_SHOWN = {Kind.SUSPENSION: ShownKind.REVERSAL, Kind.REINSTATEMENT: ShownKind.NO_SHOW}


class Entry(NamedTuple):
    """What one session does to one user: each figure is added to the counter of its name.

    There is at most one entry for a user, a session and a kind, however often its event arrives.
    """

    user_id: UUID
    session_id: UUID
    kind: Kind
    points: int
    completed_sessions: int
    no_shows: int
    event_id: UUID
    occurred_at: datetime


def entries_of(
    event_type: str, data: Mapping[str, Any], *, event_id: UUID, occurred_at: datetime
) -> list[Entry]:
    """The entries that an event books, in the order in which it names the users.

    Raises `MalformedEvent` when the type is not one that has entries, when an id or figure is missing or is not
    what it should be, when a user is named twice, or when a completion names nobody.
    """
    book = _BOOKINGS.get(event_type)
    if book is None:
        raise MalformedEvent(f"no entries are booked for events of type {event_type!r}")
    return book(data, event_id, occurred_at)


def reached_streaks(data: Mapping[str, Any]) -> list[tuple[UUID, int]]:
    """Users and the lengths, in days, that their streaks have just reached. Raises `MalformedEvent`."""
    listed = data.get("streaks")
    if not isinstance(listed, list):
        raise MalformedEvent("streaks is no list")
    streaks = []
    for item in listed:
        if not isinstance(item, dict):
            raise MalformedEvent("streaks holds what is no object")
        days = item.get("days")
        if type(days) is not int or days < 1:
            raise MalformedEvent("days is no number of days")
        streaks.append((uuid_of(item, "user_id"), days))
    return streaks


def _completion(data: Mapping[str, Any], event_id: UUID, occurred_at: datetime) -> list[Entry]:
    session_id = uuid_of(data, "session_id")
    gains = _points_by_user(data, "participants")
    if not gains:
        raise MalformedEvent("participants is empty")
    return [
        Entry(user_id, session_id, Kind.COMPLETION, points, 1, 0, event_id, occurred_at)
        for user_id, points in gains.items()
    ]


def _no_show(data: Mapping[str, Any], event_id: UUID, occurred_at: datetime) -> list[Entry]:
    # Nobody absent is a fact, too: both were there, and neither confirmed the other.
    session_id = uuid_of(data, "session_id")
    return [
        Entry(user_id, session_id, Kind.NO_SHOW, -points, 0, 1, event_id, occurred_at)
        for user_id, points in _points_by_user(data, "absent").items()
    ]


_BOOKINGS: dict[str, Callable[[Mapping[str, Any], UUID, datetime], list[Entry]]] = {
    SESSION_COMPLETED: _completion,
    SESSION_NO_SHOW: _no_show,
}


def _points_by_user(data: Mapping[str, Any], member: str) -> dict[UUID, int]:
    listed = data.get(member)
    if not isinstance(listed, list):
        raise MalformedEvent(f"{member} is no list")
    by_user: dict[UUID, int] = {}
    for item in listed:
        if not isinstance(item, dict):
            raise MalformedEvent(f"{member} holds what is no object")
        user_id = uuid_of(item, "user_id")
        if user_id in by_user:
            raise MalformedEvent(f"{member} names {user_id} twice")
        by_user[user_id] = _points(item)
    return by_user


def _points(item: Mapping[str, Any]) -> int:
    points = item.get("points")
    # JSON's true is an int to Python, and no number of points to anyone.
    if type(points) is not int or not 0 <= points <= MAX_POINTS:
        raise MalformedEvent(f"points is no whole number from 0 to {MAX_POINTS}")
    return points


def uuid_of(item: Mapping[str, Any], member: str) -> UUID:
    """An id that an event carries. Raises `MalformedEvent`."""
    value = item.get(member)
    if isinstance(value, str):
        try:
            return UUID(value)
        except ValueError:
            pass
    raise MalformedEvent(f"{member} is no UUID")
