"""Hevy's export ("workout_data.csv"): a row a set; units are in the names of the columns.

    title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,
    weight_kg,reps,distance_km,duration_seconds,rpe

With the application set to pounds and miles it is ``weight_lbs`` and ``distance_miles``. Months are in the language of
the application: ``17 Aug 2025, 18:03``, ``17 août 2025, 18:03``.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal

from session_service.training.importing.exports import values
from session_service.training.importing.exports.cells import LONGEST_SECONDS, Cells
from session_service.training.importing.exports.table import Row
from session_service.training.importing.exports.workouts import Entry, Fault, Kind

MARKS = frozenset({"title", "start_time", "exercise_title", "set_index"})
"""The columns by which it is known."""

TOGETHER = ("title", "start_time")
"""The columns that are alike in all rows of a workout."""

_KINDS = {
    "": Kind.NORMAL,
    "normal": Kind.NORMAL,
    "regular": Kind.NORMAL,
    "warmup": Kind.WARM_UP,
    "dropset": Kind.DROP,
    "drop": Kind.DROP,
    "failure": Kind.FAILURE,
}


def entry_of(row: Row, columns: Collection[str]) -> tuple[Entry | None, list[Fault]]:
    """What a row tells, and what is wrong with it."""
    cells = Cells(row)
    started = cells.take("start_time", values.moment)
    if not row.get("start_time"):
        cells.fault("start_time", "is blank")
    in_pounds = not row.get("weight_kg") and "weight_lbs" in columns
    in_miles = not row.get("distance_km") and "distance_miles" in columns
    entry = Entry(
        row=row.number,
        workout=(row.get("title"), row.get("start_time")),
        title=cells.name("title", otherwise="Workout"),
        started=started,
        seconds=_seconds(cells, started, cells.take("end_time", values.moment)),
        notes=cells.text("description"),
        exercise=cells.name("exercise_title"),
        exercise_notes=cells.text("exercise_notes"),
        superset=values.line(row.get("superset_id")),
        position=cells.take("set_index", values.whole),
        set=cells.workout_set(
            _kind(cells),
            reps="reps",
            rpe="rpe",
            seconds="duration_seconds",
            weight=("weight_lbs", values.KG_A_POUND) if in_pounds else ("weight_kg", Decimal(1)),
            distance=(
                "distance_miles" if in_miles else "distance_km",
                values.METRES["mi" if in_miles else "km"],
            ),
        ),
    )
    return entry, cells.faults


def _kind(cells: Cells) -> Kind:
    raw = cells.row.get("set_type")
    kind = _KINDS.get("".join(letter for letter in raw.lower() if letter.isalpha()))
    if kind is None:
        cells.fault("set_type", f'"{raw[:40]}" is not a kind of set')
    return kind or Kind.NORMAL


def _seconds(cells: Cells, started: datetime | None, ended: datetime | None) -> int:
    if started is None or ended is None:
        return 0
    if (started.tzinfo is None) != (ended.tzinfo is None):
        cells.fault("end_time", "has an offset where start_time has none, or the other way round")
        return 0
    lasted = ended - started
    if not timedelta(0) <= lasted <= timedelta(seconds=LONGEST_SECONDS):
        cells.fault("end_time", "is before the start, or more than a week after it")
    return int(lasted.total_seconds())
