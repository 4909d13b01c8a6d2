"""What ranks cost among a thousand users, and among a million: the same requests of two reputation services.

Each has a database of its own, whose counters are made in one statement; their triggers make the boards. Requests go to
the services themselves, by turns, and none is answered out of a cache.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import orjson
import psycopg
from psycopg import sql

from deploy.local.data_dir import ROOT
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.migrations import migrate_all, role_url
from kit.pages import encode_cursor
from tests.bench.load import Connection, connect, exchange, request
from tests.bench.practice import Growth
from tests.bench.world import World
from tests.support.waiting import eventually

PAGE = 20
"""Items a page."""

BOARDS = ("completed_sessions", "points")

# As in life: most have completed few sessions, a few have completed hundreds, for points of several sizes; some have
# missed some. Many equals, who have come to it one after the other.
_FILL = """
    INSERT INTO reputation_service.counters
        (user_id, completed_sessions, points, no_shows, completed_sessions_reached_at, points_reached_at)
    SELECT gen_random_uuid(), completed, completed * (5 + 5 * (n %% 8)) + n %% 13 - missed * 20, missed, at, at
    FROM generate_series(1, CAST(%(users)s AS bigint)) AS n,
        LATERAL (SELECT CAST(n * 7919 %% %(users)s AS float8) / %(users)s AS part) AS p,
        LATERAL (SELECT CAST(floor(-ln(1 - part) * 40) AS integer) AS completed) AS c,
        LATERAL (SELECT CASE WHEN n %% 9 = 4 THEN n %% 4 ELSE 0 END AS missed) AS m,
        LATERAL (SELECT now() - n * 31557600.0 / %(users)s * interval '1 second' AS at) AS t
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """A reputation service among so many users, and one of them in the middle of the board."""

    users: int
    address: str
    secret: str
    one: UUID
    behind: dict[str, str]
    """By board, the cursor of a page that nine in ten users are ahead of."""


@contextmanager
def crowds(world: World, sizes: Sequence[int]) -> Iterator[list[Crowd]]:
    """Services among so many users, with databases of their own that are dropped afterwards."""
    with ExitStack() as stack:
        yield [stack.enter_context(_crowd(world, size)) for size in sizes]


@contextmanager
def _crowd(world: World, users: int) -> Iterator[Crowd]:
    name = f"bench_{users}"
    url = urlunsplit(urlsplit(world.stack.owner_url)._replace(path=f"/{name}"))
    with psycopg.connect(world.stack.owner_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            migrate_all(url, world.role_secret)
            one, behind = _fill(url, users)
            with _service(world, url) as address:
                yield Crowd(users, address, world.internal_secret, one, behind)
        finally:
            owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _fill(url: str, users: int) -> tuple[UUID, dict[str, str]]:
    with psycopg.connect(url, autocommit=True) as owner:
        # What is lost in a crash is made again.
        owner.execute("SET synchronous_commit = off")
        owner.execute("SET work_mem = '64MB'")
        # Indexes are made faster of rows that are there.
        indexes = owner.execute(
            "SELECT format('%I.%I', schemaname, indexname), indexdef FROM pg_indexes"
            " WHERE schemaname = 'reputation_service' AND tablename = 'counters' AND indexname LIKE 'counters_by_%'"
        ).fetchall()
        assert len(indexes) == len(BOARDS)
        for index, _ in indexes:
            owner.execute(f"DROP INDEX {index}".encode())
        owner.execute(_FILL, {"users": users})
        for _, definition in indexes:
            owner.execute(definition)
        for table in ("counters", "boards", "distribution"):
            owner.execute(f"VACUUM ANALYZE reputation_service.{table}".encode())

        def nth(board: str, position: int) -> tuple[Any, ...]:
            row = owner.execute(
                f"SELECT {board}_key, {board}_reached_at, user_id FROM reputation_service.counters"
                " WHERE completed_sessions <> 0 OR points <> 0 OR no_shows <> 0"
                f" ORDER BY {board}_key, {board}_reached_at, user_id OFFSET %s LIMIT 1".encode(),
                [position],
            ).fetchone()
            assert row is not None
            return row

        behind = {board: encode_cursor([board, *nth(board, users * 9 // 10)]) for board in BOARDS}
        return nth("completed_sessions", users // 2)[2], behind


@contextmanager
def _service(world: World, url: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        socket = Path(folder) / "s"
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", "reputation_service.main:create_app", "--factory"),
                *("--uds", str(socket), "--loop", "uvloop", "--http", "httptools", "--no-access-log"),
            ],
            env={
                **os.environ,
                "DATABASE_URL": role_url(url, "tandem_reputation", world.role_secret),
                "REDIS_URL": world.stack.redis_url,
                "INTERNAL_SECRET": world.internal_secret,
            },
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"unix:{socket}"
        finally:
            process.terminate()
            process.wait()


async def _connected(crowd: Crowd) -> Connection:
    async def listens() -> bool:
        try:
            _, writer = await connect(crowd.address)
        except OSError:
            return False
        writer.close()
        return True

    await eventually(listens, timeout=20)
    return await connect(crowd.address)


class Ranking:
    """Requests of the crowds in turn, each over a connection of its own."""

    def __init__(self, crowds: Sequence[Crowd], connections: Sequence[Connection], rounds: int):
        self._crowds = crowds
        self._connections = connections
        self._rounds = rounds

    async def reading(
        self, name: str, path_of: Callable[[Crowd], str], is_right: Callable[[dict[str, Any]], bool]
    ) -> Growth:
        """A GET. Raises AssertionError when an answer is not what was to be measured."""
        rounds = []
        for number in range(self._rounds):
            row = [0.0] * len(self._crowds)
            columns = list(range(len(self._crowds)))
            first = number % len(columns)
            for column in columns[first:] + columns[:first]:
                crowd = self._crowds[column]
                # Signed anew each time: a signature is valid for a minute.
                identity = {IDENTITY_HEADER: sign(Caller(crowd.one), crowd.secret)}
                sent = request("GET", f"/api/reputation/{path_of(crowd)}", identity)
                row[column], status, body = await exchange(self._connections[column], sent)
                assert status == 200, body
                assert is_right(orjson.loads(body)), body
            rounds.append(row)
        # The first ones open connections and prepare statements.
        return Growth.of(name, rounds[min(10, self._rounds // 3) :])


def _always(path: str) -> Callable[[Crowd], str]:
    return lambda _: path


def _behind(page: str, board: str) -> Callable[[Crowd], str]:
    return lambda crowd: f"{page}&cursor={crowd.behind[board]}"


async def ranking(world: World, sizes: Sequence[int], rounds: int) -> list[Growth]:
    """Each request among so many users, one after the other, so many rounds."""
    with crowds(world, sizes) as services:
        connections = [await _connected(crowd) for crowd in services]
        measuring = Ranking(services, connections, rounds)

        def is_page(body: dict[str, Any]) -> bool:
            return len(body["items"]) == PAGE and body["me"] is not None

        figures = [
            await measuring.reading("GET /me: a rank", _always("me"), lambda body: body["rank"] is not None)
        ]
        for board in BOARDS:
            page = f"leaderboard?by={board}&limit={PAGE}"
            for name, path_of in (
                ("first page", _always(page)),
                ("a page behind 90 %", _behind(page, board)),
                ("around=me", _always(f"{page}&around=me")),
            ):
                figures.append(await measuring.reading(f"by {board}: {name}", path_of, is_page))
        for _, writer in connections:
            writer.close()
    return figures
