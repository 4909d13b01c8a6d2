"""Who may invite whom, and who may answer: facts in, a refusal out, or None."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kit.errors import Refusal
from session_service.matches import errors


class Status(StrEnum):
    """The states of a match. ``pending`` and ``accepted`` are open: two users have one of those at most."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Match:
    """``user1_id`` has invited ``user2_id``."""

    id: UUID
    user1_id: UUID
    user2_id: UUID
    status: Status
    created_at: datetime

    @property
    def is_accepted(self) -> bool:
        """Whether the two are buddies."""
        return self.status is Status.ACCEPTED


def invite(inviter_id: UUID, invited_id: UUID) -> Refusal | None:
    """Why nobody can be invited so; None when it can be done."""
    return errors.SelfMatch() if inviter_id == invited_id else None


def answer(match: Match, caller_id: UUID) -> Refusal | None:
    """Why the caller cannot accept or decline; None when that can be done."""
    if caller_id != match.user2_id:
        return errors.NotTheInvited()
    if match.status is not Status.PENDING:
        return errors.MatchAlreadyAnswered(f"This match has already been {match.status}")
    return None
