"""Strong's exports: a row a set. There are three of them, and mixtures.

    Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
    Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;
        Workout Notes;Workout Duration
    Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);Seconds;
        Notes;Workout Notes

The first one does not say its units: that is for the user to say. ``Set Order`` is a number, or W (warm-up), D (drop
set), F (to failure), "Rest Timer" (no set) or "Note". It writes 0 where nothing was recorded.
"""

import re
from collections.abc import Collection
from decimal import Decimal

from session_service.training.importing.exports import values
from session_service.training.importing.exports.cells import LONGEST_SECONDS, Cells
from session_service.training.importing.exports.table import Row
from session_service.training.importing.exports.workouts import Entry, Fault, Kind

MARKS = frozenset({"date", "workout name", "exercise name", "set order"})
"""The columns by which it is known."""

TOGETHER = ("date", "workout name")
"""The columns that are alike in all rows of a workout."""

_DURATIONS = ("duration", "duration (sec)", "workout duration")
_ORDER = re.compile(r"([wdf]?)([0-9]{0,4})")
_KINDS = {"": Kind.NORMAL, "w": Kind.WARM_UP, "d": Kind.DROP, "f": Kind.FAILURE}
_POUNDS = ("lb", "lbs", "pound", "pounds")


def entry_of(
    row: Row, columns: Collection[str], *, in_pounds: bool, in_miles: bool
) -> tuple[Entry | None, list[Fault]]:
    """What a row tells, if it is about a workout at all, and what is wrong with it.

    ``in_pounds`` and ``in_miles`` are what holds where the file does not say.
    """
    cells = Cells(row)
    order = row.get("set order").lower()
    if order == "rest timer":
        return None, []
    if not row.get("date"):
        cells.fault("date", "is blank")
    is_note = order == "note"
    kind, position = (Kind.NORMAL, None) if is_note else _kind(cells, order)
    entry = Entry(
        row=row.number,
        workout=(row.get("workout name"), row.get("date")),
        title=cells.name("workout name", otherwise="Workout"),
        started=cells.take("date", values.moment),
        seconds=_seconds(cells),
        notes=cells.text("workout notes"),
        exercise=cells.name("exercise name"),
        exercise_notes=cells.text("notes"),
        superset="",
        position=position,
        set=None
        if is_note
        else cells.workout_set(
            kind,
            reps="reps",
            rpe="rpe",
            seconds="seconds",
            weight=_weight(cells, columns, in_pounds=in_pounds),
            distance=_distance(cells, columns, in_miles=in_miles),
            zero_is_blank=True,
        ),
    )
    return entry, cells.faults


def _kind(cells: Cells, order: str) -> tuple[Kind, int | None]:
    found = _ORDER.fullmatch(order)
    if not found or not order:
        cells.fault("set order", f'"{order[:40]}" is not the number or kind of a set')
        return Kind.NORMAL, None
    return _KINDS[found[1]], int(found[2]) if found[2] and not found[1] else None


def _seconds(cells: Cells) -> int:
    column = next((column for column in _DURATIONS if cells.row.get(column)), "duration")
    seconds = cells.take(column, values.span) or 0
    if seconds > LONGEST_SECONDS:
        cells.fault(column, "is more than a week")
    return seconds


def _weight(cells: Cells, columns: Collection[str], *, in_pounds: bool) -> tuple[str, Decimal]:
    column, unit = _with_unit("weight", columns)
    unit = unit or cells.row.get("weight unit").lower() or ("lbs" if in_pounds else "kg")
    if unit != "kg" and unit not in _POUNDS and cells.row.get(column):
        cells.fault("weight unit", f'"{unit[:40]}" is not a unit of weight')
    return column, values.KG_A_POUND if unit in _POUNDS else Decimal(1)


def _distance(cells: Cells, columns: Collection[str], *, in_miles: bool) -> tuple[str, Decimal]:
    column, unit = _with_unit("distance", columns)
    unit = unit or cells.row.get("distance unit").lower().rstrip(".") or ("mi" if in_miles else "km")
    if unit not in values.METRES and cells.row.get(column):
        cells.fault("distance unit", f'"{unit[:40]}" is not a unit of length')
    return column, values.METRES.get(unit, Decimal(1))


def _with_unit(name: str, columns: Collection[str]) -> tuple[str, str]:
    """The column of this name, and the unit that is part of it: ``Weight (kg)``."""
    column = next((column for column in columns if column.startswith(f"{name} (")), None)
    return (name, "") if column is None else (column, column[len(name) + 2 :].rstrip(")"))
