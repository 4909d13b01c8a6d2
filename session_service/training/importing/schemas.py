"""What goes over the wire about imports."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Bool, SafeStr, UtcDatetime, View
from session_service.profiles.service import is_time_zone
from session_service.training.importing.rules import DistanceUnit, Source, WeightUnit


class Outcome(StrEnum):
    """What became of a workout."""

    IMPORTED = "imported"
    WOULD_BE_IMPORTED = "would_be_imported"
    ALREADY_THERE = "already_there"


def _known_zone(name: str) -> str:
    if not is_time_zone(name):
        raise PydanticCustomError("time_zone", "Input should be a time zone of the IANA database")
    return name


class ImportRequest(Body):
    """A file that another application has exported."""

    csv: str = Field(
        min_length=1,
        # As `kit.schemas.Body` has it of every text.
        json_schema_extra={"pattern": r"^[^\x00]*$"},
        description="The file's content. Larger files are sent in parts, each with the header; "
        "no workout in two of them.",
        examples=[
            "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,"
            'weight_kg,reps,distance_km,duration_seconds,rpe\nPush,"17 Aug 2025, 18:03","17 Aug 2025, 19:10",,'
            "Bench Press (Barbell),,,0,normal,82.5,8,,,8\n"
        ],
    )
    source: Source | None = Field(
        default=None, description="Whose export it is. Recognised by its columns when it is left out."
    )
    timezone: (
        Annotated[
            SafeStr,
            Field(max_length=64, json_schema_extra={"format": "time-zone"}),
            AfterValidator(_known_zone),
        ]
        | None
    ) = Field(
        default=None,
        description="Where the file's times were local. Default: the time zone of the user's profile.",
        examples=["Europe/Berlin"],
    )
    weight_unit: WeightUnit = Field(
        default=WeightUnit.KG,
        description="What weights are in where the file does not say (Strong's may not).",
    )
    distance_unit: DistanceUnit = Field(
        default=DistanceUnit.KM, description="What distances are in where the file does not say."
    )
    dry_run: Bool = Field(default=False, description="Say what would happen, and change nothing.")
    skip_invalid: Bool = Field(
        default=False,
        description="Import the other workouts when one has a fault. Otherwise a fault keeps everything out.",
    )


class ImportFault(View):
    """Something in the file that cannot be imported."""

    row: int = Field(description="As a spreadsheet counts: the header is row 1.")
    column: str | None = Field(description="Where in the row; null when it is not one cell.")
    message: str


class ImportedSession(View):
    """What became of one workout."""

    id: UUID | None = Field(description="The session; null as long as there is none.")
    row: int = Field(description="The first row that tells of it.")
    name: str
    date: date
    started_at: UtcDatetime
    outcome: Outcome


class ImportReport(View):
    """What an import has done, or would do."""

    source: Source
    timezone: str
    dry_run: bool
    rows: int = Field(description="Rows of the file, without the header.")
    imported: int = Field(description="Sessions that are new; in a dry run, that would be.")
    already_there: int = Field(description="Workouts that an earlier import has brought along.")
    invalid: int = Field(description="Workouts that are left out because of a fault.")
    error_count: int
    errors: list[ImportFault] = Field(description="What is wrong, by row; at most 100.")
    sessions: list[ImportedSession] = Field(description="In the order of the file.")
