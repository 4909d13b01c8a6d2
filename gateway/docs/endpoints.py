"""Serves `/docs`: a page, and Swagger UI, whose files an installed package brings along (`fastapi_offline`)."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.files import IMMUTABLE, File, Files, page_headers

FOLDER: Final = Path(__file__).parent
ICON: Final = FOLDER.parent / "demo" / "icon.svg"
PACKAGE: Final = "fastapi_offline"
PAGE: Final = "page.html"


def docs_router() -> APIRouter:
    """Return the routes of the page and its files. Raises `RuntimeError` where the package is not installed."""
    # Swagger UI makes elements out of strings, and has its pictures in its style sheet.
    files = Files(_files(), page_headers(images="'self' data:", trusted_types=False))
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def page(request: Request) -> Response:
        """Show the description in a browser."""
        return files.answer(PAGE, request)

    @router.get("/docs/{name}")
    async def part(name: str, request: Request) -> Response:
        """Return a style sheet, a script or the icon."""
        return files.answer(name, request)

    return router


@cache
def _files() -> dict[str, File]:
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed: it holds the files of /docs")
    static = Path(package.origin).parent / "static"
    page = (FOLDER / PAGE).read_text(encoding="utf-8")
    files = {}
    for path in (static / "swagger-ui.css", static / "swagger-ui-bundle.js", FOLDER / "start.js", ICON):
        content = path.read_bytes()
        # By its content, so that a browser may keep it for good.
        name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
        files[name] = File.of(content, path.suffix, cache_control=IMMUTABLE)
        page = page.replace(f"/docs/{path.name}", f"/docs/{name}")
    return {PAGE: File.of(page.encode(), ".html"), **files}
