"""Workouts as other applications know them, and how they are put together out of rows of sets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from session_service.training import rules


class Kind(StrEnum):
    """What a set was done for."""

    NORMAL = "normal"
    WARM_UP = "warm-up"
    DROP = "drop set"
    FAILURE = "to failure"


@dataclass(frozen=True, slots=True)
class WorkoutSet:
    """One set, in the units of a SessionStructure; None: not recorded."""

    kind: Kind = Kind.NORMAL
    reps: int | None = None
    weight_kg: Decimal | None = None
    distance_m: Decimal | None = None
    seconds: Decimal | None = None
    rpe: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise with its sets in order. Those of one ``superset`` were done in turns."""

    name: str
    sets: tuple[WorkoutSet, ...]
    notes: str = ""
    superset: str = ""


@dataclass(frozen=True, slots=True)
class Workout:
    """One workout.

    ``started`` is what the clock on the wall showed, without a zone; in UTC where the file has an offset. ``row`` is
    the first row that tells of it.
    """

    title: str
    started: datetime
    seconds: int
    exercises: tuple[Exercise, ...]
    notes: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that cannot be brought along. ``row`` counts as a spreadsheet does."""

    row: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row tells. ``workout`` is equal in all rows of a workout; without ``set`` the row is only a note.

    ``position`` is the number of the set in its exercise, where the file has one.
    """

    row: int
    workout: tuple[str, str]
    title: str
    started: datetime | None
    seconds: int
    notes: str
    exercise: str
    exercise_notes: str
    superset: str
    position: int | None
    set: WorkoutSet | None


def assemble(entries: Iterable[Entry], faults: Sequence[Fault]) -> tuple[list[Workout], list[Fault], int]:
    """Workouts in the order of the file, all faults by row, and how many workouts are left out for a fault.

    A workout with a fault in any of its rows is left out whole: half of it would stand in the way of the rest later.
    """
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.workout, []).append(entry)
    found = list(faults)
    faulty = {fault.row for fault in faults}
    workouts: list[Workout] = []
    invalid = 0
    for group in groups.values():
        if any(entry.row in faulty for entry in group):
            invalid += 1
            continue
        workout = _workout(group)
        if more := _faults(workout, group):
            found += more
            invalid += 1
        else:
            workouts.append(workout)
    return workouts, sorted(found, key=lambda fault: fault.row), invalid


def _workout(group: list[Entry]) -> Workout:
    first = group[0]
    assert first.started is not None, "a row without a start has a fault"  # noqa: S101 - the message says why
    return Workout(
        title=first.title,
        started=first.started,
        seconds=max(entry.seconds for entry in group),
        exercises=tuple(_exercise(run) for run in _runs(group)),
        notes=_together(entry.notes for entry in group),
        row=first.row,
    )


def _runs(group: list[Entry]) -> Iterator[list[Entry]]:
    """The rows of each exercise. The same one again, counted from the start again, is another one."""
    run: list[Entry] = []
    for before, entry in pairwise([None, *group]):
        assert entry is not None  # noqa: S101 - only the first of the pairs has none
        if run and before is not None and (_is_other(before, entry) or _restarts(run, entry)):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run


def _is_other(before: Entry, entry: Entry) -> bool:
    return (before.exercise, before.superset) != (entry.exercise, entry.superset)


def _restarts(run: list[Entry], entry: Entry) -> bool:
    positions = [each.position for each in run if each.position is not None]
    return bool(positions) and entry.position is not None and entry.position <= positions[-1]


def _exercise(run: list[Entry]) -> Exercise:
    return Exercise(
        name=run[0].exercise,
        sets=tuple(entry.set for entry in run if entry.set is not None),
        notes=_together(entry.exercise_notes for entry in run),
        superset=run[0].superset,
    )


def _together(notes: Iterable[str]) -> str:
    """Each note once: some files repeat it in every row."""
    return "\n".join(dict.fromkeys(note for note in notes if note))


def _faults(workout: Workout, group: list[Entry]) -> list[Fault]:
    faults = []
    if len(workout.exercises) > rules.MOST_EXERCISES:
        faults.append(Fault(workout.row, None, f"more than {rules.MOST_EXERCISES} exercises in one workout"))
    if len(workout.notes) > rules.NOTES_LENGTH:
        faults.append(Fault(workout.row, None, f"notes of more than {rules.NOTES_LENGTH} characters"))
    for run, exercise in zip(_runs(group), workout.exercises, strict=True):
        if len(exercise.sets) > rules.MOST_SETS:
            faults.append(Fault(run[0].row, None, f"more than {rules.MOST_SETS} sets of one exercise"))
        if len(notes_of(exercise)) > rules.NOTES_LENGTH:
            faults.append(Fault(run[0].row, None, f"notes of more than {rules.NOTES_LENGTH} characters"))
    return faults


def notes_of(exercise: Exercise) -> str:
    """The notes of an exercise, with what a SessionStructure has no place for."""
    kinds = [
        f"set {position} {each.kind}"
        for position, each in enumerate(exercise.sets, 1)
        if each.kind is not Kind.NORMAL
    ]
    extra = [f"Superset {exercise.superset}"] if exercise.superset else []
    if kinds:
        extra.append("; ".join(kinds).capitalize())
    return "\n".join([*([exercise.notes] if exercise.notes else []), *extra])
