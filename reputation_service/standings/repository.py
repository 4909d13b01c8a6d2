"""The SQL of leaderboards. Each answer is one statement, so that ranks and rows are of the same moment.

``boards`` counts users by value, by 16 values, by 256 values and so on. Those ahead of a value are at most 15 blocks on
each of 16 levels, so a rank is a sum of a bounded number of rows, however many users there are
(docs/decisions/0018-standings.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.standings.rules import Board

_RANKED = "(completed_sessions <> 0 OR points <> 0 OR no_shows <> 0)"
"""Who is on the boards: the condition of their indexes."""


def _rank(board: str, value: str) -> str:
    # At the top level the blocks are those of all 64-bit numbers, -8 to 7. Summed up level by level, so that each level
    # is a range of the index: a plain join could also be done by reading the whole board.
    return f"""1 + coalesce((
            SELECT CAST(sum(ahead.users) AS bigint)
            FROM generate_series(0, 60, 4) AS level (shift) CROSS JOIN LATERAL (
                SELECT sum(users) AS users FROM reputation_service.boards
                WHERE board = {board} AND boards.shift = level.shift
                  AND block > CAST({value} AS bigint) >> level.shift
                  AND block <= CASE level.shift WHEN 60 THEN 7 ELSE (CAST({value} AS bigint) >> level.shift) | 15 END
            ) AS ahead
        ), 0)"""  # noqa: S608 - the arguments are literals of this module


def _page(board: Board, rows: str) -> TextClause:
    """``rows``, a statement that gives ``key`` and ``position``, ranked; and the caller, with no position.

    The first value's rank is a sum over the board. Each next value follows it without anybody in between, so that its
    rank is that of the value before plus the users who have that one.
    """
    return text(
        f"""
        WITH own AS (
            SELECT user_id, completed_sessions, points, {board}_key AS key, {board}_reached_at AS reached_at
            FROM reputation_service.counters WHERE user_id = :caller AND {_RANKED}
        ), page AS MATERIALIZED (
            {rows}
        ), level AS (
            SELECT key, sum(users) OVER (
                ORDER BY key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS passed
            FROM (SELECT DISTINCT key FROM page) AS keys CROSS JOIN LATERAL (
                SELECT sum(users) AS users FROM reputation_service.boards
                WHERE board = '{board}' AND shift = 0 AND block = -keys.key
            ) AS value
        ), first AS (
            SELECT {_rank(f"'{board}'", "(SELECT -min(key) FROM page)")} AS rank
        )
        SELECT user_id, completed_sessions, points, key, reached_at, position,
            (SELECT rank FROM first) + CAST(coalesce(passed, 0) AS bigint) AS rank
        FROM page JOIN level USING (key)
        UNION ALL
        SELECT user_id, completed_sessions, points, key, reached_at, NULL, {_rank(f"'{board}'", "-own.key")}
        FROM own
        ORDER BY position
        """  # noqa: S608 - the board is one of an enumeration
    )


def _rows(board: Board, condition: str, *, position: str = "") -> str:
    return f"""
        SELECT user_id, completed_sessions, points, {board}_key AS key, {board}_reached_at AS reached_at,
            row_number() OVER (
                ORDER BY {board}_key{position}, {board}_reached_at{position}, user_id{position}
            ) AS position
        FROM reputation_service.counters
        WHERE {_RANKED} {condition}
        ORDER BY {board}_key{position}, {board}_reached_at{position}, user_id{position}
    """  # noqa: S608 - the board is one of an enumeration


def _place(board: Board) -> str:
    return f"({board}_key, {board}_reached_at, user_id)"


_FROM_THE_TOP = {board: _page(board, _rows(board, "") + " LIMIT :limit") for board in Board}

_AFTER = {
    board: _page(
        board,
        _rows(
            board, f"AND {_place(board)} > (CAST(:key AS bigint), CAST(:reached_at AS timestamptz), :user_id)"
        )
        + " LIMIT :limit",
    )
    for board in Board
}

# Those ahead have positions below zero, the closest one -1.
_AROUND = {
    board: _page(
        board,
        f"""
        SELECT ahead.user_id, ahead.completed_sessions, ahead.points, ahead.key, ahead.reached_at, -position AS position
        FROM own CROSS JOIN LATERAL (
            {_rows(board, f"AND {_place(board)} < (own.key, own.reached_at, own.user_id)", position=" DESC")}
            LIMIT :limit
        ) AS ahead
        UNION ALL
        SELECT rest.* FROM own CROSS JOIN LATERAL (
            {_rows(board, f"AND {_place(board)} >= (own.key, own.reached_at, own.user_id)")} LIMIT :limit
        ) AS rest
        """,  # noqa: S608 - the board is one of an enumeration
    )
    for board in Board
}

_STANDING = text(
    f"""
    SELECT completed_sessions, points, no_shows,
        CASE WHEN {_RANKED} THEN {_rank("'completed_sessions'", "counters.completed_sessions")} END AS rank
    FROM reputation_service.counters WHERE user_id = :user_id
    """  # noqa: S608 - constants above
)

_BUCKETS = text(
    """
    SELECT bounds[bucket] AS lowest, bounds[bucket + 1] - 1 AS highest,
        CAST(coalesce(sum(users), 0) AS bigint) AS users,
        CAST(coalesce(sum(completed_sessions), 0) AS bigint) AS completed_sessions,
        CAST(coalesce(sum(no_shows), 0) AS bigint) AS no_shows
    FROM reputation_service.bucket_bounds(:board) AS bounds
        CROSS JOIN generate_series(0, cardinality(bounds)) AS bucket
        LEFT JOIN (SELECT * FROM reputation_service.distribution WHERE board = :board) AS counted USING (bucket)
    GROUP BY bounds, bucket ORDER BY bucket
    """
)


@dataclass(frozen=True, slots=True)
class Place:
    """A user on a board. ``key`` (the value, negated), ``reached_at`` and ``user_id`` are the order of the board."""

    rank: int
    user_id: UUID
    completed_sessions: int
    points: int
    key: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Users of a board in its order, those ahead of the caller apart where that was asked for; and the caller."""

    ahead: Sequence[Place]
    rest: Sequence[Place]
    own: Place | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A user's counters, and the rank by completed sessions; none when nothing counts for or against the user."""

    completed_sessions: int
    points: int
    no_shows: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Users with values from ``lowest`` to ``highest`` (none: without an end), and the sums of their counters."""

    lowest: int | None
    highest: int | None
    users: int
    completed_sessions: int
    no_shows: int


async def from_the_top(connection: AsyncConnection, board: Board, caller: UUID, *, limit: int) -> Found:
    """The first users of a board."""
    return await _find(connection, _FROM_THE_TOP[board], {"caller": caller, "limit": limit})


async def after(
    connection: AsyncConnection,
    board: Board,
    caller: UUID,
    *,
    key: int,
    reached_at: datetime,
    user_id: UUID,
    limit: int,
) -> Found:
    """The users that follow the given place, whether or not somebody is there."""
    place = {"key": key, "reached_at": reached_at, "user_id": user_id}
    return await _find(connection, _AFTER[board], {"caller": caller, "limit": limit, **place})


async def around(connection: AsyncConnection, board: Board, caller: UUID, *, limit: int) -> Found:
    """Up to ``limit`` users ahead of the caller, and up to ``limit`` from the caller on; none without history."""
    return await _find(connection, _AROUND[board], {"caller": caller, "limit": limit})


async def standing(connection: AsyncConnection, user_id: UUID) -> Standing | None:
    """A user's counters and rank; none for a user who has no counters."""
    row = (await connection.execute(_STANDING, {"user_id": user_id})).one_or_none()
    return None if row is None else Standing(*row)


async def buckets(connection: AsyncConnection, board: Board) -> list[Bucket]:
    """Every bucket of a board, lowest values first."""
    return [Bucket(*row) for row in await connection.execute(_BUCKETS, {"board": board.value})]


async def _find(connection: AsyncConnection, statement: TextClause, parameters: dict[str, Any]) -> Found:
    rows = (await connection.execute(statement, parameters)).all()
    return Found(
        ahead=[_place_of(row) for row in rows if row.position is not None and row.position < 0],
        rest=[_place_of(row) for row in rows if row.position is not None and row.position > 0],
        own=next((_place_of(row) for row in rows if row.position is None), None),
    )


def _place_of(row: Row[Any]) -> Place:
    return Place(row.rank, row.user_id, row.completed_sessions, row.points, row.key, row.reached_at)
