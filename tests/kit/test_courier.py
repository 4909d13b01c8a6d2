"""The courier: many slow things at once, one carrier's trouble none of another's, and an orderly end."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from kit import heartbeats
from kit.courier import Carrier, Courier
from kit.database import DatabaseUnavailable
from kit.outbox.events import wake_relay
from tests.support.waiting import eventually


class Hands:
    """A carrier in memory: numbers are due; some are slow, some fail."""

    def __init__(self, name: str = "hands", concurrency: int = 3):
        self.name = name
        self.concurrency = concurrency
        self.due: list[int] = []
        self.taken: list[int] = []
        self.carried: list[int] = []
        self.given_back: list[int] = []
        self.slow: set[int] = set()
        self.going_on = asyncio.Event()
        self.fails: Exception | None = None
        self.most = 0
        self._now = 0

    async def take(self, limit: int) -> Sequence[int]:
        if self.fails is not None:
            raise self.fails
        taken, self.due = self.due[:limit], self.due[limit:]
        self.taken += taken
        return taken

    async def carry(self, item: int) -> None:
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            if item in self.slow:
                await self.going_on.wait()
            if item < 0:
                raise RuntimeError("a bug")
            self.carried.append(item)
        except asyncio.CancelledError:
            self.given_back.append(item)
            raise
        finally:
            self._now -= 1


@asynccontextmanager
async def running(redis: Redis, *carriers: Carrier) -> AsyncIterator[Courier]:
    courier = Courier(redis, carriers, name="test")
    task = asyncio.create_task(courier.run())
    try:
        yield courier
    finally:
        courier.stop()
        await asyncio.wait_for(task, 10)


async def test_what_is_due_is_carried_and_no_more_at_once_than_there_are_hands(redis: Redis) -> None:
    hands = Hands(concurrency=3)
    hands.due = list(range(100))
    async with running(redis, hands):
        await eventually(lambda: len(hands.carried) == 100)
    assert sorted(hands.carried) == list(range(100))
    assert hands.most <= 3


async def test_slow_ones_do_not_keep_the_others_waiting(redis: Redis) -> None:
    hands, others = Hands(concurrency=3), Hands("others", 1)
    hands.due, hands.slow = list(range(50)), {0, 1}
    others.due = [7]
    async with running(redis, hands, others) as courier:
        await eventually(lambda: len(hands.carried) == 48 and others.carried == [7])
        assert courier.under_way == 2
        hands.going_on.set()
        await eventually(lambda: len(hands.carried) == 50)


async def test_it_takes_no_more_than_it_has_hands_for(redis: Redis) -> None:
    hands = Hands(concurrency=2)
    hands.due, hands.slow = list(range(10)), set(range(10))
    async with running(redis, hands):
        await eventually(lambda: len(hands.taken) == 2)
        await asyncio.sleep(0.6)  # two looks later
        assert len(hands.taken) == 2
        hands.going_on.set()
        await eventually(lambda: len(hands.carried) == 10)


async def test_the_trouble_of_one_is_not_the_trouble_of_another(redis: Redis) -> None:
    for trouble in (RuntimeError("a bug"), DatabaseUnavailable()):
        broken, well = Hands("broken"), Hands("well")
        broken.fails = trouble
        well.due = [1]
        async with running(redis, broken, well):
            await eventually(lambda well=well: well.carried == [1])  # type: ignore[misc]  # mypy infers no lambda with defaults
            broken.fails, broken.due = None, [2]
            await eventually(lambda broken=broken: broken.carried == [2])  # type: ignore[misc]  # mypy infers no lambda with defaults


async def test_a_bug_costs_its_item_and_nothing_else(redis: Redis) -> None:
    hands = Hands(concurrency=1)
    hands.due = [-1, 1]
    async with running(redis, hands):
        await eventually(lambda: hands.carried == [1])


async def test_it_beats_its_heart_and_comes_when_it_is_called(redis: Redis) -> None:
    hands = Hands()
    async with running(redis, hands):
        await eventually(lambda: heartbeats.alive(redis, heartbeats.COURIER))
        hands.due = [1]
        await wake_relay(redis)
        await eventually(lambda: hands.carried == [1])


async def test_the_end_waits_for_what_is_nearly_done_and_gives_the_rest_back(redis: Redis) -> None:
    hands = Hands(concurrency=2)
    hands.due, hands.slow = [1, 2, 3], {1, 2, 3}
    began = 0.0
    async with running(redis, hands) as courier:
        await eventually(lambda: hands.taken == [1, 2])
        began = time.monotonic()
        courier.stop()
    assert hands.given_back == [1, 2]
    assert hands.due == [3]
    assert 1.0 < time.monotonic() - began < 3.0

    hands = Hands()
    hands.due, hands.slow = [1], {1}
    async with running(redis, hands) as courier:
        await eventually(lambda: hands.taken == [1])
        courier.stop()
        asyncio.get_running_loop().call_later(0.2, hands.going_on.set)
    assert (hands.carried, hands.given_back) == ([1], [])
