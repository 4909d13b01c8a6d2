"""The SQL of recounting. It needs the rights of the tables' owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_COUNT = text(
    """
    SELECT count(*) FROM (
        SELECT user_id FROM reputation_service.ledger UNION SELECT user_id FROM reputation_service.counters
    ) AS users
    """
)

_NEXT = text(
    """
    SELECT user_id FROM (
        (SELECT DISTINCT user_id FROM reputation_service.ledger
         WHERE CAST(:after AS uuid) IS NULL OR user_id > :after ORDER BY user_id LIMIT :limit)
        UNION
        (SELECT user_id FROM reputation_service.counters
         WHERE CAST(:after AS uuid) IS NULL OR user_id > :after ORDER BY user_id LIMIT :limit)
    ) AS users
    ORDER BY user_id LIMIT :limit
    """
)

_RECOUNT = text(
    """
    UPDATE reputation_service.counters AS counters
    SET completed_sessions = coalesce(sums.completed_sessions, 0),
        points = coalesce(sums.points, 0),
        no_shows = coalesce(sums.no_shows, 0),
        updated_at = statement_timestamp()
    FROM unnest(CAST(:users AS uuid[])) AS recounted (user_id) LEFT JOIN (
        SELECT user_id, sum(completed_sessions) AS completed_sessions, sum(points) AS points, sum(no_shows) AS no_shows
        FROM reputation_service.ledger WHERE user_id = ANY(:users) GROUP BY user_id
    ) AS sums USING (user_id)
    WHERE counters.user_id = recounted.user_id
      AND (counters.completed_sessions, counters.points, counters.no_shows) IS DISTINCT FROM
          (coalesce(sums.completed_sessions, 0), coalesce(sums.points, 0), coalesce(sums.no_shows, 0))
    """
)

_SETTLE_REACHED = text("SELECT reputation_service.settle_reached(:users)")

# The counts that a user has ever had, in the order of booking. A badge stays, also when its sessions were taken back.
_DUE = """
    due AS (
        SELECT DISTINCT ON (user_id, code) user_id, code, occurred_at
        FROM (
            SELECT user_id, created_at, occurred_at,
                sum(completed_sessions) OVER (PARTITION BY user_id ORDER BY created_at, id) AS reached
            FROM reputation_service.ledger WHERE completed_sessions <> 0 {condition}
        ) AS counted
        JOIN json_to_recordset(CAST(:milestones AS json)) AS milestone (code text, completed_sessions integer)
            ON reached = milestone.completed_sessions
        ORDER BY user_id, code, created_at
    )
"""

_AWARD = text(
    f"""
    WITH {_DUE.format(condition="AND user_id = ANY(:users)")}
    INSERT INTO reputation_service.badges (user_id, code, earned_at)
    SELECT user_id, code, occurred_at FROM due ORDER BY user_id, code
    ON CONFLICT (user_id, code) DO NOTHING
    """  # noqa: S608 - a constant above
)

# Whoever has fewer completions, counting also those that were taken back, cannot have earned it in any order.
_UNEARNED = """
    SELECT badges.user_id, badges.code
    FROM reputation_service.badges
        JOIN json_to_recordset(CAST(:milestones AS json)) AS milestone (code text, completed_sessions integer)
            USING (code)
        LEFT JOIN (
            SELECT user_id, count(*) AS completions FROM reputation_service.ledger
            WHERE kind = 'completion' GROUP BY user_id
        ) AS earned USING (user_id)
    WHERE coalesce(earned.completions, 0) < milestone.completed_sessions
"""

_TAKE_BADGES = text(
    f"""
    DELETE FROM reputation_service.badges USING ({_UNEARNED}) AS unearned
    WHERE badges.user_id = unearned.user_id AND badges.code = unearned.code
    """  # noqa: S608 - a constant above
)

_MEND_BOARDS = text(
    """
    INSERT INTO reputation_service.boards AS known (board, shift, block, stripe, users)
    SELECT board, shift, block, 0, users FROM reputation_service.boards_drift ORDER BY 1, 2, 3
    ON CONFLICT (board, shift, block, stripe) DO UPDATE SET users = known.users + excluded.users
    """
)

_MEND_DISTRIBUTION = text(
    """
    INSERT INTO reputation_service.distribution AS known (board, bucket, stripe, users, completed_sessions, no_shows)
    SELECT board, bucket, 0, users, completed_sessions, no_shows
    FROM reputation_service.distribution_drift ORDER BY 1, 2
    ON CONFLICT (board, bucket, stripe) DO UPDATE SET
        users = known.users + excluded.users,
        completed_sessions = known.completed_sessions + excluded.completed_sessions,
        no_shows = known.no_shows + excluded.no_shows
    """
)

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('reputation_service.boards', 0))")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as the ledger says: how often, and an example."""

    what: str
    count: int
    example: str


def _differences(source: str, example: str) -> TextClause:
    # One statement reads both sides, so what is booked meanwhile makes no difference.
    return text(f"WITH different AS ({source}) SELECT count(*), min({example}) FROM different")  # noqa: S608 - put together of constants


_CHECKS = {
    "counters that are not the ledger's sums": _differences(
        """
        SELECT user_id, ledger, counter FROM (
            SELECT user_id, row(sum(completed_sessions), sum(points), sum(no_shows)) AS ledger
            FROM reputation_service.ledger GROUP BY user_id
        ) AS sums FULL JOIN (
            SELECT user_id, row(completed_sessions, points, no_shows) AS counter
            FROM reputation_service.counters
            WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0
        ) AS counters USING (user_id)
        WHERE coalesce(CAST(ledger AS text), '(0,0,0)') <> coalesce(CAST(counter AS text), '(0,0,0)')
        """,
        "user_id || ': the ledger says ' || coalesce(CAST(ledger AS text), 'nothing')"
        " || ', the counters ' || coalesce(CAST(counter AS text), 'nothing')",
    ),
    "times of values that are not the ledger's": _differences(
        """
        SELECT user_id, completed_at, points_at FROM reputation_service.counters LEFT JOIN (
            SELECT user_id, max(occurred_at) FILTER (WHERE completed_sessions <> 0) AS completed_at,
                max(occurred_at) FILTER (WHERE points <> 0) AS points_at
            FROM reputation_service.entries_in_force GROUP BY user_id
        ) AS reached USING (user_id)
        WHERE (completed_sessions_reached_at, points_reached_at)
            IS DISTINCT FROM (coalesce(completed_at, 'epoch'), coalesce(points_at, 'epoch'))
        """,
        "CAST(user_id AS text)",
    ),
    "ranks' counts that are not the counters'": _differences(
        "SELECT * FROM reputation_service.boards_drift",
        "board || ', values from ' || (block << shift) || ' on: ' || -users || ' too many'",
    ),
    "buckets that are not the counters'": _differences(
        "SELECT * FROM reputation_service.distribution_drift",
        "board || ', bucket ' || bucket || ': ' || -users || ' users too many'",
    ),
    "badges that are missing": _differences(
        f"""
        WITH {_DUE.format(condition="")}
        SELECT user_id, code FROM due
        WHERE NOT EXISTS (
            SELECT FROM reputation_service.badges WHERE badges.user_id = due.user_id AND badges.code = due.code
        )
        """,  # noqa: S608 - a constant above
        "user_id || ': ' || code",
    ),
    "badges that nothing has earned": _differences(_UNEARNED, "user_id || ': ' || code"),
}


async def count_users(connection: AsyncConnection) -> int:
    """How many users there are in the ledger or in the counters."""
    return int(await connection.scalar(_COUNT) or 0)


async def users_after(connection: AsyncConnection, after: UUID | None, *, limit: int) -> list[UUID]:
    """The next users in the order of their ids."""
    return list((await connection.execute(_NEXT, {"after": after, "limit": limit})).scalars())


async def recount(
    connection: AsyncConnection, users: Sequence[UUID], milestones: Sequence[tuple[str, int]]
) -> None:
    """Replaces the counters of locked users by the sums of their entries, and gives them the badges they have earned.

    The triggers bring the boards along.
    """
    chosen = {"users": list(users)}
    await connection.execute(_RECOUNT, chosen)
    await connection.execute(_SETTLE_REACHED, chosen)
    await connection.execute(_AWARD, chosen | {"milestones": _json(milestones)})


async def take_unearned_badges(connection: AsyncConnection, milestones: Sequence[tuple[str, int]]) -> None:
    """Takes away the badges for completed sessions that nobody's entries have ever come to.

    Nobody has to be locked: a badge and the entries that earned it become visible together, and entries stay.
    """
    await connection.execute(_TAKE_BADGES, {"milestones": _json(milestones)})


async def mend_boards(connection: AsyncConnection) -> None:
    """Adds to the boards what they lack of the counters.

    Nobody is kept from booking: what is lacking is found in one snapshot, and adding is right whatever was added since.
    """
    # Two at once would both add it.
    await connection.execute(_ALONE)
    await connection.execute(_MEND_BOARDS)
    await connection.execute(_MEND_DISTRIBUTION)


async def differences(connection: AsyncConnection, milestones: Sequence[tuple[str, int]]) -> list[Difference]:
    """Everything that is not as the ledger says. Reads and changes nothing."""
    found = []
    for what, check in _CHECKS.items():
        parameters = {"milestones": _json(milestones)} if ":milestones" in check.text else {}
        count, example = (await connection.execute(check, parameters)).one()
        if count:
            found.append(Difference(what, count, example))
    return found


def _json(milestones: Sequence[tuple[str, int]]) -> str:
    return orjson.dumps([{"code": code, "completed_sessions": count} for code, count in milestones]).decode()
