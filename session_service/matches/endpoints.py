"""The doors of the matches room: ``/api/matches``."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Cursor, Limit
from kit.pages import decode_cursor, page
from kit.responses import refusals
from kit.schemas import NoFields
from session_service.matches import errors, service
from session_service.matches.rules import Match, Status
from session_service.matches.schemas import Invitation, MatchPage, MatchView
from session_service.profiles.service import CannotBeInvited

router = APIRouter(tags=["matches"])

_ACCESS = (errors.MatchNotFound, errors.NotInMatch)


@router.post(
    "/api/matches",
    response_model=MatchView,
    status_code=201,
    summary="Invite a buddy",
    responses=refusals(errors.SelfMatch, errors.MatchAlreadyOpen, CannotBeInvited),
)
async def invite_buddy(door: ServiceDoor, body: Invitation) -> Response:
    """Invites somebody to be the caller's buddy. Two users have one open match at most, whoever invited."""

    async def work(connection: AsyncConnection) -> Answer:
        match = await service.invite(connection, door.caller.user_id, body.buddy_id)
        return Answer(
            MatchView.model_validate(match), status=201, headers={"Location": f"/api/matches/{match.id}"}
        )

    return await door.change(work)


@router.get(
    "/api/matches",
    response_model=MatchPage,
    summary="The user's matches, newest first",
)
async def list_matches(
    door: ServiceDoor,
    status: Annotated[Status | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Matches in which the caller invited or was invited."""
    before = None if cursor is None else decode_cursor(cursor, (datetime, UUID))

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.page(
            connection, door.caller.user_id, status=status, before=before, limit=limit + 1
        )
        items, next_cursor = page(found, limit, lambda match: (match.created_at, match.id))
        return Answer(
            MatchPage(items=[MatchView.model_validate(match) for match in items], next_cursor=next_cursor)
        )

    return await door.read(work)


@router.get(
    "/api/matches/{match_id}",
    response_model=MatchView,
    summary="One of the user's matches",
    responses=refusals(*_ACCESS),
)
async def get_match(door: ServiceDoor, match_id: UUID) -> Response:
    """A match of which the caller is one of the two."""

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(MatchView.model_validate(await service.find(connection, match_id)))

    return await door.read(work)


@router.post(
    "/api/matches/{match_id}/accept",
    response_model=MatchView,
    summary="Accept an invitation",
    responses=refusals(*_ACCESS, errors.NotTheInvited, errors.MatchAlreadyAnswered),
)
async def accept_match(door: ServiceDoor, match_id: UUID, body: NoFields | None = None) -> Response:
    """Only the invited one can accept, and only once."""

    async def work(connection: AsyncConnection) -> Answer:
        return _answered(await service.accept(connection, door.caller.user_id, match_id))

    return await door.change(work)


@router.post(
    "/api/matches/{match_id}/decline",
    response_model=MatchView,
    summary="Decline an invitation",
    responses=refusals(*_ACCESS, errors.NotTheInvited, errors.MatchAlreadyAnswered),
)
async def decline_match(door: ServiceDoor, match_id: UUID, body: NoFields | None = None) -> Response:
    """Only the invited one can decline, and only once. The two may invite each other again."""

    async def work(connection: AsyncConnection) -> Answer:
        return _answered(await service.decline(connection, door.caller.user_id, match_id))

    return await door.change(work)


def _answered(match: Match) -> Answer:
    return Answer(MatchView.model_validate(match))
