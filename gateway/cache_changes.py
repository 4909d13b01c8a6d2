"""No answer to a change is sent before the change is known wherever cached answers are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import structlog

from gateway.cache_lease import CacheLease
from gateway.cache_routes import CHANGING, addressed_tags
from gateway.headers import RawHeaders
from gateway.proxy import Forwarded
from kit.cache_tags import ADVANCED_HEADER, CHANGED_HEADER, CacheTags
from kit.identity import Caller

log = structlog.get_logger(__name__)

HOLD_SECONDS: Final = 30
"""How long nothing is cached that a change is about whose outcome is not known: it may still be committed."""

Tell = Callable[[Sequence[str]], None]
"""Tells the outside world of changed tags, without delay."""

_ADVANCED = ADVANCED_HEADER.encode()
_CHANGED = CHANGED_HEADER.encode()


class Changes:
    """Sees to it that changes are known."""

    def __init__(self, tags: CacheTags, lease: CacheLease, *, tell: Tell | None = None) -> None:
        """Advance `tags`; where that fails, suspend the cache. `tell` is told of what has changed."""
        self._tags = tags
        self._lease = lease
        self._tell = tell

    async def settle(
        self, request: Forwarded, caller: Caller | None, status: int, headers: RawHeaders
    ) -> None:
        """Do what is still to be done before this answer of a service may be sent."""
        advanced, changed = _told(headers)
        if changed:
            await self._make_known(changed)
        elif not advanced and status >= 500:
            await self.doubt(request, caller)
        if status < 300 and (advanced or changed):
            self._tell_of([*advanced, *changed])

    async def doubt(self, request: Forwarded, caller: Caller | None) -> None:
        """Act as if this request had changed what it is about: its outcome is not known, and may not be settled yet."""
        if request.method in CHANGING:
            tags = addressed_tags(request.path, request.body, caller)
            if tags:
                await self._make_known(tags, hold_seconds=HOLD_SECONDS)
                self._tell_of(tags)

    async def _make_known(self, tags: Sequence[str], *, hold_seconds: float = 0) -> None:
        if not await self._tags.advance(tags, hold_seconds=hold_seconds) and not await self._lease.suspend():
            log.error("change_not_known", tags=list(tags))

    def _tell_of(self, tags: Sequence[str]) -> None:
        if self._tell is not None:
            self._tell(tags)


def _told(headers: RawHeaders) -> tuple[list[str], list[str]]:
    advanced: list[str] = []
    changed: list[str] = []
    for name, value in headers:
        lowered = name.lower()
        if lowered == _ADVANCED:
            advanced += value.decode("ascii").split(",")
        elif lowered == _CHANGED:
            changed += value.decode("ascii").split(",")
    return advanced, changed
