"""The doors of plans: ``/api/plans``."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.page_parameters import Limit
from kit.responses import refusals
from session_service.training import errors, rules
from session_service.training.plans import service
from session_service.training.plans.schemas import (
    NewPlan,
    PlanChanges,
    PlanList,
    PlanResponse,
    PlanSummary,
    plan_body,
)
from session_service.training.schemas import Offset, Pagination

router = APIRouter(tags=["plans"])


def _plan_id(plan_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> UUID:
    # Nothing can have an id that is none: not found, not invalid.
    parsed = rules.parse_id(plan_id)
    if parsed is None:
        raise errors.PlanNotFound
    return parsed


PlanId = Annotated[UUID, Depends(_plan_id)]


@router.post("/api/plans", response_model=PlanResponse, status_code=201, summary="Make a plan")
async def create_plan(door: ServiceDoor, body: NewPlan) -> Response:
    """A named structure to start sessions from."""

    async def work(connection: AsyncConnection) -> Answer:
        plan = await service.add(connection, door.caller.user_id, body.name, body.structure.as_sent())
        return Answer(plan_body(plan), status=201, headers={"Location": f"/api/plans/{plan.id}"})

    return await door.change(work)


@router.get("/api/plans", response_model=PlanList, summary="The user's plans, newest first")
async def list_plans(door: ServiceDoor, limit: Limit = 20, offset: Offset = 0) -> Response:
    """Plans without their structure."""

    async def work(connection: AsyncConnection) -> Answer:
        plans, total = await service.page(connection, door.caller.user_id, limit=limit, offset=offset)
        return Answer(
            PlanList(
                data=[PlanSummary.model_validate(plan) for plan in plans],
                pagination=Pagination(total=total, limit=limit, offset=offset),
            )
        )

    return await door.read(work)


@router.get(
    "/api/plans/{plan_id}",
    response_model=PlanResponse,
    summary="One of the user's plans",
    responses=refusals(errors.PlanNotFound),
)
async def get_plan(door: ServiceDoor, plan_id: PlanId) -> Response:
    """The plan with its structure."""

    async def work(connection: AsyncConnection) -> Answer:
        return Answer(plan_body(await service.find(connection, plan_id)))

    return await door.read(work)


@router.patch(
    "/api/plans/{plan_id}",
    response_model=PlanResponse,
    summary="Change a plan",
    responses=refusals(errors.PlanNotFound),
)
async def change_plan(door: ServiceDoor, plan_id: PlanId, body: PlanChanges) -> Response:
    """Sessions keep the plan as it was when they started."""

    async def work(connection: AsyncConnection) -> Answer:
        plan = await service.find_locked(connection, plan_id)
        door.if_match(plan_body(plan))
        structure = None if body.structure is None else body.structure.as_sent()
        return Answer(plan_body(await service.change(connection, plan, name=body.name, structure=structure)))

    return await door.change(work)


@router.delete(
    "/api/plans/{plan_id}",
    status_code=204,
    summary="Delete a plan",
    responses=refusals(errors.PlanNotFound),
)
async def delete_plan(door: ServiceDoor, plan_id: PlanId) -> Response:
    """Its sessions stay as they are, with their copy of the plan and its id."""

    async def work(connection: AsyncConnection) -> Answer:
        plan = await service.find_locked(connection, plan_id)
        door.if_match(plan_body(plan))
        await service.delete(connection, plan)
        return Answer(None, status=204)

    return await door.change(work)
