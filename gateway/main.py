"""The gateway's application: run it with `uvicorn gateway.main:create_app --factory`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from starlette.types import ASGIApp

from gateway.admission import Admission, Policies
from gateway.cache import CachedReads, Caching
from gateway.cache_changes import Changes
from gateway.cache_lease import CacheLease
from gateway.cache_store import CacheStore, open_cache_redis
from gateway.cors import CorsMiddleware
from gateway.demo.endpoints import demo_router
from gateway.description import ApiDescription
from gateway.docs.endpoints import docs_router
from gateway.endpoints import router
from gateway.front import Front
from gateway.identity import Identities
from gateway.jwks import KeySetDocument, TokenKeys
from gateway.live.endpoints import router as live_router
from gateway.live.handshake import LiveUpdates
from gateway.metrics import GatewayMetrics
from gateway.proxy import Upstream, close_upstreams, open_upstreams
from gateway.rate_limits import RateLimits, open_limits_redis
from gateway.readiness import Readiness
from gateway.revalidation import Revalidation
from gateway.routes import TABLE, RoutingTable, Service
from gateway.settings import GatewaySettings
from gateway.tokens import TokenVerifier
from kit.cache_tags import GATEWAY, CacheTags
from kit.identity import IDENTITY_HEADER, sign
from kit.logs import configure_logging
from kit.metrics import HttpMetricsMiddleware, served_metrics
from kit.problems import InternalErrorMiddleware, install_problem_handlers
from kit.request_ids import RequestIdMiddleware

Running = Callable[[], AbstractAsyncContextManager[None]]


def create_app(settings: GatewaySettings | None = None, *, table: RoutingTable = TABLE) -> ASGIApp:
    """Return the application. Without `settings` they are read from the environment; bad ones end the process."""
    settings = settings or GatewaySettings.load()
    upstreams: dict[Service, Upstream] = {}
    metrics = GatewayMetrics()
    keys = _token_keys(settings, metrics)
    limits = _rate_limits(settings, metrics)
    caching, caching_parts = _caching(settings, upstreams, metrics)
    admission = Admission(
        Identities(
            TokenVerifier(
                settings.token_secret,
                audience=settings.jwt_audience,
                issuer=settings.jwt_issuer,
                keys=keys,
            ),
            settings.internal_secret,
            allow_test_identities=settings.test_identities_allowed,
        ),
        limits=limits,
        policies=Policies(settings.request_policy, settings.confirmation_policy, settings.failure_policy),
        trusted_proxies=settings.trusted_proxies,
    )
    live = LiveUpdates(settings, admission=admission, upstreams=upstreams, metrics=metrics)
    own = _own_application(
        settings,
        upstreams,
        running=[
            *([keys.kept_fresh] if keys else []),
            *([limits.running] if limits else []),
            *caching_parts,
            live.running,
            partial(_shown, metrics, settings),
        ],
    )
    own.state.token_keys = keys
    own.state.live = live
    front = Front(
        own,
        table=table,
        admission=admission,
        caching=caching,
        live=live,
        upstreams=upstreams,
        description=own.state.description,
    )
    cors = CorsMiddleware(
        InternalErrorMiddleware(front),
        origins=settings.allowed_origins,
        test_identities=settings.test_identities_allowed,
    )
    return RequestIdMiddleware(HttpMetricsMiddleware(cors, metrics.http))


def own_description() -> dict[str, Any]:
    """Return the OpenAPI document of what the gateway itself answers, to be merged with the services'."""
    return _own_application(GatewaySettings(), {}).openapi()


def _token_keys(settings: GatewaySettings, metrics: GatewayMetrics) -> TokenKeys | None:
    if settings.jwt_jwks_url is None:
        return None
    document = KeySetDocument(settings.jwt_jwks_url)
    return TokenKeys(document, on_fetch=metrics.token_keys_fetched)


def _rate_limits(settings: GatewaySettings, metrics: GatewayMetrics) -> RateLimits | None:
    if not settings.rate_limit_enabled:
        return None
    timeout = settings.rate_limit_timeout_seconds
    return RateLimits(open_limits_redis(settings.redis_url, timeout), timeout=timeout, metrics=metrics)


def _caching(
    settings: GatewaySettings, upstreams: Mapping[Service, Upstream], metrics: GatewayMetrics
) -> tuple[Caching, list[Running]]:
    redis = open_cache_redis(settings.redis_url)

    async def ask(method: str, path: str) -> tuple[int, Any]:
        headers = {IDENTITY_HEADER: sign(GATEWAY, settings.internal_secret)}
        return await upstreams["session"].get_json(path, method=method, headers=headers)

    @asynccontextmanager
    async def connected() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await redis.aclose()

    lease = CacheLease(ask)
    parts: list[Running] = [connected, lease.kept if settings.cache_enabled else lease.standby]
    revalidation: Revalidation | None = None
    if settings.revalidate_url is not None:
        secret = settings.revalidate_secret or settings.internal_secret
        revalidation = Revalidation(settings.revalidate_url, secret, redis)
        parts.append(revalidation.running)
    reads: CachedReads | None = None
    if settings.cache_enabled:
        timeout = settings.cache_timeout_seconds
        reads = CachedReads(
            CacheStore(redis, seconds=settings.cache_seconds, timeout=timeout), lease, metrics
        )
    changes = Changes(CacheTags(redis), lease, tell=revalidation.tell if revalidation else None)
    return Caching(changes, reads), parts


@asynccontextmanager
async def _shown(metrics: GatewayMetrics, settings: GatewaySettings) -> AsyncIterator[None]:
    with served_metrics(metrics.registry, settings):
        yield


def _own_application(
    settings: GatewaySettings, upstreams: dict[Service, Upstream], *, running: Sequence[Running] = ()
) -> FastAPI:
    """What is not passed on, and the lifespan of everything: of what is `running` beside it, too."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logging("gateway", settings.log_format)
        upstreams.update(await open_upstreams(settings))
        # Hints only, so it gives up soon. Connects when first used.
        app.state.redis = Redis.from_url(
            settings.redis_url,
            socket_timeout=2,
            socket_connect_timeout=1,
            # A connection that was closed while it was idle is noticed at its next use: once more, at once.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        try:
            async with AsyncExitStack() as beside:
                for part in running:
                    await beside.enter_async_context(part())
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
    app.state.readiness = Readiness()
    app.state.tasks_url = settings.tasks_url
    install_problem_handlers(app)
    app.include_router(router)
    app.include_router(live_router)
    app.include_router(docs_router())
    if settings.demo_page_served:
        app.include_router(demo_router())
    app.state.description = ApiDescription(app.openapi(), upstreams)
    return app
