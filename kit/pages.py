"""Keyset pages: opaque cursors whose cost does not depend on how deep the page is."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import orjson

from kit.errors import Refusal

T = TypeVar("T")

MAX_CURSOR_LENGTH = 1024
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
_INT64 = 2**63


class InvalidCursor(Refusal):
    """The cursor is not one that this list gave out"""

    status = 422
    code = "invalid_cursor"

    def __init__(self) -> None:
        super().__init__(
            errors=[{"loc": ["query", "cursor"], "msg": self.default_detail, "type": "invalid_cursor"}]
        )


def encode_cursor(values: Sequence[Any]) -> str:
    """Encode a position: the sort key's values (UUID, aware datetime, date, 64-bit int, str, None).

    Raises `TypeError` for anything else and `ValueError` for a naive datetime.
    """
    encoded = orjson.dumps([_plain(value) for value in values])
    return urlsafe_b64encode(encoded).rstrip(b"=").decode("ascii")


def decode_cursor(raw: str, types: Sequence[Any]) -> tuple[Any, ...]:
    """Decode a position into values of exactly these types (`datetime | None` allows None).

    Raises :class:`InvalidCursor` for whatever :func:`encode_cursor` would not have made of such values.
    """
    if len(raw) > MAX_CURSOR_LENGTH or not _BASE64URL.fullmatch(raw):
        raise InvalidCursor
    try:
        values = orjson.loads(urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
        if not isinstance(values, list):
            raise InvalidCursor
        return tuple(_typed(value, wanted) for value, wanted in zip(values, types, strict=True))
    except (ValueError, OverflowError) as error:
        raise InvalidCursor from error


def page(items: Sequence[T], limit: int, key: Callable[[T], Sequence[Any]]) -> tuple[list[T], str | None]:
    """Cut a page out of up to `limit + 1` fetched items: (items, next_cursor).

    `key` names the values of the sort key of an item; there is no cursor when nothing follows.
    """
    if len(items) <= limit:
        return list(items), None
    shown = list(items[:limit])
    return shown, encode_cursor(key(shown[-1]))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise TypeError("a cursor holds no booleans")
    if isinstance(value, int):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError("a cursor holds no naive times")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a cursor cannot hold a {type(value).__name__}")


def _typed(value: Any, wanted: Any) -> Any:
    if get_origin(wanted) in (Union, UnionType):
        options = get_args(wanted)
        if value is None and type(None) in options:
            return None
        (wanted,) = [option for option in options if option is not type(None)]
    if wanted is int:
        if type(value) is int and -_INT64 <= value < _INT64:
            return value
    elif isinstance(value, str):
        if wanted is str and "\x00" not in value:
            return value
        if wanted is UUID:
            return UUID(value)
        if wanted is datetime:
            moment = datetime.fromisoformat(value)
            if moment.utcoffset() is not None:
                return moment.astimezone(UTC)
        elif wanted is date:
            return date.fromisoformat(value)
    raise InvalidCursor
