# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""Whatever the other applications can write is read as it was."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from session_service.training import rules as training
from session_service.training.importing import rules
from session_service.training.importing.exports.workouts import Exercise, Kind, Workout, WorkoutSet
from session_service.training.importing.rules import Source
from session_service.training.schemas import SessionStructure
from tests.session_service.training.importing.exports import (
    as_hevy,
    as_strong,
)


def decimals(most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(1, most * 10**places).map(lambda number: Decimal(number).scaleb(-places).normalize())


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
notes = st.lists(names, max_size=3, unique=True).map("\n".join)
workout_sets = st.builds(
    WorkoutSet,
    kind=st.sampled_from(Kind),
    reps=st.none() | st.integers(1, training.MOST_REPS),
    weight_kg=st.none() | decimals(training.MOST_WEIGHT_KG, 3),
    distance_m=st.none() | decimals(training.MOST_DISTANCE_M, 2),
    seconds=st.none() | decimals(training.MOST_SECONDS, 1),
    rpe=st.none() | st.integers(2, 20).map(lambda halves: Decimal(halves) / 2),
)
minutes = st.datetimes(datetime(1960, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


def workouts(**fields: Any) -> st.SearchStrategy[list[Workout]]:
    exercises = st.lists(
        st.builds(
            Exercise,
            name=names,
            sets=st.lists(workout_sets, min_size=1, max_size=4).map(tuple),
            notes=notes,
            **fields,
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda exercise: exercise.name,
    ).map(tuple)
    return st.lists(
        st.builds(
            Workout,
            title=names,
            started=minutes,
            seconds=st.integers(0, 600).map(lambda number: number * 60),
            exercises=exercises,
            notes=notes,
        ),
        max_size=4,
        unique_by=lambda workout: workout.started,
    )


@settings(max_examples=40, deadline=None)
@given(workouts(superset=st.sampled_from(["", "0", "1"])))
def test_what_hevy_writes_is_read_as_it_was(history: list[Workout]) -> None:
    read = rules.read(as_hevy(history))
    assert (read.workouts, read.faults) == (history, [])


@settings(max_examples=40, deadline=None)
@given(workouts())
def test_what_strong_writes_is_read_as_it_was(history: list[Workout]) -> None:
    read = rules.read(as_strong(history))
    assert (read.workouts, read.faults) == (history, [])


@settings(max_examples=40, deadline=None)
@given(workouts(superset=st.sampled_from(["", "0"])))
def test_whatever_is_read_is_a_structure(history: list[Workout]) -> None:
    for session in rules.imports(Source.HEVY, rules.read(as_hevy(history)).workouts, "Europe/Berlin"):
        assert SessionStructure.model_validate(session.structure).as_sent() == session.structure
        assert session.started_at <= session.ended_at


@settings(max_examples=40, deadline=None)
@given(workouts(), st.integers(1, 4000))
def test_the_parts_of_a_file_are_the_file(history: list[Workout], largest: int) -> None:
    text = as_strong(history)
    whole = rules.read(text)
    parts = rules.split(text, largest=largest)
    read = [rules.read(part.text) for part in parts]
    assert [workout for each in read for workout in each.workouts] == whole.workouts
    rows = [
        part.rows[workout.row - 2]
        for part, each in zip(parts, read, strict=True)
        for workout in each.workouts
    ]
    assert rows == [workout.row for workout in whole.workouts]
