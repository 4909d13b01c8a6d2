"""The doors of the buddy room: ``/api/challenges`` and ``/api/session``."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.announcements import EffectWaiter
from kit.door import Answer, Door, ServiceDoor, to_json
from kit.etags import etag_of
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.prefer import preferred_wait
from kit.responses import refusals
from kit.schemas import NoFields
from session_service.buddy import errors, service
from session_service.buddy.rules import SessionRecord, Status
from session_service.buddy.schemas import (
    Cancellation,
    ChallengeCatalogue,
    ChallengeView,
    CheckInView,
    ClosedSessionView,
    Confirmation,
    ConfirmationBySession,
    ConfirmationView,
    NewSession,
    NoShowReport,
    Notes,
    NotesView,
    Presence,
    SessionChanges,
    SessionPage,
    SessionView,
)
from session_service.matches.service import MatchNotFound, NotInMatch

router = APIRouter(tags=["buddy sessions"])

DEFAULT_WAIT = 1
"""Seconds that a confirming call waits for the effects when the client does not say."""

LONGEST_WAIT = 10
"""Seconds that it waits at most, whatever the client says."""

CONFIRMATION_UNAVAILABLE = "Failed to update session completion status"

_CATALOGUE_CACHED = {"Cache-Control": "public, max-age=300", "Cache-Tag": "challenges"}

_ACCESS = (errors.SessionNotFound, errors.NotAParticipant)
_CONFIRMING: dict[str, Any] = {
    "response_model": ConfirmationView,
    "responses": refusals(
        *_ACCESS,
        errors.SelfConfirmation,
        errors.ConfirmedUserNotParticipant,
        errors.AlreadyConfirmed,
        errors.CannotComplete,
        errors.ConfirmedTooEarly,
    ),
    "openapi_extra": {
        "parameters": [
            {
                "name": "Prefer",
                "in": "header",
                "required": False,
                "description": f"`wait=SECONDS` (RFC 7240): how long to wait for the effects of a completion; "
                f"{DEFAULT_WAIT} unless said, at most {LONGEST_WAIT}, 0 not at all. `Preference-Applied` tells.",
                "schema": {"type": "string", "examples": ["wait=5"]},
            }
        ]
    },
}


@router.get("/api/challenges", response_model=ChallengeCatalogue, summary="The catalogue of challenges")
async def list_challenges(door: ServiceDoor) -> Response:
    """All challenges, from easy to hard."""

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.challenges(connection)
        catalogue = ChallengeCatalogue(items=[ChallengeView.model_validate(one) for one in found])
        return Answer(catalogue, headers=dict(_CATALOGUE_CACHED))

    return await door.read(work)


@router.post(
    "/api/session/create",
    response_model=SessionView,
    status_code=201,
    summary="Schedule a session",
    responses=refusals(
        MatchNotFound,
        NotInMatch,
        errors.MatchNotAccepted,
        errors.BuddyIsGone,
        errors.UnknownChallenge,
        errors.ScheduledInThePast,
        errors.ScheduledTooFarAhead,
    ),
)
async def create_session(door: ServiceDoor, body: NewSession) -> Response:
    """Schedules a session of the two buddies of an accepted match, with a challenge for each."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.schedule(
            connection,
            door.caller.user_id,
            match_id=body.match_id,
            challenge_ids=(body.user1_challenge_id, body.user2_challenge_id),
            venue_name=body.venue_name,
            scheduled_time=body.scheduled_time,
        )
        return Answer(
            SessionView.of(record), status=201, headers={"Location": f"/api/session/{record.facts.id}"}
        )

    return await door.change(work)


@router.get("/api/session", response_model=SessionPage, summary="The user's sessions, newest scheduled first")
async def list_sessions(
    door: ServiceDoor,
    status: Annotated[Status | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Sessions of which the caller is one of the two buddies."""
    before = None if cursor is None else decode_cursor(cursor, (datetime, UUID))

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.page(
            connection, door.caller.user_id, status=status, before=before, limit=limit + 1
        )
        items, next_cursor = page(found, limit, lambda record: (record.facts.scheduled_time, record.facts.id))
        return Answer(
            SessionPage(items=[SessionView.of(record) for record in items], next_cursor=next_cursor)
        )

    return await door.read(work)


@router.get(
    "/api/session/{session_id}",
    response_model=SessionView,
    summary="A session",
    responses=refusals(*_ACCESS),
)
async def get_session(door: ServiceDoor, session_id: UUID) -> Response:
    """A session of which the caller is one of the two buddies."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.find(connection, session_id)
        return Answer(SessionView.of(record), headers={"Cache-Tag": ",".join(service.cache_tags(record))})

    return await door.read(work)


@router.post(
    "/api/session/confirm-completion", summary="Confirm the buddy, naming the session", **_CONFIRMING
)
async def confirm_completion(door: ServiceDoor, body: ConfirmationBySession) -> Response:
    """As `POST /api/session/{session_id}/confirm`, with the session in the body."""
    return await _confirm(door, body.session_id, body.confirmed_user_id)


@router.post("/api/session/{session_id}/confirm", summary="Confirm the buddy", **_CONFIRMING)
async def confirm_session(door: ServiceDoor, session_id: UUID, body: Confirmation | None = None) -> Response:
    """The caller confirms that the buddy has completed the challenge.

    The second of the two confirmations completes the session. The answer then waits for the effects, as long as
    `Prefer: wait` says, and reports what has really happened. On 409 the problem also carries `session_status`,
    `both_confirmed` and `reputation_updated` as they are now.
    """
    return await _confirm(door, session_id, body.confirmed_user_id if body else None)


async def _confirm(door: Door, session_id: UUID, confirmed_user_id: UUID | None) -> Response:
    preferred = preferred_wait(door.request.headers.getlist("prefer"), most=LONGEST_WAIT)
    seconds = DEFAULT_WAIT if preferred is None else preferred
    headers = {} if preferred is None else {"Preference-Applied": f"wait={preferred}"}
    done: service.Confirmation | None = None

    async def work(connection: AsyncConnection) -> Answer:
        nonlocal done
        done = await service.confirm(connection, door.caller.user_id, session_id, confirmed_user_id)
        return Answer(_confirmed(done, reputation_updated=False), headers=headers)

    async def wait_for_reputation(answer: Answer) -> Answer:
        if done is None or done.completion_event_id is None:
            return answer
        effects: EffectWaiter = door.request.app.state.effects
        applied = await effects.wait(done.completion_event_id, contracts.REPUTATION.name, seconds)
        return Answer(_confirmed(done, reputation_updated=applied), headers=answer.headers)

    return await door.change(
        work,
        unavailable=CONFIRMATION_UNAVAILABLE,
        settle=wait_for_reputation if seconds else None,
        tags=[service.cache_tag(session_id)],
    )


def _confirmed(done: service.Confirmation, *, reputation_updated: bool) -> ConfirmationView:
    return ConfirmationView(
        message="Session completed - you have both confirmed each other"
        if done.both_confirmed
        else "Completion confirmed - waiting for your buddy to confirm you",
        session_status=done.session_status,
        both_confirmed=done.both_confirmed,
        reputation_updated=reputation_updated,
        user_reputation_delta=done.delta,
    )


@router.post(
    "/api/session/{session_id}/check-in",
    response_model=CheckInView,
    summary="Check in",
    responses=refusals(*_ACCESS, errors.CannotCheckIn, errors.CheckedInTooEarly),
)
async def check_in(door: ServiceDoor, session_id: UUID, body: NoFields | None = None) -> Response:
    """The caller is present, from 60 minutes before the scheduled time on. Checking in again changes nothing."""

    async def work(connection: AsyncConnection) -> Answer:
        session = await service.check_in(connection, door.caller.user_id, session_id)
        present = Presence(user1=session.user1.present, user2=session.user2.present)
        return Answer(CheckInView(session_status=session.status, present=present))

    return await door.change(work, tags=[service.cache_tag(session_id)])


@router.post(
    "/api/session/{session_id}/cancel",
    response_model=ClosedSessionView,
    summary="Cancel a session",
    responses=refusals(*_ACCESS, errors.CannotCancel),
)
async def cancel_session(door: ServiceDoor, session_id: UUID, body: Cancellation | None = None) -> Response:
    """Calls an open session off, as long as nobody has confirmed anybody. The buddy is told the reason."""

    async def work(connection: AsyncConnection) -> Answer:
        reason = body.reason if body else None
        record = await service.cancel(connection, door.caller.user_id, session_id, reason)
        return Answer(ClosedSessionView.of(record), headers=_version(record))

    return await door.change(work, tags=[service.cache_tag(session_id)])


@router.post(
    "/api/session/{session_id}/no-show",
    response_model=ClosedSessionView,
    summary="Report that the buddy did not show up",
    responses=refusals(*_ACCESS, errors.CannotReportNoShow, errors.NoShowReportedTooEarly),
)
async def report_no_show(door: ServiceDoor, session_id: UUID, body: NoShowReport | None = None) -> Response:
    """From 15 minutes after the scheduled time, when the buddy has neither checked in nor been confirmed."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.report_no_show(connection, door.caller.user_id, session_id)
        return Answer(ClosedSessionView.of(record), headers=_version(record))

    return await door.change(work, tags=[service.cache_tag(session_id)])


@router.patch(
    "/api/session/{session_id}",
    response_model=SessionView,
    summary="Reschedule a session",
    responses=refusals(
        *_ACCESS, errors.CannotReschedule, errors.ScheduledInThePast, errors.ScheduledTooFarAhead
    ),
)
async def reschedule_session(door: ServiceDoor, session_id: UUID, body: SessionChanges) -> Response:
    """Changes place or time, as long as the session is scheduled and nobody has checked in."""

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.find_locked(connection, session_id)
        door.if_match(SessionView.of(record))
        changes = body.model_dump(exclude_unset=True)
        return Answer(
            SessionView.of(await service.reschedule(connection, door.caller.user_id, record, changes))
        )

    return await door.change(work, tags=[service.cache_tag(session_id)])


@router.patch(
    "/api/session/{session_id}/notes",
    response_model=NotesView,
    summary="Save the notes",
    responses=refusals(*_ACCESS),
)
async def save_notes(door: ServiceDoor, session_id: UUID, body: Notes) -> Response:
    """Stores the notes as plain text: HTML elements and control characters are removed, all else stays as typed.

    Made for autosave: the same text again changes nothing. `If-Match` and the answer's `ETag` are the session's.
    """

    async def work(connection: AsyncConnection) -> Answer:
        record = await service.find_locked(connection, session_id)
        door.if_match(SessionView.of(record))
        saved = await service.save_notes(connection, door.caller.user_id, record, body.notes)
        return Answer(
            NotesView(notes=saved.notes or "", updated_at=saved.updated_at), headers=_version(saved)
        )

    return await door.change(work, tags=[service.cache_tag(session_id)])


def _version(record: SessionRecord) -> dict[str, str]:
    # The session's own ETag, for the client's next If-Match, on an answer that does not show just the session.
    return {"ETag": etag_of(to_json(SessionView.of(record)))}
