"""Cache tags: when what they stand for last changed, in Redis, and telling it (docs/decisions/0016).

A service says with each answer to a change which tags it has advanced (`ADVANCED_HEADER`), or has failed to advance
(`CHANGED_HEADER`); the gateway then sees to the latter before a client is answered. What the tags mean is
the houses' business.

`STATE` is one sorted set: by tag, the version at which it changed last. Versions are microseconds of the server's
clock, made to grow strictly, so that each advance is later than every version that a reader has been given. A
version in the future keeps everything under the tag out of the cache until then. Beside the tags stand `#clock`, the
newest version there is; `#epoch`, a random number that is lost with everything else; and `#run:…`,
the server process that the epoch was drawn in.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.breakers import Breaker, within
from kit.identity import Caller

log = structlog.get_logger(__name__)

STATE: Final = "tandem:cache:changes"
"""The Redis key of the sorted set of versions."""

UNTOLD: Final = "tandem:cache:untold"
"""The Redis list of tags of changes that no gateway has answered, for those who tell the outside world."""

ADVANCED_HEADER: Final = "x-tandem-advanced"
"""On a service's answer: tags, separated by commas, that this request changed; their versions are advanced."""

CHANGED_HEADER: Final = "x-tandem-changed"
"""On a service's answer: tags that this request changed and whose versions could not be advanced."""

PERMISSION_PATH: Final = "/internal/cache"
"""Where the session service tells gateways whether they may use their cache."""

SUSPENSION_PATH: Final = "/internal/cache/suspension"
"""Where a gateway asks it to take that permission from all of them."""

GATEWAY: Final = Caller(UUID(int=0), role="gateway")
"""As whom a gateway asks for itself."""

TIMEOUT: Final = 0.25
"""Seconds that advancing may take; then it counts as failed, whatever becomes of it."""

PAUSE: Final = 1.0
"""Seconds for which Redis is left alone after that."""

KEPT_SECONDS: Final = 3600
"""How long a tag's version is kept. Nothing that was read before may still be in the cache by then."""

_UNTOLD_AT_MOST: Final = 1000
_CHANGED: Final = "tandem.cache.changed"

# KEYS: the state. ARGV: microseconds from now on that nothing under the tags may be cached, then the tags.
# Lua prints large numbers with 14 digits unless it is told otherwise.
ADVANCE: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local clock = tonumber(redis.call('ZSCORE', KEYS[1], '#clock') or '0')
if now <= clock then now = clock + 1 end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), '#clock')
local version = string.format('%.0f', now + ARGV[1])
for i = 2, #ARGV do
    redis.call('ZADD', KEYS[1], 'GT', version, ARGV[i])
end
if now % 64 == 0 then
    redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, string.format('%.0f', now - {kept} * 1000000))
end
return 1
""".replace("{kept}", str(KEPT_SECONDS))

# KEYS: the state. ARGV: tags, each followed by the microsecond of a change that it should have been advanced for.
CATCH_UP: Final = """
local missed = {}
for i = 1, #ARGV, 2 do
    local version = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[i]) or '0')
    if version < tonumber(ARGV[i + 1]) then missed[#missed + 1] = ARGV[i] end
end
return missed
"""


def note_changed(connection: AsyncConnection, tags: Iterable[str]) -> None:
    """Notes that the transaction changes what these tags stand for; the door advances them once it is committed."""
    connection.info.setdefault(_CHANGED, set()).update(tags)


def take_changed(connection: AsyncConnection) -> set[str]:
    """What `note_changed` has noted on this connection since the last time of asking. For the door."""
    noted: set[str] = connection.info.pop(_CHANGED, set())
    return noted


class CacheTags:
    """Advances tags; one a process, since it remembers whether Redis answers."""

    def __init__(self, redis: Any):
        self._redis = redis
        self._advance = redis.register_script(ADVANCE)
        self._catch_up = redis.register_script(CATCH_UP)
        self._breaker = Breaker(PAUSE)

    async def advance(self, tags: Sequence[str], *, hold_seconds: float = 0) -> bool:
        """Makes sure that nothing that was read under these tags before is served any more; False: not sure.

        Call it after the commit and before anybody is told of the change. With ``hold_seconds`` nothing
        that is read within that time gets into the cache either: for a change of which it is not known
        whether, and when, it is committed. Takes `TIMEOUT` at most.
        """
        if not tags:
            return True
        arguments: list[str | int] = [round(hold_seconds * 1_000_000), *tags]
        return await self._bounded(self._advance, arguments) is not None

    async def catch_up(self, changes: Mapping[str, datetime]) -> bool:
        """Advances those of the tags that nobody has advanced since they changed: he may have died before he could.

        A second line, for a consumer of events. It compares the clocks of PostgreSQL and of Redis; where they
        differ, a tag is advanced needlessly, or not when another change came just before.
        """
        if not changes:
            return True
        arguments: list[str | int] = []
        for tag, changed_at in changes.items():
            arguments += [tag, round(changed_at.timestamp() * 1_000_000)]
        missed = await self._bounded(self._catch_up, arguments)
        return missed is not None and await self.advance([tag.decode() for tag in missed])

    async def advance_untold(self, tags: Sequence[str]) -> bool:
        """`advance`, for a change that is no answer to anybody: a gateway will tell the outside world of it."""
        known = await self.advance(tags)
        if known and tags:
            try:
                async with within(TIMEOUT):
                    await self._redis.rpush(UNTOLD, *tags)
                    await self._redis.ltrim(UNTOLD, -_UNTOLD_AT_MOST, -1)
                    await self._redis.expire(UNTOLD, KEPT_SECONDS)
            except (RedisError, OSError, TimeoutError) as error:
                log.info("cache_tags_untold", error=type(error).__name__)
        return known

    async def _bounded(self, script: Any, arguments: Sequence[str | int]) -> Any:
        if not self._breaker.allows():
            return None
        try:
            async with within(TIMEOUT):
                answer = await script(keys=[STATE], args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            if self._breaker.failed():
                log.warning("cache_tags_not_advanced", error=type(error).__name__)
            return None
        self._breaker.worked()
        return answer

    async def told(self, tags: Sequence[str]) -> dict[str, str]:
        """`advance`, and the header that tells the gateway how that went; none where there are no tags."""
        if not tags:
            return {}
        known = await self.advance(tags)
        return {ADVANCED_HEADER if known else CHANGED_HEADER: ",".join(tags)}
