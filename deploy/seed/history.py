"""A year of practice and training for the demo's people, so that streaks, calendars and lists have something to show.

It goes through the use cases that requests go through, under the session service's login role and in each person's
name: the statistics come about by the same events, the training history by the same import.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.seed.people import Person
from kit.database import Database
from session_service.practice.rules import Completion, CompletionStatus
from session_service.practice.sessions import service as practice
from session_service.training.importing import service as importing
from session_service.training.importing.rules import Source
from session_service.training.plans import service as plans

DAYS = 365
"""How far back the history goes; it ends yesterday."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody keeps at it: the chance of a practice by weekday (Monday first), when, and of a workout."""

    practises: tuple[float, ...]
    practice_hour: int
    sequences: tuple[int, ...]
    """Those that are liked, by id."""
    workout_days: tuple[int, ...] = ()
    breaks: tuple[tuple[int, int], ...] = ()
    """Spans of days ago without anything: a holiday, a cold."""

    def rests(self, days_ago: int) -> bool:
        """Whether that day lies in a break."""
        return any(last <= days_ago <= first for first, last in self.breaks)


HABITS: dict[str, Habits] = {
    "ada": Habits(
        (0.9, 0.8, 0.9, 0.8, 0.7, 0.95, 0.95), 6, (1, 2, 3, 6, 12), (0, 2, 4), breaks=((210, 197), (80, 77))
    ),
    "ben": Habits((0.3, 0.5, 0.3, 0.5, 0.2, 0.6, 0.1), 21, (4, 12, 13, 15), (1, 3, 5), breaks=((150, 120),)),
    "cleo": Habits((1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), 5, (2, 3, 7, 9, 10, 17), breaks=((100, 99),)),
    "dan": Habits((0.1, 0.1, 0.2, 0.1, 0.1, 0.3, 0.2), 19, (15, 16)),
}

_UPPER = {
    "Bench Press": (60.0, 8),
    "Bent Over Row": (55.0, 8),
    "Overhead Press": (35.0, 8),
    "Pull Up": (0.0, 7),
}
_LOWER = {"Squat": (80.0, 6), "Romanian Deadlift": (70.0, 8), "Lunge": (24.0, 10), "Calf Raise": (50.0, 12)}
_WORKOUTS = {"Upper Body": _UPPER, "Lower Body": _LOWER}

_HEVY = (
    *("title", "start_time", "end_time", "description", "exercise_title", "superset_id", "exercise_notes"),
    *("set_index", "set_type", "weight_kg", "reps", "distance_km", "duration_seconds", "rpe"),
)


async def seed_history(database: Database, people: Sequence[Person], *, today: date | None = None) -> int:
    """Gives everybody who has habits and no history yet a year of it; how many practices and workouts that made.

    ``database`` is under the session service's role. A person is one transaction: either the whole year, or nothing.
    """
    made = 0
    for person in people:
        habits = HABITS.get(person.key)
        if habits is not None:
            made += await database.run(
                lambda connection, person=person, habits=habits: _live_through(  # type: ignore[misc]  # mypy infers no lambda with defaults
                    connection, person, habits, today or datetime.now(UTC).date()
                ),
                user_id=person.id,
            )
    return made


async def _live_through(connection: AsyncConnection, person: Person, habits: Habits, today: date) -> int:
    if await connection.scalar(text("SELECT EXISTS (SELECT FROM session_service.practice_sessions)")):
        return 0
    # The same life every time.
    rng = random.Random(person.key)  # noqa: S311 - a story, no secret
    made = 0
    for started, sequence_id in _mornings(habits, ZoneInfo(person.timezone), today, rng):
        await _practise(connection, person.id, started, sequence_id, rng)
        made += 1
    if habits.workout_days:
        for name, exercises in _WORKOUTS.items():
            await plans.add(connection, person.id, name, _plan(exercises))
        export = _workouts(habits, today, rng)
        history = importing.read(export, Source.HEVY, in_pounds=False, in_miles=False, tolerant=False)
        brought = await importing.bring(
            connection, person.id, history, timezone=person.timezone, dry_run=False
        )
        made += len(brought.workouts)
    return made


def _mornings(
    habits: Habits, zone: ZoneInfo, today: date, rng: random.Random
) -> Iterator[tuple[datetime, int | None]]:
    for days_ago in range(DAYS, 0, -1):
        day = today - timedelta(days=days_ago)
        if habits.rests(days_ago) or rng.random() >= habits.practises[day.weekday()]:
            continue
        moment = datetime.combine(day, time(habits.practice_hour, rng.randrange(60)), zone)
        yield moment.astimezone(UTC), rng.choice((*habits.sequences, None))


async def _practise(
    connection: AsyncConnection, user_id: UUID, started: datetime, sequence_id: int | None, rng: random.Random
) -> None:
    record = await practice.start(connection, user_id, sequence_id, at=started)
    outcome = rng.choices(
        (CompletionStatus.COMPLETED, CompletionStatus.PARTIAL, CompletionStatus.ABANDONED, None),
        (85, 9, 4, 2),
    )[0]
    if outcome is None:
        # Closed the application and never came back to it.
        return
    share = {CompletionStatus.COMPLETED: 1.0, CompletionStatus.PARTIAL: 0.6, CompletionStatus.ABANDONED: 0.2}[
        outcome
    ]
    seconds = round(rng.randrange(600, 2700) * share)
    await practice.complete(
        connection,
        record.facts.session_id,
        Completion(duration_seconds=seconds, poses_completed=round(12 * share), status=outcome),
        at=started + timedelta(seconds=seconds + rng.randrange(90)),
    )


def _plan(exercises: dict[str, tuple[float, int]]) -> dict[str, object]:
    return {
        "exercises": [
            {
                "name": name,
                "sets": [{"reps": reps, **({"weight_kg": weight} if weight else {}), "completed": False}] * 3,
            }
            for name, (weight, reps) in exercises.items()
        ]
    }


def _workouts(habits: Habits, today: date, rng: random.Random) -> str:
    """A year of workouts as Hevy exports them, slowly getting heavier."""
    told = StringIO()
    rows = csv.DictWriter(told, _HEVY, restval="")
    rows.writeheader()
    turn = 0
    for days_ago in range(DAYS, 0, -1):
        day = today - timedelta(days=days_ago)
        if day.weekday() not in habits.workout_days or habits.rests(days_ago) or rng.random() < 0.2:
            continue
        name = tuple(_WORKOUTS)[turn % len(_WORKOUTS)]
        turn += 1
        started = datetime.combine(day, time(18, rng.randrange(60)))
        ended = started + timedelta(minutes=rng.randrange(40, 75))
        progress = 1 + 0.25 * (DAYS - days_ago) / DAYS
        for exercise, (weight, reps) in _WORKOUTS[name].items():
            for number in range(3):
                rows.writerow(
                    {
                        "title": name,
                        "start_time": f"{started:%d %b %Y, %H:%M}",
                        "end_time": f"{ended:%d %b %Y, %H:%M}",
                        "exercise_title": exercise,
                        "set_index": number,
                        "set_type": "normal",
                        "weight_kg": round(weight * progress / 2.5) * 2.5 or "",
                        "reps": reps - rng.randrange(3),
                    }
                )
    return told.getvalue()
