"""What the gateway answers itself: probes, and the description of the API."""

from __future__ import annotations

from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.errors import NotReady, RouteNotFound
from gateway.openapi import PROBLEM
from gateway.readiness import OK, check_everything
from kit.problems import MEDIA_TYPE
from kit.schemas import View

router = APIRouter()

_NO_STORE: Final = {"Cache-Control": "no-store"}


class Alive(View):
    """The process runs; nothing is said about what is behind it."""

    status: Literal["alive"]


class Ready(View):
    """A session can be completed end to end."""

    status: Literal["ready"]
    checks: dict[str, str]


_OPEN: Final[dict[str, Any]] = {"security": []}
_NOT_READY: Final[dict[int | str, dict[str, Any]]] = {
    503: {"description": "Something is missing", "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}}
}


@router.get("/healthz", response_model=Alive, operation_id="healthz", openapi_extra=_OPEN, tags=["health"])
async def healthz() -> Response:
    """Liveness: the process runs."""
    return JSONResponse({"status": "alive"}, headers=_NO_STORE)


@router.get(
    "/readyz",
    response_model=Ready,
    responses=_NOT_READY,
    operation_id="readyz",
    openapi_extra=_OPEN,
    tags=["health"],
)
async def readyz(request: Request) -> Response:
    """Readiness: a session can be completed end to end. If not, the problem's `missing` names what is missing."""
    state = request.app.state
    checks = await state.readiness.states(
        lambda: check_everything(state.redis, state.upstreams, state.token_keys)
    )
    if any(state != OK for state in checks.values()):
        raise NotReady(checks)
    return JSONResponse({"status": "ready", "checks": checks}, headers=_NO_STORE)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """Return the description of every public endpoint."""
    return Response(await request.app.state.description.json(), media_type="application/json")


@router.get("/flower", include_in_schema=False)
async def flower(request: Request) -> Response:
    """Send operators on to Flower, which asks for a login of its own."""
    address: str | None = request.app.state.tasks_url
    if address is None:
        raise RouteNotFound
    return RedirectResponse(address)
