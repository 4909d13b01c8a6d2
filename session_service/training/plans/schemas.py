"""What goes over the wire about plans."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from kit.schemas import Body, Trimmed, UtcDatetime, View
from session_service.training.rules import NAME_LENGTH, Plan
from session_service.training.schemas import Pagination, SessionStructure


def _absent() -> Any:
    # A field that may be left out and may not be null.
    return None


PlanName = Annotated[Trimmed, Field(min_length=1, max_length=NAME_LENGTH)]


class NewPlan(Body):
    """What somebody means to do."""

    name: PlanName = Field(examples=["Push day"])
    structure: SessionStructure


class PlanChanges(Body):
    """What is to be different; what is left out stays."""

    name: PlanName = Field(default_factory=_absent)
    structure: SessionStructure = Field(default_factory=_absent)


class PlanSummary(View):
    """A plan as lists show it."""

    id: UUID
    name: str
    has_sessions: bool = Field(description="Whether a session was ever started from it.")
    created_at: UtcDatetime
    updated_at: UtcDatetime


class PlanResponse(PlanSummary):
    """A plan."""

    structure: SessionStructure


class PlanList(View):
    """A part of the user's plans, newest first."""

    data: list[PlanSummary]
    pagination: Pagination


def plan_body(plan: Plan) -> dict[str, Any]:
    """A plan as it is answered: a PlanResponse. The structure goes out as it is stored, unparsed."""
    return {
        "id": plan.id,
        "name": plan.name,
        "structure": plan.structure,
        "has_sessions": plan.has_sessions,
        "created_at": plan.created_at,
        "updated_at": plan.updated_at,
    }
