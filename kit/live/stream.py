"""The stream of live messages in Redis, between whoever publishes them and the gateways.

There is one stream for all, so that there is one order for all gateways, and one id after which a client may ask to be
told on. A message stays for `RETENTION`.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from kit.live.messages import Message, Position, Published

RETENTION = timedelta(minutes=10)
"""How long a message can be had again."""

LONGEST = 50_000
"""So many messages are kept at most; under a load that makes more of them the retention is shorter."""

STREAM = "tandem:live:messages"
"""The Redis stream of all messages; the ids are its own."""

SEEN = "tandem:live:seen"
"""The Redis sorted set of what was published lately, by key: the same again is not published again."""

LAST = "tandem:live:last"
"""The Redis hash with the id of the last message, and the run of the server that it was given to."""

_CHUNK = 200
"""Messages that one call of the script publishes: Redis serves nobody else meanwhile."""

# Ids rise even when the clock is set back, or Redis has lost what it knew: they go on from the last one known to
# it or to the caller. What this server has noted in this very run is right; after a restart, which may have cost it
# the last second, or a flush, the caller's word counts.
_PUBLISH = """
local function split(id)
  local ms, number = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(number)
end
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local noted = redis.call('HMGET', KEYS[3], 'id', 'run')
local previous = ARGV[1]
if noted[1] and noted[2] == run then previous = noted[1] end
local ms, number = split(previous)
local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
for _, id in ipairs({noted[1] or '0-0', top and top[1] or '0-0'}) do
  local other_ms, other_number = split(id)
  if other_ms > ms or (other_ms == ms and other_number > number) then ms, number = other_ms, other_number end
end
local retention, longest = tonumber(ARGV[2]), tonumber(ARGV[3])
for at = 4, #ARGV, 3 do
  if redis.call('ZADD', KEYS[2], 'NX', now, ARGV[at + 1]) == 1 then
    if now > ms then ms, number = now, 0 else number = number + 1 end
    local id = string.format('%.0f-%.0f', ms, number)
    redis.call('XADD', KEYS[1], id, 'p', previous, 'a', ARGV[at], 'k', ARGV[at + 1], 'b', ARGV[at + 2])
    previous = id
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 2 * retention)
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', now - retention))
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', longest)
redis.call('HSET', KEYS[3], 'id', previous, 'run', run)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 2 * retention) end
return previous
"""


async def publish(redis: Redis, messages: Sequence[Message], *, after: Position) -> Position:
    """Appends messages in their order, each once however often it is published; the position of the newest message.

    ``after`` is the last position that the caller knows to have been published before, for the case that Redis no
    longer knows. Atomic up to 200 messages; raises what the client raises, and then the same may be published again.
    """
    retention = int(RETENTION.total_seconds() * 1000)
    last = after
    for start in range(0, len(messages), _CHUNK):
        arguments: list[str | bytes | int] = []
        for message in messages[start : start + _CHUNK]:
            arguments += [message.address, message.key, message.body()]
        raw = await redis.eval(  # type: ignore[no-untyped-call, misc, unused-ignore]  # the Redis client's types differ between its versions
            _PUBLISH, 3, STREAM, SEEN, LAST, str(last), retention, LONGEST, *arguments
        )
        found = Position.parse(raw.decode())
        assert found is not None  # noqa: S101 - the script writes it
        last = found
    return last


def read_entries(entries: Iterable[Any]) -> list[Published]:
    """The messages of the stream's entries, which the client gives as ids with fields.

    What is no message, whoever put it there, is left out.
    """
    messages = []
    for raw_id, fields in entries:
        position = Position.parse(raw_id.decode("ascii", "replace"))
        previous = Position.parse(fields.get(b"p", b"").decode("ascii", "replace"))
        body = fields.get(b"b", b"")
        if position is not None and previous is not None and body.startswith(b"{"):
            messages.append(
                Published(
                    position=position,
                    previous=previous,
                    address=fields.get(b"a", b"").decode("utf-8", "replace"),
                    key=fields.get(b"k", b"").decode("utf-8", "replace"),
                    text=f'{{"id":"{position}",' + body[1:].decode("utf-8", "replace"),
                )
            )
    return messages
