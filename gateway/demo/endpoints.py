"""Serves the demo page's files: few, small, read once, and each with a strong entity tag.

Only files that were there at the start have a path, so no request can name any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.errors import RouteNotFound
from kit.etags import etag_of, if_none_match

FOLDER: Final = Path(__file__).parent
PAGE: Final = "index.html"

MEDIA_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What is served, by how a file's name ends; everything else in the folder stays inside."""

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # The page builds its elements one by one and never out of a string; the browser holds it to that.
        "require-trusted-types-for 'script'",
    )
)

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Asked about each time and sent once: modules of different versions never meet.
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    content: bytes
    media_type: str
    etag: str

    @classmethod
    def read(cls, path: Path) -> File:
        """Return the file at `path`, whose ending is one of `MEDIA_TYPES`."""
        content = path.read_bytes()
        return cls(content, MEDIA_TYPES[path.suffix], etag_of(content))


def demo_router() -> APIRouter:
    """Return the routes of the demo page: `/app` itself, and its files below."""
    files = {path.name: File.read(path) for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}
    router = APIRouter(include_in_schema=False)

    def answer(name: str, request: Request) -> Response:
        file = files.get(name)
        if file is None:
            raise RouteNotFound
        headers = {**HEADERS, "ETag": file.etag}
        if if_none_match(request.headers.get("if-none-match"), file.etag):
            return Response(status_code=304, headers=headers)
        return Response(file.content, headers={**headers, "Content-Type": file.media_type})

    @router.get("/app")
    @router.get("/app/")
    async def page(request: Request) -> Response:
        """Show the demo page."""
        return answer(PAGE, request)

    @router.get("/app/{name}")
    async def part(name: str, request: Request) -> Response:
        """Return a style sheet, a module or a picture of the page."""
        return answer(name, request)

    return router
