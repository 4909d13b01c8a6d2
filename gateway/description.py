"""The one description of the API: asked of the services once, then kept."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
import structlog

from gateway.errors import DescriptionUnavailable, GatewayTimeout, ServiceUnavailable
from gateway.openapi import Document, merge
from gateway.proxy import Upstream
from gateway.routes import METHODS, Service

SOURCE: Final = "/internal/openapi.json"
KEPT_SECONDS: Final = 60.0
"""How long the description is served before the services are asked again; they may have been deployed anew."""

FAILED_SECONDS: Final = 1.0
"""How long nobody asks again who came while it could not be had: those who wait would wait for one after the other."""


_log = structlog.get_logger(__name__)


class ApiDescription:
    """The merged OpenAPI document, as bytes."""

    def __init__(self, own: Document, upstreams: Mapping[Service, Upstream]) -> None:
        """Merge `own`, the gateway's document, with those of the services behind `upstreams`."""
        self._own = own
        self._upstreams = upstreams
        self._merged: bytes | None = None
        self._methods: list[tuple[re.Pattern[str], tuple[str, ...]]] = []
        self._merged_at = 0.0
        self._failed_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def json(self) -> bytes:
        """Return the document; an older one when a service is away just now.

        Raises :class:`DescriptionUnavailable` (503) when there is none yet.
        """
        async with self._one_at_a_time:
            now = asyncio.get_running_loop().time()
            if self._merged is None or now - self._merged_at >= KEPT_SECONDS:
                if self._merged is None and now - self._failed_at < FAILED_SECONDS:
                    raise DescriptionUnavailable
                try:
                    document = merge(await self._ask())
                    self._merged = orjson.dumps(document)
                    self._methods = list(_methods(document))
                except (ServiceUnavailable, GatewayTimeout, ValueError) as error:
                    # A ValueError: while services are deployed anew, two may describe the same path.
                    _log.warning("description_not_merged", reason=str(error)[:200] or type(error).__name__)
                    if self._merged is None:
                        self._failed_at = asyncio.get_running_loop().time()
                        raise DescriptionUnavailable from error
                self._merged_at = now
            return self._merged

    async def methods(self, path: str) -> tuple[str, ...] | None:
        """Return what may be done with `path`; None where there is no such resource.

        Raises :class:`DescriptionUnavailable`, as `json` does.
        """
        await self.json()
        return next((methods for pattern, methods in self._methods if pattern.fullmatch(path)), None)

    async def _ask(self) -> dict[str, Document]:
        answers = await asyncio.gather(*(upstream.get_json(SOURCE) for upstream in self._upstreams.values()))
        documents: dict[str, Document] = {"gateway": self._own}
        for name, answer in zip(self._upstreams, answers, strict=True):
            documents[name] = _document(answer)
        return documents


def _methods(document: Document) -> Iterator[tuple[re.Pattern[str], tuple[str, ...]]]:
    """What can be done where; literal paths come before those that might take them for an id, as `merge` sorts them."""
    for path in document["paths"]:
        offered = {method.upper() for method in document["paths"][path]} & set(METHODS)
        # What can be got can be asked for its head, and everything for its options.
        added = {"OPTIONS", *(("HEAD",) if "GET" in offered else ())}
        pattern = "[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", path))
        yield re.compile(pattern), tuple(method for method in METHODS if method in offered | added)


def _document(answer: tuple[int, Any]) -> Document:
    status, document = answer
    if status != 200 or not isinstance(document, dict):
        raise ServiceUnavailable
    return document
