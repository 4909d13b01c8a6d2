"""Who is asking, and may they ask this often: what stands between a route and its service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.types import Message, Scope, Send

from gateway.addresses import TrustedProxies, client_key
from gateway.errors import InvalidToken, KeysUnavailable, MissingToken, RateLimited
from gateway.headers import RawHeaders
from gateway.identity import Identities, Identity
from gateway.rate_limits import Bucket, Policy, RateLimits, Verdict
from gateway.routes import CONFIRMATION_UNAVAILABLE

Proven = TypeVar("Proven")


class Answering:
    """`send`, and the headers that the answer to this request gets whoever gives it."""

    __slots__ = ("_send", "headers")

    def __init__(self, send: Send) -> None:
        self._send = send
        self.headers: list[tuple[bytes, bytes]] = []

    async def __call__(self, message: Message) -> None:
        """Pass a message on; the one that begins the answer with the headers."""
        if self.headers and message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *self.headers]
        await self._send(message)


@dataclass(frozen=True, slots=True)
class Policies:
    """How often what may happen."""

    requests: Policy
    """For a user, or for an address where there is no user."""
    confirmations: Policy
    """For a user, besides the former."""
    failures: Policy
    """For an address."""


class Admission:
    """Lets requests in."""

    def __init__(
        self,
        identities: Identities,
        *,
        limits: RateLimits | None,
        policies: Policies,
        trusted_proxies: TrustedProxies = 0,
    ) -> None:
        """Ask `identities` who it is; without `limits` everybody may ask as often as they like."""
        self._identities = identities
        self._limits = limits
        self._policies = policies
        self._trusted_proxies = trusted_proxies

    async def admit_user(self, scope: Scope, answering: Answering, *, confirms: bool = False) -> Identity:
        """Return who is asking, once they have paid for it; `confirms`: with a confirmation.

        Raises :class:`MissingToken`, :class:`InvalidToken` (401), :class:`KeysUnavailable` (503), and
        :class:`RateLimited` (429), before the token is verified where too many of that address were not valid. The
        standing of what was paid from is in the headers of `answering`, either way.
        """
        headers: RawHeaders = scope["headers"]
        try:
            identity = self._identities.recall(headers)
            if identity is None:
                # Only what must be verified costs anything, so only that is held back.
                await self._look_at_failures(scope, answering)
                identity = await self._identities.prove(headers)
        except KeysUnavailable as error:
            raise KeysUnavailable(CONFIRMATION_UNAVAILABLE if confirms else None) from error
        except MissingToken:
            await self.admit_address(scope, answering)
            raise
        except InvalidToken:
            await self._pay(answering, Bucket(self._policies.failures, self._address(scope)))
            raise
        if self._limits is not None:
            owner = f"user:{identity.caller.user_id}"
            buckets = [Bucket(self._policies.requests, owner)]
            if confirms:
                buckets.append(Bucket(self._policies.confirmations, owner))
            await self._pay(answering, *buckets)
        return identity

    async def admit_by(
        self, scope: Scope, answering: Answering, prove: Callable[[], Awaitable[Proven]]
    ) -> Proven:
        """Return what `prove` does, which has been paid for elsewhere; only its failures are held back.

        Raises what `prove` raises, and :class:`RateLimited` (429).
        """
        await self._look_at_failures(scope, answering)
        try:
            return await prove()
        except InvalidToken:
            await self._pay(answering, Bucket(self._policies.failures, self._address(scope)))
            raise

    async def admit_address(self, scope: Scope, answering: Answering) -> None:
        """Let in a request of nobody in particular. Raises :class:`RateLimited` (429)."""
        if self._limits is not None:
            await self._pay(answering, Bucket(self._policies.requests, self._address(scope)))

    async def _look_at_failures(self, scope: Scope, answering: Answering) -> None:
        if self._limits is not None:
            verdict = await self._limits.look(Bucket(self._policies.failures, self._address(scope)))
            if verdict is not None and verdict.empty is not None:
                _tell(verdict, answering)

    async def _pay(self, answering: Answering, *buckets: Bucket) -> None:
        if self._limits is not None:
            verdict = await self._limits.take(*buckets)
            if verdict is not None:
                _tell(verdict, answering)

    def _address(self, scope: Scope) -> str:
        return f"address:{client_key(scope.get('client'), scope['headers'], self._trusted_proxies)}"


def _tell(verdict: Verdict, answering: Answering) -> None:
    answering.headers = verdict.headers
    if verdict.empty is not None:
        raise RateLimited(verdict.empty.name, verdict.wait)
