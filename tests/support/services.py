"""A service without a house: the kit's own application, asked over ASGI."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

import httpx
from fastapi import APIRouter, FastAPI

from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.settings import KitSettings
from kit.web import create_service


class NoDatabase(KitSettings):
    """A service that keeps nothing; its Redis is never there."""

    needs_database: ClassVar[bool] = False
    redis_url: str = "redis://127.0.0.1:1/0"


def service_of(routers: Sequence[APIRouter], **options: Any) -> FastAPI:
    """A service with these routers and the kit's middleware, error forms and probes."""
    return create_service("Test service", settings=NoDatabase(), routers=routers, **options)


@asynccontextmanager
async def client_of(app: Any, *, caller: Caller | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running application, which the gateway vouches for when there is a caller."""
    headers = {}
    if caller is not None:
        headers[IDENTITY_HEADER] = sign(caller, app.state.settings.internal_secret)
    # Failures must come as answers: an exception that gets through fails the test.
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers) as client,
    ):
        yield client


ALEX = Caller(UUID("00000000-0000-4000-8000-000000000001"), name="Alex")
OPERATOR = Caller(UUID("00000000-0000-4000-8000-000000000002"), role="service_role")
