"""What a long history costs: the same requests of users who have practised ten times, and many thousand times.

The histories are written straight into the database, the statistics are then counted from scratch as `tandem recompute`
does it. Each request goes through the gateway to PostgreSQL, and none is answered out of a cache.
"""

import asyncio
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg

from deploy.recompute import recompute_statistics
from kit.pages import encode_cursor
from tests.bench.load import Connection, connect, exchange, request
from tests.bench.world import World

YEARS = 30
"""The longest history reaches so far back; shorter ones have one practice a day at most."""

PAGE = 5
"""Items a page of the history, of everybody: also somebody with ten has two full pages."""

SESSIONS = "/api/v1/sessions"

# Six days of practice and one of rest, over and over, up to yesterday; so many a day that they fill these days evenly.
# The statuses as in life, the sequences and free practices by turns, the totals as they were after each one.
_PRACTISE = """
    WITH practice AS (
        SELECT n, day, at, status, CASE WHEN status = 'active' THEN 0 ELSE 600 + n * 7 %% 1200 END AS seconds
        FROM generate_series(0, %(count)s - 1) AS n,
            LATERAL (SELECT (%(count)s - 1 - n) * %(days)s / %(count)s AS back) AS practised,
            LATERAL (SELECT current_date - 1 - back - back / 6 AS day) AS dated,
            LATERAL (SELECT day::timestamp AT TIME ZONE 'UTC' + interval '6 hours'
                + n %% %(a_day)s * (interval '14 hours' / %(a_day)s) AS at) AS timed,
            LATERAL (SELECT CASE WHEN n %% 50 = 7 THEN 'active' WHEN n %% 25 = 4 THEN 'abandoned'
                WHEN n %% 11 = 3 THEN 'partial' ELSE 'completed' END AS status) AS ended
    )
    INSERT INTO session_service.practice_sessions (owner_id, user_id, sequence_id, started_at, completed_at,
        duration_seconds, completion_status, poses_completed, local_date, timezone, measured, running_since, completion,
        updated_at)
    SELECT %(user)s, %(number)s, nullif(n %% 10, 0), at,
        CASE WHEN status <> 'active' THEN at + seconds * interval '1 second' END,
        seconds, CASE WHEN status = 'active' THEN 'abandoned' ELSE status END, 10, day, 'UTC',
        seconds * interval '1 second', CASE WHEN status = 'active' THEN at END,
        CASE WHEN status <> 'active' THEN jsonb_build_object('poses_completed', 10, 'started', n + 1,
            'completed', count(*) FILTER (WHERE status = 'completed') OVER so_far,
            'seconds', coalesce(sum(seconds) FILTER (WHERE status = 'completed') OVER so_far, 0)) END,
        at + seconds * interval '1 second'
    FROM practice
    WINDOW so_far AS (ORDER BY n)
    ORDER BY n
"""

_TOTALS = """
    INSERT INTO session_service.practice_totals AS known
    SELECT owner_id, count(*), count(*) FILTER (WHERE completion_status = 'completed'),
        coalesce(sum(duration_seconds) FILTER (WHERE completion_status = 'completed'), 0)
    FROM session_service.practice_sessions WHERE owner_id = %s GROUP BY owner_id
    ON CONFLICT (owner_id) DO UPDATE SET sessions_started = excluded.sessions_started,
        sessions_completed = excluded.sessions_completed, practice_seconds = excluded.practice_seconds
"""

_TABLES = (
    *(f"session_service.practice_{name}" for name in ("sessions", "totals")),
    *(f"stats_worker.{name}" for name in ("counted", "totals", "days", "weekdays", "sequences", "runs")),
)


@dataclass(frozen=True, slots=True)
class Practitioner:
    """Somebody with a history of so many practices, of which so many are completed."""

    user: UUID
    practices: int
    completed: int
    seconds: int
    last_page: str
    """The cursor with which the last page of the history begins."""


@dataclass(frozen=True, slots=True)
class Growth:
    """One request of each practitioner: the median of its milliseconds, and how often longer than the first one's.

    The ratios are the medians of the rounds' ratios: a round asks for everybody right after one another.
    """

    name: str
    milliseconds: tuple[float, ...]
    ratios: tuple[float, ...]

    @classmethod
    def of(cls, name: str, rounds: Sequence[Sequence[float]]) -> "Growth":
        """Out of the seconds, a row a round, a column a practitioner."""
        return cls(
            name,
            tuple(statistics.median(column) * 1000 for column in zip(*rounds, strict=True)),
            tuple(
                statistics.median(column)
                for column in zip(*([each / row[0] for each in row[1:]] for row in rounds), strict=True)
            ),
        )


def practitioners(world: World, lengths: Sequence[int]) -> list[Practitioner]:
    """New users with histories of these lengths, counted from scratch; what the planner knows is up to date."""
    made = []
    with psycopg.connect(world.stack.owner_url, autocommit=True) as owner:
        for length in lengths:
            made.append(_practise(owner, length))
        recompute_statistics(world.stack.owner_url, lambda _done, _total: None)
        for table in _TABLES:
            owner.execute(f"VACUUM ANALYZE {table}".encode())
    return made


def _practise(owner: "psycopg.Connection[Any]", length: int) -> Practitioner:
    user = uuid4()
    number = owner.execute(
        "INSERT INTO session_service.user_profiles (id, display_name) VALUES (%s, 'Bench') RETURNING user_number",
        [user],
    ).fetchone()
    assert number is not None
    days = min(length, YEARS * 365 * 6 // 7)
    a_day = -(-length // days)
    owner.execute(
        _PRACTISE, {"user": user, "number": number[0], "count": length, "days": days, "a_day": a_day}
    )
    owner.execute(_TOTALS, [user])
    totals = owner.execute(
        "SELECT sessions_completed, practice_seconds FROM session_service.practice_totals WHERE owner_id = %s",
        [user],
    ).fetchone()
    before_last_page = owner.execute(
        "SELECT started_at, session_id FROM session_service.practice_sessions WHERE owner_id = %s"
        " ORDER BY started_at, session_id OFFSET %s LIMIT 1",
        [user, PAGE],
    ).fetchone()
    assert totals is not None
    assert before_last_page is not None
    completed, seconds = totals
    return Practitioner(user, length, completed, seconds, encode_cursor(before_last_page))


class Measuring:
    """Requests of everybody in turn over one connection to the gateway."""

    def __init__(self, world: World, people: Sequence[Practitioner], rounds: int, connection: Connection):
        self._world = world
        self._people = people
        self._rounds = rounds
        self._connection = connection

    def _request(self, one: Practitioner, method: str, path: str, body: Any = None) -> bytes:
        identity = self._world.unsigned_identity(one.user)
        return request(method, f"{SESSIONS}/{path}", identity, b"" if body is None else orjson.dumps(body))

    async def _ask(self, sent: bytes, expected: int = 200) -> tuple[float, Any]:
        seconds, status, body = await exchange(self._connection, sent)
        assert status == expected, (status, body)
        return seconds, orjson.loads(body)

    def _turns(self) -> Iterator[list[tuple[int, Practitioner]]]:
        """Everybody with their column, round by round; each is the first one as often as the others."""
        columns = list(enumerate(self._people))
        for number in range(self._rounds):
            first = number % len(columns)
            yield columns[first:] + columns[:first]

    async def reading(
        self,
        name: str,
        path_of: Callable[[Practitioner], str],
        is_right: Callable[[Practitioner, dict[str, Any]], bool],
    ) -> Growth:
        """A GET. Raises AssertionError when an answer is not what was to be measured."""
        requests = [self._request(one, "GET", path_of(one)) for one in self._people]
        for one, sent in zip(self._people, requests, strict=True):
            _, body = await self._ask(sent)
            assert is_right(one, body), body
        rounds = []
        for turn in self._turns():
            row = [0.0] * len(requests)
            for column, _ in turn:
                row[column], _ = await self._ask(requests[column])
            rounds.append(row)
        return Growth.of(name, rounds)

    async def completing(self, name: str, owner: "psycopg.AsyncConnection[Any]") -> Growth:
        """The completion of a practice that has just been started, which is then taken back: nobody's history grows."""
        rounds = []
        for turn in self._turns():
            started = [
                (await self._ask(self._request(one, "POST", "start", {"sequence_id": 1}), 201))[1][
                    "session_id"
                ]
                for one in self._people
            ]
            row = [0.0] * len(started)
            for column, one in turn:
                completion = {
                    "session_id": started[column],
                    "duration_seconds": 900,
                    "poses_completed": 10,
                    "completion_status": "completed",
                }
                row[column], done = await self._ask(self._request(one, "POST", "complete", completion))
                assert done["statistics"]["total_sessions"] == one.completed + 1, done
            rounds.append(row)
            await owner.execute(
                "DELETE FROM session_service.practice_sessions WHERE session_id = ANY(%s)", [started]
            )
            for one in self._people:
                await owner.execute(
                    "UPDATE session_service.practice_totals SET sessions_started = %s, sessions_completed = %s,"
                    " practice_seconds = %s WHERE owner_id = %s",
                    [one.practices, one.completed, one.seconds, one.user],
                )
        return Growth.of(name, rounds)


async def growing(world: World, lengths: Sequence[int], rounds: int) -> list[Growth]:
    """Each request of users with so many practices, one after the other, so many rounds."""
    people = await asyncio.to_thread(practitioners, world, lengths)
    connection = await connect(world.stack.base_url)
    measuring = Measuring(world, people, rounds, connection)
    page = f"history?limit={PAGE}"
    figures = [
        await measuring.reading(
            "GET /stats",
            lambda _: "stats",
            lambda one, body: (
                (body["total_sessions"], body["total_practice_time_seconds"]) == (one.completed, one.seconds)
            ),
        ),
        await measuring.reading(
            "GET /history, first page",
            lambda _: page,
            lambda _, body: len(body["items"]) == PAGE and body["next_cursor"] is not None,
        ),
        await measuring.reading(
            "GET /history, last page",
            lambda one: f"{page}&cursor={one.last_page}",
            lambda _, body: len(body["items"]) == PAGE and body["next_cursor"] is None,
        ),
        await measuring.reading(
            "GET /calendar", lambda _: "calendar", lambda _, body: len(body["days"]) >= 28
        ),
    ]
    async with await psycopg.AsyncConnection.connect(world.stack.owner_url, autocommit=True) as owner:
        # Last: what the workers count of it is not taken back.
        figures.insert(0, await measuring.completing("POST /complete", owner))
    connection[1].close()
    return figures
