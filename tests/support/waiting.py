"""Waiting for a condition instead of for a while."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


async def eventually(
    condition: Callable[[], T | Awaitable[T]],
    *,
    timeout: float = 10.0,  # noqa: ASYNC109 - what the waiting test allows
    interval: float = 0.02,
    because: str = "the condition",
) -> T:
    """What `condition` gives once it is true; fails the test after `timeout` seconds.

    An `AssertionError` in the condition counts as "not yet", and is what the failure then shows.
    """
    deadline = time.monotonic() + timeout
    failure: AssertionError | None = None
    result: Any = None
    while True:
        try:
            result = condition()
            if inspect.isawaitable(result):
                result = await result
            failure = None
            if result:
                return cast(T, result)
        except AssertionError as error:
            failure = error
        if time.monotonic() > deadline:
            raise failure or AssertionError(f"{because} did not come true in {timeout} s; last: {result!r}")
        await asyncio.sleep(interval)
