"""A database that the version before has filled comes out as if it had been this version all along."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.script import ScriptDirectory

from kit.migrations import migrate_all, role_url
from tests.support.databases import empty_database
from tests.support.servers import ROLE_SECRET, Servers

BEFORE = "0001"


@pytest.fixture
def owner_of_before(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database as the version before has made it."""
    with empty_database(servers, f"before_{uuid4().hex}") as url:
        upgrade = ScriptDirectory._upgrade_revs

        def up_to_before(script: ScriptDirectory, destination: str, current: str) -> Any:
            ours = "reputation_service" in str(script.dir)
            return upgrade(script, BEFORE if ours else destination, current)

        with monkeypatch.context() as patch:
            patch.setattr(ScriptDirectory, "_upgrade_revs", up_to_before)
            migrate_all(url, ROLE_SECRET)
        yield url


def test_boards_times_and_penalties_are_made_of_what_is_there(owner_of_before: str) -> None:
    ann, ben, cal = uuid4(), uuid4(), uuid4()
    missed = uuid4()
    day = [datetime(2026, 11, number, tzinfo=UTC) for number in range(1, 6)]
    with psycopg.connect(owner_of_before, autocommit=True) as owner:
        for user, kind, points, when, session in (
            (ann, "completion", 10, day[0], uuid4()),
            (ann, "completion", 0, day[3], uuid4()),
            (ann, "no_show", -300, day[2], missed),
            (ben, "completion", 5, day[1], uuid4()),
            (cal, "no_show", 0, day[4], missed),
        ):
            owner.execute(
                "INSERT INTO reputation_service.ledger (user_id, session_id, kind, points, completed_sessions,"
                " no_shows, event_id, occurred_at) VALUES (%s, %s, %s, %s, %s, %s, gen_random_uuid(), %s)",
                [user, session, kind, points, int(kind == "completion"), int(kind == "no_show"), when],
            )
        owner.execute(
            "INSERT INTO reputation_service.counters"
            " SELECT user_id, sum(completed_sessions), sum(points), sum(no_shows)"
            " FROM reputation_service.ledger GROUP BY user_id"
        )
    assert migrate_all(owner_of_before, ROLE_SECRET)[0] == "reputation_service:0002"
    with psycopg.connect(owner_of_before) as owner:
        for view in ("boards_drift", "distribution_drift"):
            assert owner.execute(f"SELECT * FROM reputation_service.{view}".encode()).fetchall() == []
        assert owner.execute(
            "SELECT sum(users) FROM reputation_service.boards WHERE board = 'points' AND shift = 60"
        ).fetchone() == (3,)
        reached = owner.execute(
            "SELECT user_id, completed_sessions_reached_at, points_reached_at FROM reputation_service.counters"
        ).fetchall()
        never = datetime(1970, 1, 1, tzinfo=UTC)
        assert {user: times for user, *times in reached} == {
            ann: [day[3], day[2]],
            ben: [day[1], day[1]],
            cal: [never, never],
        }
        penalties = owner.execute(
            "SELECT session_id, user_id, points, occurred_at, appealed_at FROM reputation_service.penalties"
        ).fetchall()
        assert sorted(penalties) == sorted([(missed, ann, 300, day[2], None), (missed, cal, 0, day[4], None)])


def test_the_version_before_goes_on_booking(owner_of_before: str) -> None:
    """Its statement, word for word, on the schema of this version; the triggers count for it."""
    ann, session = uuid4(), uuid4()
    migrate_all(owner_of_before, ROLE_SECRET)
    url = role_url(owner_of_before, "tandem_reputation_worker", ROLE_SECRET)
    with psycopg.connect(url) as worker:
        worker.execute(
            "INSERT INTO reputation_service.counters AS counters (user_id) VALUES (%s)"
            " ON CONFLICT (user_id) DO UPDATE SET updated_at = counters.updated_at WHERE false",
            [ann],
        )
        for _ in range(2):
            worker.execute(
                """
                WITH booked AS (
                    INSERT INTO reputation_service.ledger
                        (user_id, session_id, kind, points, completed_sessions, no_shows, event_id, occurred_at)
                    VALUES (%s, %s, 'completion', 10, 1, 0, gen_random_uuid(), now())
                    ON CONFLICT (session_id, user_id, kind) DO NOTHING
                    RETURNING user_id, points, completed_sessions, no_shows, occurred_at
                )
                UPDATE reputation_service.counters AS counters
                SET completed_sessions = counters.completed_sessions + booked.completed_sessions,
                    points = counters.points + booked.points,
                    no_shows = counters.no_shows + booked.no_shows,
                    updated_at = statement_timestamp()
                FROM booked WHERE counters.user_id = booked.user_id
                """,
                [ann, session],
            )
    with psycopg.connect(owner_of_before) as owner:
        assert owner.execute("SELECT * FROM reputation_service.boards_drift").fetchall() == []
        assert owner.execute(
            "SELECT users FROM reputation_service.boards WHERE board = 'points' AND shift = 0 AND block = 10"
        ).fetchall() == [(1,)]
