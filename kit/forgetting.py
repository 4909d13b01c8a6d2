"""Taking somebody out of Redis: every key, member, field, entry and message that mentions somebody, and no other.

Redis holds hints only, so whatever mentions somebody can go; what it holds is nobody's business to know here. Queues of
tasks and the like, which hold ids of events alone, are named differently (`PREFIX`).

Ids are looked for everywhere. What somebody is called may be any word, also one that others' hints are made of: it is
looked for as a word of its own (as ``accounts.mentions`` in PostgreSQL does), and only where text may stand, which is
the values of strings, hashes and streams. Keys, fields and members are ids and fixed words: the versions of cache tags,
for one, without which an old answer would be taken for a new one.
"""

import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
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


@dataclass(frozen=True, slots=True)
class _Wanted:
    ids: Sequence[bytes]
    words: Sequence[str]

    def names(self, *texts: Any) -> bool:
        """Whether one of these keys, fields or members has one of the ids in it."""
        return any(one in each for each in texts if isinstance(each, bytes) for one in self.ids)

    def mentions(self, *texts: Any) -> bool:
        """Whether one of these texts has one of the ids in it, or one of the words on its own."""
        return self.names(*texts) or any(
            has_word(each.decode(errors="replace"), word)
            for word in self.words
            for each in texts
            if isinstance(each, bytes) and word.encode(errors="replace") in each
        )


def has_word(text: str, word: str) -> bool:
    """Whether ``word`` stands in ``text`` with no letter, digit, underscore or accent right before or after it.

    The letter of an escape of JSON (as in ``\\n``) is none. An empty word stands nowhere.
    """
    at = text.find(word) if word else -1
    while at >= 0:
        end = at + len(word)
        if not _goes_on(text[end : end + 1]) and (
            not _goes_on(text[max(at - 1, 0) : at]) or _ends_with_escape(text[max(at - 6, 0) : at])
        ):
            return True
        at = text.find(word, at + 1)
    return False


def _goes_on(character: str) -> bool:
    return character != "" and (
        character.isalnum() or character == "_" or unicodedata.category(character).startswith("M")
    )


def _ends_with_escape(text: str) -> bool:
    return (text[-2:-1] == "\\" and text[-1] in "nrtbf") or (len(text) == 6 and text.startswith("\\u"))


async def forget(
    redis: Redis, ids: Sequence[str], words: Sequence[str] = (), cursor: int = 0, *, rounds: int = 20
) -> int:
    """Removes what mentions one of ``ids``, or of the names and addresses in ``words``, in some of the keys.

    Words are looked for as they are and as JSON writes them.
    Answers where to go on, or 0: that was the end. Keys that are there all the time are all seen (`SCAN`). Raises what
    the client raises; then the same once more.
    """
    in_json = [orjson.dumps(word).decode()[1:-1] for word in words]
    wanted = _Wanted([one.encode() for one in ids], list(dict.fromkeys([*words, *in_json])))
    for _ in range(rounds):
        found: tuple[int, list[Any]] = await redis.scan(cursor, match=PREFIX + b"*", count=_AT_ONCE)
        cursor, keys = found
        kinds = await _all(redis, keys, "type")
        for key, kind in zip(keys, kinds, strict=True):
            if wanted.names(key):
                await redis.delete(key)
            else:
                await _WITHIN[kind](redis, key, wanted)
        if cursor == 0:
            return 0
    return cursor


async def _all(redis: Redis, keys: Sequence[bytes], command: str) -> list[Any]:
    async with redis.pipeline(transaction=False) as pipeline:
        for key in keys:
            getattr(pipeline, command)(key)
        return list(await pipeline.execute())


async def _nothing(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    return


async def _string(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    if wanted.mentions(await redis.get(key)):
        await redis.delete(key)


async def _hash(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    async for field, value in redis.hscan_iter(key, count=_AT_ONCE):
        if wanted.names(field):
            await redis.hdel(key, field)
        elif wanted.mentions(value):
            # Its fields belong together.
            await redis.delete(key)
            return


async def _set(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    async for member in redis.sscan_iter(key, count=_AT_ONCE):
        if wanted.names(member):
            await redis.srem(key, member)


async def _sorted_set(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    async for member, _ in redis.zscan_iter(key, count=_AT_ONCE):
        if wanted.names(member):
            await redis.zrem(key, member)


async def _list(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    # Others push and pop meanwhile; whatever moves to an index that was passed was seen before it moved.
    at = 0
    while members := await redis.lrange(key, at, at + _AT_ONCE - 1):
        member: Any
        for member in set(members):
            if wanted.names(member):
                await redis.lrem(key, 0, member)
        at += _AT_ONCE


async def _stream(redis: Redis, key: bytes, wanted: _Wanted) -> None:
    first: Any = b"-"
    while True:
        entries: Any = await redis.xrange(key, first, count=_AT_ONCE)
        if not entries:
            return
        gone = [
            entry_id
            for entry_id, fields in entries
            if wanted.names(*fields) or wanted.mentions(*fields.values())
        ]
        if gone:
            await redis.xdel(key, *gone)
            # Only marked as deleted so far: the bytes stay where they are, and would be written to every file anew.
            await redis.eval(_COMPACT, 1, key)  # type: ignore[no-untyped-call, misc, unused-ignore]  # the Redis client's types differ between its versions
        first = b"(" + entries[-1][0]


_WITHIN: dict[bytes, Callable[[Redis, bytes, _Wanted], Awaitable[None]]] = {
    b"string": _string,
    b"hash": _hash,
    b"set": _set,
    b"zset": _sorted_set,
    b"list": _list,
    b"stream": _stream,
    b"none": _nothing,
}
