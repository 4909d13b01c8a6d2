"""The doors of the caching room: ``/internal/cache``, between the processes."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kit.cache_tags import GATEWAY, PERMISSION_PATH, SUSPENSION_PATH
from kit.callers import CurrentCaller
from kit.database import Database
from kit.door import to_json
from session_service.caching import service
from session_service.caching.errors import GatewaysOnly
from session_service.caching.schemas import PermissionView

router = APIRouter(include_in_schema=False)


@router.get(PERMISSION_PATH)
async def get_permission(request: Request) -> Response:
    """Whether reads may be answered out of the cache; a gateway goes by the answer for a moment."""
    database: Database = request.app.state.database
    found = await database.run(service.permission)
    return _answer(PermissionView(generation=found.generation, suspended=found.suspended, seconds=0))


@router.post(SUSPENSION_PATH)
async def suspend(request: Request, caller: CurrentCaller) -> Response:
    """Forbids it for a while: a gateway has made a change that it cannot tell the others of."""
    if caller != GATEWAY:
        raise GatewaysOnly
    database: Database = request.app.state.database
    found = await database.run(service.suspend)
    seconds = service.SUSPENDED_FOR.total_seconds()
    return _answer(PermissionView(generation=found.generation, suspended=True, seconds=seconds))


def _answer(view: PermissionView) -> Response:
    return Response(to_json(view), media_type="application/json", headers={"Cache-Control": "no-store"})
