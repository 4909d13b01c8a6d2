"""What goes over the wire about shared practices."""

from datetime import date

from pydantic import Field

from kit.schemas import Body, Bool, UtcDatetime, View
from session_service.practice.rules import Difficulty
from session_service.practice.schemas import StatusField


class NewLink(Body):
    """What a link is to show."""

    show_name: Bool = Field(default=True, description="Whether the link shows your display name.")


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
    """A shared practice: what was done, and the display name of who did it, if that is wanted."""

    display_name: str | None = Field(examples=["Alex"], description="Null if whoever shared it wants that.")
    practiced_on: date
    duration_seconds: int = Field(examples=[900])
    completion_status: StatusField
    poses_completed: int = Field(examples=[10])
    sequence: SharedSequenceView | None
    expires_at: UtcDatetime = Field(description="When the link ends.")
