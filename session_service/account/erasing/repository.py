"""The steps of an erasure, as the database offers them: each a function that no other role may call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Traces:
    """By what somebody can be recognised, longer strings first, and what takes the place of each."""

    wanted: list[str]
    instead: list[str]


class Looked(StrEnum):
    """What looking at new events has shown."""

    NAMED = "named"
    """One of them names the user."""
    MORE = "more"
    """None so far."""
    CLEAN = "clean"
    """None; those of the last minutes are left to `finish`."""


async def begin(connection: AsyncConnection, user_id: UUID) -> dict[str, Any]:
    """Ends what is open with buddies, and puts the stand-in into what they keep.

    Answers with ``stand_in``, ``wanted`` (pairs of a trace and what takes its place), and ``cancelled`` sessions.
    """
    begun: dict[str, Any] = await connection.scalar(
        text("SELECT session_service.begin_erasure(:user_id)"), {"user_id": user_id}
    )
    return begun


async def shared_sessions(
    connection: AsyncConnection, stand_in_id: UUID, after: UUID, limit: int
) -> list[UUID]:
    """The sessions that stay with the buddies, page by page."""
    rows = await connection.execute(
        text(
            "SELECT id FROM session_service.wingman_sessions"
            " WHERE (user1_id = :id OR user2_id = :id) AND id > :after ORDER BY id LIMIT :limit"
        ),
        {"id": stand_in_id, "after": after, "limit": limit},
    )
    return list(rows.scalars())


async def settle_events(connection: AsyncConnection, user_id: UUID) -> int:
    """Drops what is pending and concerns nobody else; how many others are still to be applied."""
    return int(await connection.scalar(text("SELECT accounts.settle_events(:id)"), {"id": user_id}) or 0)


async def sweep_events(
    connection: AsyncConnection, user_id: UUID, traces: Traces, after: UUID, limit: int
) -> UUID | None:
    """Takes the user out of the next so many events; the last of them, or None: there is none left."""
    found: UUID | None = await connection.scalar(
        text(
            "SELECT accounts.sweep_events(:id, CAST(:wanted AS text[]), CAST(:instead AS text[]), :after, :limit)"
        ),
        {
            "id": user_id,
            "wanted": traces.wanted,
            "instead": traces.instead,
            "after": after,
            "limit": limit,
        },
    )
    return found


async def erase_from_buddies(
    connection: AsyncConnection, user_id: UUID, traces: Traces, after: UUID, limit: int
) -> UUID | None:
    """Takes the user out of the words that the next so many buddies keep; the last of them, or None."""
    found: UUID | None = await connection.scalar(
        text(
            "SELECT session_service.erase_from_buddies("
            ":id, CAST(:wanted AS text[]), CAST(:instead AS text[]), :after, :limit)"
        ),
        {
            "id": user_id,
            "wanted": traces.wanted,
            "instead": traces.instead,
            "after": after,
            "limit": limit,
        },
    )
    return found


async def swept_tables(connection: AsyncConnection) -> list[tuple[str, str]]:
    """The tables in whose every row the user may be mentioned: house and name."""
    rows = await connection.execute(
        text(
            "SELECT DISTINCT house, relation FROM accounts.shared_words"
            " WHERE num_nonnulls(reader, session) = 0 ORDER BY 1, 2"
        )
    )
    return [(row.house, row.relation) for row in rows]


async def sweep_words(
    connection: AsyncConnection, user_id: UUID, traces: Traces, table: Sequence[str], block: int, blocks: int
) -> int | None:
    """Takes the user out of so many blocks of such a table; where to go on, or None: that was the end."""
    found: int | None = await connection.scalar(
        text(
            "SELECT accounts.sweep_words(:id, CAST(:wanted AS text[]), CAST(:instead AS text[]),"
            " CAST(:house AS name), CAST(:relation AS name), :block, :blocks)"
        ),
        {
            "id": user_id,
            "wanted": traces.wanted,
            "instead": traces.instead,
            "house": table[0],
            "relation": table[1],
            "block": block,
            "blocks": blocks,
        },
    )
    return found


async def erase_rows(connection: AsyncConnection, user_id: UUID, limit: int) -> int:
    """Deletes up to so many rows of the user, and the user's exports; how many: 0 when none is left."""
    exports = await connection.execute(
        text("DELETE FROM session_service.jobs WHERE user_id = :id AND kind = 'export'"), {"id": user_id}
    )
    rows = await connection.scalar(
        text("SELECT accounts.erase_rows(:id, :limit)"), {"id": user_id, "limit": limit}
    )
    return exports.rowcount + int(rows or 0)


async def look_at_events(connection: AsyncConnection, user_id: UUID, limit: int) -> Looked:
    """Looks for the user in the next so many events since the account was closed."""
    return Looked(
        await connection.scalar(
            text("SELECT accounts.look_at_events(:id, :limit)"), {"id": user_id, "limit": limit}
        )
    )


async def wait_for_locks(connection: AsyncConnection, longest: timedelta) -> None:
    """Has each statement that follows in this transaction fail that would wait for a lock for longer than that."""
    await connection.execute(
        text("SELECT set_config('lock_timeout', CAST(:longest AS text), true)"),
        {"longest": f"{longest / timedelta(milliseconds=1):.0f}ms"},
    )


async def keep_values(connection: AsyncConnection, number: int) -> None:
    """How many values of a column the planner keeps of what is analyzed later in this transaction."""
    await connection.execute(
        text("SELECT set_config('default_statistics_target', CAST(:number AS text), true)"),
        {"number": str(number)},
    )


async def analyze_next(connection: AsyncConnection, after: Sequence[str]) -> tuple[str, str] | None:
    """Has the planner forget the next table, and learn it anew; house and name, or None: there is none left."""
    row = (
        await connection.execute(
            text(
                "SELECT house, relation, accounts.analyze(house, relation) FROM ("
                " SELECT house, relation FROM accounts.analyzed_tables()"
                " WHERE (house, relation) > (CAST(:house AS name), CAST(:relation AS name))"
                " ORDER BY house, relation LIMIT 1"
                ") AS following"
            ),
            {"house": after[0], "relation": after[1]},
        )
    ).first()
    return None if row is None else (row.house, row.relation)


NAMING_TO_THE_END = (
    ("accounts", "closed"),
    ("accounts", "former_names"),
    ("session_service", "jobs"),
    ("session_service", "user_profiles"),
)
"""The tables that `finish` empties of the user: the others were analyzed when they no longer named anybody."""


async def finish(connection: AsyncConnection, user_id: UUID) -> bool:
    """The account itself goes, with the job, and what the planner remembers of them.

    False when something has come up meanwhile, and nothing was done.
    """
    finished = await connection.scalar(text("SELECT session_service.finish_erasure(:id)"), {"id": user_id})
    if not finished:
        return False
    for house, relation in NAMING_TO_THE_END:
        await connection.execute(
            text("SELECT accounts.analyze(CAST(:house AS name), CAST(:relation AS name))"),
            {"house": house, "relation": relation},
        )
    return True
