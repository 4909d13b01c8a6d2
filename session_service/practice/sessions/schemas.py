"""What goes over the wire about one practice."""

from typing import Annotated, Literal, Self

from pydantic import Field

from kit.schemas import Body, Bool, Cleaned, Id64, Int, OnlyDigits, UtcDatetime, View
from session_service.practice import rules
from session_service.practice.rules import Practice, Statistics
from session_service.practice.schemas import PracticeView, StatusField
from session_service.practice.sessions.repository import PAUSES_SHOWN, PracticeRecord

NOTES_LENGTH = 5000
"""Characters of the longest notes, as typed."""

MOST_POSES = 1000
"""The largest position of a pose, and the largest number of completed ones."""

PosePosition = Annotated[int, Field(ge=1, le=MOST_POSES), OnlyDigits]
"""A pose's place, in a path."""

Seconds = Annotated[Int, Field(ge=0, le=rules.LONGEST_PRACTICE, examples=[900])]
Mood = Annotated[Int, Field(ge=1, le=5, examples=[4])]


class PoseView(View):
    """One pose of a practice as it was recorded."""

    position: int = Field(examples=[3])
    held_seconds: int = Field(examples=[45])
    completed: bool


class PauseView(View):
    """A pause that is over."""

    started_at: UtcDatetime
    ended_at: UtcDatetime


class PracticeDetail(PracticeView):
    """A practice session with all that was noted of it."""

    notes: str | None = Field(examples=["Calm today"])
    mood: int | None = Field(ge=1, le=5, examples=[4])
    poses: list[PoseView] = Field(description="The recorded poses, by position.")
    pauses: list[PauseView] = Field(
        description=f"The pauses that are over, the latest {PAUSES_SHOWN}, in order."
    )
    updated_at: UtcDatetime

    @classmethod
    def of(cls, record: PracticeRecord) -> Self:
        """The practice as GET shows it."""
        return cls(
            **cls.fields(record.facts),
            notes=record.facts.notes,
            mood=record.facts.mood,
            poses=[PoseView.model_validate(pose) for pose in record.poses],
            pauses=[PauseView.model_validate(pause) for pause in record.pauses],
            updated_at=record.facts.updated_at,
        )


class StatisticsView(View):
    """The four figures."""

    total_sessions: int = Field(examples=[25], description="Sessions with status `completed`.")
    total_practice_time_seconds: int = Field(examples=[22500], description="The sum of their durations.")
    average_duration_seconds: int = Field(examples=[900], description="Their mean, halves rounded up.")
    completion_rate_percent: float = Field(
        examples=[83.3], description="Completed over started, with one decimal, halves rounded up."
    )


class CompletedPracticeView(PracticeView):
    """A completed practice session, and the user's figures with this one counted."""

    statistics: StatisticsView

    @classmethod
    def of(cls, practice: Practice, statistics: Statistics) -> Self:
        """What the completion answers."""
        return cls(**cls.fields(practice), statistics=StatisticsView.model_validate(statistics))


class PracticeStart(Body):
    """What is going to be practised."""

    sequence_id: Id64 | None = Field(
        default=None, examples=[3], description="Left out or null: a free practice."
    )


class PracticeCompletion(Body):
    """How a practice went, as the client has measured it."""

    session_id: Id64 = Field(examples=[1])
    duration_seconds: Seconds
    poses_completed: Annotated[Int, Field(ge=0, le=MOST_POSES)] | None = Field(
        default=None, examples=[10], description="Left out or null: as many as were recorded as completed."
    )
    completion_status: StatusField


class PracticePause(Body):
    """How long it took so far."""

    duration_so_far: Seconds


class PauseStateView(View):
    """What is saved of a practice that was paused or resumed."""

    session_id: int = Field(examples=[1])
    duration_seconds: int = Field(examples=[300])
    completion_status: StatusField

    @classmethod
    def of(cls, record: PracticeRecord) -> Self:
        """What pausing and resuming answer."""
        facts = record.facts
        return cls(
            session_id=facts.session_id,
            duration_seconds=facts.duration_seconds,
            completion_status=facts.completion_status,
        )


class PoseRecording(Body):
    """How a pose went."""

    held_seconds: Seconds
    completed: Bool


class RecordedPoseView(PoseView):
    """A pose as it was recorded, and how many are completed now."""

    session_id: int = Field(examples=[1])
    poses_completed: int = Field(examples=[3])


class PracticeNotes(Body):
    """Notes on a practice, all of them, and the mood after it."""

    notes: Annotated[str, Field(max_length=NOTES_LENGTH), Cleaned] = Field(examples=["Calm today"])
    mood: Mood | None = Field(default=None, description="1 to 5; left out: stays; null: none.")


class PracticeNotesView(View):
    """Notes and mood as they were stored."""

    success: Literal[True] = True
    notes: str = Field(examples=["Calm today"])
    mood: int | None = Field(ge=1, le=5, examples=[4])
    updated_at: UtcDatetime = Field(description="When the session last changed.")
