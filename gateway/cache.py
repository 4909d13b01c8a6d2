"""Passing requests on by way of the cache. What it promises, and how: docs/decisions/0016."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from starlette.types import Send

from gateway.cache_changes import Changes
from gateway.cache_lease import CacheLease
from gateway.cache_routes import entry_name
from gateway.cache_store import CacheStore, Entry, Version
from gateway.errors import GatewayTimeout, ServiceUnavailable
from gateway.headers import RawHeaders
from gateway.metrics import GatewayMetrics
from gateway.proxy import Forwarded, Upstream, Whole, send_whole
from kit.etags import if_none_match
from kit.identity import Caller

X_CACHE: Final = b"x-cache"
CACHE_TAG: Final = b"cache-tag"

_KEPT_IN_304: Final = frozenset({b"etag", b"cache-control", b"vary", CACHE_TAG, b"last-modified"})
"""As the services have it (`kit.door`)."""


@dataclass(frozen=True, slots=True)
class CachedReads:
    """What answering out of the cache takes."""

    store: CacheStore
    lease: CacheLease
    metrics: GatewayMetrics


class Caching:
    """Stands between the front and the services."""

    def __init__(self, changes: Changes, reads: CachedReads | None) -> None:
        """See to `changes` in any case, since other gateways may cache; without `reads` this one does not."""
        self._changes = changes
        self._reads = reads

    async def forward(
        self, upstream: Upstream, request: Forwarded, caller: Caller | None, send: Send
    ) -> None:
        """As `Upstream.forward`, or out of the cache."""
        if self._reads is not None:
            name = entry_name(request.method, request.path, request.query, caller)
            if name is not None:
                await self._read(self._reads, name, upstream, request, caller, send)
                return
        await self._pass_on(upstream, request, caller, send)

    async def _read(
        self,
        reads: CachedReads,
        name: str,
        upstream: Upstream,
        request: Forwarded,
        caller: Caller | None,
        send: Send,
    ) -> None:
        generation = reads.lease.generation()
        found = await reads.store.read(name, generation) if generation is not None else None
        # However slow the store was: this read began while the lease held, so before anything was answered that it
        # does not show.
        if isinstance(found, Entry):
            reads.metrics.cache_reads.labels("hit").inc()
            whole = _conditional(request, Whole(200, found.headers, found.body))
            await send_whole(send, _marked(whole, b"hit"), is_head=request.method == "HEAD")
            return
        version = found if isinstance(found, Version) else None
        reads.metrics.cache_reads.labels("miss" if version is not None else "bypass").inc()
        filling = _Filling(reads.store, name, version, request)
        await self._pass_on(upstream, filling.asked(), caller, send, filling)

    async def _pass_on(
        self,
        upstream: Upstream,
        request: Forwarded,
        caller: Caller | None,
        send: Send,
        filling: _Filling | None = None,
    ) -> None:
        async def settle(status: int, headers: RawHeaders) -> None:
            await self._changes.settle(request, caller, status, headers)

        try:
            await upstream.forward(
                request, send, settle=settle, revise=None if filling is None else filling.revise
            )
        except (ServiceUnavailable, GatewayTimeout):
            await self._changes.doubt(request, caller)
            raise


class _Filling:
    """One answer on its way from a service into the cache, and to the client."""

    def __init__(self, store: CacheStore, name: str, version: Version | None, request: Forwarded) -> None:
        self._store = store
        self._name = name
        self._version = version
        self._request = request

    def asked(self) -> Forwarded:
        """What the service is asked: for the whole answer, where it can be kept."""
        if self._version is None:
            return self._request
        headers = [pair for pair in self._request.headers if pair[0] != "If-None-Match"]
        return replace(self._request, headers=headers)

    async def revise(self, whole: Whole) -> Whole:
        """Keep the answer, and make of it what the client has asked for."""
        tags = _header(whole.headers, CACHE_TAG)
        if self._version is None:
            return _marked(whole, b"miss")
        if whole.status == 200 and tags:
            entry = Entry(whole.headers, whole.body)
            await self._store.fill(self._name, self._version, tags.decode("latin-1").split(","), entry)
        return _marked(_conditional(self._request, whole), b"miss")


def _conditional(request: Forwarded, whole: Whole) -> Whole:
    """304 in place of a 200 that the client has. Whoever gets here may see the resource."""
    etag = _header(whole.headers, b"etag")
    # More than one line are one list (RFC 9110, section 5.3).
    condition = ",".join(value for name, value in request.headers if name == "If-None-Match") or None
    if whole.status != 200 or etag is None or not if_none_match(condition, etag.decode("latin-1")):
        return whole
    return Whole(304, [pair for pair in whole.headers if pair[0] in _KEPT_IN_304], b"")


def _marked(whole: Whole, how: bytes) -> Whole:
    return replace(whole, headers=[*whole.headers, (X_CACHE, how)])


def _header(headers: list[tuple[bytes, bytes]], wanted: bytes) -> bytes | None:
    return next((value for name, value in headers if name == wanted), None)
