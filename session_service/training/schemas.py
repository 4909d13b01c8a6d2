"""What plans and sessions have in common on the wire: above all the structure of a session."""

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Bool, Int, Number, SafeStr, SafeText, View
from session_service.training import rules

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _shortest(number: float) -> float:
    # 80 and 80.0 are the same number; it is kept, and shown, in one way.
    return int(number) if number.is_integer() else number


def _visible(name: str) -> str:
    if not name.strip():
        raise PydanticCustomError("name_blank", "A name should not be blank")
    return name


def _iso_date(raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    try:
        if isinstance(raw, str) and _DATE.fullmatch(raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise PydanticCustomError("date_iso", "Input should be an ISO 8601 date, as 2025-08-17")


IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-08-17"]}),
]
"""A calendar day: ``YYYY-MM-DD`` and nothing else; no times, no Unix seconds."""

ExerciseName = Annotated[
    SafeStr,
    # For the description: the validator says it better.
    Field(min_length=1, max_length=rules.NAME_LENGTH, json_schema_extra={"allOf": [{"pattern": r"\S"}]}),
    AfterValidator(_visible),
]
"""Kept as typed, like all of a structure; only white space is no name."""

Notes = Annotated[SafeText, Field(max_length=rules.NOTES_LENGTH)]

Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="How many to skip.")]


class SetStructure(Body):
    """One set of an exercise. What does not apply is left out (or null)."""

    reps: Annotated[Int, Field(ge=0, le=rules.MOST_REPS)] | None = Field(default=None, examples=[8])
    weight_kg: Annotated[Number, Field(ge=0, le=rules.MOST_WEIGHT_KG), AfterValidator(_shortest)] | None = (
        Field(default=None, examples=[82.5])
    )
    duration_seconds: (
        Annotated[Number, Field(ge=0, le=rules.MOST_SECONDS), AfterValidator(_shortest)] | None
    ) = None
    distance_m: Annotated[Number, Field(ge=0, le=rules.MOST_DISTANCE_M), AfterValidator(_shortest)] | None = (
        None
    )
    rpe: Annotated[Number, Field(ge=rules.LEAST_RPE, le=rules.MOST_RPE), AfterValidator(_shortest)] | None = (
        Field(default=None, description="Rate of perceived exertion.", examples=[8])
    )
    completed: Bool = Field(description="Whether it has been done.")


class ExerciseStructure(Body):
    """An exercise with its sets, in order."""

    name: ExerciseName = Field(examples=["Bench Press (Barbell)"])
    notes: Notes | None = None
    sets: list[SetStructure] = Field(max_length=rules.MOST_SETS)


class SessionStructure(Body):
    """What is done in a session, or meant to be done. It comes back as it was sent."""

    exercises: list[ExerciseStructure] = Field(min_length=1, max_length=rules.MOST_EXERCISES)
    notes: Notes | None = None

    def as_sent(self) -> dict[str, Any]:
        """The structure for storage: nothing that was left out is filled in."""
        return self.model_dump(exclude_unset=True)


class Pagination(View):
    """Which part of a list this is."""

    total: int = Field(ge=0, description="How many match in all.")
    limit: int = Field(ge=1, le=100)
    offset: int = Field(ge=0)
