"""Leaving a server alone that does not answer, instead of waiting for it with every request."""

import time
from collections.abc import Callable


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
