"""The pieces that wire schemas are made of.

A request body inherits from :class:`Body`, an answer from :class:`View`. The types here refuse what the database or
another client could not take: times without an offset, NUL characters, numbers beyond 64 bits.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from kit.plaintext import clean_text

_INT64 = 2**63
_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]*")
# Patterns, so that the API description says it too. `\n` is within reach of a negated class.
_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"


def parse_time(raw: Any) -> datetime:
    """Return an RFC 3339 time in UTC; digits beyond microseconds are cut off.

    Raises a validation error for anything but a string with seconds and an offset, or an aware `datetime`, and for
    moments outside of the years 1 to 9999 in UTC.
    """
    if isinstance(raw, datetime):
        moment = raw
    else:
        found = _RFC3339.fullmatch(raw) if isinstance(raw, str) else None
        if found is None:
            raise _not_a_time()
        year, month, day, hour, minute, second = (int(found[index]) for index in range(1, 7))
        micros = int((found[7] or "0")[:6].ljust(6, "0"))
        offset = UTC
        if found[8] is None:
            hours, minutes = int(found[10]), int(found[11])
            if hours > 23 or minutes > 59:
                raise _not_a_time()
            span = timedelta(hours=hours, minutes=minutes)
            offset = timezone(-span if found[9] == "-" else span)
        try:
            moment = datetime(year, month, day, hour, minute, second, micros, tzinfo=offset)
        except ValueError:
            raise _not_a_time() from None
    if moment.utcoffset() is None:
        raise _not_a_time()
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise _not_a_time() from None


def _not_a_time() -> PydanticCustomError:
    return PydanticCustomError(
        "datetime_rfc3339",
        "Input should be an RFC 3339 date and time with an offset, as 2025-08-17T15:00:00Z",
    )


def format_time(moment: datetime) -> str:
    """Return a time as the wire shows it: UTC, `Z`, microseconds only where there are any."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


UtcDatetime = Annotated[
    datetime,
    BeforeValidator(parse_time),
    PlainSerializer(format_time, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2025-08-17T15:00:00Z"]}),
]
"""A moment. In: RFC 3339 with an offset, else a validation error; normalised to UTC. Out: with `Z`."""


SafeStr = Annotated[str, StringConstraints(pattern=_LINE)]
"""One line of text: no control characters."""

SafeText = Annotated[str, StringConstraints(pattern=_LINES)]
"""Text in lines: no control characters but newline, carriage return and tab."""

Trimmed = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_LINE)]
"""One line of text without white space around it. Lengths given with `Field` are those after trimming."""

Cleaned = AfterValidator(clean_text)
"""Makes plain text of what was typed (:func:`kit.plaintext.clean_text`).

Give it last, `Annotated[str, Field(max_length=5000), Cleaned]`: lengths are then those of the text as typed.
"""

Int = Annotated[int, Strict()]
"""A whole number; `"5"`, `5.5` and `true` are none. (In a request's JSON `5.0` is 5: `kit.bodies`.)"""

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
"""A number; a string or `true` is none."""

Bool = Annotated[bool, Strict()]
"""true or false; `1` and `"yes"` are neither."""

Id64 = Annotated[int, Strict(), Field(ge=1, le=_INT64 - 1)]
"""A positive 64-bit id in a body."""


def _only_digits(raw: Any) -> Any:
    # The lax parser also takes " 1", "+1", "01", "1.0" and "1_000": many addresses of one thing.
    if isinstance(raw, str) and not _WHOLE_NUMBER.fullmatch(raw):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return raw


OnlyDigits = BeforeValidator(_only_digits)
"""For a whole number in a path or a query. After its bounds: else the API description does not have them."""

PathId64 = Annotated[int, Field(ge=1, le=_INT64 - 1), OnlyDigits]
"""A positive 64-bit id in a path or a query: ASCII digits, without leading zeros."""


class Body(BaseModel):
    """A request body: unknown fields are rejected, and so is whatever PostgreSQL could not store."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @model_validator(mode="after")
    def _storable(self) -> Self:
        _check_storable(list(self.__dict__.values()))
        return self


class NoFields(Body):
    """The body of what needs none, as `body: NoFields | None = None`: an empty object, or nothing at all.

    Without it an endpoint would take whatever is sent.
    """


def _check_storable(values: list[Any]) -> None:
    while values:
        value = values.pop()
        if isinstance(value, str):
            if _UNSTORABLE.search(value):
                raise PydanticCustomError(
                    "text_unstorable", "Text should contain neither NUL characters nor lone surrogates"
                )
        elif isinstance(value, bool):
            continue
        elif isinstance(value, int):
            if not -_INT64 <= value < _INT64:
                raise PydanticCustomError("int_out_of_range", "Numbers should fit into 64 bits")
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise PydanticCustomError("finite_number", "Numbers should be finite")
        elif isinstance(value, dict):
            values.extend(value.keys())
            values.extend(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            values.extend(value)


class View(BaseModel):
    """An answer. In the API description a field with a default is always there, as it is on the wire."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, json_schema_serialization_defaults_required=True
    )


class ErrorItem(View):
    """One thing that is wrong with a request."""

    loc: list[str | int] = Field(examples=[["body", "venue_name"]], description="Where it is.")
    msg: str = Field(examples=["Field required"])
    type: str = Field(examples=["missing"])


class Problem(BaseModel):
    """An RFC 9457 problem. Some carry more members, which their endpoints describe."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["about:blank"], description="A URI that names the kind of problem.")
    title: str = Field(examples=["Not Found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["Session not found"])
    instance: str | None = Field(
        default=None, examples=["/api/session/6f1c"], description="The path asked for."
    )
    code: str = Field(examples=["session_not_found"], description="Stable; decide on this one.")
    request_id: str | None = Field(default=None, examples=["4f9d1c1e5a0b4c0f8a51"])
    errors: list[ErrorItem] | None = Field(
        default=None, description="On invalid requests: what is wrong where."
    )
