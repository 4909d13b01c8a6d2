"""Nothing that names a user is forgotten by exports and erasures: a new table fails here until somebody has decided."""

import pytest
from sqlalchemy import text

from kit.database import Database
from tests.session_service.factories import rows

NO_USERS = {
    "id",
    "session_id",
    "match_id",
    "event_id",
    "appeal_event_id",
    "decision_event_id",
    "completion_event_id",
    "plan_id",
    "job_id",
    "endpoint_id",
    "delivery_id",
    "notification_id",
    "notification_ids",
    "user1_challenge_id",
    "user2_challenge_id",
    "lease",
    "generation",
}
"""Columns of these names hold ids, and nobody's."""

LOOKED_AFTER_OTHERWISE = {
    "accounts.closed.user_id": "goes with the account, in finish_erasure",
    "accounts.closed.stand_in_id": "nobody",
    "outbox.deliveries.user_id": "goes with its event, in sweep_events",
}

USERS_BY_THE_NAME_ID = {"session_service.user_profiles"}

NOT_EXPORTED = {
    "session_service.wingman_matches": "as matches, with the buddy as the user sees it",
    "session_service.wingman_sessions": "as buddy_sessions, likewise",
    "session_service.idempotency_keys": "answers that were given before, for a day",
    "reputation_service.idempotency_keys": "likewise",
    "session_service.export_chunks": "is the export",
    "stats_worker.counted": "ids of what the figures count",
}


async def test_every_column_that_may_name_a_user_is_in_the_plan(owner: Database) -> None:
    found = await rows(
        owner,
        """
        SELECT concat_ws('.', table_schema, table_name) AS relation, column_name FROM information_schema.columns
        JOIN information_schema.tables USING (table_schema, table_name)
        WHERE udt_name IN ('uuid', '_uuid') AND table_type = 'BASE TABLE'
            AND table_schema NOT IN ('pg_catalog', 'information_schema')
        """,
    )
    held = {
        f"{row['relation']}.{row['column_name']}"
        for row in found
        if row["column_name"] not in NO_USERS or row["relation"] in USERS_BY_THE_NAME_ID
    }
    planned = await rows(
        owner, "SELECT concat_ws('.', house, relation, person) AS name FROM accounts.erasure_plan"
    )
    known = {row["name"] for row in planned} | LOOKED_AFTER_OTHERWISE.keys()
    assert held - known == set(), "say with accounts.plan() what becomes of these, in a migration"


async def test_the_plan_speaks_of_what_is_there(owner: Database) -> None:
    gone = await rows(
        owner,
        """
        SELECT house, relation, person FROM accounts.erasure_plan
        WHERE action <> 'call' AND NOT EXISTS (
            SELECT FROM information_schema.columns
            WHERE table_schema = house AND table_name = relation AND column_name = person
        )
        """,
    )
    assert gone == []


async def test_what_goes_with_something_has_a_foreign_key_that_says_so(owner: Database) -> None:
    """ON DELETE CASCADE, or (of a session's two) ON UPDATE CASCADE."""
    without = await rows(
        owner,
        """
        SELECT p.relation FROM accounts.erasure_plan p WHERE p.action = 'goes_with' AND NOT EXISTS (
            SELECT FROM pg_constraint c
            WHERE c.contype = 'f' AND c.conrelid = format('%I.%I', p.house, p.relation)::regclass
                AND (c.confdeltype = 'c' OR (c.confupdtype = 'c' AND p.relation = 'wingman_sessions'))
        )
        """,
    )
    assert without == []


async def test_every_column_by_which_somebody_is_looked_for_leads_an_index(owner: Database) -> None:
    """Each step has seconds: it cannot read whole tables. Partial indexes do not count."""
    without = await rows(
        owner,
        """
        WITH looked_for (relation, columns) AS (
            SELECT format('%I.%I', house, relation)::regclass, person FROM accounts.erasure_plan WHERE action <> 'call'
            UNION SELECT format('%I.%I', house, relation)::regclass, reader FROM accounts.shared_words
            WHERE reader IS NOT NULL
            UNION SELECT format('%I.%I', house, relation)::regclass, session FROM accounts.shared_words
            WHERE reader IS NULL AND session IS NOT NULL
        )
        SELECT relation::text || '.' || columns AS name FROM looked_for WHERE NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = relation AND a.attname = columns AND i.indpred IS NULL
        )
        """,
    )
    assert without == []


async def test_what_refers_to_rows_that_go_is_found_by_an_index(owner: Database) -> None:
    """Each row that goes is looked for in all that may refer to it."""
    without = await rows(
        owner,
        """
        SELECT c.conrelid::regclass::text || ': ' || c.conname AS name FROM pg_constraint c
        WHERE c.contype = 'f' AND c.confrelid IN (
            SELECT format('%I.%I', house, relation)::regclass FROM accounts.erasure_plan WHERE action <> 'call'
            UNION SELECT 'outbox.events'::regclass
        ) AND NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey) AND i.indpred IS NULL
        )
        """,
    )
    assert without == []


async def test_every_table_is_analyzed(owner: Database, worker: Database) -> None:
    tables = await rows(
        owner,
        "SELECT table_schema::text AS house, table_name::text AS relation FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')",
    )
    async with worker.transaction() as connection:
        analyzed = (await connection.execute(text("SELECT * FROM accounts.analyzed_tables()"))).all()
    assert {(table["house"], table["relation"]) for table in tables} == {tuple(table) for table in analyzed}


async def test_tables_to_come_are_analyzed_as_well(owner: Database) -> None:
    """A migration need not think of it."""
    async with owner.transaction() as connection:
        for schema in ("session_service", "reputation_service", "stats_worker", "outbox", "accounts"):
            await connection.execute(text(f"CREATE TABLE {schema}.to_come (id uuid)"))
            may = text(f"SELECT has_table_privilege('tandem_definer', '{schema}.to_come', 'MAINTAIN')")
            assert await connection.scalar(may)
        await connection.rollback()


async def test_what_a_user_is_in_is_exported(owner: Database) -> None:
    planned = await rows(
        owner,
        "SELECT house || '.' || relation AS name, bool_or(exported) AS exported"
        " FROM accounts.erasure_plan WHERE action <> 'call' GROUP BY 1",
    )
    assert {row["name"] for row in planned if not row["exported"]} == NOT_EXPORTED.keys()


async def test_no_export_shows_a_secret(owner: Database) -> None:
    shown = await rows(
        owner,
        """
        SELECT concat_ws('.', house, relation, column_name) AS name
        FROM accounts.erasure_plan JOIN information_schema.columns ON table_schema = house AND table_name = relation
        WHERE exported AND column_name <> ALL (hidden)
            AND (data_type = 'bytea' OR column_name ~ 'secret|token|password|hash')
        """,
    )
    assert shown == []


@pytest.mark.parametrize(
    "role", ["tandem_session", "tandem_session_worker", "tandem_reputation", "tandem_courier"]
)
async def test_what_erases_is_in_the_hands_of_the_worker_alone(owner: Database, role: str) -> None:
    may = await rows(
        owner,
        """
        SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prosecdef AND has_function_privilege(:role, p.oid, 'EXECUTE')
            AND p.proname IN ('begin_erasure', 'settle_events', 'sweep_events', 'sweep_words', 'erase_from_buddies',
                'erase_rows', 'look_at_events', 'finish_erasure', 'own_rows', 'analyze')
        """,
        role=role,
    )
    assert len(may) == (10 if role == "tandem_session_worker" else 0), may
