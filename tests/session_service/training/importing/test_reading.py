# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""From a file to workouts, and what is said about what cannot be read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_service.training.importing import rules
from session_service.training.importing.exports.workouts import Exercise, Kind, WorkoutSet
from session_service.training.importing.rules import Source, UnreadableFile
from tests.session_service.training.importing.exports import (
    CARDIO,
    EVENING,
    HEVY,
    PUSH,
    STRONG_COMMAS,
    STRONG_NUMBERED,
    STRONG_SEMICOLONS,
)

STRONG_HEADER = STRONG_COMMAS.partition("\n")[0]
HEVY_HEADER = HEVY.partition("\n")[0]


def strong(*rows: str) -> str:
    return "\n".join([STRONG_HEADER, *rows])


def test_hevy() -> None:
    history = rules.read(HEVY)
    assert (history.source, history.rows, history.faults, history.invalid) == (Source.HEVY, 7, [], 0)
    assert history.workouts == [PUSH, CARDIO]
    assert [workout.row for workout in history.workouts] == [2, 7]


def test_hevy_in_pounds_and_miles() -> None:
    text = HEVY.replace("weight_kg", "weight_lbs").replace("distance_km", "distance_miles")
    push, cardio = rules.read(text).workouts
    assert push.exercises[0].sets[1].weight_kg == Decimal("37.421")
    assert cardio.exercises[0].sets[0].distance_m == Decimal("11667.74")


def test_strong_with_commas() -> None:
    history = rules.read(STRONG_COMMAS)
    assert (history.source, history.rows, history.faults, history.invalid) == (Source.STRONG, 6, [], 0)
    assert history.workouts == [EVENING]


def test_strong_without_units_is_in_those_that_are_said() -> None:
    (workout,) = rules.read(STRONG_COMMAS, in_pounds=True, in_miles=True).workouts
    assert workout.exercises[0].sets[1].weight_kg == Decimal("45.359")
    assert workout.exercises[1].sets[0].distance_m == Decimal("5986.76")


def test_strong_with_semicolons() -> None:
    # What the file says about its units counts for more than what is assumed.
    history = rules.read(STRONG_SEMICOLONS, in_pounds=True)
    assert (history.source, history.faults) == (Source.STRONG, [])
    (workout,) = history.workouts
    assert (workout.title, workout.seconds) == ("Arms", 44 * 60)
    press, rowing = workout.exercises
    assert press.sets == (
        WorkoutSet(reps=8, weight_kg=Decimal("13.608")),
        WorkoutSet(reps=8, weight_kg=Decimal("12.5"), rpe=Decimal("7.5")),
    )
    assert rowing.sets == (WorkoutSet(distance_m=Decimal("3218.69"), seconds=Decimal(600)),)


def test_strong_with_numbered_workouts() -> None:
    history = rules.read(STRONG_NUMBERED, in_pounds=True)
    assert (history.source, history.faults) == (Source.STRONG, [])
    push, swim = history.workouts
    (bench,) = push.exercises
    assert (push.seconds, bench.notes) == (3600, "Wide grip")
    assert [each.kind for each in bench.sets] == [Kind.WARM_UP, Kind.NORMAL, Kind.DROP, Kind.FAILURE]
    assert bench.sets[1] == WorkoutSet(reps=8, weight_kg=Decimal(80), rpe=Decimal("8.5"))
    assert swim.exercises[0].sets == (WorkoutSet(distance_m=Decimal(1500), seconds=Decimal(2400)),)


@pytest.mark.parametrize("text", [HEVY, STRONG_COMMAS, STRONG_SEMICOLONS, STRONG_NUMBERED])
@pytest.mark.parametrize(
    "change",
    [
        lambda text: f"\ufeff{text}",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.rstrip("\n"),
        lambda text: f"\n{text}\n\n",
        lambda text: f"sep={';' if text.partition(chr(10))[0].count(';') else ','}\n{text}",
    ],
    ids=["bom", "crlf", "no end of line", "blank lines", "sep"],
)
def test_files_that_went_through_other_programs(text: str, change: Callable[[str], str]) -> None:
    history = rules.read(change(text))
    assert (history.workouts, history.faults) == (rules.read(text).workouts, [])


def test_a_file_with_carriage_returns_only() -> None:
    assert rules.read(STRONG_COMMAS.replace("\n", "\r")).workouts == [EVENING]


def test_columns_are_known_by_name() -> None:
    text = "RPE,exercise  name,Set order,REPS,date,workout name\n8,Squat,1,5,2025-08-17 18:03,Legs\n"
    (workout,) = rules.read(text).workouts
    assert workout.exercises == (Exercise("Squat", (WorkoutSet(reps=5, rpe=Decimal(8)),)),)


@pytest.mark.parametrize(
    ("text", "source", "message"),
    [
        ("", None, "empty"),
        ("\n \n", None, "empty"),
        ("date,exercise,kg,reps\n2025-01-18,Squat,100,5", None, "Hevy or Strong"),
        ("not a csv", None, "Hevy or Strong"),
        (HEVY, Source.STRONG, "export of Hevy"),
        (STRONG_COMMAS, Source.HEVY, "export of Strong"),
    ],
)
def test_what_is_no_export(text: str, source: Source | None, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message):
        rules.read(text, source)


def test_a_cell_without_end_is_told() -> None:
    with pytest.raises(UnreadableFile, match="Not CSV"):
        rules.read(strong('2025-08-17 18:03,"' + "x" * 200_000))


def test_an_export_without_workouts() -> None:
    history = rules.read(HEVY_HEADER)
    assert (history.rows, history.workouts, history.faults) == (0, [], [])


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (",Legs,1h,Squat,1,100,5,0,0,,,", "date", "is blank"),
        ("soon,Legs,1h,Squat,1,100,5,0,0,,,", "date", '"soon" is not a date and time'),
        ("2025-08-17 18:03,Legs,1h,,1,100,5,0,0,,,", "exercise name", "is blank"),
        (
            f"2025-08-17 18:03,Legs,1h,{'x' * 201},1,100,5,0,0,,,",
            "exercise name",
            "is longer than 200 characters",
        ),
        (
            f"2025-08-17 18:03,{'x' * 201},1h,Squat,1,100,5,0,0,,,",
            "workout name",
            "is longer than 200 characters",
        ),
        ("2025-08-17 18:03,Legs,a while,Squat,1,100,5,0,0,,,", "duration", '"a while" is not a duration'),
        ("2025-08-17 18:03,Legs,900h,Squat,1,100,5,0,0,,,", "duration", "is more than a week"),
        (
            "2025-08-17 18:03,Legs,1h,Squat,X,100,5,0,0,,,",
            "set order",
            '"x" is not the number or kind of a set',
        ),
        (
            "2025-08-17 18:03,Legs,1h,Squat,,100,5,0,0,,,",
            "set order",
            '"" is not the number or kind of a set',
        ),
        ("2025-08-17 18:03,Legs,1h,Squat,1,heavy,5,0,0,,,", "weight", '"heavy" is not a number'),
        ("2025-08-17 18:03,Legs,1h,Squat,1,-10,5,0,0,,,", "weight", "-10 is negative"),
        (
            "2025-08-17 18:03,Legs,1h,Squat,1,10001,5,0,0,,,",
            "weight",
            "is more than 10000 in the units of a session",
        ),
        ("2025-08-17 18:03,Legs,1h,Squat,1,100,5.5,0,0,,,", "reps", "5.5 is not a whole number"),
        (
            "2025-08-17 18:03,Legs,1h,Squat,1,100,10001,0,0,,,",
            "reps",
            "is more than 10000 in the units of a session",
        ),
        (
            "2025-08-17 18:03,Legs,1h,Run,1,0,0,1001,0,,,",
            "distance",
            "is more than 1000000 in the units of a session",
        ),
        (
            "2025-08-17 18:03,Legs,1h,Run,1,0,0,0,86401,,,",
            "seconds",
            "is more than 86400 in the units of a session",
        ),
        ("2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,,,11", "rpe", "is not between 1 and 10"),
        ("2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,,,0.5", "rpe", "is not between 1 and 10"),
        ("2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,,,8,extra", None, "more cells than columns"),
        (
            f"2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,{'x' * 5001},,",
            None,
            "notes of more than 5000 characters",
        ),
        (
            f"2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,,{'x' * 5001},",
            None,
            "notes of more than 5000 characters",
        ),
    ],
)
def test_a_fault_is_told_by_its_row(row: str, column: str | None, message: str) -> None:
    good = "2025-08-16 18:03,Push,1h,Bench Press,1,80,8,0,0,,,"
    history = rules.read(strong(good, row, good.replace("16", "18")))
    assert [(fault.row, fault.column, fault.message) for fault in history.faults] == [(3, column, message)]
    assert ([workout.title for workout in history.workouts], history.invalid) == (["Push", "Push"], 1)


@pytest.mark.parametrize(
    ("change", "column", "message"),
    [
        ({"start_time": ""}, "start_time", "is blank"),
        ({"end_time": "16 Aug 2025, 18:03"}, "end_time", "is before the start, or more than a week after it"),
        ({"end_time": "27 Aug 2025, 18:03"}, "end_time", "is before the start, or more than a week after it"),
        ({"end_time": "2025-08-17T19:00:00Z"}, "end_time", "has an offset where start_time has none"),
        ({"set_type": "giant"}, "set_type", '"giant" is not a kind of set'),
        ({"set_index": "first"}, "set_index", '"first" is not a number'),
        ({"weight_kg": "-5"}, "weight_kg", "-5 is negative"),
    ],
)
def test_a_fault_in_hevys_rows(change: dict[str, str], column: str, message: str) -> None:
    row = {
        "title": "Push",
        "start_time": "17 Aug 2025, 18:03",
        "exercise_title": "Dip",
        "set_index": "0",
        **change,
    }
    columns = HEVY_HEADER.replace('"', "").split(",")
    cells = ",".join(f'"{row.get(column, "")}"' for column in columns)
    history = rules.read(f"{HEVY_HEADER}\n{cells}\n")
    (fault,) = history.faults
    assert (fault.row, fault.column) == (2, column)
    assert fault.message.startswith(message)
    assert (history.workouts, history.invalid) == ([], 1)


def test_all_faults_are_told_and_rows_counted_as_in_a_spreadsheet() -> None:
    text = strong(
        '2025-08-16 18:03,Push,1h,Press,1,80,8,0,0,"a note',
        "of three",
        'lines",,',
        "",
        "2025-08-17 18:03,Legs,1h,Squat,1,x,y,0,0,,,",
        "soon,Legs,1h,Squat,2,100,5,0,0,,,",
    )
    assert [(fault.row, fault.column) for fault in rules.read(text).faults] == [
        (4, "reps"),
        (4, "weight"),
        (5, "date"),
    ]


def test_a_workout_with_a_fault_is_left_out_whole() -> None:
    text = strong(
        "2025-08-17 18:03,Legs,1h,Squat,1,100,5,0,0,,,",
        "2025-08-17 18:03,Legs,1h,Squat,2,-100,5,0,0,,,",
        "2025-08-17 18:03,Legs,1h,Squat,3,100,5,0,0,,,",
    )
    history = rules.read(text)
    assert (history.workouts, history.invalid) == ([], 1)


@pytest.mark.parametrize(("count", "faults"), [(100, 0), (101, 1)])
def test_too_many_exercises_or_sets(count: int, faults: int) -> None:
    many_sets = strong(*(f"2025-08-17 18:03,Legs,1h,Squat,{n},100,5,0,0,,," for n in range(1, count + 1)))
    assert len(rules.read(many_sets).faults) == faults
    many_exercises = strong(*(f"2025-08-17 18:03,Legs,1h,Squat {n},1,100,5,0,0,,," for n in range(count)))
    assert len(rules.read(many_exercises).faults) == faults


def test_the_same_exercise_again_is_another_one() -> None:
    text = strong(
        *(
            f"2025-08-17 18:03,Legs,1h,{name},{position},100,5,0,0,,,"
            for name, position in [("Squat", 1), ("Squat", 2), ("Lunge", 1), ("Squat", 1), ("Squat", 1)]
        )
    )
    (workout,) = rules.read(text).workouts
    assert [(exercise.name, len(exercise.sets)) for exercise in workout.exercises] == [
        ("Squat", 2),
        ("Lunge", 1),
        ("Squat", 1),
        ("Squat", 1),
    ]


def test_two_workouts_of_one_name_are_told_apart_by_their_start() -> None:
    text = strong(
        "2025-08-17 07:00:00,Push,1h,Dip,1,0,5,0,0,,,", "2025-08-17 18:00:00,Push,1h,Dip,1,0,5,0,0,,,"
    )
    assert len(rules.read(text).workouts) == 2


def test_what_a_structure_has_no_place_for_is_in_the_notes() -> None:
    bench, raise_ = rules.structure_of(PUSH)["exercises"]
    assert bench["notes"] == 'Grip: "wide"\npause\nSet 1 warm-up; set 3 to failure'
    assert raise_["notes"] == "Superset 0\nSet 2 drop set"


def test_a_workout_as_a_session() -> None:
    (session,) = rules.imports(Source.STRONG, [EVENING], "Europe/Berlin")
    assert session.structure == {
        "exercises": [
            {
                "name": "Squat (Barbell)",
                "sets": [
                    {"reps": 10, "weight_kg": 60, "completed": True},
                    {"reps": 5, "weight_kg": 100, "rpe": 8, "completed": True},
                    {"reps": 5, "weight_kg": 102.5, "rpe": 8.5, "completed": True},
                ],
                "notes": "Belt for the last one\nSet 1 warm-up",
            },
            {
                "name": "Running",
                "sets": [{"duration_seconds": 1284, "distance_m": 3720, "completed": True}],
            },
        ],
        "notes": "Deep",
    }
    assert (session.name, session.date.isoformat()) == ("Evening Workout", "2025-08-17")
    assert session.started_at == datetime(2025, 8, 17, 16, 3, 11, tzinfo=UTC)
    assert session.ended_at == datetime(2025, 8, 17, 17, 15, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "zone", "started_at", "day"),
    [
        (datetime(2025, 1, 1, 0, 30), "Asia/Tokyo", datetime(2024, 12, 31, 15, 30, tzinfo=UTC), "2025-01-01"),
        (
            datetime(2025, 3, 30, 2, 30),
            "Europe/Berlin",
            datetime(2025, 3, 30, 1, 30, tzinfo=UTC),
            "2025-03-30",
        ),
        (
            datetime(2025, 10, 26, 2, 30),
            "Europe/Berlin",
            datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
            "2025-10-26",
        ),
        # With an offset in the file, the zone only says which day it was.
        (
            datetime(2025, 8, 17, 23, 0, tzinfo=UTC),
            "Europe/Berlin",
            datetime(2025, 8, 17, 23, 0, tzinfo=UTC),
            "2025-08-18",
        ),
    ],
)
def test_local_times(started: datetime, zone: str, started_at: datetime, day: str) -> None:
    (session,) = rules.imports(Source.HEVY, [replace(PUSH, started=started)], zone)
    assert (session.started_at, session.date.isoformat()) == (started_at, day)


def test_a_key_names_a_workout() -> None:
    key = rules.key_of(Source.HEVY, PUSH)
    assert rules.key_of(Source.HEVY, replace(PUSH, notes="", seconds=1, exercises=(), row=9)) == key
    others = [
        rules.key_of(Source.STRONG, PUSH),
        rules.key_of(Source.HEVY, replace(PUSH, title="Pull")),
        rules.key_of(Source.HEVY, replace(PUSH, started=datetime(2025, 8, 17, 18, 4))),
    ]
    assert len({key, *others}) == 4
    first, second = (rules.imports(Source.HEVY, [PUSH], zone)[0].key for zone in ("UTC", "Asia/Tokyo"))
    assert first == second == key


@given(st.text(max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_text_breaks_the_reader(text: str) -> None:
    for header in ("", f"{HEVY_HEADER}\n", f"{STRONG_HEADER}\n"):
        try:
            history = rules.read(header + text)
        except UnreadableFile:
            continue
        assert len(history.workouts) + history.invalid <= history.rows
