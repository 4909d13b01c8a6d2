"""What an event means to the people in it: whom it is told, and in which words.

Nothing here does I/O: an event and the names of the people in it go in, notices come out. The classes below
are the events of ``kit.contracts`` as the inbox reads them: only the fields that it needs, so that publishers
may add others.
"""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, ValidationError, model_validator

from kit.contracts import (
    APPEAL_DECIDED,
    BADGES_EARNED,
    MATCH_ACCEPTED,
    MATCH_INVITED,
    NO_SHOW_APPEALED,
    SESSION_CANCELLED,
    SESSION_CHECKED_IN,
    SESSION_COMPLETED,
    SESSION_CONFIRMED,
    SESSION_NO_SHOW,
    SESSION_RESCHEDULED,
    SESSION_SCHEDULED,
    STREAKS_AT_RISK,
    WEBHOOK_DISABLED,
)
from session_service.notifications.achievements import BadgesEarned, StreaksAtRisk
from session_service.notifications.no_shows import Appeal, AppealDecision, NoShow
from session_service.notifications.notices import (
    BetweenTwo,
    Happening,
    Names,
    Notice,
    Pair,
    Share,
    moment,
    name_inside,
    name_of,
    other_of,
    require_among,
)
from session_service.notifications.webhooks import WebhookSwitchedOff


class MalformedEvent(ValueError):
    """The event is of a type the inbox does not know, or its data is not what the type promises."""


class Invitation(BetweenTwo):
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
                f"{name_of(names, self.inviter_id)} invited you to be buddies",
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
                f"{name_of(names, self.invitee_id)} accepted your invitation",
                "You are buddies now: plan your first session together.",
            )
        ]


class SessionByOne(BetweenTwo):
    """What one of the two buddies of a session did, and the other wants to know."""

    session_id: UUID
    actor_id: UUID
    user_ids: Pair

    @model_validator(mode="after")
    def _actor_is_one_of_them(self) -> Self:
        require_among((self.actor_id,), self.user_ids)
        return self

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_ids

    @property
    def other_id(self) -> UUID:
        """The one of the two who did not act."""
        return other_of(self.user_ids, self.actor_id)


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
                f"{name_of(names, self.actor_id)} scheduled a session with you",
                f"{self.venue_name}, {moment(self.scheduled_time)}",
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
                f"{name_of(names, self.actor_id)} rescheduled your session",
                f"Now: {self.venue_name}, {moment(self.scheduled_time)}",
                self.session_id,
            )
        ]


class CheckIn(BetweenTwo):
    """One of the two is there."""

    session_id: UUID
    user_id: UUID
    buddy_id: UUID

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.user_id, self.buddy_id

    def notices(self, names: Names) -> list[Notice]:
        """The buddy learns it."""
        name = name_of(names, self.user_id)
        return [
            Notice(
                self.buddy_id,
                "buddy_checked_in",
                f"{name} checked in",
                f"{name} is there for your session.",
                self.session_id,
            )
        ]


class Confirmation(BetweenTwo):
    """One of the two confirmed the other's completion."""

    session_id: UUID
    confirmed_by: UUID
    confirmed_user_id: UUID

    def people(self) -> tuple[UUID, UUID]:
        """The two of the session."""
        return self.confirmed_by, self.confirmed_user_id

    def notices(self, names: Names) -> list[Notice]:
        """The confirmed one learns it."""
        name = name_of(names, self.confirmed_by)
        return [
            Notice(
                self.confirmed_user_id,
                "buddy_confirmed_you",
                f"{name} confirmed you",
                f"{name} confirmed that you completed your session.",
                self.session_id,
            )
        ]


class Completion(BetweenTwo):
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
                f"You completed your session with {name_inside(names, buddy.user_id)}",
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
                f"{name_of(names, self.actor_id)} cancelled your session",
                f"Reason: {self.reason}" if self.reason else "No reason was given.",
                self.session_id,
            )
        ]


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
    NO_SHOW_APPEALED: Appeal,
    APPEAL_DECIDED: AppealDecision,
    BADGES_EARNED: BadgesEarned,
    STREAKS_AT_RISK: StreaksAtRisk,
    WEBHOOK_DISABLED: WebhookSwitchedOff,
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
