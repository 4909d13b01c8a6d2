"""The doors of the account room: exporting, erasing, and the jobs that do it."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor, read_openly
from kit.responses import refusals
from kit.schemas import NoFields
from session_service.account import errors, rules, service
from session_service.account.schemas import JobAccepted, JobView
from session_service.profiles import service as profiles

router = APIRouter(tags=["account"])

_ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/api/me/export",
    response_model=JobAccepted,
    status_code=202,
    summary="Export all that is held about the user",
    description="Starts a job that makes one ZIP of JSON and CSV; `Location` shows how far it is. While one is open, "
    f"asking again answers the same job. {rules.EXPORTS_A_DAY} within 24 hours; the ZIP is kept for "
    f"{rules.EXPORT_LASTS.days} days.",
    responses=refusals(errors.TooManyExports),
)
async def export_me(door: ServiceDoor, body: NoFields | None = None) -> Response:  # noqa: D103 - described above

    async def work(connection: AsyncConnection) -> Answer:
        return _accepted(await service.ask_for_export(connection, door.caller.user_id))

    return await door.change(work)


@router.delete("/api/me", response_model=JobAccepted, status_code=202, summary="Delete the account")
async def erase_me(door: ServiceDoor) -> Response:
    """Closes the account at once, and starts the job that erases every trace of it.

    From now on the user is refused with 409 `account_being_erased`, but for this and the job, which is a 404 once all
    is gone. Buddies keep their own history, with "Deleted user". Whoever comes back after that is new here.
    """

    async def work(connection: AsyncConnection) -> Answer:
        return _accepted(await service.close(connection, door.caller.user_id))

    # No transaction of the user's: it waits until there is none, and again is no refusal.
    response = await read_openly(door.request, work)
    # What gateways keep for the user is refused from now on, too.
    response.headers.update(await door.cache_tags.told([profiles.cache_tag(door.caller.user_id)]))
    return response


@router.get(
    "/api/jobs/{job_id}",
    response_model=JobView,
    summary="How far a job is",
    responses=refusals(errors.JobNotFound),
)
async def get_job(door: ServiceDoor, job_id: UUID) -> Response:
    """One of the user's own jobs. An erasure's is gone when it is done: then this is a 404."""

    async def work(connection: AsyncConnection) -> Answer:
        job, available = await service.find(connection, door.caller.user_id, job_id)
        url = f"/api/jobs/{job_id}/download" if available else None
        return Answer(JobView.of(job, url=url), headers={"Cache-Control": "no-store"})

    # Nobody's transaction: somebody who is being erased may look, too, and is made no new profile by it.
    return await read_openly(door.request, work)


@router.get(
    "/api/jobs/{job_id}/download",
    response_class=StreamingResponse,
    summary="Download an export",
    responses={
        200: {"content": _ZIP, "description": "The ZIP."},
        **refusals(errors.JobNotFound, errors.ExportNotAvailable),
    },
)
async def download_export(door: ServiceDoor, job_id: UUID) -> Response:
    """The ZIP of a completed export, for its user alone, until it expires."""
    job, pieces = await service.download(door.database, door.caller.user_id, job_id)
    return StreamingResponse(
        pieces,
        media_type="application/zip",
        headers={
            "Content-Length": str(job.size),
            "Content-Disposition": f'attachment; filename="tandem-export-{job.created_at:%Y-%m-%d}.zip"',
            "Cache-Control": "no-store",
        },
    )


def _accepted(job_id: UUID) -> Answer:
    return Answer(
        JobAccepted(job_id=job_id),
        status=202,
        headers={"Location": f"/api/jobs/{job_id}", "Cache-Control": "no-store"},
    )
