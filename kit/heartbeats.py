"""Heartbeats of the processes that have no port: workers and the relay.

A heartbeat is a hint in Redis: a sorted set a name, scored by the time of the last beat. Readiness reads it.
"""

import time
from typing import Any

INTERVAL = 2.0
"""Seconds between two beats."""

ALIVE_FOR = 10.0
"""Seconds after which a silent process no longer counts as alive."""

RELAY = "relay"
"""The name under which relays beat; a worker beats under the name of its queue."""

LIVE = "live"
"""The name under which publishers of live updates beat."""

COURIER = "courier"
"""The name under which couriers beat."""


def key(name: str) -> str:
    """The Redis key of the sorted set of one name."""
    return f"tandem:heartbeats:{name}"


async def beat(redis: Any, name: str, member: str) -> None:
    """Says that ``member`` of ``name`` is alive now, and forgets those that have been silent for a minute."""
    now = time.time()
    pipeline = redis.pipeline(transaction=False)
    pipeline.zadd(key(name), {member: now})
    pipeline.zremrangebyscore(key(name), "-inf", now - 60)
    await pipeline.execute()


async def alive(redis: Any, name: str) -> int:
    """How many members of ``name`` have beaten lately."""
    return int(await redis.zcount(key(name), time.time() - ALIVE_FOR, "+inf"))


def beat_sync(redis: Any, name: str, member: str) -> None:
    """`beat`, for the worker's parent process, which has no event loop."""
    now = time.time()
    pipeline = redis.pipeline(transaction=False)
    pipeline.zadd(key(name), {member: now})
    pipeline.zremrangebyscore(key(name), "-inf", now - 60)
    pipeline.execute()


def stop_sync(redis: Any, name: str, member: str) -> None:
    """Takes a member out that is about to end."""
    redis.zrem(key(name), member)
