"""What goes over the wire about the history."""

import re
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.schemas import View, parse_time
from session_service.practice.rules import Practice
from session_service.practice.schemas import PracticeView

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _parse_bound(raw: Any) -> date:
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise PydanticCustomError(
                "date_parsing", "Input should be a date that the calendar has"
            ) from None
    return parse_time(raw)


Bound = Annotated[
    date,
    PlainValidator(_parse_bound),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
            "examples": ["2026-11-01"],
        }
    ),
]
"""One end of the history: a date, or a moment with an offset (a `datetime` then)."""


class HistoryItem(PracticeView):
    """A practice session in the history."""

    mood: int | None = Field(ge=1, le=5, examples=[4])

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """The practice as the history shows it."""
        return cls(**cls.fields(practice), mood=practice.mood)


class HistoryPage(View):
    """One page of the user's practices."""

    items: list[HistoryItem]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")
