"""What a notice is, and what every event that becomes notices has in common. Nothing here does I/O."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

NAMELESS = "Your buddy"
"""Stands in for somebody whose profile is gone by the time the notice is written."""

Names = Mapping[UUID, str]
Points = Annotated[int, Field(strict=True, ge=0)]
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of one user's inbox; its texts are plain text, for whoever shows them to escape."""

    user_id: UUID
    kind: str
    title: str
    body: str
    session_id: UUID | None = None


class Happening(BaseModel):
    """An event as the inbox reads it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @abstractmethod
    def people(self) -> tuple[UUID, ...]:
        """Those whose names may be needed, and who may be told."""

    @abstractmethod
    def notices(self, names: Names) -> list[Notice]:
        """Whom it is told, and how; ``names`` are the display names of ``people()``."""


class BetweenTwo(Happening):
    """Something between two different people."""

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if len(set(self.people())) != 2:
            raise ValueError("it is between two different people")
        return self


class Share(BaseModel):
    """One person's points: gained by a completion, lost by an absence. Never negative."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: UUID
    points: Points


def name_of(names: Names, user_id: UUID) -> str:
    """The name at the beginning of a sentence."""
    return names.get(user_id) or NAMELESS


def name_inside(names: Names, user_id: UUID) -> str:
    """The name within a sentence, where the stand-in does not begin with a capital."""
    return names.get(user_id) or NAMELESS[0].lower() + NAMELESS[1:]


def moment(time: datetime) -> str:
    """To the minute, in UTC, as every text of Tandem shows a time."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def other_of(pair: Pair, user_id: UUID) -> UUID:
    """The one of the two who is not this one."""
    return pair[1] if user_id == pair[0] else pair[0]


def require_among(users: Iterable[UUID], pair: Pair) -> None:
    """Raises ValueError unless everybody is one of the two."""
    if not set(users) <= set(pair):
        raise ValueError("somebody named is not one of the two buddies")
