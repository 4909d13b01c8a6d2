"""What goes over the wire about training sessions."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from kit.schemas import Body, UtcDatetime, View
from session_service.training.rules import Action, Session, Status, Summary
from session_service.training.schemas import IsoDate, Pagination, SessionStructure


class CreateSessionRequest(Body):
    """Start a session from a plan."""

    plan_id: UUID
    date: IsoDate = Field(description="The day of the session, as the user sees it.")
    session: SessionStructure | None = Field(
        default=None, description="What to begin with; without it, the plan's structure."
    )


class UpdateSessionRequest(Body):
    """How far the session has come: the whole structure, in the place of the one before."""

    session: SessionStructure


class CompleteSessionRequest(Body):
    """End the session."""

    session: SessionStructure | None = Field(default=None, description="A last update.")


class PlanSnapshotSummary(View):
    """What lists show of the plan as it was when the session started."""

    name: str


class PlanSnapshot(PlanSnapshotSummary):
    """The plan as it was when the session started."""

    structure: SessionStructure


class _SessionBase(View):
    id: UUID
    plan_id: UUID | None = Field(
        description="The plan it was started from, which may be gone by now; null for a session that was imported."
    )
    date: date
    status: Status
    started_at: UtcDatetime
    ended_at: UtcDatetime | None = Field(description="null while it is in progress.")
    duration_seconds: int | None = Field(
        ge=0, description="Whole seconds from start to end; null while it is in progress."
    )
    created_at: UtcDatetime
    updated_at: UtcDatetime


class SessionSummary(_SessionBase):
    """A session as lists show it."""

    plan_snapshot: PlanSnapshotSummary


class SessionResponse(_SessionBase):
    """A session."""

    plan_snapshot: PlanSnapshot
    session: SessionStructure


class SessionList(View):
    """A part of the user's sessions."""

    data: list[SessionSummary]
    pagination: Pagination


class AuditItem(View):
    """Something that was done with a session."""

    action: Action
    at: UtcDatetime
    request_id: str | None = Field(description="The request that did it.")


class AuditPage(View):
    """What was done with a session, oldest first."""

    items: list[AuditItem]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")


def session_summary(session: Summary) -> dict[str, Any]:
    """A session as lists show it: a SessionSummary."""
    return {
        "id": session.id,
        "plan_id": session.plan_id,
        "plan_snapshot": {"name": session.plan_name},
        "date": session.date,
        "status": session.status,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "duration_seconds": session.duration_seconds,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
    }


def session_body(session: Session) -> dict[str, Any]:
    """A session as it is answered: a SessionResponse. Structures go out as they are stored, unparsed."""
    return {
        **session_summary(session),
        "plan_snapshot": {"name": session.plan_name, "structure": session.plan_structure},
        "session": session.structure,
    }
