"""What goes over the wire of a live connection besides the messages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from kit.live.messages import Position

MAX_FRAME: Final = 16 * 1024
"""Characters that a client may send at once."""

MAX_TOPICS: Final = 100
"""Topics in one frame, and of one connection."""

RESET: Final = '{"type":"reset"}'
"""Something may have been missed: the client is to fetch what it shows."""

Topics = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Field(max_length=MAX_TOPICS)
]


class InvalidFrame(Exception):
    """The client has sent what is no message to the server."""


class ClientFrame(BaseModel):
    """Topics to subscribe to (`after` a position, and told so if it is to `acknowledge`) or to leave."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    subscribe: Topics | None = None
    unsubscribe: Topics | None = None
    after: Annotated[str, StringConstraints(max_length=100)] | None = None
    acknowledge: bool = False

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.subscribe is None) == (self.unsubscribe is None):
            raise ValueError("either subscribe or unsubscribe")
        if self.after is not None and self.subscribe is None:
            raise ValueError("after what to unsubscribe?")
        if self.acknowledge and self.subscribe is None:
            raise ValueError("leaving is always acknowledged")
        return self


def read_frame(text: str | None) -> ClientFrame:
    """Return what the client has sent; None stands for a binary frame. Raises `InvalidFrame`."""
    if text is None or len(text) > MAX_FRAME:
        raise InvalidFrame
    try:
        return ClientFrame.model_validate(orjson.loads(text))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise InvalidFrame from error


@dataclass(frozen=True, slots=True)
class Refused:
    """Why topics were not subscribed to."""

    code: str
    detail: str


FORBIDDEN: Final = Refused("forbidden", "These topics are not yours, or there are no such topics")
UNAVAILABLE: Final = Refused(
    "unavailable", "Whether these topics are yours cannot be told just now; try again"
)
TOO_MANY: Final = Refused("too_many_topics", f"A connection has {MAX_TOPICS} topics at most")
INVALID: Final = Refused(
    "invalid_message", 'Send {"subscribe": [topics], "after": id} or {"unsubscribe": [topics]}'
)


def subscribed(topics: list[str], after: Position | None) -> str:
    """Say that these topics are subscribed to, and after which position the client has still to be told of them."""
    return _text({"type": "subscribed", "topics": topics, "after": None if after is None else str(after)})


def unsubscribed(topics: list[str]) -> str:
    """Say that nothing more will be told of these topics."""
    return _text({"type": "unsubscribed", "topics": topics})


def refusal(refused: Refused, topics: list[str] | None = None) -> str:
    """Say that something, perhaps about these topics, could not be done."""
    about = {} if topics is None else {"topics": topics}
    return _text({"type": "error", "code": refused.code, "detail": refused.detail, **about})


def _text(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()
