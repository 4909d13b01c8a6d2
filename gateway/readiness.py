"""Whether a session could be completed just now: everything that this takes is asked, at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.errors import GatewayTimeout, ServiceUnavailable
from gateway.jwks import TokenKeys
from gateway.proxy import Upstream
from gateway.routes import Service
from kit import heartbeats

BOUND_SECONDS: Final = 2.0
"""How long all checks together may take; who has not answered by then counts as missing."""

WORKER_QUEUES: Final = ("reputation", "statistics", "notifications")
"""The queues that need at least one worker each."""

OK: Final = "ok"
WITHOUT_DATABASE: Final = "without database"

Check = Callable[[], Awaitable[str]]


class Readiness:
    """The state of every part, asked once for all who want to know it at the same time: anybody may."""

    def __init__(self) -> None:
        self._under_way: asyncio.Task[dict[str, str]] | None = None

    async def states(self, check: Callable[[], Coroutine[Any, Any, dict[str, str]]]) -> dict[str, str]:
        """Return what `check` gives, or is about to give to somebody who came before."""
        if self._under_way is None:
            self._under_way = asyncio.create_task(check())
            self._under_way.add_done_callback(self._ended)
        # Who goes away takes nobody else's answer along.
        return await asyncio.shield(self._under_way)

    def _ended(self, _: asyncio.Task[dict[str, str]]) -> None:
        self._under_way = None


async def check_everything(
    redis: Redis, upstreams: Mapping[Service, Upstream], token_keys: TokenKeys | None
) -> dict[str, str]:
    """Return the state of every part by its name: `ok`, or in a word or two what is wrong. Never raises.

    The database is what the services say of it; it is left out when none of them answers. So are `token_keys` where
    no issuer is set.
    """
    checks: dict[str, Check] = {"redis": partial(_redis, redis)}
    for name, upstream in upstreams.items():
        checks[f"{name}_service"] = partial(_service, upstream)
    checks["relay"] = partial(_heart, redis, heartbeats.RELAY)
    for queue in WORKER_QUEUES:
        checks[f"{queue}_worker"] = partial(_heart, redis, queue)
    states = dict(zip(checks, await asyncio.gather(*map(_bounded, checks.values())), strict=True))
    if WITHOUT_DATABASE in states.values():
        states["database"] = "away"
    elif any(states[f"{name}_service"] == OK for name in upstreams):
        states["database"] = OK
    if token_keys is not None:
        states["token_keys"] = OK if token_keys.available else "away"
    return states


async def _bounded(check: Check) -> str:
    try:
        async with asyncio.timeout(BOUND_SECONDS):
            return await check()
    except (TimeoutError, GatewayTimeout):
        return "too slow"
    except (RedisError, OSError, ServiceUnavailable):
        return "away"


async def _redis(redis: Redis) -> str:
    await redis.ping()
    return OK


async def _service(upstream: Upstream) -> str:
    status, body = await upstream.get_json("/internal/readyz")
    if status == 200:
        return OK
    missing: Any = body.get("missing") if isinstance(body, dict) else None
    if isinstance(missing, list) and missing:
        return f"without {', '.join(str(name) for name in missing)}"
    return "not ready"


async def _heart(redis: Redis, name: str) -> str:
    return OK if await heartbeats.alive(redis, name) else "away"
