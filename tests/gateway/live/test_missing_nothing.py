"""Order, and what was missed: told once, in order, or said to be lost; by any gateway, whatever happens to Redis."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from gateway.live import hub
from kit.live.messages import BEGINNING, Position, Published, user_address
from kit.live.stream import LAST, RETENTION, SEEN, STREAM
from tests.gateway.live.conftest import Gateway, reading
from tests.gateway.live.world import Teller, as_user, live
from tests.gateway.running import ServedApp
from tests.support.waiting import eventually


async def test_messages_come_in_the_order_in_which_they_were_published(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", "notifications")
        for number in range(0, 100, 2):
            await teller.own("practice", ann, number)
            await teller.own("notifications", ann, number + 1)
        assert await client.numbers(100) == list(range(100))


async def test_what_was_missed_comes_in_order_and_none_twice(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", "notifications")
        await teller.own("practice", ann, 1)
        last = (await client.receive())["id"]
    await teller.own("notifications", ann, 2)
    await teller.own("practice", uuid4(), 99)
    await teller.own("practice", ann, 3, 4)
    async with live(gateway.url, as_user(ann)) as client:
        answer = await client.subscribe("practice", "notifications", after=last)
        assert answer["after"] == last
        await teller.own("practice", ann, 5)
        assert await client.numbers(4) == [2, 3, 4, 5]
        assert await client.has_nothing()


async def test_what_was_missed_is_the_first_that_comes_to_who_asks_for_no_acknowledgement(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    before = await teller.own("practice", ann, 1)
    await teller.own("practice", ann, 2, 3)
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": ["practice"], "after": str(before)})
        assert await client.numbers(2) == [2, 3]
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": ["practice"], "after": "1-0"})
        assert await client.receive() == {"type": "reset"}
        await teller.own("practice", ann, 4)
        assert await client.numbers(1) == [4]


async def test_who_was_told_nothing_yet_can_come_back_too(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        after = (await client.subscribe("practice"))["after"]
    await teller.own("practice", ann, 1)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=after)
        assert await client.numbers(1) == [1]


async def test_who_was_told_nothing_can_come_back_by_a_gateway_that_starts_later(
    gateway: ServedApp, gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        after = (await client.subscribe("practice"))["after"]
    later = gateway_with()
    await teller.own("practice", ann, 1)
    async with live(later.url, as_user(ann)) as client:
        await client.subscribe("practice", after=after)
        assert await client.numbers(1) == [1]


async def test_without_after_there_is_nothing_of_before(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    await teller.own("practice", ann, 1)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        assert await client.has_nothing()


async def test_nothing_is_lost_or_doubled_between_the_missed_and_the_new(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    start = str(await teller.own("practice", ann, 0))

    async def go_on() -> None:
        for number in range(1, 200):
            await teller.own("practice", ann, number)

    telling = asyncio.create_task(go_on())
    seen: list[int] = []
    after = start
    while len(seen) < 199:
        async with live(gateway.url, as_user(ann), max_queue=None) as client:
            await client.subscribe("practice", after=after)
            for _ in range(min(7, 199 - len(seen))):
                message = await client.receive()
                seen.append(message["data"]["number"])
                after = message["id"]
    await telling
    assert seen == list(range(1, 200))


@pytest.mark.parametrize("after", ["1-0", "0-0", "4000000000000-0", "x", "", "1764000000000"])
async def test_an_id_that_says_nothing_is_answered_with_a_reset(
    gateway: ServedApp, teller: Teller, ann: UUID, after: str
) -> None:
    await teller.own("practice", ann, 1)
    async with live(gateway.url, as_user(ann)) as client:
        answer = await client.subscribe("practice", after=after)
        assert await client.receive() == {"type": "reset"}
        # From there on it can be told again.
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]
        await teller.own("practice", ann, 3)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=answer["after"])
        assert await client.numbers(2) == [2, 3]


async def test_what_is_older_than_ten_minutes_is_a_reset(
    gateway_with: Gateway, teller: Teller, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "RETENTION_MILLISECONDS", 300)
    gateway = gateway_with()
    first = await teller.own("practice", ann, 1)
    await teller.own("practice", ann, 2)
    await asyncio.sleep(0.4)
    await teller.own("practice", ann, 3)
    async with live(gateway.url, as_user(ann)) as client:

        async def is_forgotten() -> bool:
            await client.send({"unsubscribe": ["practice"]})
            await client.receive()
            await client.subscribe("practice", after=str(first))
            return await client.receive() == {"type": "reset"}

        await eventually(is_forgotten, timeout=5)


async def test_too_much_to_be_told_is_a_reset(
    gateway: ServedApp, teller: Teller, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.live.connection.MAX_MISSED", 10)
    first = await teller.own("practice", ann, 0)
    await teller.own("practice", ann, *range(1, 11))
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(first))
        assert await client.numbers(10) == list(range(1, 11))
    await teller.own("practice", ann, 11)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(first))
        assert await client.receive() == {"type": "reset"}


async def test_what_was_missed_may_be_more_than_a_client_may_be_behind(
    gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    gateway = gateway_with(live_queue_length=2)
    first = await teller.own("practice", ann, 0)
    await teller.own("practice", ann, *range(1, 500))
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(first))
        assert await client.numbers(499) == list(range(1, 500))


async def test_two_gateways_tell_the_same_in_the_same_order(
    gateway: ServedApp, gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    other = gateway_with()
    async with live(gateway.url, as_user(ann)) as here, live(other.url, as_user(ann)) as there:
        await here.subscribe("practice")
        await there.subscribe("practice")
        for number in range(50):
            await teller.own("practice", ann, number)
        told = [await here.receive() for _ in range(50)]
        assert [await there.receive() for _ in range(50)] == told
    await teller.own("practice", ann, 50)
    async with live(other.url, as_user(ann)) as client:
        await client.subscribe("practice", after=told[-1]["id"])
        assert await client.numbers(1) == [50]


async def test_a_gateway_that_starts_knows_what_was_told_before(
    gateway: ServedApp, gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, *range(1, 4))
        last = (await client.receive())["id"]
        gateway.stop()
        assert await client.close_code() is not None
    await teller.own("practice", ann, 4)
    restarted = gateway_with()
    async with live(restarted.url, as_user(ann)) as client:
        await client.subscribe("practice", after=last)
        assert await client.numbers(3) == [2, 3, 4]


async def test_a_gateway_that_starts_over_many_messages_has_read_them_all(
    gateway_with: Gateway, teller: Teller, ann: UUID
) -> None:
    first = await teller.own("practice", ann, 0)
    for start in range(0, 1500, 500):
        await teller.own("practice", uuid4(), *range(start, start + 500))
    await teller.own("practice", ann, 1)
    async with live(gateway_with().url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(first))
        assert await client.numbers(1) == [1]


async def test_who_was_told_by_a_faster_gateway_is_not_told_again(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    newest = await teller.own("practice", ann, 1)
    # A moment ahead of all that this gateway can have read.
    ahead = Position(newest.milliseconds + 2000, 0)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(ahead))
        await teller.own("practice", ann, 2)
        await asyncio.sleep(2.1)
        await teller.own("practice", ann, 3)
        assert await client.numbers(1) == [3]
        # Unless the client says that it was not told after all.
        await client.subscribe("practice", after=str(newest))
        assert await client.numbers(1) == [2]
        assert await client.has_nothing()


async def test_an_emptied_redis_costs_nothing_while_gateway_and_publisher_go_on(
    gateway: ServedApp, teller: Teller, redis: Redis, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 1)
        last = (await client.receive())["id"]
        await redis.flushdb()
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=last)
        assert await client.numbers(1) == [2]


async def test_a_gateway_that_starts_after_redis_was_emptied_says_that_it_does_not_know(
    gateway: ServedApp, gateway_with: Gateway, teller: Teller, redis: Redis, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 1, 2, 3)
        first = (await client.receive())["id"]
    await redis.flushdb()
    last = await teller.own("practice", ann, 4)
    assert str(last) > first
    fresh = gateway_with()
    async with live(fresh.url, as_user(ann)) as client:
        await client.subscribe("practice", after=first)
        assert await client.receive() == {"type": "reset"}


async def test_a_gap_is_told_to_whoever_is_connected(
    gateway: ServedApp, teller: Teller, redis: Redis, ann: UUID, ben: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as one, live(gateway.url, as_user(ben)) as other:
        await one.subscribe("practice")
        await other.subscribe("practice")
        before = await teller.own("practice", ann, 1)
        assert await one.numbers(1) == [1]
        # Published, noted by the publisher, and lost by Redis before any gateway could read it.
        await redis.delete(STREAM, SEEN, LAST)
        teller.last = Position(teller.last.milliseconds + 1, 5)
        await teller.own("practice", ann, 3)
        assert await one.receive() == {"type": "reset"}
        assert await one.numbers(1) == [3]
        assert await other.receive() == {"type": "reset"}
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(before))
        assert await client.receive() == {"type": "reset"}


async def test_who_was_there_before_the_gateway_knew_anything_is_reset_and_told_on_from_there(
    teller: Teller, redis: Redis, ann: UUID
) -> None:
    heard: list[Position | str] = []

    class Listener:
        def tell(self, message: Published) -> None:
            heard.append(message.position)

        def reset(self, since: Position) -> None:
            heard.extend(["reset", since])

    reader = hub.Hub(redis)
    reader.subscribe(Listener(), [user_address("practice", ann)])
    before = await teller.own("practice", ann, 1, 2)
    async with reader.running():
        await reader.wait_until_begun(10)
        following = await teller.own("practice", ann, 3)
        await eventually(lambda: following in heard)
    assert (heard[0], heard[2:]) == ("reset", [following])
    assert isinstance(heard[1], Position)
    assert before <= heard[1] < following


async def test_a_publisher_that_knows_of_nothing_is_no_gap(
    gateway: ServedApp, redis: Redis, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        teller = Teller(redis)
        assert teller.last == BEGINNING
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]


async def test_what_is_published_again_after_redis_forgot_it_is_told_once(
    gateway: ServedApp, teller: Teller, redis: Redis, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.gateway.live.world.uuid4", lambda: UUID(int=7))
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]
        await redis.flushdb()
        await teller.own("practice", ann, 1)
        monkeypatch.undo()
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]


async def test_what_is_no_message_is_passed_over(
    gateway: ServedApp, teller: Teller, redis: Redis, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await redis.xadd(STREAM, {"some": "thing"})
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]
        await redis.xadd(STREAM, {"another": "thing"})
        await reading(redis)


async def test_connections_survive_the_loss_of_every_connection_to_redis(
    gateway: ServedApp, teller: Teller, redis: Redis, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await reading(redis)
        for number in range(3):
            await cut_off(redis)
            await teller.own("practice", ann, number)
        assert await client.numbers(3) == [0, 1, 2]


async def cut_off(redis: Redis) -> None:
    """End all connections to this database but our own."""
    own = await redis.client_id()
    database = redis.connection_pool.connection_kwargs["db"]
    for client in await redis.client_list():
        if int(client["db"]) == database and int(client["id"]) != own:
            await redis.client_kill_filter(_id=client["id"])


async def test_a_gateway_that_starts_before_redis_tells_later(
    gateway_with: Gateway, teller: Teller, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.live.connection.BEGIN_SECONDS", 0.1)
    away = gateway_with(redis_url="redis://127.0.0.1:1/0")
    async with live(away.url, as_user(ann)) as client:
        answer = await client.subscribe("practice")
        assert answer["after"] is None
        await client.send({"unsubscribe": ["practice"]})
        await client.receive()
        await client.subscribe("practice", after=str(teller.last))
        assert await client.receive() == {"type": "reset"}


def test_the_retention_is_the_contracts() -> None:
    assert timedelta(minutes=10) == RETENTION
    assert hub.RETENTION_MILLISECONDS == 600_000
