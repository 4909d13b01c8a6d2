"""The demo's year: believable, made once, and counted like everybody's."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.seed.history import HABITS, seed_history
from deploy.seed.people import Person
from deploy.seed.sequences import seed_sequences
from kit.database import Database

TODAY = date(2026, 3, 1)


@pytest.fixture
async def session_database(database_for: Callable[[str], Database], owner_url: str) -> Database:
    seed_sequences(owner_url)
    return database_for("tandem_session")


async def newcomer(database: Database, key: str) -> Person:
    """Somebody with the habits of a person of the demo, and an empty past."""
    person = Person(key, uuid4(), key.title(), "Pacific/Auckland")
    async with database.transaction(person.id) as connection:
        await connection.execute(
            text(
                "INSERT INTO session_service.user_profiles (id, display_name, timezone) VALUES (:id, :name, :zone)"
            ),
            {"id": person.id, "name": person.name, "zone": person.timezone},
        )
    return person


async def counted(owner: Database, user_id: UUID) -> tuple[int, int, date, date, int]:
    async with owner.transaction() as connection:
        row = (
            await connection.execute(
                text(
                    """
                    SELECT count(*) AS practices, count(completed_at) AS completed,
                        min(local_date) AS first, max(local_date) AS last,
                        (SELECT count(*) FROM session_service.training_sessions t WHERE t.user_id = :id) AS workouts
                    FROM session_service.practice_sessions WHERE owner_id = :id
                    """
                ),
                {"id": user_id},
            )
        ).one()
    return row.practices, row.completed, row.first, row.last, row.workouts


async def test_a_year_ends_yesterday_and_is_made_once(session_database: Database, owner: Database) -> None:
    ada = await newcomer(session_database, "ada")
    made = await seed_history(session_database, [ada], today=TODAY)
    practices, completed, first, last, workouts = await counted(owner, ada.id)
    assert practices + workouts == made
    assert practices > 250
    assert workouts > 80
    assert 0.9 * practices < completed <= practices
    assert (first.year, last) == (2025, date(2026, 2, 28))
    assert await seed_history(session_database, [ada], today=TODAY) == 0


async def test_every_practice_is_told_to_the_statistics(session_database: Database, owner: Database) -> None:
    dan = await newcomer(session_database, "dan")
    await seed_history(session_database, [dan], today=TODAY)
    practices, completed, *_ = await counted(owner, dan.id)
    async with owner.transaction() as connection:
        told = await connection.scalar(
            text("SELECT count(*) FROM outbox.deliveries WHERE consumer = 'statistics' AND user_id = :id"),
            {"id": dan.id},
        )
    assert told == practices + completed


async def test_who_has_a_past_keeps_it_and_strangers_get_none(session_database: Database) -> None:
    assert "olga" not in HABITS
    olga = await newcomer(session_database, "olga")
    assert await seed_history(session_database, [olga], today=TODAY) == 0
