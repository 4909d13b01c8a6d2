"""Use cases of the matches room: invite, answer, look."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.events import Event, publish
from session_service.matches import errors, repository, rules
from session_service.matches.errors import MatchNotFound, NotInMatch
from session_service.matches.rules import Match, Status
from session_service.profiles import service as profiles

__all__ = ["Match", "MatchNotFound", "NotInMatch", "accept", "decline", "find", "invite", "page"]


async def invite(connection: AsyncConnection, inviter_id: UUID, invited_id: UUID) -> Match:
    """Invites somebody, by any id: the identity provider owns who exists.

    Raises SelfMatch, MatchAlreadyOpen, and CannotBeInvited for somebody whose account is gone, or is going.
    """
    if refusal := rules.invite(inviter_id, invited_id):
        raise refusal
    await profiles.invite(connection, invited_id)
    match = await repository.add(connection, inviter_id, invited_id)
    if match is None:
        raise errors.MatchAlreadyOpen
    await publish(connection, [_event(contracts.MATCH_INVITED, match)])
    return match


async def find(connection: AsyncConnection, match_id: UUID, *, keep: bool = False) -> Match:
    """One of the user's matches. Raises MatchNotFound, or NotInMatch when it is somebody else's.

    With ``keep`` its two stay the same until the transaction ends: nobody takes a deleted user's place meanwhile.
    """
    match = await repository.load(connection, match_id, keep=keep)
    if match is None:
        raise NotInMatch if await repository.exists(connection, match_id) else MatchNotFound
    return match


async def accept(connection: AsyncConnection, caller_id: UUID, match_id: UUID) -> Match:
    """The invited one says yes. Raises what `find` raises, NotTheInvited, MatchAlreadyAnswered."""
    match = await _answer(connection, caller_id, match_id, Status.ACCEPTED)
    await publish(connection, [_event(contracts.MATCH_ACCEPTED, match)])
    return match


async def decline(connection: AsyncConnection, caller_id: UUID, match_id: UUID) -> Match:
    """The invited one says no, which nobody is told. Raises as `accept` does."""
    return await _answer(connection, caller_id, match_id, Status.DECLINED)


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    status: Status | None,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Match]:
    """The user's matches, newest first, from ``before`` (exclusive) on."""
    return await repository.page(connection, user_id, status=status, before=before, limit=limit)


async def _answer(connection: AsyncConnection, caller_id: UUID, match_id: UUID, status: Status) -> Match:
    match = await find(connection, match_id)
    if refusal := rules.answer(match, caller_id):
        raise refusal
    answered = await repository.answer(connection, match_id, status)
    if answered is None:
        raise errors.MatchAlreadyAnswered
    return answered


def _event(event_type: str, match: Match) -> Event:
    data: contracts.MatchData = {
        "match_id": str(match.id),
        "inviter_id": str(match.user1_id),
        "invitee_id": str(match.user2_id),
    }
    return Event(event_type, subject=f"match:{match.id}", data=data)
