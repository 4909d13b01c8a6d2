"""What goes over the wire about jobs."""

from typing import Self
from uuid import UUID

from pydantic import Field

from kit.schemas import UtcDatetime, View
from session_service.account.rules import Job, Kind, Status


class JobAccepted(View):
    """A job that is going to be done."""

    job_id: UUID


class JobView(View):
    """A job, and how far it is."""

    id: UUID
    kind: Kind
    status: Status
    progress: int = Field(ge=0, le=100, examples=[40], description="In percent.")
    created_at: UtcDatetime
    completed_at: UtcDatetime | None
    url: str | None = Field(
        examples=["/api/jobs/019a0000-0000-7000-8000-000000000001/download"],
        description="Of a completed export: the address of the ZIP, until it expires. Needs the same identity.",
    )
    expires_at: UtcDatetime | None = Field(description="Until when the export can be downloaded.")
    error: str | None = Field(examples=[None], description="Why the job has failed.")

    @classmethod
    def of(cls, job: Job, *, url: str | None) -> Self:
        """The job as it is shown."""
        return cls(
            id=job.id,
            kind=job.kind,
            status=job.status,
            progress=job.progress,
            created_at=job.created_at,
            completed_at=job.completed_at,
            url=url,
            expires_at=job.expires_at,
            error=job.error,
        )
