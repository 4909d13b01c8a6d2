"""The SQL of what is known of no-shows."""

from collections.abc import Sequence

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.ledger.penalties.rules import Facts, Penalty
from reputation_service.ledger.rules import Kind

_COLUMNS = (
    "points, event_id, occurred_at, appeal_event_id, appealed_at, decision_event_id, decided_at, upheld"
)
_KNOWN_FIRST = ", ".join(f"{name} = coalesce(known.{name}, excluded.{name})" for name in _COLUMNS.split(", "))

# Reached in the order of the SELECT, and before any counter is locked: two batches queue up and never block each other.
_NOTE = text(
    f"""
    INSERT INTO reputation_service.penalties AS known (session_id, user_id, {_COLUMNS})
    SELECT session_id, user_id, {_COLUMNS}
    FROM json_to_recordset(CAST(:facts AS json)) AS facts (
        session_id uuid, user_id uuid, points integer, event_id uuid, occurred_at timestamptz, appeal_event_id uuid,
        appealed_at timestamptz, decision_event_id uuid, decided_at timestamptz, upheld boolean
    )
    ORDER BY session_id, user_id
    ON CONFLICT (session_id, user_id) DO UPDATE SET {_KNOWN_FIRST}
    """  # noqa: S608 - the columns are a constant above
)

# A statement of its own, after the lock: it sees what the one before has booked.
_LOOK = text(
    f"""
    SELECT session_id, user_id, {_COLUMNS}, booked.kinds, booked.standing, booked.cost,
        EXISTS (
            SELECT FROM reputation_service.reversals WHERE reversals.session_id = penalties.session_id
        ) AS reversed
    FROM json_to_recordset(CAST(:keys AS json)) AS key (session_id uuid, user_id uuid)
        JOIN reputation_service.penalties USING (session_id, user_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(kind), ARRAY[]::text[]) AS kinds, coalesce(sum(no_shows), 0) AS standing,
                -min(points) FILTER (WHERE kind = 'no_show') AS cost
            FROM reputation_service.ledger
            WHERE ledger.session_id = key.session_id AND ledger.user_id = key.user_id
        ) AS booked
    """  # noqa: S608 - the columns are a constant above
)


async def note(connection: AsyncConnection, facts: Sequence[Facts]) -> list[Penalty]:
    """Adds facts, at most one row for each no-show, to what is known; what is known of each now.

    Each of them is locked until the transaction ends, and with it what the ledger holds of it.
    """
    rows = [dict(zip(Facts._fields, each, strict=True)) for each in facts]
    await connection.execute(_NOTE, {"facts": orjson.dumps(rows).decode()})
    keys = [{"session_id": each.session_id, "user_id": each.user_id} for each in facts]
    found = await connection.execute(_LOOK, {"keys": orjson.dumps(keys).decode()})
    width = len(Facts._fields)
    return [
        Penalty(Facts(*row[:width]), frozenset(map(Kind, row.kinds)), row.standing, row.cost, row.reversed)
        for row in found
    ]
