"""Passing requests on to the services, and their answers back.

Measured before a service that answers 7,848 requests a second by itself: a plain ASGI application with aiohttp's
client passes 6,693 on, FastAPI with httpx 293. Hence the client here, and hence no framework around it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import structlog
from starlette.types import Send
from yarl import URL

from gateway.errors import GatewayTimeout, MalformedRequest, ServiceUnavailable
from gateway.headers import RawHeaders, returned_headers
from gateway.routes import Service
from gateway.settings import GatewaySettings

BUFFERED_BYTES: Final = 256 * 1024
"""An answer of up to this length is read in full before its first byte is sent on, so that losing the service in the
middle of it is still a 503. A longer one, or one of unknown length, is streamed."""

_LINE_BYTES: Final = 64 * 1024
_SWITCHING: Final = 101
_BODILESS: Final = frozenset({204, 304})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """One request, ready to be passed on. `path` and `query` are as they came, still encoded."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    unavailable: str | None = None
    """The text of the refusal if the service is away, if not the usual one."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A complete answer as the client is to see it."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


Settle = Callable[[int, RawHeaders], Awaitable[None]]
"""Is shown status and headers as the service has sent them; nothing is sent to the client before it returns."""

Revise = Callable[[Whole], Awaitable[Whole]]
"""Gives back what is sent in place of an answer."""


class Upstream:
    """The connections to one service."""

    def __init__(self, name: Service, url: str, settings: GatewaySettings) -> None:
        """Keep connections to `url`; must be called within a running event loop."""
        self.name = name
        self._timeout = settings.upstream_timeout_seconds
        self._retry_pause = settings.upstream_retry_pause_seconds
        connector: aiohttp.BaseConnector
        if url.startswith("unix:"):
            connector = aiohttp.UnixConnector(
                path=url.removeprefix("unix:"),
                limit=settings.upstream_connections,
                keepalive_timeout=settings.upstream_keep_alive_seconds,
            )
            self._base = f"http://{name}"
        else:
            connector = aiohttp.TCPConnector(
                limit=settings.upstream_connections,
                keepalive_timeout=settings.upstream_keep_alive_seconds,
                ttl_dns_cache=10,
            )
            self._base = url
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            # What is streamed may take as long as its reader does, if the service does not stand still.
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=settings.upstream_connect_timeout_seconds,
                sock_read=settings.upstream_timeout_seconds,
            ),
            read_bufsize=BUFFERED_BYTES,
            max_line_size=_LINE_BYTES,
            max_field_size=_LINE_BYTES,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def get_json(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Ask the service itself for `path`; return the status and the JSON body, `None` if it is not JSON.

        Raises :class:`ServiceUnavailable` or :class:`GatewayTimeout`.
        """
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._session.request(
                    method, f"{self._base}{path}", headers=headers, allow_redirects=False
                ) as answer,
            ):
                try:
                    return answer.status, await answer.json(content_type=None)
                except ValueError:
                    return answer.status, None
        except TimeoutError as error:
            raise GatewayTimeout from error
        except (aiohttp.ClientError, OSError) as error:
            raise ServiceUnavailable from error

    async def forward(
        self,
        request: Forwarded,
        send: Send,
        *,
        settle: Settle | None = None,
        revise: Revise | None = None,
    ) -> None:
        """Pass `request` on and the answer back through `send`, when `settle` is done, as `revise` has it.

        `HEAD` is asked as `GET`, since a service knows only the one. Raises :class:`ServiceUnavailable` (503) when
        the service is away or lost and :class:`GatewayTimeout` (504) when it is too slow, both before anything was
        sent. Once an answer has begun, losing the service cuts it off, which the client can tell from its length.
        What is streamed (see `BUFFERED_BYTES`) is not revised.
        """
        answer = await self._ask(request)
        try:
            if answer.status == _SWITCHING:
                raise self._unavailable(request, ConnectionError())
            headers = returned_headers(answer.raw_headers, bodiless=answer.status in _BODILESS)
            length = 0 if answer.status in _BODILESS else answer.content_length
            is_head = request.method == "HEAD"
            if length is not None and length <= BUFFERED_BYTES:
                whole = Whole(answer.status, headers, await self._read(answer, request))
                if settle is not None:
                    await settle(answer.status, answer.raw_headers)
                if revise is not None:
                    whole = await revise(whole)
                await send_whole(send, whole, is_head=is_head)
                return
            if settle is not None:
                await settle(answer.status, answer.raw_headers)
            if is_head:
                await send_whole(send, Whole(answer.status, headers, b""), is_head=True)
            else:
                await self._stream(answer, headers, send)
        finally:
            # An answer that was not read to its end takes its connection with it.
            answer.release()

    async def _ask(self, request: Forwarded) -> aiohttp.ClientResponse:
        target = f"{self._base}{request.path}"
        if request.query:
            target = f"{target}?{request.query}"
        url = URL(target, encoded=True)
        asked_again = False
        while True:
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._session.request(
                        "GET" if request.method == "HEAD" else request.method,
                        url,
                        headers=request.headers,
                        data=request.body or None,
                        allow_redirects=False,
                    )
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                # Never sent, so it may be sent again whatever it is.
                if asked_again:
                    raise self._unavailable(request, error) from error
                asked_again = True
                await asyncio.sleep(self._retry_pause)
            except TimeoutError as error:
                _log.warning("service_too_slow", service=self.name, method=request.method, path=request.path)
                raise GatewayTimeout from error
            except (aiohttp.ClientError, OSError) as error:
                # Sent, and perhaps done. The client library has already asked once more where that is safe, for
                # idempotent methods (RFC 9110, section 9.2.2).
                raise self._unavailable(request, error) from error
            except ValueError as error:
                # A header that HTTP allows and the client library does not.
                raise MalformedRequest from error

    async def _read(self, answer: aiohttp.ClientResponse, request: Forwarded) -> bytes:
        try:
            async with asyncio.timeout(self._timeout):
                return await answer.read()
        except TimeoutError as error:
            raise GatewayTimeout from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._unavailable(request, error) from error

    async def _stream(
        self, answer: aiohttp.ClientResponse, headers: list[tuple[bytes, bytes]], send: Send
    ) -> None:
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        try:
            async for chunk in answer.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # Returning without the end of the body makes the server close the connection.
            _log.warning("service_lost_in_answer", service=self.name, error=type(error).__name__)
            answer.close()
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _unavailable(self, request: Forwarded, error: Exception) -> ServiceUnavailable:
        _log.warning(
            "service_unavailable",
            service=self.name,
            method=request.method,
            path=request.path,
            error=type(error).__name__,
        )
        return ServiceUnavailable(request.unavailable)


async def open_upstreams(settings: GatewaySettings) -> dict[Service, Upstream]:
    """Return the connections to every service; nothing is connected before it is needed."""
    return {name: Upstream(name, url, settings) for name, url in settings.service_urls.items()}


async def close_upstreams(upstreams: Mapping[Service, Upstream]) -> None:
    """Close every connection."""
    await asyncio.gather(*(upstream.close() for upstream in upstreams.values()))


async def send_whole(send: Send, whole: Whole, *, is_head: bool = False) -> None:
    """Send a complete answer; to a `HEAD` its headers alone."""
    await send({"type": "http.response.start", "status": whole.status, "headers": whole.headers})
    await send({"type": "http.response.body", "body": b"" if is_head else whole.body, "more_body": False})
