"""Ending what runs in the background."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

AGAIN_SECONDS: Final = 0.1
"""How long a task has for its end before it is cancelled once more."""


async def end(tasks: Iterable[asyncio.Task[Any] | None]) -> None:
    """Cancels tasks, those that were ever begun, until they have ended. Raises what one of them has failed with.

    Once may be lost: on Python 3.11 `asyncio.wait_for`, which the Redis client sends with, forgets a cancellation that
    comes at the moment at which what it waits for is there, and a loop goes on for ever
    (https://github.com/python/cpython/issues/86296).
    """
    given = [task for task in tasks if task is not None]
    left = {task for task in given if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
    for task in given:
        if not task.cancelled() and (failure := task.exception()) is not None:
            raise failure
