"""What an event means to those who are looking: messages with ids and states, for clients to fetch the rest.

Nothing here does I/O: an event goes in, and messages for one or several addresses come out.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from kit import contracts
from kit.live.messages import NOTIFICATIONS, PRACTICE, Message, session_address, user_address
from session_service.live.errors import MalformedEvent

Titles = Mapping[UUID, str]


class Happening(Protocol):
    """What is looked at of an event."""

    @property
    def id(self) -> UUID:
        """Which event it is."""

    @property
    def type(self) -> str:
        """One of `kit.contracts`."""

    @property
    def time(self) -> datetime:
        """When it was published."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What the type promises."""


def messages_of(event: Happening, titles: Titles) -> list[Message]:
    """What is told of an event, and where. Raises `MalformedEvent`.

    ``titles`` are those of the inbox entries that `notifications_of` names; of one without a title, which is gone
    already, nobody is told.
    """
    told = _MESSAGES.get(event.type)
    if told is None:
        raise MalformedEvent(f"nobody is told of events of type {event.type!r}")
    try:
        return told(event, titles)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedEvent(f"{event.type}: {type(error).__name__}") from error


def notifications_of(events: Iterable[Happening]) -> list[UUID]:
    """The inbox entries that the events speak of; what is no id is left to `messages_of`."""
    ids = []
    for event in events:
        if event.type == contracts.NOTIFICATIONS_CREATED:
            for entry in event.data.get("notifications") or ():
                try:
                    ids.append(UUID(entry["id"]))
                except (KeyError, TypeError, ValueError, AttributeError):
                    continue
    return ids


Told = Callable[[Happening, Titles], list[Message]]


def _session(kind: str, *members: str, **states: Any) -> Told:
    """A message to the session's address: the event's ``members``, and the ``states`` that follow from its type."""

    def told(event: Happening, _: Titles) -> list[Message]:
        session_id = str(UUID(event.data["session_id"]))
        data = {"session_id": session_id, **states, **{name: event.data[name] for name in members}}
        return [_message(event, session_address(session_id), f"session.{kind}", data)]

    return told


def _no_show(event: Happening, titles: Titles) -> list[Message]:
    (message,) = _session("no_show", "reported_by", session_status="no_show")(event, titles)
    message.data["absent_user_ids"] = [one["user_id"] for one in event.data["absent"]]
    return [message]


def _reputation_updated(event: Happening, _: Titles) -> list[Message]:
    return [
        _message(
            event,
            session_address(str(UUID(session["session_id"]))),
            "session.reputation_updated",
            {"session_id": session["session_id"], "user_ids": list(session["user_ids"])},
        )
        for session in event.data["sessions"]
    ]


def _notifications_created(event: Happening, titles: Titles) -> list[Message]:
    return [
        Message(
            user_address(NOTIFICATIONS, str(UUID(entry["user_id"]))),
            "notification.created",
            event.time,
            {
                "id": entry["id"],
                "kind": entry["kind"],
                "title": titles[UUID(entry["id"])],
                "session_id": entry["session_id"],
            },
            key=entry["id"],
        )
        for entry in event.data["notifications"]
        if UUID(entry["id"]) in titles
    ]


def _practice(kind: str, *members: str) -> Told:
    """A message to the address of the practice's owner."""

    def told(event: Happening, _: Titles) -> list[Message]:
        data = {"session_id": int(event.data["session_id"]), **{name: event.data[name] for name in members}}
        address = user_address(PRACTICE, str(UUID(event.data["user_id"])))
        return [_message(event, address, f"practice.{kind}", data)]

    return told


def _message(event: Happening, address: str, kind: str, data: dict[str, Any]) -> Message:
    return Message(address, kind, event.time, data, key=f"{event.id}:{address}")


_MESSAGES: Mapping[str, Told] = {
    contracts.SESSION_SCHEDULED: _session(
        "scheduled", "actor_id", "scheduled_time", session_status="scheduled"
    ),
    contracts.SESSION_RESCHEDULED: _session(
        "rescheduled", "actor_id", "scheduled_time", session_status="scheduled"
    ),
    contracts.SESSION_CHECKED_IN: _session("checked_in", "user_id"),
    contracts.SESSION_CONFIRMED: _session("confirmed", "confirmed_by", "confirmed_user_id"),
    contracts.SESSION_COMPLETED: _session("completed", "completed_at", session_status="completed"),
    contracts.SESSION_CANCELLED: _session("cancelled", "actor_id", session_status="cancelled"),
    contracts.SESSION_NO_SHOW: _no_show,
    contracts.NO_SHOW_APPEALED: _session("no_show_appealed", "user_id"),
    contracts.APPEAL_DECIDED: _session("appeal_decided", "user_id", "upheld"),
    contracts.SESSION_NOTES_CHANGED: _session("notes_changed", "actor_id"),
    contracts.REPUTATION_CHANGED: _reputation_updated,
    contracts.NOTIFICATIONS_CREATED: _notifications_created,
    contracts.PRACTICE_STARTED: _practice("started", "sequence_id"),
    contracts.PRACTICE_PAUSED: _practice("paused", "duration_seconds"),
    contracts.PRACTICE_RESUMED: _practice("resumed", "duration_seconds"),
    contracts.PRACTICE_COMPLETED: _practice("completed", "duration_seconds", "completion_status"),
}
