"""What goes over the wire about buddy sessions."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Cleaned, Trimmed, UtcDatetime, View
from session_service.buddy import rules
from session_service.buddy.rules import SessionRecord, Status

NOTES_LENGTH = 5000
"""Characters of the longest notes, as typed."""

REASON_LENGTH = 500
"""Characters of the longest reason for cancelling."""

REMARK_LENGTH = 1000
"""Characters of the longest reason of an appeal or its decision, and of the longest comment on a buddy."""


def _absent() -> Any:
    # A field that may be left out and may not be null; `exclude_unset` tells what was given.
    return None


def _something(text: str) -> str:
    # What is left once elements are removed: `<b></b>` says nothing.
    if not (left := text.strip()):
        raise PydanticCustomError("string_too_short", "String should have at least 1 character")
    return left


def _something_or_nothing(text: str | None) -> str | None:
    return (text or "").strip() or None


Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=REMARK_LENGTH),
    Cleaned,
    AfterValidator(_something),
]
"""Plain text that says something."""

OptionalRemark = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=REMARK_LENGTH), Cleaned] | None,
    AfterValidator(_something_or_nothing),
]
"""Plain text; None where it says nothing."""

VenueName = Annotated[Trimmed, Field(min_length=1, max_length=200, examples=["Riverside Park"])]
StatusField = Annotated[Status, Field(examples=["scheduled"])]


class ChallengeView(View):
    """What a buddy takes on."""

    id: UUID
    title: str = Field(examples=["Say hello to five strangers"])
    description: str = Field(examples=["Greet five people whom you have never met."])
    difficulty: Literal["beginner", "intermediate", "advanced"]
    points: int = Field(ge=0, examples=[20], description="What it is worth.")


class ChallengeCatalogue(View):
    """All challenges, from easy to hard."""

    items: list[ChallengeView]


class ParticipantView(View):
    """One buddy of a session."""

    id: UUID
    name: str = Field(examples=["Alex"])
    challenge: ChallengeView
    confirmed: bool = Field(description="Whether the buddy has confirmed this one.")
    present: bool = Field(description="Whether this one has checked in.")


class Participants(View):
    """The two buddies: `user1` is the one who once invited the other."""

    user1: ParticipantView
    user2: ParticipantView


class ReputationPreview(View):
    """What the session means for the buddies' reputation as things stand, in points."""

    user1_delta: int = Field(examples=[20])
    user2_delta: int = Field(examples=[10])


class SessionView(View):
    """A buddy session."""

    id: UUID
    match_id: UUID
    venue_name: str = Field(examples=["Riverside Park"])
    scheduled_time: UtcDatetime
    status: StatusField
    completed_at: UtcDatetime | None
    notes: str | None = Field(examples=["Meet at the fountain"])
    created_at: UtcDatetime
    participants: Participants
    reputation_preview: ReputationPreview

    @classmethod
    def of(cls, record: SessionRecord) -> Self:
        """The session as GET shows it."""
        return cls(**cls._fields(record))

    @classmethod
    def _fields(cls, record: SessionRecord) -> dict[str, Any]:
        facts = record.facts
        user1, user2 = facts.user1, facts.user2
        return {
            "id": facts.id,
            "match_id": facts.match_id,
            "venue_name": facts.venue_name,
            "scheduled_time": facts.scheduled_time,
            "status": facts.status,
            "completed_at": record.completed_at,
            "notes": record.notes,
            "created_at": record.created_at,
            "participants": Participants(
                user1=ParticipantView(
                    id=user1.user_id,
                    name=record.user1_name,
                    challenge=ChallengeView.model_validate(record.challenge1),
                    confirmed=user1.confirmed,
                    present=user1.present,
                ),
                user2=ParticipantView(
                    id=user2.user_id,
                    name=record.user2_name,
                    challenge=ChallengeView.model_validate(record.challenge2),
                    confirmed=user2.confirmed,
                    present=user2.present,
                ),
            ),
            "reputation_preview": ReputationPreview(
                user1_delta=rules.preview(facts.status, user1, excused=record.user1_excused),
                user2_delta=rules.preview(facts.status, user2, excused=record.user2_excused),
            ),
        }


class ClosedSessionView(SessionView):
    """A session as GET shows it, with its status also under the name that the other actions give it."""

    session_status: StatusField

    @classmethod
    def _fields(cls, record: SessionRecord) -> dict[str, Any]:
        return {**super()._fields(record), "session_status": record.facts.status}


class SessionPage(View):
    """One page of the user's sessions."""

    items: list[SessionView]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")


class NewSession(Body):
    """A session to schedule with the buddy of an accepted match."""

    match_id: UUID
    user1_challenge_id: UUID = Field(description="For the match's `user1`.")
    user2_challenge_id: UUID = Field(description="For the match's `user2`.")
    venue_name: VenueName
    scheduled_time: UtcDatetime = Field(
        description="Not more than 5 minutes ago, nor more than a year (365 days) ahead."
    )


class SessionChanges(Body):
    """Where and when instead; what is left out stays."""

    venue_name: VenueName = Field(default_factory=_absent)
    scheduled_time: UtcDatetime = Field(default_factory=_absent)


class Confirmation(Body):
    """Whom the caller confirms: the buddy, who need not be named."""

    confirmed_user_id: UUID | None = None


class ConfirmationBySession(Confirmation):
    """The same, with the session named in the body."""

    session_id: UUID


class ConfirmationView(View):
    """What the confirmation has done."""

    success: Literal[True] = True
    message: str = Field(examples=["Session completed - you have both confirmed each other"])
    session_status: StatusField
    both_confirmed: bool
    reputation_updated: bool = Field(description="Whether both buddies' reputation has really been applied.")
    user_reputation_delta: int = Field(
        examples=[20], description="What the caller gains; 0 before both have confirmed."
    )


class Presence(View):
    """Who has checked in."""

    user1: bool
    user2: bool


class CheckInView(View):
    """What the check-in has done."""

    session_status: StatusField
    present: Presence


class Cancellation(Body):
    """Why, if the buddy is to know."""

    reason: Annotated[str, Field(max_length=REASON_LENGTH), Cleaned] | None = Field(
        default=None, examples=["It is raining"]
    )


class NoShowReport(Body):
    """Nothing has to be said."""


class Notes(Body):
    """The session's notes, all of them."""

    notes: Annotated[str, Field(max_length=NOTES_LENGTH), Cleaned] = Field(examples=["Meet at the fountain"])


class NotesView(View):
    """The notes as they were stored."""

    success: Literal[True] = True
    notes: str = Field(examples=["Meet at the fountain"])
    updated_at: UtcDatetime = Field(description="When the session last changed.")
