"""Who may open a live connection; and everything that one needs, from the gateway's start to its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qs

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from starlette.types import Message, Receive, Scope, Send

from gateway.admission import Admission, Answering
from gateway.errors import RouteNotFound
from gateway.live.access import Access
from gateway.live.connection import Connection
from gateway.live.hub import READ_AT_ONCE, Hub
from gateway.live.open_files import allow_open_files
from gateway.live.protocol import EXTENSION
from gateway.live.tickets import Holder, InvalidTicket, Tickets
from gateway.metrics import GatewayMetrics
from gateway.proxy import Upstream
from gateway.routes import Service
from gateway.settings import GatewaySettings
from kit.errors import Refusal
from kit.problems import refusal_response

PATH: Final = "/api/live"
"""Where WebSockets are answered; nowhere else."""

SOCKET_TIMEOUT: Final = 5.0
"""Seconds that Redis may take to answer; longer than a read waits for messages."""

_log = structlog.get_logger(__name__)


class LiveUpdates:
    """The ASGI application for WebSockets. Its context, `running`, is open while it serves."""

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        admission: Admission,
        upstreams: Mapping[Service, Upstream],
        metrics: GatewayMetrics,
    ) -> None:
        """Let in whom `admission` does, or who has a ticket; `upstreams` may be filled later."""
        self._settings = settings
        self._admission = admission
        self._access = Access(upstreams, settings.internal_secret)
        self._metrics = metrics
        redis = Redis.from_url(
            settings.redis_url,
            socket_timeout=SOCKET_TIMEOUT,
            socket_connect_timeout=1,
            # A connection that was closed while it was idle is noticed at its next use: once more, at once.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        self._redis: Redis = redis
        # Half of what a client may be behind, so that nobody is too slow who has had no time yet.
        self._hub = Hub(redis, at_once=min(READ_AT_ONCE, settings.live_queue_length // 2))
        self.tickets = Tickets(redis, settings.internal_secret)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read what happens as long as the context lasts."""
        allow_open_files(self._settings.live_open_files)
        try:
            async with self._hub.running():
                yield
        finally:
            await self._redis.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket; one that may not be opened is refused with a problem."""
        answering = Answering(send)
        try:
            holder = await self._admit(scope, answering)
        except Refusal as refusal:
            refusal.headers.update({name.decode(): value.decode() for name, value in answering.headers})
            await _refuse(refusal, scope, receive, send)
            return
        await receive()
        with contextlib.suppress(OSError):
            await send({"type": "websocket.accept"})
            await self._serve(holder, scope, receive, send)

    async def _serve(self, holder: Holder, scope: Scope, receive: Receive, send: Send) -> None:
        extension: dict[str, Any] = (scope.get("extensions") or {}).get(EXTENSION) or {}
        connection = Connection(
            holder,
            self._hub,
            self._access,
            queue_length=self._settings.live_queue_length,
            drop=extension.get("drop"),
        )

        async def send_counted(message: Message) -> None:
            await send(message)
            if message["type"] == "websocket.send":
                self._metrics.live_sent.inc()

        with self._metrics.live_connections.track_inprogress():
            try:
                code = await connection.serve(receive, send_counted)
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("live_connection_failed")
                await send({"type": "websocket.close", "code": 1011})
                return
        if code is not None:
            self._metrics.live_closed.labels(str(code)).inc()
            _log.info("live_connection_closed", code=code, user_id=str(holder.caller.user_id))

    async def _admit(self, scope: Scope, answering: Answering) -> Holder:
        if scope["path"] != PATH:
            raise RouteNotFound
        tickets = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("ticket")
        has_token = any(name == b"authorization" for name, _ in scope["headers"])
        if tickets is None or has_token:
            identity = await self._admission.admit_user(scope, answering)
            return Holder(identity.caller, identity.good_until)
        return await self._admission.admit_by(scope, answering, lambda: self._redeem(tickets))

    async def _redeem(self, tickets: list[str]) -> Holder:
        if len(tickets) != 1:
            raise InvalidTicket
        return await self.tickets.redeem(tickets[0])


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await refusal_response(refusal, scope)(scope, receive, send)
