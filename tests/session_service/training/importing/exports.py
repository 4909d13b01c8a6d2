# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""Exports in the forms in which the applications write them, and the same written out of workouts."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from session_service.training.importing.exports.workouts import Exercise, Kind, Workout, WorkoutSet

HEVY = """\
"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes","set_index","set_type",\
"weight_kg","reps","distance_km","duration_seconds","rpe"
"Push 💪","17 Aug 2025, 18:03","17 Aug 2025, 19:15","Felt strong,
slept well","Bench Press (Barbell)",,"Grip: ""wide""
pause",0,"warmup",40,12,,,
"Push 💪","17 Aug 2025, 18:03","17 Aug 2025, 19:15","Felt strong,
slept well","Bench Press (Barbell)",,"Grip: ""wide""
pause",1,"normal",82.5,8,,,8.5
"Push 💪","17 Aug 2025, 18:03","17 Aug 2025, 19:15","Felt strong,
slept well","Bench Press (Barbell)",,"Grip: ""wide""
pause",2,"failure",82.5,6,,,10
"Push 💪","17 Aug 2025, 18:03","17 Aug 2025, 19:15","Felt strong,
slept well","Lateral Raise (Dumbbell)",0,"",0,"normal",10,15,,,
"Push 💪","17 Aug 2025, 18:03","17 Aug 2025, 19:15","Felt strong,
slept well","Lateral Raise (Dumbbell)",0,"",1,"dropset",7.5,12,,,
"Cardio","15 Aug 2025, 7:05","15 Aug 2025, 7:45","","Running",,"",0,"normal",,,7.25,2400,
"Cardio","15 Aug 2025, 7:05","15 Aug 2025, 7:45","","Plank",,"",0,"normal",,,,90,
"""

STRONG_COMMAS = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Squat (Barbell)",W,60.0,10.0,0,0.0,"","Deep",
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Squat (Barbell)",1,100.0,5.0,0,0.0,"","Deep",8
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Squat (Barbell)",Rest Timer,0,0.0,0,180.0,,,
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Squat (Barbell)",2,102.5,5.0,0,0.0,"","Deep",8.5
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Squat (Barbell)",Note,0,0,0,0,"Belt for the last one",,
2025-08-17 18:03:11,"Evening Workout",1h 12m,"Running",1,0,0.0,3.72,1284.0,"","Deep",
"""

STRONG_SEMICOLONS = """\
Date;Workout Name;Exercise Name;Set Order;Weight;Weight Unit;Reps;RPE;Distance;Distance Unit;Seconds;Notes;\
Workout Notes;Workout Duration
2023-07-30 16:49:28;"Arms";"Bench Press (Dumbbell)";1;30;lbs;8;;;;0;"";"";44m
2023-07-30 16:49:28;"Arms";"Bench Press (Dumbbell)";2;12,5;kg;8;7,5;;;0;;;44m
2023-07-30 16:49:28;"Arms";"Rowing";1;;;;;2;mi.;600;;;44m
"""

STRONG_NUMBERED = """\
Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;Weight (kg);Reps;RPE;Distance (meters);\
Seconds;Notes;Workout Notes
"1";"2026-08-10 18:00:00";"Push day";"3600";"Bench Press (Barbell)";"W";"40";"10";"";"";"";"";""
"1";"2026-08-10 18:00:00";"Push day";"3600";"Bench Press (Barbell)";"1";"80";"8";"8.5";"";"";"Wide grip";""
"1";"2026-08-10 18:00:00";"Push day";"3600";"Bench Press (Barbell)";"D";"60";"8";"";"";"";"";""
"1";"2026-08-10 18:00:00";"Push day";"3600";"Bench Press (Barbell)";"F";"60";"5";"";"";"";"";""
"2";"2026-08-12 07:30:00";"Swim";"2700";"Swimming";"1";"";"";"";"1500";"2400";"";""
"""


def kg(value: str) -> Decimal:
    return Decimal(value)


EVENING = Workout(
    title="Evening Workout",
    started=datetime(2025, 8, 17, 18, 3, 11),
    seconds=4320,
    notes="Deep",
    exercises=(
        Exercise(
            "Squat (Barbell)",
            (
                WorkoutSet(Kind.WARM_UP, reps=10, weight_kg=kg("60")),
                WorkoutSet(reps=5, weight_kg=kg("100"), rpe=Decimal(8)),
                WorkoutSet(reps=5, weight_kg=kg("102.5"), rpe=Decimal("8.5")),
            ),
            notes="Belt for the last one",
        ),
        Exercise("Running", (WorkoutSet(distance_m=Decimal(3720), seconds=Decimal(1284)),)),
    ),
)

PUSH = Workout(
    title="Push 💪",
    started=datetime(2025, 8, 17, 18, 3),
    seconds=4320,
    notes="Felt strong,\nslept well",
    exercises=(
        Exercise(
            "Bench Press (Barbell)",
            (
                WorkoutSet(Kind.WARM_UP, reps=12, weight_kg=kg("40")),
                WorkoutSet(reps=8, weight_kg=kg("82.5"), rpe=Decimal("8.5")),
                WorkoutSet(Kind.FAILURE, reps=6, weight_kg=kg("82.5"), rpe=Decimal(10)),
            ),
            notes='Grip: "wide"\npause',
        ),
        Exercise(
            "Lateral Raise (Dumbbell)",
            (
                WorkoutSet(reps=15, weight_kg=kg("10")),
                WorkoutSet(Kind.DROP, reps=12, weight_kg=kg("7.5")),
            ),
            superset="0",
        ),
    ),
)

CARDIO = Workout(
    title="Cardio",
    started=datetime(2025, 8, 15, 7, 5),
    seconds=2400,
    exercises=(
        Exercise("Running", (WorkoutSet(distance_m=Decimal(7250), seconds=Decimal(2400)),)),
        Exercise("Plank", (WorkoutSet(seconds=Decimal(90)),)),
    ),
)

_HEVY_KINDS = {Kind.NORMAL: "normal", Kind.WARM_UP: "warmup", Kind.DROP: "dropset", Kind.FAILURE: "failure"}
_STRONG_KINDS = {Kind.WARM_UP: "W", Kind.DROP: "D", Kind.FAILURE: "F"}


def as_hevy(workouts: Iterable[Workout]) -> str:
    """The workouts as Hevy would export them; their starts and ends are whole minutes there."""
    columns = HEVY.partition("\n")[0].replace('"', "").split(",")
    rows = []
    for workout in workouts:
        ended = workout.started + timedelta(seconds=workout.seconds)
        for exercise in workout.exercises:
            for index, each in enumerate(exercise.sets):
                rows.append(
                    {
                        "title": workout.title,
                        "start_time": f"{workout.started:%-d %b %Y, %H:%M}",
                        "end_time": f"{ended:%-d %b %Y, %H:%M}",
                        "description": workout.notes,
                        "exercise_title": exercise.name,
                        "superset_id": exercise.superset,
                        "exercise_notes": exercise.notes,
                        "set_index": index,
                        "set_type": _HEVY_KINDS[each.kind],
                        "weight_kg": each.weight_kg,
                        "reps": each.reps,
                        "distance_km": None if each.distance_m is None else each.distance_m / 1000,
                        "duration_seconds": each.seconds,
                        "rpe": each.rpe,
                    }
                )
    return _written(columns, rows, ",")


def as_strong(workouts: Iterable[Workout]) -> str:
    """The workouts as Strong would export them, with the number of seconds as the duration."""
    columns = STRONG_NUMBERED.partition("\n")[0].split(";")
    rows = []
    for number, workout in enumerate(workouts, 1):
        for exercise in workout.exercises:
            for index, each in enumerate(exercise.sets, 1):
                rows.append(
                    {
                        "Workout #": number,
                        "Date": f"{workout.started:%Y-%m-%d %H:%M:%S}",
                        "Workout Name": workout.title,
                        "Duration (sec)": workout.seconds,
                        "Exercise Name": exercise.name,
                        "Set Order": _STRONG_KINDS.get(each.kind, index),
                        "Weight (kg)": each.weight_kg or 0,
                        "Reps": each.reps or 0,
                        "RPE": each.rpe,
                        "Distance (meters)": each.distance_m or 0,
                        "Seconds": each.seconds or 0,
                        "Notes": exercise.notes if index == 1 else "",
                        "Workout Notes": workout.notes,
                    }
                )
    return _written(columns, rows, ";")


def _written(columns: list[str], rows: list[dict[str, Any]], delimiter: str) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        # Never 1E+2.
        writer.writerow(
            {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in row.items()}
        )
    return text.getvalue()
