"""The session service as it is, over its own HTTP interface, and users of it."""

from collections.abc import AsyncIterator, Callable, Generator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from kit.identity import IDENTITY_HEADER, Caller, sign
from session_service.main import create_app
from session_service.settings import SessionServiceSettings
from tests.session_service.conformance import Conformance

AsUser = Callable[..., httpx.AsyncClient]
"""``as_user(user_id, name=…, email=…)``: a client whose requests the gateway would have vouched for."""


class SignedAs(httpx.Auth):
    """Signs each request as the gateway does, for the identity to be fresh."""

    def __init__(self, caller: Caller, secret: str):
        self.caller = caller
        self.secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[IDENTITY_HEADER] = sign(self.caller, self.secret)
        yield request


@pytest.fixture(scope="session")
def service_settings(role_urls: dict[str, str], redis_url: str) -> SessionServiceSettings:
    """As the process would have them: with its own login role."""
    return SessionServiceSettings(database_url=role_urls["tandem_session"], redis_url=redis_url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(service_settings: SessionServiceSettings) -> AsyncIterator[FastAPI]:
    """The running service."""
    app = create_app(service_settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def as_user(service: FastAPI, service_settings: SessionServiceSettings) -> AsyncIterator[AsUser]:
    """Clients, one a user. What they are answered has to be as the API description says."""
    conformance = Conformance(service)
    transport = httpx.ASGITransport(service)
    secret: Any = service_settings.internal_secret
    opened: list[httpx.AsyncClient] = []

    def client(user_id: UUID, **claims: Any) -> httpx.AsyncClient:
        made = httpx.AsyncClient(
            transport=transport,
            base_url="http://service",
            auth=SignedAs(Caller(user_id, **claims), secret),
            event_hooks={"response": [conformance.check]},
        )
        opened.append(made)
        return made

    yield client
    for each in opened:
        await each.aclose()
