"""What reading and counting cost does not depend on how long the history is."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import text

from kit.database import Database
from stats_worker.counting import repository as counting
from stats_worker.counting.rules import COMPLETED, PRACTISED, STREAKS, SessionFacts
from stats_worker.figures.repository import STANDING

LAST = date(2026, 11, 20)
TABLES = ("totals", "counted", "days", "runs", "weekdays", "sequences")
LONG = 50_000
"""Practices; on every other day, so that none of the runs is longer than a day."""


async def history(owner: Database, user: UUID, practices: int) -> None:
    """A user with so many practices on as many days, written straight into the tables."""
    statements = [
        "INSERT INTO stats_worker.totals VALUES (:user, :count, :count, :count * 600)",
        "INSERT INTO stats_worker.counted SELECT :user, number, kind FROM generate_series(1, :count) AS number,"
        " unnest(ARRAY['started', 'completed']) AS kind",
        "INSERT INTO stats_worker.days SELECT :user, CAST(:last AS date) - 2 * number, 1, 600"
        " FROM generate_series(1, :count) AS number",
        "INSERT INTO stats_worker.runs SELECT user_id, local_date, local_date, 1 FROM stats_worker.days"
        " WHERE user_id = :user",
        "INSERT INTO stats_worker.weekdays SELECT :user, number, :count, 600 FROM generate_series(1, 7) AS number",
        "INSERT INTO stats_worker.sequences SELECT :user, number, :count, 6 FROM generate_series(0, 9) AS number",
    ]
    async with owner.transaction() as connection:
        for statement in statements:
            parameters = {"user": user, "count": practices, "last": LAST}
            names = {name: value for name, value in parameters.items() if f":{name}" in statement}
            await connection.execute(text(statement), names)


async def forgotten(owner: Database, *users: UUID) -> None:
    """Nothing of these users is left to slow down the tests that come after."""
    async with owner.transaction() as connection:
        for table in TABLES:
            await connection.execute(
                text(f"DELETE FROM stats_worker.{table} WHERE user_id = ANY(:users)"),
                {"users": list(users)},
            )


async def pages(database: Database, user: UUID, statement: Any, parameters: dict[str, Any]) -> int:
    """How many pages the statement touches; what it changes is taken back."""
    async with database.transaction(user) as connection:
        plan = await connection.scalar(
            text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"), parameters
        )
        await connection.exec_driver_sql("ROLLBACK AND CHAIN")
    assert plan is not None
    whole = plan[0]["Plan"]
    return int(whole["Shared Hit Blocks"] + whole["Shared Read Blocks"])


async def test_a_long_history_costs_no_more_than_a_short_one(owner: Database, reader: Database) -> None:
    short, long = uuid4(), uuid4()
    try:
        await history(owner, short, 10)
        await history(owner, long, LONG)
        async with owner.transaction() as connection:
            for table in TABLES:
                await connection.exec_driver_sql(f"ANALYZE stats_worker.{table}")

        def reading(user: UUID) -> dict[str, Any]:
            return {
                "user_id": user,
                "yesterday": LAST - timedelta(days=1),
                "week": LAST - timedelta(days=4),
                "month": LAST.replace(day=1),
            }

        def counting_one(user: UUID) -> dict[str, Any]:
            new = SessionFacts(user, LONG + 1, LAST - timedelta(days=3), "UTC", 1, "completed", 60)
            return {
                "sessions": orjson.dumps([new._asdict()]).decode(),
                "completed": COMPLETED,
                "practised": list(PRACTISED),
                "streaks": list(STREAKS),
            }

        for statement, parameters in ((STANDING, reading), (counting._COUNT, counting_one)):
            costs = [await pages(reader, user, statement, parameters(user)) for user in (short, long)]
            # One level more of an index here and there.
            assert costs[1] <= 1.5 * costs[0] + 10, (str(statement)[:60], costs)
    finally:
        await forgotten(owner, short, long)
