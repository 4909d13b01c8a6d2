"""What an event means to the people in it: whom it is told, and in which words.

Nothing here does I/O: an event and the names of the people in it go in, notices come out. The classes below
are the events of ``kit.contracts`` as the inbox reads them: only the fields that it needs, so that publishers
may add others.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kit.contracts import (
    MATCH_ACCEPTED,
    MATCH_INVITED,
    SESSION_CANCELLED,
    SESSION_CHECKED_IN,
    SESSION_COMPLETED,
    SESSION_CONFIRMED,
    SESSION_NO_SHOW,
    SESSION_RESCHEDULED,
    SESSION_SCHEDULED,
)

NAMELESS = "Your buddy"
"""Stands in for somebody whose profile is gone by the time the notice is written."""

Names = Mapping[UUID, str]
Points = Annotated[int, Field(strict=True, ge=0)]
Pair = tuple[UUID, UUID]


class MalformedEvent(ValueError):
    """The event is of a type the inbox does not know, or its data is not what the type promises."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of one user's inbox; its texts are plain text, for whoever shows them to escape."""

    user_id: UUID
    kind: str
    title: str
    body: str
    session_id: UUID | None = None


class Happening(BaseModel):
    """An event as the inbox reads it: something between two people."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if len(set(self.people())) != 2:
            raise ValueError("it is between two different people")
        return self

    @abstractmethod
    def people(self) -> tuple[UUID, UUID]:
        """The two whose names may be needed, and who may be told."""

    @abstractmethod
    def notices(self, names: Names) -> list[Notice]:
        """Whom it is told, and how; ``names`` are the display names of ``people()``."""


class Invitation(Happening):
    """Somebody wants to be buddies with somebody."""

    inviter_id: UUID
    invitee_id: UUID

    def people(self) -> tuple[UUID, UUID]:
        """The two of the match."""
        return self.inviter_id, self.invitee_id

    def notices(self, names: Names) -> list[Notice]:
        """The invited one learns who asks."""
        return [
            Notice(
                self.invitee_id,
                "buddy_invited",
                f"{_name(names, self.inviter_id)} invited you to be buddies",
                "Accept the invitation to plan sessions together, or decline it.",
            )
        ]


class Acceptance(Invitation):
    """The invited one said yes."""

    def notices(self, names: Names) -> list[Notice]:
        """The inviter learns it."""
        return [
            Notice(
                self.inviter_id,
                "match_accepted",
                f"{_name(names, self.invitee_id)} accepted your invitation",
                "You are buddies now: plan your first session together.",
            )
        ]


class SessionByOne(Happening):
    """What one of the two buddies of a session did, and the other wants to know."""

    session_id: UUID
    actor_id: UUID
    user_ids: Pair

    @model_validator(mode="after")
    def _actor_is_one_of_them(self) -> Self:
        _require_among((self.actor_id,), self.user_ids)
        return self

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_ids

    @property
    def other_id(self) -> UUID:
        """The one of the two who did not act."""
        return _other(self.user_ids, self.actor_id)


class Scheduling(SessionByOne):
    """A session was planned."""

    venue_name: str
    scheduled_time: AwareDatetime

    def notices(self, names: Names) -> list[Notice]:
        """The buddy who did not plan it learns where and when."""
        return [
            Notice(
                self.other_id,
                "session_scheduled",
                f"{_name(names, self.actor_id)} scheduled a session with you",
                f"{self.venue_name}, {_moment(self.scheduled_time)}",
                self.session_id,
            )
        ]


class Rescheduling(Scheduling):
    """The place or the time of a session changed."""

    def notices(self, names: Names) -> list[Notice]:
        """The buddy who did not change it learns where and when it is now."""
        return [
            Notice(
                self.other_id,
                "session_rescheduled",
                f"{_name(names, self.actor_id)} rescheduled your session",
                f"Now: {self.venue_name}, {_moment(self.scheduled_time)}",
                self.session_id,
            )
        ]


class CheckIn(Happening):
    """One of the two is there."""

    session_id: UUID
    user_id: UUID
    buddy_id: UUID

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_id, self.buddy_id

    def notices(self, names: Names) -> list[Notice]:
        """The buddy learns it."""
        name = _name(names, self.user_id)
        return [
            Notice(
                self.buddy_id,
                "buddy_checked_in",
                f"{name} checked in",
                f"{name} is there for your session.",
                self.session_id,
            )
        ]


class Confirmation(Happening):
    """One of the two confirmed the other's completion."""

    session_id: UUID
    confirmed_by: UUID
    confirmed_user_id: UUID

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.confirmed_by, self.confirmed_user_id

    def notices(self, names: Names) -> list[Notice]:
        """The confirmed one learns it."""
        name = _name(names, self.confirmed_by)
        return [
            Notice(
                self.confirmed_user_id,
                "buddy_confirmed_you",
                f"{name} confirmed you",
                f"{name} confirmed that you completed your session.",
                self.session_id,
            )
        ]


class Share(BaseModel):
    """One person's points: gained by a completion, lost by an absence. Never negative."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID
    points: Points


class Completion(Happening):
    """Both have confirmed each other."""

    session_id: UUID
    participants: tuple[Share, Share]

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        first, second = self.participants
        return first.user_id, second.user_id

    def notices(self, names: Names) -> list[Notice]:
        """Each learns what that one's own challenge was worth."""
        return [
            Notice(
                mine.user_id,
                "session_completed",
                f"You completed your session with {_name_inside(names, buddy.user_id)}",
                f"You both confirmed it: {mine.points:+d} reputation.",
                self.session_id,
            )
            for mine, buddy in (self.participants, self.participants[::-1])
        ]


class Cancellation(SessionByOne):
    """One of the two called the session off."""

    reason: str | None = None

    def notices(self, names: Names) -> list[Notice]:
        """The other learns it, and why."""
        return [
            Notice(
                self.other_id,
                "session_cancelled",
                f"{_name(names, self.actor_id)} cancelled your session",
                f"Reason: {self.reason}" if self.reason else "No reason was given.",
                self.session_id,
            )
        ]


class NoShow(Happening):
    """A session ended because somebody was absent: a buddy reported it, or nobody finished it for a day."""

    UNFINISHED: ClassVar[str] = "Nobody finished it within 24 hours of its scheduled time"

    session_id: UUID
    reported_by: UUID | None
    user_ids: Pair
    absent: Annotated[tuple[Share, ...], Field(max_length=2)]

    @model_validator(mode="after")
    def _absent_and_reporter_are_of_them(self) -> Self:
        absent = [share.user_id for share in self.absent]
        _require_among(absent, self.user_ids)
        if len(set(absent)) != len(absent):
            raise ValueError("the same user is absent twice")
        if self.reported_by is not None:
            _require_among((self.reported_by,), self.user_ids)
            if absent != [_other(self.user_ids, self.reported_by)]:
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
        buddy_id = _other(self.user_ids, user_id)
        buddy = _name(names, buddy_id)
        inside = _name_inside(names, buddy_id)
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


HAPPENINGS: Mapping[str, type[Happening]] = {
    MATCH_INVITED: Invitation,
    MATCH_ACCEPTED: Acceptance,
    SESSION_SCHEDULED: Scheduling,
    SESSION_RESCHEDULED: Rescheduling,
    SESSION_CHECKED_IN: CheckIn,
    SESSION_CONFIRMED: Confirmation,
    SESSION_COMPLETED: Completion,
    SESSION_CANCELLED: Cancellation,
    SESSION_NO_SHOW: NoShow,
}
"""Every event that reaches an inbox."""


def read_event(event_type: str, data: Mapping[str, Any]) -> Happening:
    """The event as the inbox reads it; raises ``MalformedEvent`` for what it cannot understand."""
    happening = HAPPENINGS.get(event_type)
    if happening is None:
        raise MalformedEvent(f"no notification is known for events of type {event_type!r}")
    try:
        return happening.model_validate(data)
    except ValidationError as error:
        raise MalformedEvent(f"{event_type}: {_summary(error)}") from None


def _summary(error: ValidationError) -> str:
    """What is wrong and where, without the values: errors are kept, and people's words are not for that."""
    parts = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, part['loc'])) or 'data'}: {part['msg']}" for part in parts)


def _name(names: Names, user_id: UUID) -> str:
    return names.get(user_id) or NAMELESS


def _name_inside(names: Names, user_id: UUID) -> str:
    """The name within a sentence, where the stand-in does not begin with a capital."""
    return names.get(user_id) or NAMELESS[0].lower() + NAMELESS[1:]


def _moment(time: datetime) -> str:
    """To the minute, in UTC, as every text of Tandem shows a time."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _other(pair: tuple[UUID, UUID], user_id: UUID) -> UUID:
    return pair[1] if user_id == pair[0] else pair[0]


def _require_among(users: Iterable[UUID], pair: tuple[UUID, UUID]) -> None:
    if not set(users) <= set(pair):
        raise ValueError("somebody named is not one of the two buddies")
