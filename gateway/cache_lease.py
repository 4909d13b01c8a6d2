"""May this gateway answer out of the cache? Only for a moment at a time, and only while PostgreSQL says so.

Redis carries the cache and cannot also carry the permission to use it: it may hang, or be out of reach for one gateway
and not for another. So each gateway asks the session service again and again, and goes by the answer for
`LEASE_SECONDS`. A gateway that cannot advance the tags of a change has the cache suspended there, waits
until every older answer has run out, and only then answers the change. From then on nobody serves, and after
the suspension nobody believes, what was cached before it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog

from kit.background import end
from kit.cache_tags import PERMISSION_PATH, SUSPENSION_PATH
from kit.errors import Refusal

log = structlog.get_logger(__name__)

LEASE_SECONDS: Final = 2.0
"""For how long one answer of the session service is gone by, from the moment of asking."""

RENEW_SECONDS: Final = 0.5
"""How often it is asked."""

DRIFT_SECONDS: Final = 0.1
"""What is waited longer than a lease lasts: clocks of two machines do not run equally fast."""

ASK_SECONDS: Final = 3.0
"""How long asking for a suspension may take."""

MARGIN_SECONDS: Final = 10.0
"""How much of a suspension must be left for a change to rely on it."""

SURELY_COMMITTED_SECONDS: Final = 5.0
"""An extension that took longer may have been committed after what it was to extend had ended."""

Ask = Callable[[str, str], Awaitable[tuple[int, Any]]]
"""Asks the session service, as the gateway itself: method and path; status and JSON."""


class CacheLease:
    """The permission of one gateway."""

    def __init__(
        self,
        ask: Ask,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Go by what `ask` is answered; `clock` tells seconds that never go back, `sleep` lets them pass."""
        self._ask = ask
        self._clock = clock
        self._sleep = sleep
        self._generation: str | None = None
        self._good_until = 0.0
        self._suspension: str | None = None
        self._effective_at = 0.0
        self._suspended_until = 0.0
        self._suspending: asyncio.Task[bool] | None = None
        self._debt: asyncio.Task[None] | None = None

    def generation(self) -> str | None:
        """Return what may be served at this moment: entries of this generation, or nothing at all."""
        return self._generation if self._clock() < self._good_until else None

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renew the lease in the background."""
        keeping = asyncio.create_task(self._keep(), name="cache-lease")
        try:
            async with self.standby():
                yield
        finally:
            await end([keeping])

    @asynccontextmanager
    async def standby(self) -> AsyncIterator[None]:
        """Only be there for `suspend`: for a gateway that does not use the cache itself."""
        try:
            yield
        finally:
            await end([self._suspending, self._debt])

    async def renew(self) -> None:
        """Ask once. Whoever is not answered goes by the old answer until it has run out."""
        asked_at = self._clock()
        try:
            async with asyncio.timeout(LEASE_SECONDS):
                status, told = await self._ask("GET", PERMISSION_PATH)
        except (Refusal, TimeoutError):
            return
        if status != 200 or not isinstance(told, dict):
            return
        generation, suspended = told.get("generation"), told.get("suspended")
        if suspended is False and isinstance(generation, str):
            self._generation = generation
            self._good_until = asked_at + LEASE_SECONDS
        else:
            self._generation = None

    async def suspend(self) -> bool:
        """Have the cache suspended, and return once no gateway serves what is in it; False: that was not possible.

        In a suspension that lasts, which is the case from the second change on, this costs nothing.
        """
        if self._is_relied_on():
            return True
        if self._suspending is None or self._suspending.done():
            self._suspending = asyncio.create_task(self._suspend(), name="cache-suspension")
        done = await asyncio.shield(self._suspending)
        if not done and (self._debt is None or self._debt.done()):
            # Somebody may be shown an old state until this has gone through.
            log.error("cache_not_suspended")
            self._debt = asyncio.create_task(self._insist(), name="cache-suspension-owed")
        return done

    def _is_relied_on(self) -> bool:
        now = self._clock()
        return self._effective_at <= now < self._suspended_until - MARGIN_SECONDS

    async def _suspend(self) -> bool:
        asked_at = self._clock()
        try:
            async with asyncio.timeout(ASK_SECONDS):
                status, told = await self._ask("POST", SUSPENSION_PATH)
        except (Refusal, TimeoutError) as error:
            log.warning("cache_suspension_failed", error=type(error).__name__)
            return False
        if status != 200 or not isinstance(told, dict):
            log.warning("cache_suspension_failed", status=status)
            return False
        now = self._clock()
        self._generation = None
        goes_on = told["generation"] == self._suspension and now - asked_at < SURELY_COMMITTED_SECONDS
        if not goes_on:
            log.warning("cache_suspended", seconds=told["seconds"])
            self._effective_at = now + LEASE_SECONDS + DRIFT_SECONDS
        self._suspension = told["generation"]
        self._suspended_until = asked_at + told["seconds"]
        await self._sleep(max(0.0, self._effective_at - self._clock()))
        return True

    async def _insist(self) -> None:
        while True:
            await self._sleep(RENEW_SECONDS)
            if await self._suspend():
                return

    async def _keep(self) -> None:
        while True:
            await self.renew()
            await self._sleep(RENEW_SECONDS)
