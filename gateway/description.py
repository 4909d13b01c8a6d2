"""The one description of the API: asked of the services once, then kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import orjson

from gateway.errors import DescriptionUnavailable, GatewayTimeout, ServiceUnavailable
from gateway.openapi import Document, merge
from gateway.proxy import Upstream
from gateway.routes import Service

SOURCE: Final = "/internal/openapi.json"
KEPT_SECONDS: Final = 60.0
"""How long the description is served before the services are asked again; they may have been deployed anew."""


class ApiDescription:
    """The merged OpenAPI document, as bytes."""

    def __init__(self, own: Document, upstreams: Mapping[Service, Upstream]) -> None:
        """Merge `own`, the gateway's document, with those of the services behind `upstreams`."""
        self._own = own
        self._upstreams = upstreams
        self._merged: bytes | None = None
        self._merged_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def json(self) -> bytes:
        """Return the document; an older one when a service is away just now.

        Raises :class:`DescriptionUnavailable` (503) when there is none yet.
        """
        async with self._one_at_a_time:
            now = asyncio.get_running_loop().time()
            if self._merged is None or now - self._merged_at >= KEPT_SECONDS:
                try:
                    self._merged = orjson.dumps(merge(await self._ask()))
                except (ServiceUnavailable, GatewayTimeout) as error:
                    if self._merged is None:
                        raise DescriptionUnavailable from error
                self._merged_at = now
            return self._merged

    async def _ask(self) -> dict[str, Document]:
        answers = await asyncio.gather(*(upstream.get_json(SOURCE) for upstream in self._upstreams.values()))
        documents: dict[str, Document] = {"gateway": self._own}
        for name, answer in zip(self._upstreams, answers, strict=True):
            documents[name] = _document(answer)
        return documents


def _document(answer: tuple[int, Any]) -> Document:
    status, document = answer
    if status != 200 or not isinstance(document, dict):
        raise ServiceUnavailable
    return document
