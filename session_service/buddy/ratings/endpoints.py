"""The doors of ratings: ``/api/session/{id}/rating``."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, Door, ServiceDoor
from kit.responses import refusals
from session_service.buddy.errors import NotAParticipant, SessionNotFound
from session_service.buddy.ratings import errors, rules, service
from session_service.buddy.ratings.schemas import NewRating, RatingsView

router = APIRouter(prefix="/api/session", tags=["buddy sessions"])

_RATING: dict[str, Any] = {
    "response_model": RatingsView,
    "status_code": 201,
    "description": "What the caller thinks of the buddy, after both have confirmed. Private, and blind: neither sees "
    f"the other's before both have rated, or {rules.VISIBLE_AFTER.days} days after completion. Until then it can be "
    "changed, which is a 200; afterwards neither changed nor given.",
    "responses": {
        200: {"model": RatingsView, "description": "There was a rating, which is replaced."},
        **refusals(
            SessionNotFound, NotAParticipant, errors.NotCompleted, errors.RatingIsFinal, errors.RatedTooLate
        ),
    },
}


@router.get(
    "/{session_id}/rating",
    response_model=RatingsView,
    summary="The session's ratings",
    responses=refusals(SessionNotFound, NotAParticipant),
)
async def get_ratings(door: ServiceDoor, session_id: UUID) -> Response:
    """What the caller thinks of the buddy, and what the buddy thinks of the caller once that is visible."""

    async def work(connection: AsyncConnection) -> Answer:
        ratings = await service.find(connection, door.caller.user_id, session_id)
        return Answer(RatingsView.of(session_id, ratings))

    return await door.read(work)


@router.post("/{session_id}/rating", summary="Rate the buddy", **_RATING)
async def rate_buddy(door: ServiceDoor, session_id: UUID, body: NewRating) -> Response:  # noqa: D103 - described above
    return await _rate(door, session_id, body)


@router.put("/{session_id}/rating", summary="Rate the buddy, or change the rating", **_RATING)
async def replace_rating(door: ServiceDoor, session_id: UUID, body: NewRating) -> Response:  # noqa: D103 - described above
    return await _rate(door, session_id, body)


async def _rate(door: Door, session_id: UUID, body: NewRating) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        caller_id = door.caller.user_id
        record, ratings = await service.find_locked(connection, caller_id, session_id)
        door.if_match(RatingsView.of(session_id, ratings))
        rated = await service.rate(connection, caller_id, record, ratings, body.rating, body.comment)
        return Answer(RatingsView.of(session_id, rated.ratings), status=201 if rated.first else 200)

    return await door.change(work)
