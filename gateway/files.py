"""Files that the gateway serves itself: few, small, and each with a strong entity tag.

Only files that were there at the start have a path, so no request can name any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import Response

from gateway.errors import RouteNotFound
from kit.etags import etag_of, if_none_match

MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by how a file's name ends."""

REVALIDATED: Final = "no-cache"
"""Asked about each time and sent once: files of different versions never meet."""

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For a file whose name changes with what is in it."""


def page_headers(*, images: str = "'self'", trusted_types: bool = True) -> dict[str, str]:
    """What a browser holds a page to that has nothing inline and nothing from elsewhere.

    `trusted_types`: it never makes elements out of a string either.
    """
    policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src {images}",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    if trusted_types:
        policy.append("require-trusted-types-for 'script'")
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    content: bytes
    media_type: str
    etag: str
    cache_control: str = REVALIDATED

    @classmethod
    def read(cls, path: Path, *, cache_control: str = REVALIDATED) -> File:
        """Return the file at `path`, whose ending is one of `MEDIA_TYPES`."""
        return cls.of(path.read_bytes(), path.suffix, cache_control=cache_control)

    @classmethod
    def of(cls, content: bytes, suffix: str, *, cache_control: str = REVALIDATED) -> File:
        """Return a file with this content and a name that ends so."""
        return cls(content, MEDIA_TYPES[suffix], etag_of(content), cache_control)


class Files:
    """Some files by their names."""

    def __init__(self, files: Mapping[str, File], headers: Mapping[str, str]) -> None:
        """Serve `files`, each with these `headers`."""
        self._files = files
        self._headers = headers

    def answer(self, name: str, request: Request) -> Response:
        """Return the file, or 304 to whoever has it. Raises :class:`RouteNotFound` where there is none."""
        file = self._files.get(name)
        if file is None:
            raise RouteNotFound
        headers = {**self._headers, "ETag": file.etag, "Cache-Control": file.cache_control}
        if if_none_match(request.headers.get("if-none-match"), file.etag):
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers={**headers, "Content-Type": file.media_type})
