"""Use cases about plans. Somebody else's plan is as good as none."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.training import errors
from session_service.training.plans import repository
from session_service.training.rules import Plan


async def add(connection: AsyncConnection, user_id: UUID, name: str, structure: Mapping[str, Any]) -> Plan:
    """A new plan of the user."""
    return await repository.add(connection, user_id, name, structure)


async def find(connection: AsyncConnection, plan_id: UUID) -> Plan:
    """One of the user's plans. Raises PlanNotFound."""
    plan = await repository.load(connection, plan_id)
    if plan is None:
        raise errors.PlanNotFound
    return plan


async def find_locked(connection: AsyncConnection, plan_id: UUID) -> Plan:
    """As `find`; the plan stays as it is until the transaction ends."""
    plan = await repository.load(connection, plan_id, lock=True)
    if plan is None:
        raise errors.PlanNotFound
    return plan


async def change(
    connection: AsyncConnection, plan: Plan, *, name: str | None, structure: Mapping[str, Any] | None
) -> Plan:
    """Changes what is given, if it is different. Sessions keep the plan as it was when they started."""
    if name in (None, plan.name) and structure in (None, plan.structure):
        return plan
    return await repository.save(connection, plan.id, name=name, structure=structure)


async def delete(connection: AsyncConnection, plan: Plan) -> None:
    """Deletes the plan; its sessions stay as they are."""
    await repository.delete(connection, plan.id)


async def use(connection: AsyncConnection, plan_id: UUID) -> Plan:
    """The plan as it is now, for a session that starts from it, which it remembers. Raises UnknownPlan."""
    plan = await repository.load(connection, plan_id, lock=True)
    if plan is None:
        raise errors.UnknownPlan
    if not plan.has_sessions:
        await repository.mark_used(connection, plan.id)
    return plan


async def page(
    connection: AsyncConnection, user_id: UUID, *, limit: int, offset: int
) -> tuple[list[Plan], int]:
    """A part of the user's plans, newest first, and how many there are in all."""
    return await repository.page(connection, user_id, limit=limit, offset=offset)
