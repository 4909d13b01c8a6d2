"""How no-shows, and the appeals against them, are told. Nothing here does I/O."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from session_service.notifications.notices import (
    BetweenTwo,
    Names,
    Notice,
    Pair,
    Points,
    Share,
    name_inside,
    name_of,
    other_of,
    require_among,
)


class NoShow(BetweenTwo):
    """A session ended because somebody was absent: a buddy reported it, or nobody finished it for a day."""

    UNFINISHED: ClassVar[str] = "Nobody finished it within 24 hours of its scheduled time"

    session_id: UUID
    reported_by: UUID | None
    user_ids: Pair
    absent: Annotated[tuple[Share, ...], Field(max_length=2)]

    @model_validator(mode="after")
    def _absent_and_reporter_are_of_them(self) -> Self:
        absent = [share.user_id for share in self.absent]
        require_among(absent, self.user_ids)
        if len(set(absent)) != len(absent):
            raise ValueError("the same user is absent twice")
        if self.reported_by is not None:
            require_among((self.reported_by,), self.user_ids)
            if absent != [other_of(self.user_ids, self.reported_by)]:
                raise ValueError("a report names exactly the reporter's buddy as absent")
        return self

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_ids

    def notices(self, names: Names) -> list[Notice]:
        """Both learn how it ended, and what it costs whom was absent."""
        lost = {share.user_id: share.points for share in self.absent}
        return [self._notice(user_id, lost, names) for user_id in self.user_ids]

    def _notice(self, user_id: UUID, lost: Mapping[UUID, int], names: Names) -> Notice:
        buddy_id = other_of(self.user_ids, user_id)
        buddy = name_of(names, buddy_id)
        inside = name_inside(names, buddy_id)
        cost = f"{-lost[user_id]:+d} reputation." if user_id in lost else "Your reputation stays as it is."
        if self.reported_by is None:
            title = f"Your session with {inside} counts as a no-show"
            if user_id in lost:
                body = f"{self.UNFINISHED}, and you did not show up: {cost}"
            elif buddy_id in lost:
                body = f"{self.UNFINISHED}, and {inside} did not show up. {cost}"
            else:
                body = f"{self.UNFINISHED}. {cost}"
        elif user_id in lost:
            title = f"{buddy} reported that you did not show up"
            body = f"Your session counts as a no-show: {cost}"
        else:
            title = f"{buddy} did not show up"
            body = f"Your report is recorded, and your session counts as a no-show. {cost}"
        return Notice(user_id, "no_show", title, body, self.session_id)


class Appeal(BetweenTwo):
    """Who counts as absent says that it was otherwise; the penalty rests until an operator has decided."""

    session_id: UUID
    user_id: UUID
    user_ids: Pair

    @model_validator(mode="after")
    def _appellant_is_one_of_them(self) -> Self:
        require_among((self.user_id,), self.user_ids)
        return self

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_ids

    def notices(self, names: Names) -> list[Notice]:
        """The buddy learns it; the appellant knows."""
        return [
            Notice(
                other_of(self.user_ids, self.user_id),
                "appeal_opened",
                f"{name_of(names, self.user_id)} appealed against the no-show",
                "An operator will decide. Until then it does not count.",
                self.session_id,
            )
        ]


class AppealDecision(Appeal):
    """An operator decided: upheld, the penalty is gone for good; otherwise it counts again."""

    upheld: Annotated[bool, Field(strict=True)]
    points: Points

    def notices(self, names: Names) -> list[Notice]:
        """Both learn it, and the appellant what it means."""
        name = name_of(names, self.user_id)
        if self.upheld:
            mine = (
                "Your appeal was upheld",
                f"The no-show does not count: you keep your {self.points} reputation.",
            )
            theirs = (f"{name}'s appeal was upheld", "The no-show does not count.")
        else:
            mine = ("Your appeal was turned down", f"The no-show counts: {-self.points:+d} reputation.")
            theirs = (f"{name}'s appeal was turned down", "The no-show counts.")
        buddy_id = other_of(self.user_ids, self.user_id)
        return [
            Notice(user_id, "appeal_decided", title, body, self.session_id)
            for user_id, (title, body) in ((self.user_id, mine), (buddy_id, theirs))
        ]
