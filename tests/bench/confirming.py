"""Confirmations: through the gateway, and the very same statements by bare psycopg.

The statements are not written down here: they are recorded from one confirmation of each kind (the first of a session
and the second, which completes it), and replayed with other ids.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import event

from kit.database import Database
from kit.outbox.events import uuid7
from session_service.buddy import service
from tests.bench.world import Made, World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as psycopg gets it."""

    sql: str
    parameters: dict[str, Any]


async def record(world: World, made: Made) -> tuple[list[Statement], list[Statement]]:
    """The statements of the first and of the second confirmation of a session."""
    database = Database(world.role_url("tandem_session"), application_name="bench recorder", pool_size=1)
    recorded: list[Statement] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def write_down(_c: Any, _u: Any, statement: str, parameters: Any, _x: Any, _m: bool) -> None:
        recorded.append(Statement(statement, dict(parameters)))

    halves = []
    for user in (made.one, made.other):
        recorded.clear()
        async with database.transaction(user) as connection:
            await service.confirm(connection, user, made.session, None)
        halves.append(list(recorded))
    await database.close()
    return halves[0], halves[1]


def _retold(value: Any, ids: dict[str, str]) -> Any:
    """The parameter with every known id replaced, and every other one made new (events have ids of their own)."""
    if isinstance(value, UUID):
        return UUID(ids.setdefault(str(value), str(uuid7())))
    if isinstance(value, str):
        return _UUID.sub(lambda found: ids.setdefault(found[0], str(uuid7())), value)
    if isinstance(value, list):
        return [_retold(each, ids) for each in value]
    return value


class Replay:
    """Replays recorded confirmations for other sessions."""

    def __init__(
        self, recorded: tuple[Sequence[Statement], Sequence[Statement]], original: Made, kept: set[str]
    ):
        self._halves = recorded
        self._original = original
        self._kept = kept

    def statements(self, made: Made, half: int) -> list[Statement]:
        """The statements of one half for another session."""
        original = self._original
        ids = {
            str(original.session): str(made.session),
            str(original.one): str(made.one),
            str(original.other): str(made.other),
            **{each: each for each in self._kept},
        }
        return [
            Statement(each.sql, {name: _retold(value, ids) for name, value in each.parameters.items()})
            for each in self._halves[half]
        ]

    async def run(self, url: str, todo: Sequence[Made], *, connections: int) -> float:
        """Both confirmations of each session; confirmations a second."""
        scripts = [
            (made.one if half == 0 else made.other, self.statements(made, half))
            for half in (0, 1)
            for made in todo
        ]
        waiting = iter(scripts)

        async def client(connection: "psycopg.AsyncConnection[Any]") -> None:
            for user, statements in waiting:
                await connection.execute(f"BEGIN; SET LOCAL app.user_id = '{user}'", prepare=False)
                for statement in statements:
                    await connection.execute(statement.sql, statement.parameters)
                await connection.commit()

        opened = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(connections)]
        began = time.perf_counter()
        await asyncio.gather(*(client(connection) for connection in opened))
        seconds = time.perf_counter() - began
        for connection in opened:
            await connection.close()
        return len(scripts) / seconds
