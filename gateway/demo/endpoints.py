"""Serves the demo page's files."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.files import MEDIA_TYPES, File, Files, page_headers

FOLDER: Final = Path(__file__).parent
PAGE: Final = "index.html"


def demo_router() -> APIRouter:
    """Return the routes of the demo page: `/app` itself, and its files below."""
    read = {path.name: File.read(path) for path in FOLDER.iterdir() if path.suffix in MEDIA_TYPES}
    files = Files(read, page_headers())
    router = APIRouter(include_in_schema=False)

    @router.get("/app")
    @router.get("/app/")
    async def page(request: Request) -> Response:
        """Show the demo page."""
        return files.answer(PAGE, request)

    @router.get("/app/{name}")
    async def part(name: str, request: Request) -> Response:
        """Return a style sheet, a module or a picture of the page."""
        return files.answer(name, request)

    return router
