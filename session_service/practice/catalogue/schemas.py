"""What goes over the wire about sequences."""

from pydantic import Field

from kit.schemas import View
from session_service.practice.rules import Difficulty


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
