"""Asking a server that may not answer: for how long to wait for it, and when not to ask at all."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

GRACE_SECONDS: Final = 0.01
"""A process that had no time for a while sees its own timeout before an answer that came long ago."""


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """`asyncio.timeout`, for whom a late process is not a late answer. Raises `TimeoutError`."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as bound:
        timer = loop.call_later(seconds, lambda: bound.reschedule(loop.time() + GRACE_SECONDS))
        try:
            yield
        finally:
            timer.cancel()


class Breaker:
    """Says whether a server is worth asking: after a failure only one request per ``pause`` seconds finds out."""

    def __init__(self, pause: float, *, clock: Callable[[], float] = time.monotonic):
        self._pause = pause
        self._clock = clock
        self._next_try: float | None = None

    def allows(self) -> bool:
        """Whether to ask now. When a pause is over, the first to be told so asks on behalf of all others."""
        if self._next_try is None:
            return True
        now = self._clock()
        if now < self._next_try:
            return False
        self._next_try = now + self._pause
        return True

    def failed(self) -> bool:
        """The server did not answer; whether that is news."""
        is_news = self._next_try is None
        self._next_try = self._clock() + self._pause
        return is_news

    def worked(self) -> None:
        """The server answered."""
        self._next_try = None
