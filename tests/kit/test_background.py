"""Background tasks end, whatever becomes of the first word that they get."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from kit.background import end


async def test_a_task_that_misses_its_cancellation_is_told_again() -> None:
    missed: list[int] = []

    async def deaf() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                missed.append(1)
                if len(missed) == 3:
                    raise

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await asyncio.wait_for(end([task]), 5)
    assert task.cancelled()
    assert len(missed) == 3


async def test_what_a_task_has_failed_with_is_raised() -> None:
    async def fails() -> None:
        raise LookupError

    async def waits() -> None:
        await asyncio.sleep(60)

    failed, waiting = asyncio.create_task(fails()), asyncio.create_task(waits())
    await asyncio.sleep(0)
    with pytest.raises(LookupError):
        await end([failed, waiting])
    assert waiting.cancelled()
    await end([])


async def test_a_loop_around_redis_ends_at_whatever_moment_it_is_told_to(redis_url: str) -> None:
    async def look(redis: Any) -> None:
        while True:
            await redis.lpop("nothing", 100)
            await asyncio.sleep(0.001)

    for ticks in range(40):
        redis: Redis = Redis.from_url(redis_url)
        task = asyncio.create_task(look(redis))
        for _ in range(ticks):
            await asyncio.sleep(0)
        await asyncio.wait_for(end([task]), 5)
        assert task.cancelled()
        await redis.aclose()
