"""Taking somebody out of Redis: every key, member, field, entry and message that mentions one of some strings.

Redis holds hints only, so whatever mentions somebody can go; what it holds is nobody's business to know here. Queues of
tasks and the like, which hold ids of events alone, are named differently (`PREFIX`).
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from redis.asyncio import Redis

PREFIX = b"tandem:"
"""What every key of Tandem's begins with."""

_AT_ONCE = 500

# KEYS: a stream. Writes it anew, with the same ids, the same last one, and as long to live.
_COMPACT = """
local about = redis.call('XINFO', 'STREAM', KEYS[1])
local last
for i = 1, #about, 2 do if about[i] == 'last-generated-id' then last = about[i + 1] end end
local lives = redis.call('PTTL', KEYS[1])
local entries = redis.call('XRANGE', KEYS[1], '-', '+')
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do redis.call('XADD', KEYS[1], entry[1], unpack(entry[2])) end
if #entries > 0 then
  redis.call('XSETID', KEYS[1], last)
  if lives > 0 then redis.call('PEXPIRE', KEYS[1], lives) end
end
return #entries
"""


async def forget(redis: Redis, traces: Sequence[str], cursor: int = 0, *, rounds: int = 20) -> int:
    """Removes what mentions one of ``traces``, in some of the keys; where to go on, or 0: that was the end.

    Keys that are there all the time are all seen (`SCAN`). Raises what the client raises; then the same once more.
    """
    wanted = [trace.encode() for trace in traces]

    def mentions(*texts: Any) -> bool:
        return any(trace in each for each in texts if isinstance(each, bytes) for trace in wanted)

    for _ in range(rounds):
        found: tuple[int, list[Any]] = await redis.scan(cursor, match=PREFIX + b"*", count=_AT_ONCE)
        cursor, keys = found
        kinds = await _all(redis, keys, "type")
        for key, kind in zip(keys, kinds, strict=True):
            if mentions(key):
                await redis.delete(key)
            else:
                await _WITHIN[kind](redis, key, mentions)
        if cursor == 0:
            return 0
    return cursor


async def _all(redis: Redis, keys: Sequence[bytes], command: str) -> list[Any]:
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            getattr(pipeline, command)(key)
        return list(await pipeline.execute())


Mentions = Callable[..., bool]


async def _nothing(redis: Redis, key: bytes, mentions: Mentions) -> None:
    return


async def _string(redis: Redis, key: bytes, mentions: Mentions) -> None:
    if mentions(await redis.get(key)):
        await redis.delete(key)


async def _hash(redis: Redis, key: bytes, mentions: Mentions) -> None:
    async for field, value in redis.hscan_iter(key, count=_AT_ONCE):
        if mentions(field):
            await redis.hdel(key, field)
        elif mentions(value):
            # Its fields belong together.
            await redis.delete(key)
            return


async def _set(redis: Redis, key: bytes, mentions: Mentions) -> None:
    async for member in redis.sscan_iter(key, count=_AT_ONCE):
        if mentions(member):
            await redis.srem(key, member)


async def _sorted_set(redis: Redis, key: bytes, mentions: Mentions) -> None:
    async for member, _ in redis.zscan_iter(key, count=_AT_ONCE):
        if mentions(member):
            await redis.zrem(key, member)


async def _list(redis: Redis, key: bytes, mentions: Mentions) -> None:
    # Others push and pop meanwhile; whatever moves to an index that was passed was seen before it moved.
    at = 0
    while members := await redis.lrange(key, at, at + _AT_ONCE - 1):
        member: Any
        for member in set(members):
            if mentions(member):
                await redis.lrem(key, 0, member)
        at += _AT_ONCE


async def _stream(redis: Redis, key: bytes, mentions: Mentions) -> None:
    first: Any = b"-"
    while True:
        entries: Any = await redis.xrange(key, first, count=_AT_ONCE)
        if not entries:
            return
        gone = [entry_id for entry_id, fields in entries if mentions(*fields, *fields.values())]
        if gone:
            await redis.xdel(key, *gone)
            # Only marked as deleted so far: the bytes stay where they are, and would be written to every file anew.
            await redis.eval(_COMPACT, 1, key)  # type: ignore[no-untyped-call, misc, unused-ignore]
        first = b"(" + entries[-1][0]


_WITHIN: dict[bytes, Callable[[Redis, bytes, Mentions], Awaitable[None]]] = {
    b"string": _string,
    b"hash": _hash,
    b"set": _set,
    b"zset": _sorted_set,
    b"list": _list,
    b"stream": _stream,
    b"none": _nothing,
}
