"""Use cases about training sessions. Somebody else's session is as good as none."""

from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.training import errors, rules
from session_service.training.plans import service as plans
from session_service.training.rules import AuditEntry, Session, Summary
from session_service.training.sessions import repository
from session_service.training.sessions.repository import Order, Sort, Wanted


async def start(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    plan_id: UUID,
    on: date,
    structure: dict[str, Any] | None,
) -> Session:
    """Starts a session from the plan as it is now; without a structure of its own it begins with the plan's.

    Raises UnknownPlan, SessionAlreadyOpen.
    """
    plan = await plans.use(connection, plan_id)
    session = await repository.start(
        connection,
        user_id,
        plan_id=plan.id,
        plan_snapshot={"name": plan.name, "structure": plan.structure},
        on=on,
        structure=plan.structure if structure is None else structure,
    )
    if session is None:
        raise errors.SessionAlreadyOpen
    return session


async def find(connection: AsyncConnection, session_id: UUID) -> Session:
    """One of the user's sessions. Raises SessionNotFound."""
    session = await repository.load(connection, session_id)
    if session is None:
        raise errors.SessionNotFound
    return session


async def find_open(connection: AsyncConnection, session_id: UUID) -> Session:
    """One of the user's sessions, which stays open and as it is until the transaction ends.

    Raises SessionNotFound, SessionCompleted.
    """
    if not await repository.lock(connection, session_id):
        await _refuse(connection, session_id)
    return await find(connection, session_id)


async def update(
    connection: AsyncConnection, user_id: UUID, session_id: UUID, structure: dict[str, Any]
) -> Session:
    """Stores how far the session has come. Raises SessionNotFound, SessionCompleted."""
    session = await repository.save(connection, user_id, session_id, structure)
    return session or await _refuse(connection, session_id)


async def complete(
    connection: AsyncConnection, user_id: UUID, session_id: UUID, structure: dict[str, Any] | None
) -> Session:
    """Ends the session, for good. Raises SessionNotFound, SessionCompleted."""
    session = await repository.complete(connection, user_id, session_id, structure)
    return session or await _refuse(connection, session_id)


async def page(
    connection: AsyncConnection,
    user_id: UUID,
    wanted: Wanted,
    *,
    sort: Sort,
    order: Order,
    limit: int,
    offset: int,
) -> tuple[list[Summary], int]:
    """A part of the user's sessions that are wanted, and how many there are in all."""
    return await repository.page(
        connection, user_id, wanted, sort=sort, order=order, limit=limit, offset=offset
    )


async def audit(connection: AsyncConnection, session_id: UUID, *, after: int, limit: int) -> list[AuditEntry]:
    """What was done with one of the user's sessions, oldest first, after the given entry. Raises SessionNotFound."""
    await find(connection, session_id)
    return await repository.audit(connection, session_id, after=after, limit=limit)


async def _refuse(connection: AsyncConnection, session_id: UUID) -> NoReturn:
    # Nothing was changed: because there is no such session, or because it is completed. Asked in a new statement,
    # which sees what another transaction has just committed.
    refusal = rules.updatable(await find(connection, session_id))
    # An open one here means that the statement did not see what this one sees, and nothing makes that happen.
    raise refusal or AssertionError("an open session was not changed")
