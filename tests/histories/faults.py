"""What goes wrong in the middle of a run. Each leaves the world as it was, after a while."""

import asyncio
import signal
from collections.abc import Awaitable, Callable

from tests.histories.world import World

Fault = Callable[[World], Awaitable[None]]

SUSPENDED_SECONDS = 4.0
"""How long Redis is away at least for a change to find that out and to have the cache suspended everywhere."""


async def empty_redis(world: World) -> None:
    """FLUSHALL, a few times."""
    redis = world.redis()
    for _ in range(world.times):
        await asyncio.sleep(world.pause / 4)
        await redis.flushall()
    await redis.aclose()


async def kill_redis(world: World) -> None:
    """SIGKILL, and another one on the same data."""
    await asyncio.sleep(world.pause)
    world.kill_redis()
    await asyncio.sleep(world.pause)
    await asyncio.to_thread(world.start_redis)
    await asyncio.sleep(world.pause)


async def set_redis_back(world: World) -> None:
    """SIGKILL, and another one on data that are a while old: what was advanced since then is forgotten.

    Nothing is changed in between, so nobody has been told that Redis was away.
    """
    await asyncio.sleep(world.pause)
    await asyncio.to_thread(world.copy_redis)
    await asyncio.sleep(world.pause / 2)
    await world.gate.close()
    world.kill_redis()
    await asyncio.to_thread(world.put_copy_back)
    await asyncio.to_thread(world.start_redis)
    await asyncio.sleep(2 * world.pause)
    world.gate.open()


async def hang_redis(world: World) -> None:
    """SIGSTOP for a while: it keeps everything, and learns of nothing that happens meanwhile."""
    await asyncio.sleep(world.pause)
    world.kill_redis(signal.SIGSTOP)
    await asyncio.sleep(SUSPENDED_SECONDS)
    await world.gate.close()
    world.kill_redis(signal.SIGCONT)
    await asyncio.sleep(2 * world.pause)
    world.gate.open()


async def hang_redis_and_wait(world: World) -> None:
    """The same; nothing is changed before the cache is used again."""
    await asyncio.sleep(world.pause)
    world.kill_redis(signal.SIGSTOP)
    await asyncio.sleep(SUSPENDED_SECONDS)
    await world.gate.close()
    world.kill_redis(signal.SIGCONT)
    await world.ready()
    await asyncio.sleep(2 * world.pause)
    world.gate.open()


async def cut_redis_off(world: World) -> None:
    """One gateway and its service do not reach Redis, the others do."""
    await asyncio.sleep(world.pause)
    world.service_wire.cut()
    world.gateway_wire.cut()
    await asyncio.sleep(SUSPENDED_SECONDS + world.pause)
    world.service_wire.mend()
    world.gateway_wire.mend()
    await asyncio.sleep(world.pause)


async def silence_a_service(world: World) -> None:
    """It cannot tell what it has changed, and is killed over that, a few times."""
    for _ in range(world.times):
        await asyncio.sleep(world.pause / 2)
        world.service_wire.cut()
        await asyncio.sleep(world.pause / 10)
        world.services[0].kill()
        world.service_wire.mend()
        await asyncio.sleep(world.pause / 2)
        world.services[0].start()
        await world.answering()


async def kill_a_gateway(world: World) -> None:
    """SIGKILL, and another one, each in turn."""
    for gateway in world.gateways:
        await asyncio.sleep(world.pause / 2)
        gateway.kill()
        gateway.start()
        await world.answering()


async def kill_a_service(world: World) -> None:
    """SIGKILL, and another one, each in turn."""
    for service in world.services:
        await asyncio.sleep(world.pause / 2)
        service.kill()
        await asyncio.sleep(world.pause / 4)
        service.start()
        await asyncio.sleep(world.pause)


FAULTS: dict[str, Fault] = {
    "Redis emptied": empty_redis,
    "Redis killed": kill_redis,
    "Redis set back": set_redis_back,
    "Redis hangs": hang_redis,
    "Redis hangs, and is used again": hang_redis_and_wait,
    "Redis cut off from one side": cut_redis_off,
    "a gateway killed": kill_a_gateway,
    "a session service killed": kill_a_service,
    "a session service killed before it could tell": silence_a_service,
}
