from typing import Any

import pytest
from redis.asyncio import Redis

from kit import forgetting
from kit.forgetting import forget

SOMEBODY = "c0ffee00-0000-4000-8000-000000000001"


async def forget_all(redis: Redis) -> None:
    cursor = 0
    while True:
        cursor = await forget(redis, [SOMEBODY, "Zoë"], cursor, rounds=1)
        if cursor == 0:
            return


async def test_whatever_mentions_somebody_goes_and_the_rest_stays(redis: Redis) -> None:
    await redis.mset(
        {f"tandem:rate:{SOMEBODY}": 1, "tandem:rate:other": 1, "tandem:ticket": f"for {SOMEBODY}"}
    )
    await redis.hset("tandem:entry:1", mapping={"tags": f"user:{SOMEBODY}", "answer": "x"})
    await redis.hset("tandem:entry:2", mapping={"tags": "user:other", "answer": "x"})
    await redis.hset("tandem:table", mapping={SOMEBODY: "x", "other": "y"})
    await redis.sadd("tandem:set", SOMEBODY, "other")
    await redis.zadd("tandem:sorted", {f"user:{SOMEBODY}": 1, "user:other": 2})
    await redis.rpush("tandem:list", "a", f"user:{SOMEBODY}", "b", f"user:{SOMEBODY}")
    await redis.set(f"another-application:{SOMEBODY}", 1)
    await forget_all(redis)
    assert {key async for key in redis.scan_iter()} == {
        *(
            b"tandem:rate:other",
            b"tandem:entry:2",
            b"tandem:table",
            b"tandem:set",
            b"tandem:sorted",
            b"tandem:list",
        ),
        f"another-application:{SOMEBODY}".encode(),
    }
    assert await redis.hgetall("tandem:table") == {b"other": b"y"}
    assert await redis.smembers("tandem:set") == {b"other"}
    assert await redis.zrange("tandem:sorted", 0, -1) == [b"user:other"]
    assert await redis.lrange("tandem:list", 0, -1) == [b"a", b"b"]


async def test_a_stream_keeps_its_other_messages_and_their_order(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 7)
    ids = [
        await redis.xadd(
            "tandem:live", {"a": SOMEBODY if number % 3 == 0 else "other", "b": f"{number} to Zoe"}
        )
        for number in range(30)
    ]
    last = await redis.xadd("tandem:live", {"b": "to Zoë"})
    await redis.pexpire("tandem:live", 60_000)
    await forget_all(redis)
    left: Any = await redis.xrange("tandem:live")
    assert [entry_id for entry_id, _ in left] == [one for number, one in enumerate(ids) if number % 3]
    # Also the bytes, which deleting alone leaves in place.
    dumped: Any = await redis.dump("tandem:live")
    assert SOMEBODY.encode() not in dumped
    assert "Zoë".encode() not in dumped
    about: Any = await redis.xinfo_stream("tandem:live")
    assert about["last-generated-id"] == last
    assert 50_000 < await redis.pttl("tandem:live") <= 60_000


async def test_many_keys_are_looked_through_a_part_at_a_time(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 10)
    await redis.mset({f"tandem:{number}:{SOMEBODY if number % 2 else ''}": 1 for number in range(500)})
    assert await forget(redis, [SOMEBODY], rounds=1) != 0
    await forget_all(redis)
    assert await redis.dbsize() == 250
