"""The doors of one practice: ``/api/v1/sessions``."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, Door, JsonBody, ServiceDoor, to_json
from kit.etags import etag_of
from kit.responses import refusals
from kit.schemas import NoFields, PathId64
from session_service.practice import errors
from session_service.practice.errors import ACCESS
from session_service.practice.rules import Completion, Pose
from session_service.practice.sessions import service
from session_service.practice.sessions.repository import PracticeRecord
from session_service.practice.sessions.schemas import (
    CompletedPracticeView,
    PauseStateView,
    PosePosition,
    PoseRecording,
    PracticeCompletion,
    PracticeDetail,
    PracticeNotes,
    PracticeNotesView,
    PracticePause,
    PracticeStart,
    RecordedPoseView,
)

router = APIRouter(prefix="/api/v1/sessions", tags=["practice sessions"])


@router.post(
    "/start",
    response_model=PracticeDetail,
    status_code=201,
    summary="Start a practice",
    responses=refusals(errors.SequenceNotFound),
)
async def start_practice(door: ServiceDoor, body: PracticeStart | None = None) -> Response:
    """Starts a practice of a sequence, or a free one. It keeps today's date and the time zone of the profile."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.start(connection, door.caller.user_id, body.sequence_id if body else None)
        location = f"{router.prefix}/{record.facts.session_id}"
        return Answer(PracticeDetail.of(record), status=201, headers={"Location": location})

    return await door.change(work)


@router.post(
    "/complete",
    response_model=CompletedPracticeView,
    summary="Complete a practice",
    responses=refusals(*ACCESS, errors.AlreadyCompleted),
)
async def complete_practice(door: ServiceDoor, body: PracticeCompletion) -> Response:
    """Completes a practice; the figures include it. The very same again gets the same answer, anything else a 409.

    The answer's `ETag` is the session's.
    """
    asked = Completion(body.duration_seconds, body.poses_completed, body.completion_status)

    async def work(connection: AsyncConnection) -> Answer:
        done = await service.complete(connection, body.session_id, asked)
        return Answer(
            CompletedPracticeView.of(done.record.facts, done.statistics), headers=_version(done.record)
        )

    return await door.change(work)


@router.get(
    "/current",
    response_model=PracticeDetail,
    summary="The active practice",
    responses=refusals(errors.NoActivePractice),
)
async def get_current_practice(door: ServiceDoor) -> Response:
    """The active practice that was started last: running or paused, and not completed."""

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(PracticeDetail.of(await service.find_current(connection, door.caller.user_id)))

    return await door.read(work)


@router.get("/{session_id}", response_model=PracticeDetail, summary="A practice", responses=refusals(*ACCESS))
async def get_practice(door: ServiceDoor, session_id: PathId64) -> Response:
    """One of the caller's practices."""

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(PracticeDetail.of(await service.find(connection, session_id)))

    return await door.read(work)


@router.put(
    "/{session_id}/pause",
    response_model=PauseStateView,
    summary="Pause a practice",
    responses=refusals(*ACCESS, errors.DurationBelowSaved, errors.AlreadyCompleted),
)
async def pause_practice(door: ServiceDoor, session_id: PathId64, body: PracticePause) -> Response:
    """Saves the duration so far, and lets the practice rest until it is resumed or completed.

    `If-Match` and the answer's `ETag` are the session's.
    """

    async def pause(connection: AsyncConnection, record: PracticeRecord) -> PracticeRecord:
        return await service.pause(connection, record, body.duration_so_far)

    return await _change(door, session_id, pause, PauseStateView.of)


@router.put(
    "/{session_id}/resume",
    response_model=PauseStateView,
    summary="Resume a practice",
    responses=refusals(*ACCESS, errors.AlreadyCompleted),
)
async def resume_practice(door: ServiceDoor, session_id: PathId64, body: NoFields | None = None) -> Response:
    """Goes on with a paused practice; one that is not paused goes on anyway.

    `If-Match` and the answer's `ETag` are the session's.
    """
    return await _change(door, session_id, service.resume, PauseStateView.of)


@router.put(
    "/{session_id}/poses/{position}",
    response_model=RecordedPoseView,
    summary="Record a pose",
    responses=refusals(*ACCESS, errors.PoseNotFound, errors.AlreadyCompleted),
)
async def record_pose(
    door: ServiceDoor,
    session_id: PathId64,
    position: Annotated[PosePosition, Path(description="Its place in the sequence, from 1.")],
    body: PoseRecording,
) -> Response:
    """Notes how a pose went, in place of what was noted of it before; the same again changes nothing.

    `If-Match` and the answer's `ETag` are the session's.
    """
    pose = Pose(position, body.held_seconds, body.completed)

    async def note(connection: AsyncConnection, record: PracticeRecord) -> PracticeRecord:
        return await service.record_pose(connection, record, pose)

    def recorded(record: PracticeRecord) -> RecordedPoseView:
        return RecordedPoseView(
            session_id=session_id,
            position=position,
            held_seconds=pose.held_seconds,
            completed=pose.completed,
            poses_completed=record.facts.poses_completed,
        )

    return await _change(door, session_id, note, recorded)


@router.patch(
    "/{session_id}/notes",
    response_model=PracticeNotesView,
    summary="Save notes and mood",
    responses=refusals(*ACCESS),
)
async def save_practice_notes(door: ServiceDoor, session_id: PathId64, body: PracticeNotes) -> Response:
    """Stores the notes as plain text: HTML elements and control characters are removed, all else stays as typed.

    Made for autosave: the same again changes nothing. `If-Match` and the answer's `ETag` are the session's.
    """

    async def save(connection: AsyncConnection, record: PracticeRecord) -> PracticeRecord:
        mood = body.mood if "mood" in body.model_fields_set else record.facts.mood
        return await service.save_notes(connection, record, notes=body.notes, mood=mood)

    def saved(record: PracticeRecord) -> PracticeNotesView:
        facts = record.facts
        return PracticeNotesView(notes=facts.notes or "", mood=facts.mood, updated_at=facts.updated_at)

    return await _change(door, session_id, save, saved)


async def _change(
    door: Door,
    session_id: int,
    change: Callable[[AsyncConnection, PracticeRecord], Awaitable[PracticeRecord]],
    view: Callable[[PracticeRecord], JsonBody],
) -> Response:
    """A change of one practice under its lock, on the condition of If-Match, answered with the practice's own ETag."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.find_locked(connection, session_id)
        door.if_match(PracticeDetail.of(record))
        changed = await change(connection, record)
        return Answer(view(changed), headers=_version(changed))

    return await door.change(work)


def _version(record: PracticeRecord) -> dict[str, str]:
    # The practice's own ETag, for the client's next If-Match, on an answer that does not show just the practice.
    return {"ETag": etag_of(to_json(PracticeDetail.of(record)))}
