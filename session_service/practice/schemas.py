"""What every part of the room puts over the wire about a practice."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from kit.schemas import UtcDatetime, View
from session_service.practice.rules import CompletionStatus, Practice

StatusField = Annotated[CompletionStatus, Field(examples=["completed"])]


class PracticeView(View):
    """A practice session."""

    session_id: int = Field(examples=[1])
    user_id: int = Field(examples=[42], description="The user's `user_number`.")
    sequence_id: int | None = Field(examples=[3], description="null: a free practice.")
    started_at: UtcDatetime
    completed_at: UtcDatetime | None = Field(description="null: it is active.")
    duration_seconds: int = Field(examples=[900], description="As the client has measured it.")
    measured_seconds: int = Field(
        examples=[903],
        description="By the server's own clock, without pauses: up to the last pause while it is active, "
        "all of it once it is completed.",
    )
    running_since: UtcDatetime | None = Field(
        description="Since when it runs; null while paused and when over."
    )
    paused_at: UtcDatetime | None = Field(
        description="Since when it is paused; null while it runs and when over."
    )
    completion_status: StatusField = Field(description="`abandoned` until it is completed.")
    poses_completed: int = Field(examples=[10])
    local_date: date = Field(description="The date on which it started, in `timezone`. Never changes.")
    timezone: str = Field(examples=["Europe/Berlin"], description="The user's time zone when it started.")

    @classmethod
    def fields(cls, practice: Practice) -> dict[str, Any]:
        """What every view of a practice shows."""
        return {
            "session_id": practice.session_id,
            "user_id": practice.user_id,
            "sequence_id": practice.sequence_id,
            "started_at": practice.started_at,
            "completed_at": practice.completed_at,
            "duration_seconds": practice.duration_seconds,
            "measured_seconds": practice.measured_seconds,
            "running_since": practice.clock.running_since,
            "paused_at": practice.clock.paused_at,
            "completion_status": practice.completion_status,
            "poses_completed": practice.poses_completed,
            "local_date": practice.local_date,
            "timezone": practice.timezone,
        }
