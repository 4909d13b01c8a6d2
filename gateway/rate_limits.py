"""How often somebody may ask: token buckets in Redis, shared by every gateway.

A bucket is one number, the time at which it will be full again (the generic cell rate algorithm). A script looks at
all buckets of a request and takes from all or from none of them, by Redis's own clock, so gateways agree whatever
their clocks say. Requests that arrive while Redis is being asked go together in the next step: what a round trip costs
is shared by as many as there are, and a lonely request waits for nobody.

Redis carries hints. Whenever it is away or slow, the requests that are waiting go through unlimited, and so do all
others, without asking, until it answers again.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gateway.metrics import ALLOWED, REFUSED, UNCHECKED, GatewayMetrics
from kit.background import end
from kit.breakers import within

KEY: Final = "tandem:limits:"

MAX_TOGETHER: Final = 200
"""Requests that one step decides, so that Redis is not kept from others for long."""

PROBE_SECONDS: Final = 0.25
"""How often a Redis that was away is asked whether it is back."""

SCRIPT: Final = """
-- KEYS: buckets. ARGV[1]: numbers; for each request whether it takes (1) or only looks (0) and how many buckets are
-- its own, then for each of these the microseconds that a token takes to come, and the tokens that it holds.
-- Returns numbers: for each request which bucket was empty (0: none); for each bucket its tokens, the microseconds
-- until it is full, and those until there is a token in it.
local numbers = {}
for number in string.gmatch(ARGV[1], '%d+') do numbers[#numbers + 1] = tonumber(number) end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer, bucket, argument = {}, 0, 1
while argument <= #numbers do
  local takes, count = numbers[argument] == 1, numbers[argument + 1]
  argument = argument + 2
  local states, empty = {}, 0
  for i = 1, count do
    local per_token, size = numbers[argument], numbers[argument + 1]
    argument = argument + 2
    local key = KEYS[bucket + i]
    local full_at = tonumber(redis.call('GET', key) or now)
    -- A clock that was set back must not close a bucket for longer than it takes to fill.
    full_at = math.min(math.max(full_at, now), now + per_token * size)
    local wait = full_at + per_token - now - per_token * size
    if wait > 0 and empty == 0 then empty = i end
    states[i] = {key, full_at, per_token, size, math.max(wait, 0)}
  end
  bucket = bucket + count
  answer[#answer + 1] = empty
  for i = 1, count do
    local key, full_at, per_token, size, wait = unpack(states[i])
    if takes and empty == 0 then
      full_at = full_at + per_token
      redis.call('SET', key, string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
    end
    answer[#answer + 1] = math.floor((now + per_token * size - full_at) / per_token)
    answer[#answer + 1] = full_at - now
    answer[#answer + 1] = wait
  end
end
-- One string is read far sooner than as many replies.
return table.concat(answer, ' ')
"""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Policy:
    """A kind of bucket: it holds `burst` tokens, `per_second` of which come back each second."""

    name: str
    per_second: float
    burst: int

    @cached_property
    def microseconds(self) -> int:
        """How long a token takes to come back."""
        return max(1, round(1e6 / self.per_second))

    @cached_property
    def described(self) -> str:
        """This policy in `RateLimit-Policy`: the window is what an empty bucket takes to be full again."""
        return f'"{self.name}";q={self.burst};w={_seconds(self.microseconds * self.burst)}'


@dataclass(frozen=True, slots=True)
class Bucket:
    """Somebody's bucket of one policy."""

    policy: Policy
    owner: str

    @property
    def key(self) -> str:
        """The name in Redis."""
        return f"{KEY}{self.policy.name}:{self.owner}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the buckets of a request have said, and the headers that tell the client of it."""

    empty: Policy | None
    """The policy that refuses the request."""
    wait: float
    """In how many seconds the refused request may be made again."""
    headers: list[tuple[bytes, bytes]]


@dataclass(slots=True)
class _Request:
    buckets: Sequence[Bucket]
    takes: bool
    decided: asyncio.Future[Verdict | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class RateLimits:
    """The buckets, as one gateway asks them."""

    def __init__(self, redis: Redis, *, timeout: float, metrics: GatewayMetrics) -> None:
        """Ask `redis`, which has `timeout` seconds for a step. To be used within the context `running`."""
        self._redis = redis
        self._script = redis.register_script(SCRIPT)
        self._timeout = timeout
        self._metrics = metrics
        self._waiting: list[_Request] = []
        self._asking: asyncio.Task[None] | None = None
        self._probing: asyncio.Task[None] | None = None
        metrics.rate_limits_available.set(1)

    @property
    def available(self) -> bool:
        """Whether Redis is asked; while it is not, everything goes through."""
        return self._probing is None

    async def take(self, *buckets: Bucket) -> Verdict | None:
        """Take a token from each of `buckets`, or from none if one is empty. `None`: nobody knows, let it through."""
        return await self._decide(_Request(buckets, takes=True))

    async def look(self, *buckets: Bucket) -> Verdict | None:
        """Return what `take` would, and take nothing."""
        return await self._decide(_Request(buckets, takes=False))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Close the connection, and end what runs in the background, at the end of the context."""
        try:
            yield
        finally:
            await end([self._asking, self._probing])
            await self._redis.aclose()

    async def _decide(self, request: _Request) -> Verdict | None:
        if self._probing is not None:
            self._count(request, None)
            return None
        self._waiting.append(request)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask_for_all())
        return await request.decided

    async def _ask_for_all(self) -> None:
        try:
            while self._waiting:
                together = self._waiting[:MAX_TOGETHER]
                del self._waiting[:MAX_TOGETHER]
                try:
                    verdicts = _read(together, await self._step(together))
                except Exception as error:
                    # Away, too slow, full, loading, or not what it should be: whatever it is, requests go on.
                    self._lost(error)
                    together += self._waiting
                    self._waiting.clear()
                    verdicts = [None] * len(together)
                for request, verdict in zip(together, verdicts, strict=True):
                    self._count(request, verdict)
                    if not request.decided.done():
                        request.decided.set_result(verdict)
        finally:
            self._asking = None

    async def _step(self, together: Sequence[_Request]) -> list[int]:
        keys: list[str] = []
        arguments: list[int] = []
        for request in together:
            arguments += (int(request.takes), len(request.buckets))
            for bucket in request.buckets:
                keys.append(bucket.key)
                arguments += (bucket.policy.microseconds, bucket.policy.burst)
        numbers = " ".join(map(str, arguments))
        async with within(self._timeout):
            answer: bytes = await self._script(keys, [numbers])
        return [int(number) for number in answer.split()]

    def _count(self, request: _Request, verdict: Verdict | None) -> None:
        if not request.takes and (verdict is None or verdict.empty is None):
            return
        outcome = UNCHECKED if verdict is None else REFUSED if verdict.empty else ALLOWED
        policy = verdict.empty if verdict is not None and verdict.empty else request.buckets[-1].policy
        self._metrics.rate_limits.labels(policy.name, outcome).inc()

    def _lost(self, error: Exception) -> None:
        _log.warning("rate_limits_unavailable", error=type(error).__name__)
        self._metrics.rate_limits_available.set(0)
        self._probing = asyncio.create_task(self._probe())

    async def _probe(self) -> None:
        """No request waits for a Redis that is away: this does."""
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            try:
                async with within(self._timeout):
                    await self._redis.ping()
            except Exception as error:
                _log.debug("rate_limits_still_unavailable", error=type(error).__name__)
            else:
                break
        self._probing = None
        self._metrics.rate_limits_available.set(1)
        _log.info("rate_limits_available")


def open_limits_redis(url: str, timeout: float) -> Redis:
    """Return a client that gives up soon. Connects when first used."""
    return Redis.from_url(
        url,
        # Longer than a step may take, which is therefore what decides.
        socket_timeout=2 * timeout + 1,
        socket_connect_timeout=timeout,
        # A connection that was closed while it was idle is noticed at its next use: once more, at once.
        retry=Retry(NoBackoff(), 1),
    )


def _read(together: Sequence[_Request], answer: Sequence[int]) -> list[Verdict | None]:
    verdicts: list[Verdict | None] = []
    numbers = iter(answer)
    for request in together:
        empty = next(numbers)
        limits: list[str] = []
        wait = 0
        for position, bucket in enumerate(request.buckets, 1):
            left, full_in, token_in = next(numbers), next(numbers), next(numbers)
            if position == empty:
                wait = token_in
            limits.append(f'"{bucket.policy.name}";r={left};t={_seconds(full_in)}')
        verdicts.append(
            Verdict(
                request.buckets[empty - 1].policy if empty else None,
                wait / 1e6,
                [
                    (b"ratelimit-policy", _described(request.buckets)),
                    (b"ratelimit", ", ".join(limits).encode("ascii")),
                ],
            )
        )
    return verdicts


def _described(buckets: Sequence[Bucket]) -> bytes:
    return ", ".join(bucket.policy.described for bucket in buckets).encode("ascii")


def _seconds(microseconds: int) -> int:
    return math.ceil(microseconds / 1e6)
