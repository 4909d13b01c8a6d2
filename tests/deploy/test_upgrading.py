"""What is there when a migration comes is brought along."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from kit import migrations
from kit.database import sqlalchemy_url
from tests.support.databases import empty_database
from tests.support.servers import ROLE_SECRET, Servers

BEFORE = {"session_service": "0008", "reputation_service": "0001", "stats_worker": "0001"}
"""The version before appeals, ratings and streaks that are told of."""


def migrate_to(owner_url: str, house: str, revision: str) -> None:
    """Brings an empty house to that revision, as `migrations.migrate_all` brings it to the newest."""
    config = migrations._config(house)
    script = ScriptDirectory.from_config(config)

    def steps(current: Any, _context: Any) -> Any:
        return script._upgrade_revs(revision, current)

    engine = create_engine(sqlalchemy_url(owner_url))
    with engine.connect() as connection:
        migrations._create_roles(connection, ROLE_SECRET)
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {house}")
        connection.commit()
        with EnvironmentContext(config, script, fn=steps, destination_rev=revision) as environment:
            environment.configure(connection=connection, version_table_schema=house)
            with environment.begin_transaction():
                environment.run_migrations()
        connection.commit()
    engine.dispose()


@pytest.fixture
def before(servers: Servers, worker_number: int) -> Iterator[str]:
    with empty_database(servers, f"tandem_upgrading_{worker_number}") as url:
        for house, revision in BEFORE.items():
            migrate_to(url, house, revision)
        yield url


def test_old_no_shows_can_be_appealed_from_when_they_were_reported(before: str) -> None:
    users, match, challenge = [uuid4(), uuid4()], uuid4(), uuid4()
    reported, changed = datetime(2026, 11, 2, 12, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    sessions = {uuid4(): status for status in ("no_show", "no_show", "scheduled")}
    first, *_ = sessions
    with psycopg.connect(before) as connection:
        for user in users:
            connection.execute(
                "INSERT INTO session_service.user_profiles (id, display_name) VALUES (%s, 'Ann')", [user]
            )
        connection.execute(
            "INSERT INTO session_service.wingman_matches (id, user1_id, user2_id) VALUES (%s, %s, %s)",
            [match, *users],
        )
        connection.execute(
            "INSERT INTO session_service.approach_challenges (id, title, difficulty, points)"
            " VALUES (%s, 'Say hello', 'beginner', 1)",
            [challenge],
        )
        for session, status in sessions.items():
            connection.execute(
                "INSERT INTO session_service.wingman_sessions (id, match_id, user1_id, user2_id, user1_challenge_id,"
                " user2_challenge_id, venue_name, scheduled_time, status, updated_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, 'Park', now(), %s, %s)",
                [session, match, *users, challenge, challenge, status, changed],
            )
        connection.execute(
            "INSERT INTO session_service.audit_log (at, action, subject_type, subject_id)"
            " VALUES (%s, 'no_show_reported', 'buddy_session', %s)",
            [reported, str(first)],
        )
    migrations.migrate_all(before, ROLE_SECRET)
    with psycopg.connect(before) as connection:
        found: dict[Any, Any] = dict(
            connection.execute("SELECT id, no_show_at FROM session_service.wingman_sessions").fetchall()
        )
        assert [found[session] for session in sessions] == [reported, changed, None]
        unforced = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
        ).fetchall()
        assert unforced == []


def test_old_streaks_can_be_at_risk(before: str) -> None:
    ann, bob = uuid4(), uuid4()
    runs = [(1, 3, 3), (10, 15, 5), (20, 20, 0)]
    with psycopg.connect(before) as connection:
        for user in (ann, bob):
            connection.execute("INSERT INTO stats_worker.totals (user_id) VALUES (%s)", [user])
        for first, last, days in runs:
            connection.execute(
                "INSERT INTO stats_worker.runs VALUES (%s, %s, %s, %s)",
                [ann, date(2026, 11, first), date(2026, 11, last), days],
            )
    migrations.migrate_all(before, ROLE_SECRET)
    with psycopg.connect(before) as connection:
        found = connection.execute("SELECT user_id, streak_ended_on, streak_days FROM stats_worker.totals")
        assert {user: rest for user, *rest in found} == {ann: [date(2026, 11, 15), 5], bob: [None, 0]}
