"""The doors of sharing: links to practices for their owners, and what a link shows to whoever has it."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor, read_openly
from kit.responses import refusals
from kit.schemas import PathId64
from session_service.practice import errors, rules
from session_service.practice.errors import ACCESS
from session_service.practice.sharing import service
from session_service.practice.sharing.schemas import LinkView, NewLink, SharedPracticeView

router = APIRouter(prefix="/api/v1", tags=["practice sessions"])


@router.post(
    "/sessions/{session_id}/share",
    response_model=LinkView,
    status_code=201,
    summary="Share a practice",
    description=f"Makes a link that shows the practice to whoever has it, for {rules.SHARED_FOR.days} days. "
    "It shows what was practised and, unless `show_name` is false, the display name, and nothing else of the user. "
    f"Earlier links go on working; of more than {rules.LINKS_AT_MOST} the oldest ends.",
    responses=refusals(*ACCESS),
)
async def share_practice(  # noqa: D103 - described above
    door: ServiceDoor, session_id: PathId64, body: NewLink | None = None
) -> Response:

    async def work(connection: AsyncConnection) -> Answer:
        link = await service.share(connection, session_id, shows_name=body.show_name if body else True)
        path = f"{router.prefix}/shared/{link.token}"
        base = door.request.app.state.settings.public_url or ""
        view = LinkView(url=base.rstrip("/") + path, token=link.token, expires_at=link.expires_at)
        return Answer(view, status=201, headers={"Location": path, "Cache-Control": "no-store"})

    return await door.change(work)


@router.delete(
    "/sessions/{session_id}/share",
    status_code=204,
    response_class=Response,
    summary="Stop sharing a practice",
    responses=refusals(*ACCESS),
)
async def unshare_practice(door: ServiceDoor, session_id: PathId64) -> Response:
    """Revokes every link to the practice. Once more changes nothing."""

    async def work(connection: AsyncConnection) -> Answer:
        await service.revoke(connection, session_id)
        return Answer(None, status=204)

    return await door.change(work)


@router.get(
    "/shared/{token}",
    response_model=SharedPracticeView,
    summary="Look at a shared practice",
    responses=refusals(errors.SharedPracticeNotFound),
    openapi_extra={"security": []},
)
async def get_shared_practice(request: Request, token: str) -> Response:
    """What a link shows. Needs no identity. An unknown, a revoked and an expired link are all a 404."""

    async def work(connection: AsyncConnection) -> Answer:
        shared = await service.look(connection, token)
        return Answer(SharedPracticeView.model_validate(shared))

    return await read_openly(request, work)
