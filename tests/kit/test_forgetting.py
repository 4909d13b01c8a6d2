from typing import Any

import orjson
import pytest
from redis.asyncio import Redis

from kit import forgetting
from kit.cache_tags import STATE, UNTOLD, CacheTags
from kit.forgetting import forget, has_word

SOMEBODY = "c0ffee00-0000-4000-8000-000000000001"


async def forget_all(redis: Redis, *words: str) -> None:
    cursor = 0
    while True:
        cursor = await forget(redis, [SOMEBODY], words or ["Zoë"], cursor, rounds=1)
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


# Whole words of what is below, and parts of them; and what a regular expression would make something else of.
NAMES = (
    *("ed", "bad", "ion", "user", "session", "challenges", "changes", "tandem", "clock", "epoch", "live"),
    *("e", "1", ".", ".*", r"\w+", "[a-z]", "(", "|", "*", "#", ":", "-", "", "ß"),
)


@pytest.mark.parametrize("name", NAMES)
async def test_versions_of_cache_tags_stay_whatever_somebody_was_called(redis: Redis, name: str) -> None:
    """An answer whose tag has no version counts as unchanged: it would be served, however old."""
    tags = [f"user:{SOMEBODY}", "session:bad0ed1d-e110-4bad-8bad-e1e1e1e1e1e1", "challenges", "sequences"]
    assert await CacheTags(redis).advance_untold(tags)
    await redis.zadd(STATE, {"#epoch": -1, "#run:ed": -1})
    await redis.set("tandem:limits:session:other", 17)
    before: Any = await redis.zrange(STATE, 0, -1, withscores=True)
    await forget_all(redis, name)
    left = [(member, version) for member, version in before if SOMEBODY.encode() not in member]
    assert await redis.zrange(STATE, 0, -1, withscores=True) == left
    assert len(left) == len(before) - 1
    assert await redis.lrange(UNTOLD, 0, -1) == [tag.encode() for tag in tags[1:]]
    assert await redis.exists("tandem:limits:session:other")


@pytest.mark.parametrize(
    "name", ["ed", "Zoë", "Ed (the 1st).*", r"a\w", "Łukasz", "李雷", "c++", "रव", "ed@quill.example"]
)
async def test_a_name_is_a_word_of_its_own(redis: Redis, name: str) -> None:
    others = [
        f"x{name}",
        f"{name}_",
        f"{name}s confirmed",
        f"é{name}",
        f"{name}ë",
        f"{name}\N{COMBINING DIAERESIS}",
        name.swapcase() if name.swapcase() != name else "nobody",
        "edited by Bad Zoe, session, रवि",
    ]
    theirs = [
        name,
        f"{name} confirmed",
        f'{{"title":"{name}"}}',
        f"by\\n{name}",
        f"by\\u001f{name}!",
        f"<{name}>",
    ]
    for number, words in enumerate(others):
        await redis.xadd("tandem:live", {"b": words})
        await redis.set(f"tandem:other:{number}", words)
        await redis.hset(f"tandem:entry:{number}", mapping={"answer": words})
    for number, words in enumerate(theirs):
        await redis.xadd("tandem:live", {"b": words})
        await redis.set(f"tandem:theirs:{number}", words)
        await redis.hset(f"tandem:their-entry:{number}", mapping={"answer": words, "rest": "x"})
    await forget_all(redis, name)
    left: Any = await redis.xrange("tandem:live")
    assert [fields[b"b"].decode() for _, fields in left] == others
    assert {key async for key in redis.scan_iter()} == {
        b"tandem:live",
        *(f"tandem:{kind}:{number}".encode() for kind in ("other", "entry") for number in range(len(others))),
    }


def test_a_word_may_stand_in_the_middle_of_another_before_it_stands_alone() -> None:
    assert has_word("Annabel and Ann", "Ann")
    assert has_word("AnnAnn Ann", "Ann")
    assert not has_word("Annabel, Joann, AnnAnn", "Ann")
    assert has_word("née Ann", "née")
    assert not has_word("nothing", "")


async def test_a_name_is_found_as_json_writes_it(redis: Redis) -> None:
    name = 'Sam "Sammy"\\'
    await redis.set("tandem:theirs", orjson.dumps({"title": f"{name} confirmed"}))
    await redis.set("tandem:other", orjson.dumps({"title": f"x{name}"}))
    await forget_all(redis, name)
    assert await redis.keys() == [b"tandem:other"]


async def test_what_is_no_text_is_looked_through(redis: Redis) -> None:
    await redis.set("tandem:bytes", b"\xff\xfe" + "Zoë".encode() + b"\xff")
    await redis.set("tandem:other", b"\xff\xfe" + "Zoëxß".encode() + b"\xff")
    await forget_all(redis)
    assert await redis.keys() == [b"tandem:other"]
