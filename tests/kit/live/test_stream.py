"""The stream of live messages on a real Redis: each message once, one order, and no loss that could not be told."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import orjson
import pytest
from redis.asyncio import Redis

from kit.live import stream
from kit.live.messages import BEGINNING, Message, Position, Published
from kit.live.stream import LAST, SEEN, STREAM, publish, read_entries


def messages(*keys: str) -> list[Message]:
    return [Message("practice:1", "practice.started", datetime.now(UTC), {"key": key}, key) for key in keys]


async def entries(redis: Redis) -> list[Published]:
    return read_entries(await redis.xrange(STREAM) or [])


async def keys(redis: Redis) -> list[str]:
    return [entry.key for entry in await entries(redis)]


async def test_messages_are_kept_in_their_order_each_naming_the_one_before(redis: Redis) -> None:
    middle = await publish(redis, messages("a", "b"), after=BEGINNING)
    last = await publish(redis, messages("c"), after=BEGINNING)
    found = await entries(redis)
    assert [entry.key for entry in found] == ["a", "b", "c"]
    assert [entry.previous for entry in found] == [BEGINNING, found[0].position, middle]
    assert [middle, last] == [found[1].position, found[2].position]
    assert orjson.loads(found[2].text)["id"] == str(last)
    assert found[2].address == "practice:1"


async def test_the_same_message_again_is_not_there_twice(redis: Redis) -> None:
    last = await publish(redis, messages("a", "b", "a"), after=BEGINNING)
    assert await publish(redis, messages("b", "a"), after=BEGINNING) == last
    assert await keys(redis) == ["a", "b"]
    await publish(redis, messages("b", "c"), after=last)
    assert await keys(redis) == ["a", "b", "c"]


async def test_many_messages_are_all_published(redis: Redis) -> None:
    names = [str(number) for number in range(stream._CHUNK * 2 + 1)]
    await publish(redis, messages(*names), after=BEGINNING)
    found = await entries(redis)
    assert [entry.key for entry in found] == names
    assert all(after.previous == before.position for before, after in pairwise(found))


async def test_publishing_at_once_doubles_and_loses_nothing(redis: Redis) -> None:
    names = [str(number) for number in range(50)]
    await asyncio.gather(*(publish(redis, messages(*names), after=BEGINNING) for _ in range(5)))
    found = await entries(redis)
    assert sorted(entry.key for entry in found) == sorted(names)
    assert all(after.previous == before.position for before, after in pairwise(found))


async def test_after_a_flush_the_publishers_word_counts(redis: Redis) -> None:
    last = await publish(redis, messages("a", "b"), after=BEGINNING)
    await redis.flushdb()
    await publish(redis, messages("c"), after=last)
    (found,) = await entries(redis)
    assert found.previous == last
    assert found.position > last


async def test_what_redis_has_noted_in_this_run_counts_more(redis: Redis) -> None:
    last = await publish(redis, messages("a", "b"), after=BEGINNING)
    await publish(redis, messages("c"), after=Position(5, 0))
    assert (await entries(redis))[-1].previous == last


async def test_after_a_restart_the_publishers_word_counts_more(redis: Redis) -> None:
    await publish(redis, messages("a"), after=BEGINNING)
    # It came back without its last second: the note is from before, and so is the stream.
    await redis.hset(LAST, "run", "another")  # type: ignore[misc, unused-ignore]  # the Redis client's types differ between its versions
    lost = Position((await entries(redis))[-1].position.milliseconds, 7)
    await publish(redis, messages("c"), after=lost)
    assert (await entries(redis))[-1].previous == lost


async def test_ids_rise_even_when_the_clock_does_not(redis: Redis) -> None:
    later = Position(4_000_000_000_000, 3)
    await publish(redis, messages("a", "b"), after=later)
    assert [entry.position for entry in await entries(redis)] == [
        Position(later.milliseconds, 4),
        Position(later.milliseconds, 5),
    ]


async def test_nothing_is_kept_for_ever(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "RETENTION", timedelta(seconds=1))
    await publish(redis, messages(*map(str, range(300))), after=BEGINNING)
    await asyncio.sleep(1.1)
    await publish(redis, messages("new"), after=BEGINNING)
    # Redis trims whole blocks, so that a few of the old ones may stay.
    assert await redis.xlen(STREAM) < 150
    for key in (STREAM, SEEN, LAST):
        assert 0 < await redis.pttl(key) <= 2000


async def test_a_flood_shortens_the_retention(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST", 100)
    await publish(redis, messages(*map(str, range(1000))), after=BEGINNING)
    assert 100 <= await redis.xlen(STREAM) < 300


async def test_what_is_no_message_is_left_out(redis: Redis) -> None:
    await redis.xadd(STREAM, {"x": "y"})
    await redis.xadd(STREAM, {"p": "0-0", "a": b"\xff", "k": "", "b": "[]"})
    await publish(redis, messages("a"), after=BEGINNING)
    assert await keys(redis) == ["a"]


async def test_nothing_to_publish_needs_no_redis() -> None:
    nowhere: Redis = Redis.from_url("redis://127.0.0.1:1/0")
    assert await publish(nowhere, [], after=Position(3, 4)) == Position(3, 4)
