"""The gateway as a real server, before real services."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.main import create_app
from gateway.settings import GatewaySettings
from tests.gateway.running import INTERNAL_SECRET, SECRET, Echo, ServedApp

Serve = Callable[..., ServedApp]


def settings_for(**changes: Any) -> GatewaySettings:
    """Development settings with the tests' secrets; nothing listens at the services' addresses."""
    whole: dict[str, Any] = {
        "environment": "development",
        "jwt_secret": SECRET,
        "internal_secret": INTERNAL_SECRET,
        "session_service_url": "unix:/nowhere/session.sock",
        "reputation_service_url": "unix:/nowhere/reputation.sock",
        "stats_service_url": "unix:/nowhere/stats.sock",
        "redis_url": "redis://127.0.0.1:1/0",
        "rate_limit_enabled": False,
        "cache_enabled": False,
        **changes,
    }
    return GatewaySettings(**whole)


@pytest.fixture(scope="module")
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for unix sockets."""
    return tmp_path_factory.mktemp("s")


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """`serve(session_service_url=…)`: a gateway with these settings, stopped at the end of the module."""
    with ExitStack() as running:

        def start(**changes: Any) -> ServedApp:
            return running.enter_context(ServedApp(create_app(settings_for(**changes))))

        yield start


@pytest.fixture(scope="module")
def echo() -> Echo:
    """What the echoing service has seen."""
    return Echo()


@pytest.fixture(scope="module")
def gateway(serve: Serve, echo: Echo, sockets: Path) -> Iterator[ServedApp]:
    """A gateway before an echoing service."""
    with ServedApp(echo, uds=sockets / "echo.sock") as service:
        yield serve(session_service_url=service.url, reputation_service_url=service.url)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(gateway: ServedApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway."""
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as opened:
        yield opened
