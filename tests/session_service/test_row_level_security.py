"""A forgotten WHERE shows nobody anything of others: every table of the session service, as its own login role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_session, rows

PUBLIC = {"approach_challenges", "poses", "sequences", "sequence_poses", "alembic_version"}
"""What belongs to nobody: catalogues, and the migrations' own table."""


@dataclass(frozen=True, slots=True)
class Buddies:
    """Two who have left something in every table, and one who has done so with somebody else."""

    user1: UUID
    user2: UUID
    other: UUID


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def buddies(as_user: AsUser, owner: Database) -> Buddies:
    sessions = [await make_session(owner) for _ in range(2)]
    for session in sessions:
        for user in (session.user1, session.user2):
            await as_user(user).post(
                f"{session.url}/confirm", headers={"Prefer": "wait=0", "Idempotency-Key": "mine"}
            )
    return Buddies(sessions[0].user1, sessions[0].user2, sessions[1].user1)


MINE: dict[str, str] = {
    # What is somebody's own, as the owner of the database sees it.
    "user_profiles": "SELECT count(*) FROM session_service.user_profiles WHERE id = :me",
    "wingman_matches": "SELECT count(*) FROM session_service.wingman_matches WHERE :me IN (user1_id, user2_id)",
    "wingman_sessions": "SELECT count(*) FROM session_service.wingman_sessions WHERE :me IN (user1_id, user2_id)",
    "audit_log": "SELECT count(*) FROM session_service.audit_log WHERE actor_id = :me",
    "idempotency_keys": "SELECT count(*) FROM session_service.idempotency_keys WHERE user_id = :me",
}


async def count(database: Database, table: str, user_id: UUID | None) -> int:
    async with database.transaction(user_id) as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM session_service.{table}")) or 0)


@pytest.mark.parametrize("table", MINE)
async def test_everybody_sees_the_own_rows_only(
    buddies: Buddies, owner: Database, database_for: Callable[[str], Database], table: str
) -> None:
    database = database_for("tandem_session")
    for me in (buddies.user1, buddies.user2, buddies.other):
        (mine,) = await rows(owner, MINE[table], me=me)
        assert await count(database, table, me) == mine["count"] >= 1
    assert await count(database, table, uuid4()) == 0
    assert await count(database, table, None) == 0


async def test_every_other_table_too_is_protected(owner: Database) -> None:
    """Whoever adds a table has to think of this, or name it above."""
    tables = await rows(
        owner,
        "SELECT relname, relrowsecurity AND relforcerowsecurity AS protected FROM pg_class"
        " WHERE relnamespace = 'session_service'::regnamespace AND relkind IN ('r', 'p')",
    )
    assert {row["relname"] for row in tables} > set(MINE)
    assert [row["relname"] for row in tables if not row["protected"] and row["relname"] not in PUBLIC] == []


async def test_the_service_s_role_owns_and_bypasses_nothing(owner: Database) -> None:
    (role,) = await rows(
        owner,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
        " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) AS owns"
        " FROM pg_roles r WHERE rolname = 'tandem_session'",
    )
    assert not any(role.values())


Attempt = Callable[[Database, Buddies], Awaitable[int]]


def changes(statement: str) -> Attempt:
    """How many rows of others the statement reaches, as the stranger."""

    async def attempt(database: Database, buddies: Buddies) -> int:
        async with database.transaction(buddies.other) as connection:
            result = await connection.execute(
                text(statement), {"me": buddies.other, "one": buddies.user1, "two": buddies.user2}
            )
            return result.rowcount

    return attempt


@pytest.mark.parametrize(
    "attempt",
    [
        changes("UPDATE session_service.wingman_sessions SET notes = 'x' WHERE user1_id = :one"),
        changes("UPDATE session_service.wingman_matches SET status = 'declined' WHERE user1_id = :one"),
        changes("UPDATE session_service.user_profiles SET display_name = 'x' WHERE id = :one"),
        changes("SELECT id FROM session_service.wingman_sessions WHERE user1_id = :one FOR UPDATE"),
    ],
)
async def test_others_rows_are_out_of_reach(
    buddies: Buddies, database_for: Callable[[str], Database], attempt: Attempt
) -> None:
    assert await attempt(database_for("tandem_session"), buddies) == 0


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        # Into other people's names, or past what the columns' grants leave open.
        (
            "INSERT INTO session_service.wingman_matches (user1_id, user2_id) VALUES (:one, :me)",
            "row-level security",
        ),
        (
            "INSERT INTO session_service.wingman_matches (user1_id, user2_id, status, answered_at)"
            " VALUES (:me, :one, 'accepted', now())",
            "row-level security",
        ),
        (
            "INSERT INTO session_service.wingman_sessions (match_id, user1_id, user2_id, user1_challenge_id,"
            " user2_challenge_id, venue_name, scheduled_time) SELECT gen_random_uuid(), :one, :two, c.id, c.id, 'x',"
            " now() FROM session_service.approach_challenges c LIMIT 1",
            "row-level security",
        ),
        ("UPDATE session_service.wingman_sessions SET user2_id = :one", "permission denied"),
        ("UPDATE session_service.wingman_matches SET user2_id = :me", "permission denied"),
        ("UPDATE session_service.audit_log SET action = 'x'", "permission denied"),
        ("UPDATE session_service.approach_challenges SET points = 1000", "permission denied"),
        ("DELETE FROM session_service.wingman_sessions", "permission denied"),
        ("DELETE FROM session_service.audit_log", "permission denied"),
    ],
)
async def test_what_nobody_may_write(
    buddies: Buddies, database_for: Callable[[str], Database], statement: str, why: str
) -> None:
    with pytest.raises(ProgrammingError, match=why):
        await changes(statement)(database_for("tandem_session"), buddies)


async def test_an_inviter_cannot_accept_for_the_invited(
    as_user: AsUser, owner: Database, database_for: Callable[[str], Database]
) -> None:
    inviter, invited = uuid4(), uuid4()
    await as_user(inviter).post("/api/matches", json={"buddy_id": str(invited)})
    accept = text("UPDATE session_service.wingman_matches SET status = 'accepted', answered_at = now()")
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database_for("tandem_session").transaction(inviter) as connection:
            await connection.execute(accept)
    async with database_for("tandem_session").transaction(invited) as connection:
        assert (await connection.execute(accept)).rowcount == 1


async def test_the_functions_say_yes_or_no_and_nothing_else(owner: Database) -> None:
    functions = await rows(
        owner,
        "SELECT proname, prosecdef, pg_get_userbyid(proowner) AS owner, prorettype::regtype::text AS type,"
        " 'search_path=pg_catalog, pg_temp' = ANY(proconfig) AS safe,"
        " has_function_privilege('tandem_relay', p.oid, 'execute') AS open"
        " FROM pg_proc p WHERE pronamespace = 'session_service'::regnamespace AND prosecdef",
    )
    assert {"match_exists", "session_exists", "invite_profile"} <= {row["proname"] for row in functions}
    for row in functions:
        assert row["owner"] == "tandem_definer", row
        assert row["safe"], row
        assert not row["open"], row
    by_name = {row["proname"]: row["type"] for row in functions}
    assert (by_name["match_exists"], by_name["session_exists"]) == ("boolean", "boolean")
    assert by_name["invite_profile"] == "void"


async def test_the_worker_only_closes_sessions(database_for: Callable[[str], Database]) -> None:
    database = database_for("tandem_session_worker")
    for statement, why in (
        ("UPDATE session_service.wingman_sessions SET status = 'completed'", "row-level security"),
        ("UPDATE session_service.wingman_sessions SET notes = 'x'", "permission denied"),
        ("UPDATE session_service.user_profiles SET display_name = 'x'", "permission denied"),
        ("UPDATE session_service.wingman_matches SET status = 'declined'", "permission denied"),
    ):
        with pytest.raises(ProgrammingError, match=why):
            async with database.transaction() as connection:
                await connection.execute(text(statement))
