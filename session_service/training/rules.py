"""What a training session may hold, and what may still be done with it."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kit.errors import Refusal
from session_service.training import errors

NAME_LENGTH = 200
"""Characters of the longest name of a plan or an exercise."""

NOTES_LENGTH = 5_000
"""Characters of the longest notes."""

MOST_EXERCISES = 100
MOST_SETS = 100
"""Of one exercise."""

MOST_REPS = 10_000
MOST_WEIGHT_KG = 10_000
MOST_SECONDS = 86_400
"""Of one set: a day."""
MOST_DISTANCE_M = 1_000_000
LEAST_RPE = 1
MOST_RPE = 10
"""Rate of perceived exertion: 10 is the utmost."""

_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Status(StrEnum):
    """A session is open until it is completed, and then stays as it is."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class Action(StrEnum):
    """What the audit log knows of a session."""

    STARTED = "session_started"
    UPDATED = "session_updated"
    COMPLETED = "session_completed"
    IMPORTED = "session_imported"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as stored. ``structure`` is a SessionStructure as it was sent."""

    id: UUID
    name: str
    structure: dict[str, Any]
    has_sessions: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """A session as lists show it. ``plan_name`` is the name that the plan had at the start."""

    id: UUID
    plan_id: UUID | None
    plan_name: str
    date: date
    started_at: datetime
    ended_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> Status:
        """Open as long as there is no end."""
        return Status.IN_PROGRESS if self.ended_at is None else Status.COMPLETED

    @property
    def duration_seconds(self) -> int | None:
        """Whole seconds from start to end; None while it is open."""
        return None if self.ended_at is None else int((self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Session(Summary):
    """A session whole. ``plan_structure`` and ``structure`` are SessionStructures as they were sent."""

    plan_structure: dict[str, Any]
    structure: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened to a session, when, by which request."""

    id: int
    action: Action
    at: datetime
    request_id: str | None


def updatable(session: Summary) -> Refusal | None:
    """Why the session cannot be changed any more; None when it can."""
    return errors.SessionCompleted() if session.status is Status.COMPLETED else None


def parse_id(raw: str) -> UUID | None:
    """The id that a path names; None when that is no UUID in its usual form, which nothing can have."""
    return UUID(raw) if _UUID.fullmatch(raw) else None
