"""Waiting for a condition instead of for a while."""

# ruff: noqa: ASYNC109 - the timeout is what the waiting test allows

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast, overload

T = TypeVar("T")


@overload
async def eventually(
    condition: Callable[[], Awaitable[T]], *, timeout: float = ..., interval: float = ..., because: str = ...
) -> T: ...
@overload
async def eventually(
    condition: Callable[[], T], *, timeout: float = ..., interval: float = ..., because: str = ...
) -> T: ...
async def eventually(
    condition: Callable[[], Any],
    *,
    timeout: float = 10.0,
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
