"""What a job is, and what may be asked for when."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from session_service.account.errors import TooManyExports

EXPORTS_A_DAY = 5
"""Exports that a user may ask for within 24 hours."""

EXPORT_LASTS = timedelta(days=7)
"""How long an export can be downloaded."""

JOBS_KEPT = timedelta(days=30)
"""How long a job that is over can be looked at."""

LEASE = timedelta(seconds=15)
"""How long a job is left to whoever works on it and is not heard of: longer than any step may take."""

MOST_ATTEMPTS = 8
"""So often is a step of an export taken up before the export has failed. An erasure is never given up."""

LONGEST_PAUSE = timedelta(minutes=1)
"""Between two attempts at the same step."""


class Kind(StrEnum):
    """What a job does."""

    EXPORT = "export"
    ERASURE = "erasure"


class Status(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is shown."""

    id: UUID
    kind: Kind
    status: Status
    progress: int
    created_at: datetime
    completed_at: datetime | None
    expires_at: datetime | None
    size: int | None
    error: str | None

    def can_be_downloaded(self, now: datetime) -> bool:
        """Whether it is an export that can be had."""
        return (
            self.kind is Kind.EXPORT
            and self.status is Status.COMPLETED
            and self.expires_at is not None
            and now < self.expires_at
        )


@dataclass(frozen=True, slots=True)
class Work:
    """A job in the hands of whoever has taken it up; ``state`` is what the last step has left for the next one."""

    id: UUID
    user_id: UUID
    kind: Kind
    created_at: datetime
    lease: UUID
    attempts: int
    state: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What a step leaves behind: what the next one has to know, and how far the job is, in percent.

    With ``pause`` there is nothing to be done before that. ``gone``: the job itself is no more.
    """

    state: dict[str, Any]
    progress: int
    pause: timedelta | None = None
    size: int | None = None
    """Of a completed export, in bytes."""
    gone: bool = False


def export_allowed(asked_at: Sequence[datetime], now: datetime) -> TooManyExports | None:
    """Whether one more export may be asked for; ``asked_at`` is when the latest ones were, newest first."""
    within = [moment for moment in asked_at if moment > now - timedelta(days=1)]
    if len(within) < EXPORTS_A_DAY:
        return None
    wait = within[EXPORTS_A_DAY - 1] + timedelta(days=1) - now
    return TooManyExports(headers={"Retry-After": str(max(1, math.ceil(wait.total_seconds())))})


def pause_after(attempts: int) -> timedelta:
    """How long a step that has failed so often is left alone."""
    return min(timedelta(seconds=2 ** min(attempts, 6)), LONGEST_PAUSE)


def is_given_up(work: Work) -> bool:
    """Whether the job has failed for good."""
    return work.kind is Kind.EXPORT and work.attempts >= MOST_ATTEMPTS
