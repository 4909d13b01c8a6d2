"""A house's HTTP application: the same middleware, probes and error form for every service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from kit.bodies import BodyRulesMiddleware
from kit.cache_tags import PERMISSION_PATH, CacheTags
from kit.database import Database
from kit.door import FirstUse
from kit.errors import Unavailable
from kit.logs import AccessLogMiddleware, configure_logging
from kit.metrics import HttpMetrics, HttpMetricsMiddleware, served_metrics
from kit.openapi import describe
from kit.problems import (
    InternalErrorMiddleware,
    Members,
    Validation,
    install_problem_handlers,
    problem_response,
    refusal_response,
)
from kit.request_ids import RequestIdMiddleware
from kit.settings import KitSettings

log = structlog.get_logger(__name__)

READY_TIMEOUT = 2.0
"""Seconds that a readiness check may take."""

Settings = TypeVar("Settings", bound=KitSettings)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
ReadyCheck = Callable[[FastAPI], Awaitable[Any]]


class Service(FastAPI):
    """A FastAPI application whose description tells how its errors really look."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI 3.1 document, with problems as the error responses of every operation."""
        if self.openapi_schema is None:
            self.openapi_schema = describe(super().openapi(), validation=self.state.problem_rules.validation)
        return self.openapi_schema


def open_redis(url: str) -> Redis:
    """Return a client for hints: it gives up within seconds, since nothing of truth depends on it.

    A read may block for at most 4 s. Connects when first used.
    """
    return Redis.from_url(
        url,
        socket_timeout=4,
        socket_connect_timeout=1,
        socket_keepalive=True,
        # A connection that the server closed while it was idle is noticed at its next use: once more, at once.
        retry=Retry(ConstantBackoff(0.01), 1),
    )


_ASKED_EVERY_SECOND = frozenset({"/internal/healthz", "/internal/readyz", PERMISSION_PATH})


def create_service(
    title: str,
    *,
    settings: KitSettings,
    routers: Sequence[APIRouter],
    schema: str = "",
    first_use: FirstUse | None = None,
    lifespan: Lifespan | None = None,
    ready: Mapping[str, ReadyCheck] | None = None,
    validation: Validation | None = None,
    members: Members | None = None,
    pool_size: int = 10,
    version: str = "1.0.0",
) -> FastAPI:
    """Return the HTTP application of a house.

    The lifespan opens `app.state.database`, `.redis` and `.cache_tags`, then the house's own `lifespan`, and closes
    them in reverse. `app.state.settings`, `.schema` (where the house keeps its idempotency keys) and `.first_use` are
    what the door needs. `ready` adds named readiness checks, which raise when they fail. `validation` and `members` are
    described at :func:`kit.problems.install_problem_handlers`.
    """
    name = title.lower().replace(" ", "-")
    metrics = HttpMetrics()

    @asynccontextmanager
    async def run(app: FastAPI) -> AsyncIterator[None]:
        configure_logging(name, settings.log_format)
        with served_metrics(metrics.registry, settings):
            async with _opened(app):
                yield

    @asynccontextmanager
    async def _opened(app: FastAPI) -> AsyncIterator[None]:
        app.state.redis = open_redis(settings.redis_url)
        app.state.cache_tags = CacheTags(app.state.redis)
        try:
            if settings.needs_database:
                app.state.database = Database(
                    settings.required_database_url, application_name=name, pool_size=pool_size
                )
            async with lifespan(app) if lifespan is not None else _nothing():
                yield
        finally:
            await app.state.redis.aclose()
            if app.state.database is not None:
                await app.state.database.close()

    app = Service(
        title=title,
        version=version,
        lifespan=run,
        docs_url=None,
        redoc_url=None,
        openapi_url="/internal/openapi.json",
        # A redirect would name the internal host.
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.schema = schema
    app.state.metrics = metrics
    app.state.first_use = first_use
    app.state.database = None
    app.state.redis = None
    install_problem_handlers(app, validation=validation, members=members)
    for error in (RedisConnectionError, RedisTimeoutError):
        app.add_exception_handler(error, _on_redis_away)
    for router in routers:
        _add(app, router)
    _add(app, _probes(dict(ready or {})))
    app.router.routes[:0] = _not_offered(app.router.routes)
    # The last one added is the outermost.
    app.add_middleware(BodyRulesMiddleware)
    app.add_middleware(InternalErrorMiddleware)
    app.add_middleware(AccessLogMiddleware, quiet=_ASKED_EVERY_SECOND)
    app.add_middleware(HttpMetricsMiddleware, metrics=metrics)
    app.add_middleware(RequestIdMiddleware)
    return app


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def _add(app: FastAPI, router: APIRouter) -> None:
    # Straight into the table of routes: a router that is included is searched twice for each request.
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.operation_id = route.operation_id or route.name
            route.unique_id = route.operation_id
        app.router.routes.append(route)


def _not_offered(routes: Sequence[BaseRoute]) -> list[Route]:
    """Routes that answer 405 where a literal path would else be taken for an id: `PATCH /api/session/create`."""
    described = [route for route in routes if isinstance(route, APIRoute)]
    literal = {route.path for route in described if not route.param_convertors}
    guards = []
    for path in sorted(literal):
        offered = {method for route in described if route.path == path for method in route.methods or ()}
        shadowing = {
            method
            for route in described
            if route.param_convertors and route.path_regex.match(path)
            for method in route.methods or ()
        }
        if shadowing - offered:
            guards.append(
                Route(path, _refuse_method, methods=sorted(shadowing - offered), include_in_schema=False)
            )
    return guards


async def _refuse_method(request: Request) -> Response:
    raise HTTPException(405)


def _probes(checks: dict[str, ReadyCheck]) -> APIRouter:
    router = APIRouter(prefix="/internal", include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    async def readyz(request: Request) -> Response:
        app: FastAPI = request.app
        wanted = dict(checks)
        if app.state.settings.needs_database:
            wanted["database"] = _database_answers
        results = await asyncio.gather(*(_passes(app, name, check) for name, check in wanted.items()))
        missing = sorted(name for name, passed in zip(wanted, results, strict=True) if not passed)
        if missing:
            return problem_response(
                503,
                "not_ready",
                f"Not ready: {', '.join(missing)}",
                request=request,
                headers={"Retry-After": "1"},
                missing=missing,
            )
        return JSONResponse({"status": "ready"})

    return router


async def _database_answers(app: FastAPI) -> None:
    await app.state.database.ping()


async def _passes(app: FastAPI, name: str, check: ReadyCheck) -> bool:
    try:
        async with asyncio.timeout(READY_TIMEOUT):
            await check(app)
    except Exception as error:
        log.warning("not_ready", missing=name, error=type(error).__name__)
        return False
    return True


async def _on_redis_away(request: Request, error: Exception) -> Response:
    log.warning("redis_unavailable", error=type(error).__name__)
    return refusal_response(Unavailable(), request)
