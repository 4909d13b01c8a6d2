"""Who may rate when, and from when on it is seen: facts in, a decision out.

Ratings are double-blind: neither buddy knows the other's before both have given theirs, or the time for it is over.
What has been seen is final, so nobody can answer what was said with another rating.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kit.errors import Refusal
from session_service.buddy.ratings import errors
from session_service.buddy.rules import UNCHANGED, Status, Unchanged

VISIBLE_AFTER = timedelta(days=14)
"""How long after completion ratings can be given and changed, and after which they are seen."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What one buddy thinks of the other: 1 to 5, and perhaps why."""

    rating: int
    comment: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Ratings:
    """A session's ratings from one buddy's side. ``theirs`` is known here only where the database shows it."""

    status: Status
    completed_at: datetime | None
    mine: Rating | None
    theirs: Rating | None
    now: datetime

    @property
    def visible_at(self) -> datetime | None:
        """When they became visible, or will at the latest; None while the session is not completed."""
        if self.completed_at is None:
            return None
        at_the_latest = self.completed_at + VISIBLE_AFTER
        if self.mine is None or self.theirs is None:
            return at_the_latest
        return min(at_the_latest, max(self.mine.created_at, self.theirs.created_at))

    @property
    def visible(self) -> bool:
        """Whether each buddy may see the other's rating. It never becomes invisible again."""
        return self.visible_at is not None and (
            self.now >= self.visible_at or (self.mine is not None and self.theirs is not None)
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """The rating counts; ``first`` is whether it is the caller's first one of the session."""

    first: bool


def rate(ratings: Ratings, rating: int, comment: str | None) -> Rate | Unchanged | Refusal:
    """Whether the caller may rate the buddy so. The same again changes nothing, however late it is."""
    if ratings.status is not Status.COMPLETED:
        return errors.NotCompleted(
            f"Only a completed session can be rated - current status: {ratings.status}"
        )
    mine = ratings.mine
    if mine is not None and (mine.rating, mine.comment) == (rating, comment):
        return UNCHANGED
    if ratings.visible:
        return errors.RatedTooLate() if mine is None else errors.RatingIsFinal()
    return Rate(first=mine is None)
