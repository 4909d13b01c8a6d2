"""The cached answers, in Redis, shared by all gateways: read and filled in one round trip each.

An entry says at which version it was read (`kit.cache_tags`), in which epoch and under which generation. It is served
only if all of that still holds when it is looked at, in the same script that looks at it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import structlog
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from kit.breakers import Breaker, within
from kit.cache_tags import PAUSE, STATE

log = structlog.get_logger(__name__)

ENTRY: Final = "tandem:cache:entry:"
"""What the Redis key of an entry begins with; its name follows."""

FILLED_WITHIN: Final = 60
"""Seconds after which an answer is no longer stored: far less than versions are kept."""

# KEYS: the state. ARGV: the server's run id, a random number.
# A server that was started anew may have forgotten its last moments: what was cached before is not to be believed.
OPEN: Final = """
if not redis.call('ZSCORE', KEYS[1], '#run:' .. ARGV[1]) then
    redis.call('DEL', KEYS[1])
    redis.call('ZADD', KEYS[1], -1, '#run:' .. ARGV[1], '-' .. ARGV[2], '#epoch')
end
return 1
"""

# KEYS: the state, the entry. ARGV: the generation, a random number.
# Returns the entry; or, if there is none that holds, the epoch and the version at which one is read from now on.
READ: Final = """
local marks = redis.call('ZMSCORE', KEYS[1], '#epoch', '#clock')
local epoch = marks[1]
if epoch then
    local entry = redis.call('HMGET', KEYS[2], 'epoch', 'generation', 'version', 'tags', 'answer')
    if entry[1] == epoch and entry[2] == ARGV[1] then
        local tags = {}
        for tag in string.gmatch(entry[4], '[^,]+') do tags[#tags + 1] = tag end
        local version, holds = tonumber(entry[3]), true
        for _, changed in ipairs(redis.call('ZMSCORE', KEYS[1], unpack(tags))) do
            if changed and tonumber(changed) > version then holds = false end
        end
        if holds then return entry[5] end
    end
else
    redis.call('ZADD', KEYS[1], '-' .. ARGV[2], '#epoch')
    epoch = redis.call('ZSCORE', KEYS[1], '#epoch')
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local clock = tonumber(marks[2] or '0')
if now > clock then
    redis.call('ZADD', KEYS[1], string.format('%.0f', now), '#clock')
else
    now = clock
end
return {epoch, string.format('%.0f', now)}
"""

# KEYS: the state, the entry. ARGV: the epoch and the version at which it was read, the generation, the tags, the
# answer, the milliseconds for which it is kept, the microseconds that reading it may have taken.
FILL: Final = """
local marks = redis.call('ZMSCORE', KEYS[1], '#epoch', '#clock')
if marks[1] ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local now = math.max(time[1] * 1000000 + time[2], tonumber(marks[2] or '0'))
local version = tonumber(ARGV[2])
if now - version > tonumber(ARGV[7]) then return 0 end
local tags = {}
for tag in string.gmatch(ARGV[4], '[^,]+') do tags[#tags + 1] = tag end
for _, changed in ipairs(redis.call('ZMSCORE', KEYS[1], unpack(tags))) do
    if changed and tonumber(changed) > version then return 0 end
end
redis.call('HSET', KEYS[2], 'epoch', ARGV[1], 'version', ARGV[2], 'generation', ARGV[3],
    'tags', ARGV[4], 'answer', ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
return 1
"""

_RUN_ID = re.compile(rb"run_id:([0-9a-f]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cached answer: its headers as the client sees them, and its body."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """The point in time at which something is read that is not in the cache."""

    epoch: bytes
    version: bytes
    generation: str


class CacheStore:
    """Entries by name. Whenever Redis is away or slow there are none, and nothing is waited for."""

    def __init__(self, redis: Redis, *, seconds: float, timeout: float) -> None:
        """Keep entries for `seconds` in `redis` (`open_cache_redis`), which may take `timeout` seconds to answer."""
        self._redis = redis
        self._kept_ms = round(seconds * 1000)
        self._timeout = timeout
        self._read = redis.register_script(READ)
        self._fill = redis.register_script(FILL)
        self._breaker = Breaker(PAUSE)

    async def read(self, name: str, generation: str) -> Entry | Version | None:
        """Return the entry, or the version to fill it under; `None` if Redis is away."""
        if not self._breaker.allows():
            return None
        found = await self._bounded(self._read, name, [generation, _drawn()])
        if found is None:
            return None
        if isinstance(found, list):
            epoch, version = found
            return Version(epoch, version, generation)
        head, _, body = found.partition(b"\n")
        return Entry([(key.encode(), value.encode("latin-1")) for key, value in orjson.loads(head)], body)

    async def fill(self, name: str, version: Version, tags: Sequence[str], entry: Entry) -> bool:
        """Store what was read at `version`, unless one of its `tags` has changed since; whether it was stored."""
        head = orjson.dumps([(key.decode(), value.decode("latin-1")) for key, value in entry.headers])
        return bool(
            await self._bounded(
                self._fill,
                name,
                [
                    version.epoch,
                    version.version,
                    version.generation,
                    ",".join(tags),
                    head + b"\n" + entry.body,
                    self._kept_ms,
                    FILLED_WITHIN * 1_000_000,
                ],
            )
        )

    async def _bounded(self, script: Any, name: str, arguments: list[Any]) -> Any:
        try:
            async with within(self._timeout):
                answer = await script(keys=[STATE, ENTRY + name], args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            if self._breaker.failed():
                log.warning("cache_unavailable", error=type(error).__name__)
            return None
        self._breaker.worked()
        return answer


def open_cache_redis(url: str) -> Redis:
    """Return a client that `CacheStore` can rely on; connects when first used."""
    return Redis.from_url(
        url,
        # The store bounds its own waiting; this ends what was given up.
        socket_timeout=2,
        socket_connect_timeout=1,
        # Only for a connection that was closed while it was idle.
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        redis_connect_func=_met,
    )


async def _met(connection: AbstractConnection) -> None:
    """Begin a connection: make sure that the epoch was drawn in the life of the very server at its other end.

    A connection never outlives its server process, so whatever is asked over it later is asked of that one.
    """
    await connection.on_connect()
    await connection.send_command("INFO", "server")
    found = _RUN_ID.search(_bytes(await connection.read_response()))
    if found is None:
        raise RedisConnectionError("The server does not say who it is")
    await connection.send_command("EVAL", OPEN, 1, STATE, found[1], _drawn())
    await connection.read_response()


def _bytes(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else str(answer).encode()


def _drawn() -> int:
    # A number that a sorted set keeps exactly, and that nobody has drawn before.
    return random.getrandbits(53) or 1
