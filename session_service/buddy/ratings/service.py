"""Use cases of ratings: load, decide, save. Nobody is told of a rating; whoever wants to know looks."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.errors import Refusal
from session_service.buddy import service as buddy
from session_service.buddy.ratings import errors, repository, rules
from session_service.buddy.ratings.rules import Ratings
from session_service.buddy.rules import SessionRecord, Unchanged


@dataclass(frozen=True, slots=True)
class Rated:
    """What became of a rating; ``first`` is whether the caller had not rated before."""

    ratings: Ratings
    first: bool


async def find(connection: AsyncConnection, caller_id: UUID, session_id: UUID) -> Ratings:
    """The session's ratings as the caller may see them. Raises as `buddy.find` does."""
    return await _ratings(connection, caller_id, await buddy.find(connection, session_id))


async def find_locked(
    connection: AsyncConnection, caller_id: UUID, session_id: UUID
) -> tuple[SessionRecord, Ratings]:
    """As `find`, with the session; nobody rates in it until the transaction ends."""
    record = await buddy.find_locked(connection, session_id)
    return record, await _ratings(connection, caller_id, record)


async def rate(
    connection: AsyncConnection,
    caller_id: UUID,
    record: SessionRecord,
    ratings: Ratings,
    rating: int,
    comment: str | None,
) -> Rated:
    """The caller rates the buddy of a locked session, or rates anew. Raises the refusals of `rules.rate`.

    Two buddies who do so at the same instant do it one after the other, and the second sees both.
    """
    decision = rules.rate(ratings, rating, comment)
    if isinstance(decision, Refusal):
        raise decision
    if isinstance(decision, Unchanged):
        return Rated(ratings, first=False)
    session = record.facts
    if decision.first:
        _, buddy_ = session.seen_by(caller_id)
        await repository.add(connection, session.id, caller_id, buddy_.user_id, rating, comment)
    elif await repository.change(connection, session.id, caller_id, rating, comment) is None:
        raise errors.RatingIsFinal
    return Rated(await _ratings(connection, caller_id, record), first=decision.first)


async def _ratings(connection: AsyncConnection, caller_id: UUID, record: SessionRecord) -> Ratings:
    mine, theirs, now = await repository.of_session(connection, record.facts.id, caller_id)
    return Ratings(record.facts.status, record.completed_at, mine, theirs, now)
