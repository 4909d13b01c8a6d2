"""Who may appeal against a no-show, and which appeal is meant: facts in, a decision out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kit.errors import Refusal
from session_service.buddy.appeals import errors
from session_service.buddy.rules import Session, Status

APPEAL_WITHIN = timedelta(days=7)
"""How long after a session became ``no_show`` one can appeal."""


class AppealStatus(StrEnum):
    """The states of an appeal; the last two are final."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal against a no-show; ``points`` are what the no-show costs the one who appeals (positive)."""

    session_id: UUID
    user_id: UUID
    buddy_id: UUID
    points: int
    reason: str
    status: AppealStatus
    created_at: datetime
    decided_at: datetime | None
    decision_reason: str | None


@dataclass(frozen=True, slots=True)
class Appealable:
    """The caller may appeal: the session took place without that one, who says that it was otherwise."""

    buddy_id: UUID
    points: int


def appeal(
    session: Session, caller_id: UUID, *, no_show_at: datetime | None, appealed: bool
) -> Appealable | Refusal:
    """Whether the caller, one of the buddies, may appeal.

    ``appealed`` is whether that one has done so already: who has is told so however late it is by now.
    """
    caller, buddy = session.seen_by(caller_id)
    if session.status is not Status.NO_SHOW or no_show_at is None:
        return errors.NothingToAppeal(
            f"Only a no-show can be appealed against - current status: {session.status}"
        )
    if not caller.no_show:
        return errors.NotAbsent()
    if appealed:
        return errors.AlreadyAppealed()
    if session.now > no_show_at + APPEAL_WITHIN:
        return errors.AppealedTooLate()
    return Appealable(buddy.user_id, caller.points)


def shown_to(appeals: Sequence[Appeal], caller_id: UUID, user_id: UUID | None) -> Appeal | Refusal:
    """Which of a session's appeals the caller is shown: the one of ``user_id``, if that is given.

    Else the caller's own; else the one that is to be decided first, or was made first.
    """
    candidates = [one for one in appeals if user_id in (None, one.user_id)]
    if not candidates:
        return errors.AppealNotFound()
    return min(
        candidates,
        key=lambda one: (
            one.user_id != caller_id,
            one.status is not AppealStatus.OPEN,
            one.created_at,
            one.user_id,
        ),
    )


def to_decide(appeals: Sequence[Appeal], user_id: UUID | None) -> Appeal | Refusal:
    """Which of a session's appeals is decided: the one of ``user_id``, who may be left out if there is but one.

    Of two nobody guesses: a repeated call would otherwise decide the other one.
    """
    candidates = [one for one in appeals if user_id in (None, one.user_id)]
    if not candidates:
        return errors.AppealNotFound()
    if len(candidates) > 1:
        return errors.WhoseAppeal()
    (found,) = candidates
    return found if found.status is AppealStatus.OPEN else errors.AlreadyDecided()
