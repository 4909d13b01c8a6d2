"""What is cached, and what a change is about: the knowledge of paths that the cache needs."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import orjson

from kit.identity import Caller

CATALOGUES: Final = re.compile(r"/api/challenges|/api/v1/sequences(?:/[1-9][0-9]{0,18})?")
"""The same for everybody who may ask at all."""

SESSION: Final = re.compile(r"/api/session/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Only in the spelling that we hand out ourselves; others are passed on."""

CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_BY_BODY: Final = "/api/session/confirm-completion"


def entry_name(method: str, path: str, query: str, caller: Caller | None) -> str | None:
    """Return under what the answer to this request may be cached; `None` if it may not.

    What is somebody's own is an entry for that user in that role: nobody is ever given what the service has answered
    to somebody else. No cached resource takes a query, so whoever sends one is not served from here.
    """
    if caller is None or query or method not in ("GET", "HEAD"):
        return None
    if SESSION.fullmatch(path):
        return f"{path} {caller.user_id} {caller.role}"
    return path if CATALOGUES.fullmatch(path) else None


def addressed_tags(path: str, body: bytes, caller: Caller | None) -> list[str]:
    """Return the tags of what a change at `path` is about, for when the service has not told them."""
    parts = unquote(path).split("/")
    if parts[:3] == ["", "api", "me"] and caller is not None:
        return [f"user:{caller.user_id}"]
    if parts[:3] != ["", "api", "session"] or len(parts) < 4:
        return []
    session_id = _uuid(_named_in(body) if path == _BY_BODY else parts[3])
    return [] if session_id is None else [f"session:{session_id}"]


def _named_in(body: bytes) -> object:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return value.get("session_id") if isinstance(value, dict) else None


def _uuid(raw: object) -> UUID | None:
    try:
        return UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
