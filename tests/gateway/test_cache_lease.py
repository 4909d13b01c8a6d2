"""The lease, by a clock that the test turns: when a gateway may serve, and when a change may be answered."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.cache_lease import DRIFT_SECONDS, LEASE_SECONDS, MARGIN_SECONDS, CacheLease
from gateway.errors import ServiceUnavailable
from kit.cache_tags import PERMISSION_PATH, SUSPENSION_PATH
from tests.support.waiting import eventually


class World:
    """A clock, what sleeping does to it, and the one row in the session service."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.generation = 1
        self.suspended_until = 0.0
        self.away = False
        self.slow = 0.0
        self.asked: list[str] = []
        self.slept: list[float] = []

    async def ask(self, method: str, path: str) -> tuple[int, Any]:
        self.asked.append(f"{method} {path}")
        self.now += self.slow
        if self.away:
            raise ServiceUnavailable
        if method == "POST":
            if self.suspended_until <= self.now + 6:
                self.generation += 1
            self.suspended_until = self.now + 30
        suspended = self.suspended_until > self.now
        return 200, {"generation": str(self.generation), "suspended": suspended, "seconds": 30.0}

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def lease(self) -> CacheLease:
        return CacheLease(self.ask, clock=lambda: self.now, sleep=self.sleep)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lease(world: World) -> CacheLease:
    return world.lease()


async def test_nothing_is_served_before_it_was_allowed(lease: CacheLease) -> None:
    assert lease.generation() is None


async def test_a_permission_holds_for_a_moment_from_when_it_was_asked_for(
    lease: CacheLease, world: World
) -> None:
    world.slow = 0.7
    await lease.renew()
    assert lease.generation() == "1"
    world.now += LEASE_SECONDS - 0.7 - 0.01
    assert lease.generation() == "1"
    world.now += 0.02
    assert lease.generation() is None


@pytest.mark.parametrize(
    "answer",
    [
        (503, None),
        (200, None),
        (200, []),
        (200, {}),
        (200, {"generation": 1, "suspended": False}),
        (200, {"generation": "1"}),
        (200, {"generation": "1", "suspended": None}),
        (200, {"generation": "1", "suspended": True}),
    ],
)
async def test_only_a_clear_permission_is_one(answer: tuple[int, Any]) -> None:
    async def ask(method: str, path: str) -> tuple[int, Any]:
        return answer

    lease = CacheLease(ask)
    await lease.renew()
    assert lease.generation() is None


async def test_who_is_not_answered_goes_by_the_old_answer_until_it_has_run_out(
    lease: CacheLease, world: World
) -> None:
    await lease.renew()
    world.away = True
    world.now += 1
    await lease.renew()
    assert lease.generation() == "1"
    world.now += LEASE_SECONDS
    assert lease.generation() is None


async def test_a_suspension_is_gone_by_at_once(lease: CacheLease, world: World) -> None:
    await lease.renew()
    world.suspended_until = world.now + 30
    await lease.renew()
    assert lease.generation() is None
    world.now = world.suspended_until
    await lease.renew()
    assert lease.generation() == "1"


async def test_a_change_waits_until_every_older_permission_has_run_out(
    lease: CacheLease, world: World
) -> None:
    other = world.lease()
    await lease.renew()
    await other.renew()
    assert await lease.suspend()
    assert world.slept == [pytest.approx(LEASE_SECONDS + DRIFT_SECONDS)]
    assert (lease.generation(), other.generation()) == (None, None)
    await other.renew()
    assert other.generation() is None


async def test_the_next_changes_wait_for_nothing(lease: CacheLease, world: World) -> None:
    await lease.suspend()
    asked = len(world.asked)
    for _ in range(10):
        assert await lease.suspend()
        world.now += 1
    assert len(world.slept) == 1
    assert len(world.asked) == asked


async def test_changes_at_the_same_time_wait_together(lease: CacheLease, world: World) -> None:
    assert await asyncio.gather(*(lease.suspend() for _ in range(5))) == [True] * 5
    assert world.asked == [f"POST {SUSPENSION_PATH}"]


async def test_a_suspension_is_extended_before_it_ends(lease: CacheLease, world: World) -> None:
    await lease.suspend()
    world.now = world.suspended_until - MARGIN_SECONDS + 0.1
    assert await lease.suspend()
    assert world.asked == [f"POST {SUSPENSION_PATH}"] * 2
    assert world.slept[1:] == [0.0], "it goes on, so nobody has begun to serve again"
    assert world.suspended_until > world.now + 29


async def test_after_a_gap_it_is_waited_for_anew(lease: CacheLease, world: World) -> None:
    await lease.suspend()
    world.now = world.suspended_until - 3
    await lease.suspend()
    assert world.slept == [pytest.approx(LEASE_SECONDS + DRIFT_SECONDS)] * 2


async def test_an_extension_that_took_long_is_not_relied_on(lease: CacheLease, world: World) -> None:
    await lease.suspend()
    world.now = world.suspended_until - MARGIN_SECONDS + 0.1
    world.slow = 5.5
    await lease.suspend()
    assert world.slept == [pytest.approx(LEASE_SECONDS + DRIFT_SECONDS)] * 2


async def test_somebody_else_s_suspension_is_waited_for_too(lease: CacheLease, world: World) -> None:
    """Whoever began it may have seen it committed only now."""
    other = world.lease()
    await other.suspend()
    await lease.suspend()
    assert world.slept == [pytest.approx(LEASE_SECONDS + DRIFT_SECONDS)] * 2


async def test_what_cannot_be_suspended_is_owed(lease: CacheLease, world: World) -> None:
    world.away = True
    async with lease.standby():
        assert not await lease.suspend()
        world.away = False
        await eventually(lambda: world.suspended_until > world.now)


@pytest.mark.parametrize("how", ["kept", "standby"])
async def test_only_who_serves_asks(world: World, how: str) -> None:
    lease = world.lease()
    running: Callable[[], Any] = getattr(lease, how)
    async with running():
        for _ in range(10):
            await asyncio.sleep(0.01)
    assert (f"GET {PERMISSION_PATH}" in world.asked) == (how == "kept")
