"""What goes over the wire about sequences and practices."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Bool, Cleaned, Id64, Int, UtcDatetime, View, parse_time
from session_service.practice import rules
from session_service.practice.repository import PAUSES_SHOWN, PracticeRecord
from session_service.practice.rules import CompletionStatus, Difficulty, Practice, Statistics

NOTES_LENGTH = 5000
"""Characters of the longest notes, as typed."""

MOST_POSES = 1000
"""The largest position of a pose, and the largest number of completed ones."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _parse_bound(raw: Any) -> date:
    if isinstance(raw, str) and _DATE.fullmatch(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise PydanticCustomError(
                "date_parsing", "Input should be a date that the calendar has"
            ) from None
    return parse_time(raw)


Bound = Annotated[
    date,
    PlainValidator(_parse_bound),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
            "examples": ["2026-11-01"],
        }
    ),
]
"""One end of the history: a date, or a moment with an offset (a `datetime` then)."""

Seconds = Annotated[Int, Field(ge=0, le=rules.LONGEST_PRACTICE, examples=[900])]
Mood = Annotated[Int, Field(ge=1, le=5, examples=[4])]
StatusField = Annotated[CompletionStatus, Field(examples=["completed"])]


class SequencePoseView(View):
    """One pose of a sequence."""

    position: int = Field(ge=1, examples=[1])
    name: str = Field(examples=["Downward-Facing Dog"])
    sanskrit_name: str = Field(examples=["Adho Mukha Svanasana"])
    duration_seconds: int = Field(
        ge=1, examples=[60], description="How long it is held, both sides together."
    )


class SequenceView(View):
    """Poses to be done one after the other."""

    id: int = Field(ge=1, examples=[1])
    name: str = Field(examples=["Morning Wake-Up"])
    difficulty: Difficulty
    focus: str = Field(examples=["energy"])
    duration_seconds: int = Field(ge=0, examples=[900], description="The sum of its poses.")
    poses: list[SequencePoseView]


class SequenceCatalogue(View):
    """All sequences, by id."""

    items: list[SequenceView]


class PracticeView(View):
    """A practice session."""

    session_id: int = Field(examples=[1])
    user_id: int = Field(examples=[42], description="The user's `user_number`.")
    sequence_id: int | None = Field(examples=[3], description="null: a free practice.")
    started_at: UtcDatetime
    completed_at: UtcDatetime | None = Field(description="null: it is active.")
    duration_seconds: int = Field(examples=[900], description="As the client has measured it.")
    measured_seconds: int = Field(
        examples=[903],
        description="By the server's own clock, without pauses: up to the last pause while it is active, "
        "all of it once it is completed.",
    )
    running_since: UtcDatetime | None = Field(
        description="Since when it runs; null while paused and when over."
    )
    paused_at: UtcDatetime | None = Field(
        description="Since when it is paused; null while it runs and when over."
    )
    completion_status: StatusField = Field(description="`abandoned` until it is completed.")
    poses_completed: int = Field(examples=[10])
    local_date: date = Field(description="The date on which it started, in `timezone`. Never changes.")
    timezone: str = Field(examples=["Europe/Berlin"], description="The user's time zone when it started.")

    @classmethod
    def fields(cls, practice: Practice) -> dict[str, Any]:
        """What every view of a practice shows."""
        return {
            "session_id": practice.session_id,
            "user_id": practice.user_id,
            "sequence_id": practice.sequence_id,
            "started_at": practice.started_at,
            "completed_at": practice.completed_at,
            "duration_seconds": practice.duration_seconds,
            "measured_seconds": practice.measured_seconds,
            "running_since": practice.clock.running_since,
            "paused_at": practice.clock.paused_at,
            "completion_status": practice.completion_status,
            "poses_completed": practice.poses_completed,
            "local_date": practice.local_date,
            "timezone": practice.timezone,
        }


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


class HistoryItem(PracticeView):
    """A practice session in the history."""

    mood: int | None = Field(ge=1, le=5, examples=[4])

    @classmethod
    def of(cls, practice: Practice) -> Self:
        """The practice as the history shows it."""
        return cls(**cls.fields(practice), mood=practice.mood)


class HistoryPage(View):
    """One page of the user's practices."""

    items: list[HistoryItem]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")


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


class LinkView(View):
    """A link that shows the practice to whoever has it. It is told this once."""

    url: str = Field(examples=["https://tandem.example/api/v1/shared/q0b1"])
    token: str = Field(examples=["q0b1"])
    expires_at: UtcDatetime


class SharedSequenceView(View):
    """The sequence of a shared practice."""

    id: int = Field(examples=[3])
    name: str = Field(examples=["Morning Wake-Up"])
    difficulty: Difficulty
    focus: str = Field(examples=["energy"])


class SharedPracticeView(View):
    """A shared practice: what was done, and the display name of who did it."""

    display_name: str = Field(examples=["Alex"])
    practiced_on: date
    duration_seconds: int = Field(examples=[900])
    completion_status: StatusField
    poses_completed: int = Field(examples=[10])
    sequence: SharedSequenceView | None
    expires_at: UtcDatetime = Field(description="When the link ends.")
