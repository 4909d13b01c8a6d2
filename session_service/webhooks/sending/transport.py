"""One attempt: a signed POST to an address that was checked, and nothing believed of the answer but its status.

The host is looked up for this very connection, all its addresses are judged, and the connection goes to one of them;
the name stays in ``Host`` and in the TLS handshake. A name that changes its mind between two look-ups gains nothing.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks import Webhook
from yarl import URL

from session_service.webhooks.addresses import Allowance, read_url
from session_service.webhooks.deliveries.rules import Outcome, read_retry_after
from session_service.webhooks.errors import ForbiddenAddress, InvalidUrl
from session_service.webhooks.resolving import LookUp, Names, UnknownHost

READ_AT_MOST = 64 * 1024
"""Bytes of an answer's body that are read, for the receiver to come to its end; then the connection is closed."""

USER_AGENT = "Tandem-Webhooks/1"

NOT_PUBLIC = "The address is not public"
UNKNOWN_HOST = "The host name does not resolve"
NOT_TAKEN = "The URL cannot be used for a webhook"
SLOW_TO_CONNECT = "Connecting took too long"
NO_CONNECTION = "No connection could be made"
BAD_CERTIFICATE = "The certificate is not valid for this host"
NO_TLS = "The TLS handshake failed"
SLOW_TO_ANSWER = "No answer came in time"
CLOSED = "The connection was closed before the answer was there"
NOT_HTTP = "The answer was not valid HTTP"
NOT_SENT = "The request could not be sent"


class _NotPublic(OSError):
    """Raised in the middle of connecting, where only an OSError is handed on."""


class _Checked(AbstractResolver):
    """aiohttp's resolver: hands on only what was judged."""

    def __init__(self, names: Names):
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        try:
            addresses = await self._names.addresses(host)
        except ForbiddenAddress:
            raise _NotPublic from None
        except UnknownHost:
            raise OSError("unknown host") from None
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


class Sender:
    """Sends messages, any number at once. Nothing stays open between two of them: each connection is judged anew."""

    def __init__(
        self,
        allowance: Allowance,
        *,
        connect_timeout: float,
        timeout: float,
        look_up: LookUp | None = None,
        tls: ssl.SSLContext | None = None,
    ):
        self._allowance = allowance
        self._names = Names(allowance.networks, look_up=look_up)
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=connect_timeout)
        self._tls = tls or ssl.create_default_context()

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Outcome:
        """POSTs the body. Never raises for anything that the other side does."""
        try:
            target = read_url(url, self._allowance)
        except ForbiddenAddress:
            return Outcome(None, NOT_PUBLIC)
        except InvalidUrl:
            return Outcome(None, NOT_TAKEN)
        try:
            return await self._post(URL(target.url, encoded=True), headers, body)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Outcome(None, _reason(error))

    async def _post(self, url: URL, headers: Mapping[str, str], body: bytes) -> Outcome:
        async with (
            self._session() as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            # The status is the answer. A body that never ends, or breaks off, changes nothing about it.
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await _drop(answer.content)
            status = answer.status
            if 200 <= status < 300:
                return Outcome(status, None)
            if 300 <= status < 400:
                return Outcome(status, f"The receiver answered {status}; redirects are not followed")
            retry_after = read_retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            return Outcome(status, f"The receiver answered {status}", retry_after)

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_Checked(self._names),
            socket_factory=self._socket,
            ssl=self._tls,
            force_close=True,
            use_dns_cache=False,
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
        )

    def _socket(self, info: Any) -> socket.socket:
        # The last word: the very address that the connection goes to, however it came here.
        family, type_, proto, _, address = info
        if not all(self._names.are_public([ip_address(address[0])])):
            raise _NotPublic
        return socket.socket(family=family, type=type_, proto=proto)


async def _drop(body: aiohttp.StreamReader) -> None:
    left = READ_AT_MOST
    while left > 0 and (part := await body.read(left)):
        left -= len(part)


def signed_headers(
    message_id: UUID, secrets: Sequence[str], payload: str, *, now: datetime
) -> dict[str, str]:
    """The headers of Standard Webhooks: with several secrets, a signature by each."""
    signatures = [Webhook(secret).sign(str(message_id), now, payload) for secret in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _reason(error: Exception) -> str:
    """What its owner reads: which step failed, and nothing of what was found out about addresses."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, _NotPublic):
        return NOT_PUBLIC
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return NOT_SENT


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, UNKNOWN_HOST),
    (aiohttp.ClientConnectorCertificateError, BAD_CERTIFICATE),
    (aiohttp.ClientSSLError, NO_TLS),
    (aiohttp.ConnectionTimeoutError, SLOW_TO_CONNECT),
    (asyncio.TimeoutError, SLOW_TO_ANSWER),
    (aiohttp.ClientConnectorError, NO_CONNECTION),
    (aiohttp.ClientResponseError, NOT_HTTP),
    (aiohttp.ClientPayloadError, CLOSED),
    (aiohttp.ServerDisconnectedError, CLOSED),
    (aiohttp.ClientOSError, CLOSED),
)
