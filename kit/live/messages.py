"""Live messages: what a client is told at once.

All messages have one order, and each names the message before it: a reader who has not seen that one has missed
something, and can say so.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson

from kit.schemas import format_time

NOTIFICATIONS = "notifications"
"""The topic, and the address before the user's id, of what comes into a user's inbox."""

PRACTICE = "practice"
"""The topic, and the address before the user's id, of a user's practices."""

SESSION = "session"
"""What comes before a session's id in a topic, which is the address, too."""

_POSITION = re.compile(r"(0|[1-9][0-9]{0,15})-(0|[1-9][0-9]{0,15})")


class Position(NamedTuple):
    """Where a message stands among all: Redis's milliseconds, and a number within them. Written ``ms-number``."""

    milliseconds: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The position that is written so; None if it is no way to write one."""
        found = _POSITION.fullmatch(text)
        return None if found is None else cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.milliseconds}-{self.number}"


BEGINNING = Position(0, 0)
"""Before every message."""


def session_address(session_id: UUID | str) -> str:
    """Where what happens to a session is sent. It is the topic's name, too."""
    return f"{SESSION}:{session_id}"


def user_address(topic: str, user_id: UUID | str) -> str:
    """Where what is a user's own is sent, for the topics `PRACTICE` and `NOTIFICATIONS`."""
    return f"{topic}:{user_id}"


def topic_of(address: str) -> str:
    """The topic as its subscriber calls it."""
    kind = address.partition(":")[0]
    return address if kind == SESSION else kind


@dataclass(frozen=True, slots=True)
class Message:
    """One message before it is published. ``key`` is what makes it the same message, however often it is published."""

    address: str
    type: str
    time: datetime
    data: dict[str, Any]
    key: str

    def body(self) -> bytes:
        """What subscribers read, but for the id, which comes with publishing."""
        return orjson.dumps(
            {
                "type": self.type,
                "topic": topic_of(self.address),
                "time": format_time(self.time),
                "data": self.data,
            }
        )


@dataclass(frozen=True, slots=True)
class Published:
    """One message as gateways get it; ``text`` is what goes to the subscribers."""

    position: Position
    previous: Position
    address: str
    key: str
    text: str
