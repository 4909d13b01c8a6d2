"""All SQL about imports."""

from collections.abc import Collection, Sequence
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.request_ids import current_request_id
from session_service.training.importing.rules import Import, Source
from session_service.training.rules import Action
from session_service.training.sessions.repository import SUBJECT

# There was no plan: what was done stands in for it. One order for all: two imports of one file wait for each other
# instead of deadlocking.
_ADD = text(
    f"""
    WITH given AS (
        SELECT * FROM jsonb_to_recordset(CAST(:workouts AS jsonb)) AS w (
            key text, name text, date date, started_at timestamptz, ended_at timestamptz, structure jsonb
        )
    ), added AS (
        INSERT INTO session_service.training_sessions
            (user_id, plan_snapshot, date, session, started_at, ended_at, import_source, import_key)
        SELECT :user_id, jsonb_build_object('name', name, 'structure', structure), date, structure,
            started_at, ended_at, :source, key
        FROM given ORDER BY key
        ON CONFLICT (user_id, import_key) WHERE import_key IS NOT NULL DO NOTHING
        RETURNING id, import_key
    ), audited AS (
        INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id, request_id)
        SELECT :user_id, '{Action.IMPORTED}', '{SUBJECT}', CAST(id AS text), :request_id FROM added
    )
    SELECT import_key, id FROM added
    """  # noqa: S608 - constants
)


async def add(
    connection: AsyncConnection, user_id: UUID, source: Source, workouts: Sequence[Import]
) -> dict[str, UUID]:
    """Adds the workouts that are not there yet; the new sessions by their import key."""
    rows = await connection.execute(
        _ADD,
        {
            "user_id": user_id,
            "source": source.value,
            "request_id": current_request_id(),
            "workouts": orjson.dumps(
                [
                    {
                        "key": workout.key,
                        "name": workout.name,
                        "date": workout.date,
                        "started_at": workout.started_at,
                        "ended_at": workout.ended_at,
                        "structure": workout.structure,
                    }
                    for workout in workouts
                ]
            ).decode(),
        },
    )
    return {row.import_key: row.id for row in rows}


async def known(connection: AsyncConnection, user_id: UUID, keys: Collection[str]) -> dict[str, UUID]:
    """The sessions that were imported under one of these keys, by key."""
    rows = await connection.execute(
        text(
            """
            SELECT import_key, id FROM session_service.training_sessions
            WHERE user_id = :user_id AND import_key = ANY(:keys)
            """
        ),
        {"user_id": user_id, "keys": list(keys)},
    )
    return {row.import_key: row.id for row in rows}
