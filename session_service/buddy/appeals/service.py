"""Use cases of appeals: load, decide, save, publish. The reputation house suspends penalties by what is published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.errors import Refusal
from kit.identity import Caller, OperatorRequired
from kit.outbox.events import Event, publish
from session_service.buddy import service as buddy
from session_service.buddy.appeals import errors, repository, rules
from session_service.buddy.appeals.rules import Appeal, AppealStatus


async def appeal(connection: AsyncConnection, caller_id: UUID, session_id: UUID, reason: str) -> Appeal:
    """The caller appeals against having been marked absent; the penalty rests from now on.

    Raises the refusals of `rules.appeal`, and as `buddy.find` does. The session stays locked until the transaction
    ends, so of two appeals of the same user at the same instant the second finds the first.
    """
    session = (await buddy.find_locked(connection, session_id)).facts
    facts = await repository.facts(connection, session_id, caller_id)
    decision = rules.appeal(session, caller_id, no_show_at=facts.no_show_at, appealed=facts.appealed)
    if isinstance(decision, Refusal):
        raise decision
    made = await repository.add(connection, session_id, caller_id, decision, reason)
    data: contracts.NoShowAppealedData = {
        "session_id": str(session_id),
        "user_id": str(caller_id),
        "user_ids": [str(user_id) for user_id in session.user_ids],
    }
    await publish(connection, [Event(contracts.NO_SHOW_APPEALED, subject=f"session:{session_id}", data=data)])
    return made


async def find(connection: AsyncConnection, caller: Caller, session_id: UUID, user_id: UUID | None) -> Appeal:
    """The appeal that the caller is shown, by `rules.shown_to`; operators are shown everybody's.

    Raises AppealNotFound, SessionNotFound, NotAParticipant.
    """
    if caller.is_operator:
        await _act_as_operator(connection, caller, session_id)
    else:
        await buddy.find(connection, session_id)
    found = rules.shown_to(await repository.of_session(connection, session_id), caller.user_id, user_id)
    if isinstance(found, Refusal):
        raise found
    return found


async def decide(
    connection: AsyncConnection,
    caller: Caller,
    session_id: UUID,
    *,
    upheld: bool,
    reason: str | None,
    user_id: UUID | None,
) -> Appeal:
    """An operator decides an appeal, once: of two who do so at the same instant the second is told.

    Raises SessionNotFound, OperatorRequired, AppealNotFound, WhoseAppeal, AlreadyDecided.
    """
    await _act_as_operator(connection, caller, session_id)
    found = rules.to_decide(await repository.of_session(connection, session_id), user_id)
    if isinstance(found, Refusal):
        raise found
    status = AppealStatus.UPHELD if upheld else AppealStatus.REJECTED
    decided = await repository.decide(connection, caller.user_id, found, status, reason)
    if decided is None:
        raise errors.AlreadyDecided
    data: contracts.AppealDecidedData = {
        "session_id": str(session_id),
        "user_id": str(decided.user_id),
        "user_ids": [str(decided.user_id), str(decided.buddy_id)],
        "upheld": upheld,
        "points": decided.points,
    }
    await publish(connection, [Event(contracts.APPEAL_DECIDED, subject=f"session:{session_id}", data=data)])
    return decided


async def to_decide(
    connection: AsyncConnection, caller: Caller, *, after: tuple[datetime, UUID, UUID] | None, limit: int
) -> list[Appeal]:
    """Open appeals, those that have waited longest first, from ``after`` (exclusive) on. Raises OperatorRequired."""
    if not caller.is_operator:
        raise OperatorRequired
    await repository.act_as_operator(connection)
    return list(await repository.to_decide(connection, after=after, limit=limit))


async def _act_as_operator(connection: AsyncConnection, caller: Caller, session_id: UUID) -> None:
    await buddy.expect(connection, session_id)
    if not caller.is_operator:
        raise OperatorRequired
    await repository.act_as_operator(connection)
