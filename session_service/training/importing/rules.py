"""What a file of another application comes to here: which one it is, and its workouts as sessions."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from session_service.training.importing.exports import hevy, strong, table
from session_service.training.importing.exports.table import Part, UnreadableFile
from session_service.training.importing.exports.workouts import (
    Entry,
    Fault,
    Workout,
    WorkoutSet,
    assemble,
    notes_of,
)

__all__ = ["Fault", "Part", "UnreadableFile"]


class Source(StrEnum):
    """The applications whose exports are understood."""

    HEVY = "hevy"
    STRONG = "strong"


class WeightUnit(StrEnum):
    """What weights are in."""

    KG = "kg"
    LBS = "lbs"


class DistanceUnit(StrEnum):
    """What distances are in."""

    KM = "km"
    MILES = "miles"


_FORMATS = {Source.HEVY: hevy, Source.STRONG: strong}


@dataclass(frozen=True, slots=True)
class History:
    """A file, read. ``invalid`` is how many workouts are left out because of a fault."""

    source: Source
    rows: int
    workouts: list[Workout]
    faults: list[Fault]
    invalid: int


@dataclass(frozen=True, slots=True)
class Import:
    """A workout as a completed session, with what names it among all that is ever imported."""

    key: str
    name: str
    date: date
    started_at: datetime
    ended_at: datetime
    structure: dict[str, Any]
    row: int


def source_of(columns: Collection[str]) -> Source:
    """Whose export has these columns. Raises UnreadableFile."""
    for source, known in _FORMATS.items():
        if known.MARKS.issubset(columns):
            return source
    raise UnreadableFile("The columns are not those of an export of Hevy or Strong", 1)


def read(
    text: str, source: Source | None = None, *, in_pounds: bool = False, in_miles: bool = False
) -> History:
    """The workouts in the file, and its faults.

    ``in_pounds`` and ``in_miles`` are what holds where the file does not say its units. Raises UnreadableFile when it
    is not CSV, or not an export of ``source``.
    """
    content = table.read(text)
    found = source_of(content.columns)
    if source not in (None, found):
        raise UnreadableFile(f"The columns are those of an export of {found.title()}", 1)
    entries: list[Entry] = []
    faults: list[Fault] = []
    for row in content.rows:
        entry, wrong = (
            hevy.entry_of(row, content.columns)
            if found is Source.HEVY
            else strong.entry_of(row, content.columns, in_pounds=in_pounds, in_miles=in_miles)
        )
        faults += wrong
        if entry is not None:
            entries.append(entry)
    workouts, faults, invalid = assemble(entries, faults)
    return History(found, len(content.rows), workouts, faults, invalid)


def split(text: str, *, largest: int) -> list[Part]:
    """The file in parts of at most ``largest`` bytes as JSON, no workout in two of them. Raises UnreadableFile."""
    source = source_of(table.read(text).columns)
    return table.split(text, _FORMATS[source].TOGETHER, largest=largest)


def imports(source: Source, workouts: Iterable[Workout], zone: str) -> list[Import]:
    """The workouts as sessions of somebody whose clock showed the time of ``zone``."""
    return [_import(source, workout, ZoneInfo(zone)) for workout in workouts]


def key_of(source: Source, workout: Workout) -> str:
    """Names the workout: the same for the same one in any later export, in whatever time zone it is imported.

    What can be edited in the other application, apart from the title, does not count: what is here stays as it is.
    """
    named = f"{source}\n{workout.started.isoformat()}\n{workout.title}"
    return hashlib.sha256(named.encode()).hexdigest()


def _import(source: Source, workout: Workout, zone: ZoneInfo) -> Import:
    # A time without a zone that did not exist, or existed twice, because clocks were changed is taken as the zone
    # was before.
    started = workout.started if workout.started.tzinfo else workout.started.replace(tzinfo=zone)
    started_at = started.astimezone(UTC)
    return Import(
        key=key_of(source, workout),
        name=workout.title,
        date=started.astimezone(zone).date(),
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=workout.seconds),
        structure=structure_of(workout),
        row=workout.row,
    )


def structure_of(workout: Workout) -> dict[str, Any]:
    """The workout as a SessionStructure. All of its sets have been done."""
    exercises = []
    for exercise in workout.exercises:
        notes = notes_of(exercise)
        shown: dict[str, Any] = {"name": exercise.name, "sets": [_set(each) for each in exercise.sets]}
        exercises.append({**shown, "notes": notes} if notes else shown)
    return {"exercises": exercises, **({"notes": workout.notes} if workout.notes else {})}


def _set(each: WorkoutSet) -> dict[str, Any]:
    values = {
        "reps": each.reps,
        "weight_kg": each.weight_kg,
        "duration_seconds": each.seconds,
        "distance_m": each.distance_m,
        "rpe": each.rpe,
        "completed": True,
    }
    return {
        name: _plain(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
        if value is not None
    }


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
