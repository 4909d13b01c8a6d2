"""The gateway's application: run it with `uvicorn gateway.main:create_app --factory`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from redis.asyncio import Redis
from starlette.types import ASGIApp

from gateway.cors import CorsMiddleware
from gateway.demo.endpoints import demo_router
from gateway.description import ApiDescription
from gateway.endpoints import router
from gateway.front import Front
from gateway.identity import Identities
from gateway.proxy import Upstream, close_upstreams, open_upstreams
from gateway.routes import TABLE, RoutingTable, Service
from gateway.settings import GatewaySettings
from gateway.tokens import TokenVerifier
from kit.logs import configure_logging
from kit.problems import InternalErrorMiddleware, install_problem_handlers
from kit.request_ids import RequestIdMiddleware


def create_app(settings: GatewaySettings | None = None, *, table: RoutingTable = TABLE) -> ASGIApp:
    """Return the application. Without `settings` they are read from the environment; bad ones end the process."""
    settings = settings or GatewaySettings.load()
    upstreams: dict[Service, Upstream] = {}
    front = Front(
        _own_application(settings, upstreams),
        table=table,
        identities=Identities(
            TokenVerifier(settings.token_secret, audience=settings.jwt_audience, issuer=settings.jwt_issuer),
            settings.internal_secret,
            allow_test_identities=settings.test_identities_allowed,
        ),
        upstreams=upstreams,
    )
    cors = CorsMiddleware(
        InternalErrorMiddleware(front),
        origins=settings.allowed_origins,
        test_identities=settings.test_identities_allowed,
    )
    return RequestIdMiddleware(cors)


def own_description() -> dict[str, Any]:
    """Return the OpenAPI document of what the gateway itself answers, to be merged with the services'."""
    return _own_application(GatewaySettings(), {}).openapi()


def _own_application(settings: GatewaySettings, upstreams: dict[Service, Upstream]) -> FastAPI:
    """What is not passed on, and the lifespan of everything."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging("gateway", settings.log_format)
        upstreams.update(await open_upstreams(settings))
        # Hints only, so it gives up soon. Connects when first used.
        app.state.redis = Redis.from_url(settings.redis_url, socket_timeout=2, socket_connect_timeout=1)
        try:
            yield
        finally:
            await app.state.redis.aclose()
            await close_upstreams(upstreams)
            upstreams.clear()

    app = FastAPI(
        title="Tandem",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would name whatever host the client has made up.
        redirect_slashes=False,
    )
    app.state.upstreams = upstreams
    install_problem_handlers(app)
    app.include_router(router)
    if settings.demo_page_served:
        app.include_router(demo_router())
    app.state.description = ApiDescription(app.openapi(), upstreams)
    return app
