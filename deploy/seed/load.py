"""Puts the demo data into a migrated database."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import psycopg
from redis.asyncio import Redis

from deploy.seed.history import seed_history
from deploy.seed.people import PEOPLE
from deploy.seed.sequences import seed_sequences
from kit.cache_tags import CacheTags
from kit.database import Database
from kit.migrations import role_url

CATALOGUES = ("challenges", "sequences")
"""The cache tags of what is seeded."""

CHALLENGES = Path(__file__).with_name("challenges.json")


@dataclass(frozen=True, slots=True)
class Seeded:
    """How much demo data there is."""

    challenges: int
    sequences: int
    people: int


def seed(owner_url: str, role_password_secret: str) -> Seeded:
    """Load the demo data; what is there already is brought to the catalogue's wording, and never doubled.

    A profile that exists is left alone: it may have been changed by its user. Raises `psycopg.Error`.
    """
    return Seeded(
        challenges=_seed_challenges(owner_url),
        sequences=seed_sequences(owner_url),
        people=_seed_people(owner_url, role_password_secret),
    )


def tell_of_catalogues(redis_url: str) -> bool:
    """Make sure that no gateway shows the catalogues as they were before; False: not sure, for 300 s at most."""

    async def tell() -> bool:
        redis: Redis = Redis.from_url(redis_url)
        try:
            return await CacheTags(redis).advance_untold(CATALOGUES)
        finally:
            await redis.aclose()

    return asyncio.run(tell())


def seed_past(owner_url: str, role_password_secret: str) -> int:
    """Give the demo's people a year of practice and training, unless they have one; how much that made."""

    async def live() -> int:
        url = role_url(owner_url, "tandem_session", role_password_secret)
        # Nobody is told of it before it is there, so losing it in a crash of the server only means doing it again.
        database = Database(url, application_name="demo history", pool_size=1, durable=False)
        try:
            return await seed_history(database, PEOPLE)
        finally:
            await database.close()

    return asyncio.run(live())


def _seed_challenges(owner_url: str) -> int:
    rows = json.loads(CHALLENGES.read_text(encoding="utf-8"))
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO session_service.approach_challenges AS known (id, title, description, difficulty, points)
            VALUES (%(id)s, %(title)s, %(description)s, %(difficulty)s, %(points)s)
            ON CONFLICT (id) DO UPDATE SET
                title = excluded.title, description = excluded.description,
                difficulty = excluded.difficulty, points = excluded.points
            WHERE (known.title, known.description, known.difficulty, known.points)
                IS DISTINCT FROM (excluded.title, excluded.description, excluded.difficulty, excluded.points)
            """,
            rows,
        )
    return len(rows)


def _seed_people(owner_url: str, role_password_secret: str) -> int:
    # Under the session service's role and in each person's name: whoever owns the tables may be bound by their
    # row-level security just as well.
    with psycopg.connect(role_url(owner_url, "tandem_session", role_password_secret)) as connection:
        for person in PEOPLE:
            connection.execute("SELECT set_config('app.user_id', %s, true)", [str(person.id)])
            connection.execute(
                """
                INSERT INTO session_service.user_profiles (id, display_name, email, timezone, first_used_at)
                VALUES (%s, %s, %s, %s, now()) ON CONFLICT (id) DO NOTHING
                """,
                [person.id, person.name, person.email, person.timezone],
            )
            connection.commit()
    return len(PEOPLE)
