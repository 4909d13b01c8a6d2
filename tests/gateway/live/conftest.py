"""Gateways before a session service that knows who takes part in what."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from tests.gateway.conftest import Serve
from tests.gateway.live.world import SessionService, Teller
from tests.gateway.running import ServedApp
from tests.support.waiting import eventually

Gateway = Callable[..., ServedApp]


@pytest.fixture(scope="module")
def session_service() -> SessionService:
    """Who takes part in what."""
    return SessionService()


@pytest.fixture(scope="module")
def service(session_service: SessionService, sockets: Path) -> Iterator[ServedApp]:
    """That service, served."""
    with ServedApp(session_service, uds=sockets / "live.sock") as served:
        yield served


@pytest.fixture
def gateway_with(serve: Serve, service: ServedApp, redis_url: str) -> Iterator[Gateway]:
    """`gateway_with(live_queue_length=…)`: a gateway with these settings before the service and Redis.

    It ends with the test: who waits for a gateway that reads (`reading`) must not find another test's.
    """
    started: list[ServedApp] = []

    def start(**changes: object) -> ServedApp:
        settings = {"session_service_url": service.url, "redis_url": redis_url, **changes}
        started.append(serve(**settings))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.fixture
async def teller(redis: Redis) -> Teller:
    """Publishes, to an empty stream at first."""
    return Teller(redis)


@pytest.fixture
async def gateway(teller: Teller, gateway_with: Gateway) -> ServedApp:
    """A gateway that has started after the stream was emptied."""
    return gateway_with()


@pytest.fixture
def ann() -> UUID:
    """Somebody."""
    return uuid4()


@pytest.fixture
def ben() -> UUID:
    """Somebody else."""
    return uuid4()


async def reading(redis: Redis, gateways: int = 1) -> None:
    """Wait until so many gateways wait for messages in a blocking read."""

    database = redis.connection_pool.connection_kwargs["db"]

    async def blocked() -> bool:
        clients = await redis.client_list()
        waiting = [client for client in clients if client["cmd"] == "xread" and "b" in client["flags"]]
        return bool(sum(int(client["db"]) == database for client in waiting) >= gateways)

    await eventually(blocked)
