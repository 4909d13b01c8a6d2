"""What the scripts in Redis promise: versions, epochs, holds, and who may be believed after a restart."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from deploy.local.ports import free_port
from deploy.local.servers import EmbeddedRedis
from gateway.cache_store import FILLED_WITHIN, CacheStore, Entry, Version, open_cache_redis
from gateway.settings import GatewaySettings
from kit.cache_tags import KEPT_SECONDS, STATE, UNTOLD, CacheTags
from tests.support.servers import launch
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("patient_tags")

ENTRY = Entry([(b"etag", b'"1"'), (b"x-latin", b"\xe9")], b'{"a":\n1}')
TAGS = ["session:1", "user:1"]


@pytest_asyncio.fixture(loop_scope="session")
async def client(redis: Redis, redis_url: str) -> AsyncIterator[Redis]:
    opened = open_cache_redis(redis_url)
    # The first connection to an empty server begins an epoch.
    await opened.ping()
    yield opened
    await opened.aclose()


def store_of(client: Redis) -> CacheStore:
    # The machine may be busy.
    return CacheStore(client, seconds=300, timeout=5)


@pytest.fixture
def store(client: Redis) -> CacheStore:
    return store_of(client)


@pytest.fixture
def tags(redis: Redis) -> CacheTags:
    return CacheTags(redis)


async def missed(store: CacheStore, name: str = "it", generation: str = "g") -> Version:
    found = await store.read(name, generation)
    assert isinstance(found, Version)
    return found


async def filled(store: CacheStore) -> None:
    assert await store.fill("it", await missed(store), TAGS, ENTRY)
    assert await store.read("it", "g") == ENTRY


async def test_what_was_filled_is_read(store: CacheStore) -> None:
    await filled(store)
    assert isinstance(await store.read("another", "g"), Version)


@pytest.mark.parametrize("tag", TAGS)
async def test_an_advance_of_any_tag_ends_it(store: CacheStore, tags: CacheTags, tag: str) -> None:
    await filled(store)
    assert await tags.advance(["session:2", "user:2"])
    assert await store.read("it", "g") == ENTRY
    assert await tags.advance([tag])
    await missed(store)
    await filled(store)


@pytest.mark.parametrize("tag", TAGS)
async def test_what_was_read_before_an_advance_is_not_kept(
    store: CacheStore, tags: CacheTags, tag: str
) -> None:
    version = await missed(store)
    assert await tags.advance([tag])
    assert not await store.fill("it", version, TAGS, ENTRY)
    await missed(store)


async def test_another_s_advance_does_not_matter(store: CacheStore, tags: CacheTags) -> None:
    version = await missed(store)
    assert await tags.advance(["user:2"])
    assert await store.fill("it", version, TAGS, ENTRY)


async def test_a_late_answer_does_not_displace_a_newer_one(store: CacheStore, tags: CacheTags) -> None:
    late = await missed(store)
    await tags.advance(TAGS)
    await filled(store)
    assert not await store.fill("it", late, TAGS, Entry([], b"old"))
    assert await store.read("it", "g") == ENTRY


async def test_versions_grow_even_when_the_clock_does_not(
    store: CacheStore, tags: CacheTags, redis: Redis
) -> None:
    ahead = round((time.time() + 7200) * 1_000_000)
    await redis.zadd(STATE, {"#clock": ahead})
    await filled(store)
    version = await missed(store, "another")
    assert int(version.version) >= ahead
    await tags.advance(TAGS)
    await missed(store)
    assert not await store.fill("another", version, TAGS, ENTRY)
    await filled(store)


async def test_a_hold_keeps_everything_out_until_it_is_over(store: CacheStore, tags: CacheTags) -> None:
    await filled(store)
    assert await tags.advance(["user:1"], hold_seconds=2)
    began = time.monotonic()
    # A certain change in between does not shorten it.
    assert await tags.advance(["user:1"])
    while time.monotonic() - began < 0.5:
        assert not await store.fill("it", await missed(store), TAGS, ENTRY)
        await asyncio.sleep(0.02)

    async def is_over() -> bool:
        return await store.fill("it", await missed(store), TAGS, ENTRY)

    await eventually(is_over)
    assert await store.read("it", "g") == ENTRY


async def test_another_generation_sees_nothing_of_it(store: CacheStore) -> None:
    await filled(store)
    await missed(store, generation="another")


async def test_who_took_too_long_keeps_nothing(store: CacheStore, redis: Redis) -> None:
    version = await missed(store)
    old = Version(version.epoch, str(int(version.version) - 61_000_000).encode(), version.generation)
    assert not await store.fill("it", old, TAGS, ENTRY)
    assert await store.fill("it", version, TAGS, ENTRY)


async def test_losing_everything_ends_everything(store: CacheStore, redis: Redis, tags: CacheTags) -> None:
    before = await missed(store)
    await tags.advance(TAGS)
    await redis.flushdb()
    after = await missed(store)
    assert after.epoch != before.epoch
    assert not await store.fill("it", before, TAGS, ENTRY)
    assert await store.fill("it", after, TAGS, ENTRY)
    assert await store.read("it", "g") == ENTRY


async def test_losing_the_versions_alone_ends_everything_too(store: CacheStore, redis: Redis) -> None:
    await filled(store)
    await redis.delete(STATE)
    await missed(store)


async def test_versions_are_forgotten_only_when_nothing_depends_on_them(
    tags: CacheTags, redis: Redis, store: CacheStore
) -> None:
    now = time.time() * 1_000_000
    hour = 3600 * 1_000_000
    await redis.zadd(STATE, {"old": now - hour - 60_000_000, "young": now - hour + 60_000_000})
    epoch = (await missed(store)).epoch
    for _ in range(1000):
        await tags.advance(["new"])
        if await redis.zscore(STATE, "old") is None:
            break
    assert await redis.zscore(STATE, "old") is None
    assert await redis.zscore(STATE, "young") is not None
    assert (await missed(store)).epoch == epoch


async def test_catching_up_advances_what_was_missed_and_nothing_else(
    store: CacheStore, tags: CacheTags
) -> None:
    changed_at = datetime.now(UTC)
    await tags.advance(["told"])
    version = await missed(store)
    assert await tags.catch_up({"told": changed_at, "missed": changed_at})
    assert await store.fill("told", version, ["told"], ENTRY)
    assert not await store.fill("missed", version, ["missed"], ENTRY)
    later = await missed(store, "again")
    assert await tags.catch_up({"told": changed_at, "missed": changed_at})
    assert await store.fill("again", later, ["told", "missed"], ENTRY)
    assert await tags.catch_up({"told": changed_at + timedelta(seconds=5)})
    assert isinstance(await store.read("told", "g"), Version)


async def test_what_no_gateway_answers_is_left_for_those_who_tell(tags: CacheTags, redis: Redis) -> None:
    assert await tags.advance_untold(["session:1", "session:2"])
    assert await redis.lrange(UNTOLD, 0, -1) == [b"session:1", b"session:2"]
    assert 3500 < await redis.ttl(UNTOLD) <= 3600
    await tags.advance_untold([f"session:{number}" for number in range(1500)])
    assert await redis.llen(UNTOLD) == 1000


async def test_the_header_says_whether_it_worked(tags: CacheTags) -> None:
    assert await tags.told([]) == {}
    assert await tags.told(["a:1", "b:2"]) == {"x-tandem-advanced": "a:1,b:2"}
    nowhere = CacheTags(Redis.from_url("redis://127.0.0.1:1/0"))
    assert await nowhere.told(["a:1", "b:2"]) == {"x-tandem-changed": "a:1,b:2"}
    assert await nowhere.told([]) == {}


class Server:
    """A Redis of one's own, to be killed. It writes its append-only file every second."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self.server = EmbeddedRedis(folder / "redis", port=free_port(), password="secret")
        self.start()

    def start(self) -> None:
        process = launch(self.server, self.log)
        assert process is not None, self.log.read_text()
        self.process = process

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    yield running
    running.kill()


async def test_a_server_that_was_killed_is_not_believed(server: Server) -> None:
    client, others = open_cache_redis(server.server.url), Redis.from_url(server.server.url)
    store = store_of(client)
    await filled(store)
    before = await missed(store, "another")
    assert await others.zscore(STATE, "#epoch") is not None
    # What the file has is what was a while ago: as if the advance had been in the second that is lost.
    await others.bgrewriteaof()

    async def is_written() -> bool:
        return not (await others.info("persistence"))["aof_rewrite_in_progress"]

    await eventually(is_written)
    await others.aclose()
    server.kill()
    server.start()
    others = Redis.from_url(server.server.url)
    assert await others.exists("tandem:cache:entry:it"), "the entry has come back"
    # A service may be the first to be there, over a connection that looks at nothing.
    assert await CacheTags(others).advance(["user:2"])
    after = await missed(store)
    assert after.epoch != before.epoch
    assert not await store.fill("another", before, TAGS, ENTRY)
    await filled(store)
    await client.aclose()
    await others.aclose()


async def test_another_connection_to_the_same_server_changes_nothing(
    store: CacheStore, redis_url: str
) -> None:
    await filled(store)
    other = open_cache_redis(redis_url)
    assert await store_of(other).read("it", "g") == ENTRY
    await other.aclose()


async def test_a_server_that_hangs_is_not_waited_for(server: Server) -> None:
    client = open_cache_redis(server.server.url)
    store = CacheStore(client, seconds=300, timeout=0.8)
    assert isinstance(await store.read("it", "g"), Version)
    server.process.send_signal(19)
    try:
        began = time.monotonic()
        assert await store.read("it", "g") is None
        assert 0.6 < time.monotonic() - began < 5
        began = time.monotonic()
        for _ in range(20):
            assert await store.read("it", "g") is None
        assert time.monotonic() - began < 1.0
    finally:
        server.process.send_signal(18)
    await eventually(lambda: store.read("it", "g"))
    await client.aclose()


def test_what_is_kept_in_redis_ends_before_its_versions() -> None:
    longest = GatewaySettings.model_fields["cache_seconds"].metadata
    assert any(getattr(bound, "le", None) == 1800 for bound in longest)
    assert 1800 + FILLED_WITHIN < KEPT_SECONDS
