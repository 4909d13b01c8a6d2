"""Leaderboards, ranks and windows against a reference that sorts everybody anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kit.database import Database
from kit.pages import encode_cursor
from reputation_service.ledger.service import apply
from reputation_service.standings import repository
from tests.reputation_service.conftest import As, Book, completed, drifts, no_show

START = datetime(2026, 11, 1, tzinfo=UTC)
BOARDS = ("completed_sessions", "points")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A user as the reference sees one: the value, and when it was reached."""

    user_id: UUID
    completed_sessions: int
    points: int
    reached_at: datetime


async def everybody(owner: Database, by: str) -> list[tuple[int, Somebody]]:
    """All users of this database with their ranks, in order, out of the ledger alone."""
    counted = "completed_sessions" if by == "completed_sessions" else "points"
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                f"""
                SELECT user_id, sum(completed_sessions)::int, sum(points)::bigint,
                    coalesce(max(occurred_at) FILTER (WHERE {counted} <> 0), 'epoch')
                FROM reputation_service.ledger AS entry
                WHERE kind IN ('completion', 'no_show') AND NOT EXISTS (
                    SELECT FROM reputation_service.ledger AS back
                    WHERE back.session_id = entry.session_id AND back.user_id = entry.user_id
                      AND back.kind IN ('suspension', 'reversal')
                ) OR kind = 'reinstatement' AND NOT EXISTS (
                    SELECT FROM reputation_service.ledger AS back
                    WHERE back.session_id = entry.session_id AND back.user_id = entry.user_id AND back.kind = 'reversal'
                )
                GROUP BY user_id
                """
            )
        )
        users = [Somebody(*row) for row in rows]
    users.sort(key=lambda one: (-getattr(one, by), one.reached_at, one.user_id))
    values = [getattr(one, by) for one in users]
    return [(1 + sum(other > getattr(one, by) for other in values), one) for one in users]


async def ask(http: Any, **parameters: Any) -> Any:
    response = await http.get("/api/reputation/leaderboard", params=parameters)
    assert response.status_code == 200, response.text
    return response.json()


def shown(ranked: list[tuple[int, Somebody]]) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "user_id": str(one.user_id),
            "completed_sessions": one.completed_sessions,
            "points": one.points,
        }
        for rank, one in ranked
    ]


histories = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.sampled_from([0, 1, 5, 10, 16, 255, 256, 4096, 70_000, 2**31 - 1]),
        st.booleans(),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=30,
)
"""Who of eight, for how many points, completed or missed, on which day: with ties in value and in time."""


@pytest.mark.parametrize("by", BOARDS)
@given(history=histories, limit=st.integers(1, 9))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
async def test_it_is_what_sorting_everybody_comes_to(
    worker: Database, owner: Database, client: As, by: str, history: list[Any], limit: int
) -> None:
    users = [uuid4() for _ in range(8)]
    events = [
        (completed if came else no_show)(users[who], points=points, time=START + timedelta(days=day))
        for who, points, came, day in history
    ]
    # In two batches, the later one first.
    for batch in (events[len(events) // 2 :], events[: len(events) // 2]):
        async with worker.transaction() as connection:
            await apply(connection, batch)

    assert await drifts(owner) == []
    ranked = await everybody(owner, by)
    caller = users[history[0][0]]
    place = next(index for index, (_, one) in enumerate(ranked) if one.user_id == caller)
    async with client(caller) as http:
        first = await ask(http, by=by, limit=100)
        assert first["items"] == shown(ranked[:100])
        assert [first["me"]] == shown([ranked[place]])

        window = await ask(http, by=by, limit=limit, around="me")
        begin = max(0, min(place - (limit - 1) // 2, len(ranked) - limit))
        assert window["items"] == shown(ranked[begin : begin + limit])
        assert [window["me"]] == shown([ranked[place]])
        # From the window on, page by page, to some pages later.
        behind, cursor = begin + limit, window["next_cursor"]
        for _ in range(3):
            if cursor is None:
                break
            page = await ask(http, by=by, limit=limit, cursor=cursor)
            assert page["items"] == shown(ranked[behind : behind + limit])
            # As a client asks that keeps its query and adds the cursor.
            assert await ask(http, by=by, limit=limit, around="me", cursor=cursor) == page
            behind, cursor = behind + limit, page["next_cursor"]
        assert (cursor is None) == (behind >= len(ranked))

        mine = (await http.get("/api/reputation/me")).json()
        by_sessions = [rank for rank, one in await everybody(owner, BOARDS[0]) if one.user_id == caller]
        assert [mine["rank"]] == by_sessions


async def test_equals_are_ordered_by_who_was_there_first(book: Book, client: As) -> None:
    ann, ben, cal = (uuid4() for _ in range(3))
    top = 123_457
    # Booked in another order than it happened, and each by a way of its own.
    await book(completed(ann, points=top, time=START + timedelta(days=3)))
    await book(completed(ben, points=top - 1, time=START + timedelta(days=2)))
    await book(completed(ben, points=1, time=START + timedelta(days=1)))
    await book(completed(cal, points=5, time=START + timedelta(days=4)))
    await book(completed(cal, points=top - 5, time=START))
    async with client(ann) as http:
        page = await ask(http, by="points", limit=20, around="me")
    order = [item["user_id"] for item in page["items"]]
    assert [user for user in order if user in {str(ann), str(ben), str(cal)}] == [
        str(ben),
        str(ann),
        str(cal),
    ]


async def test_who_has_no_history_is_on_no_board(client: As, book: Book) -> None:
    await book(completed(uuid4()))
    async with client(uuid4()) as http:
        window = await ask(http, around="me")
        assert window == {"by": "completed_sessions", "items": [], "me": None, "next_cursor": None}
        page = await ask(http, limit=1)
        assert page["me"] is None
        assert len(page["items"]) == 1


async def test_it_is_by_completed_sessions_and_twenty_unless_asked(client: As, book: Book) -> None:
    await book(*(completed(uuid4(), uuid4()) for _ in range(11)))
    async with client(uuid4()) as http:
        page = await ask(http)
    assert page["by"] == "completed_sessions"
    assert len(page["items"]) == 20
    assert page["next_cursor"]


@pytest.mark.parametrize(
    "query",
    [
        "by=rank", "by=", "by=points&by=x", "around=you", "around=", "limit=0", "limit=101", "limit=many",
        "cursor=", "cursor=no-cursor", "cursor=%00", "cursor=WzFd", "limit=99999999999999999999",
    ],
)  # fmt: skip
async def test_what_is_not_taken(client: As, query: str) -> None:
    async with client(uuid4()) as http:
        response = await http.get(f"/api/reputation/leaderboard?{query}")
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("around", [{}, {"around": "me"}], ids=["a page", "a window"])
async def test_a_cursor_belongs_to_its_board(client: As, book: Book, around: dict[str, str]) -> None:
    await book(completed(uuid4(), uuid4()))
    async with client(uuid4()) as http:
        cursor = (await ask(http, by="points", limit=1))["next_cursor"]
        query = {"by": "completed_sessions", "cursor": cursor, **around}
        response = await http.get("/api/reputation/leaderboard", params=query)
        assert (response.status_code, response.json()["code"]) == (422, "invalid_cursor")


@pytest.mark.parametrize("key", [-(2**63), 2**63 - 1, 0])
async def test_a_made_up_place_is_a_place(client: As, book: Book, key: int) -> None:
    cursor = encode_cursor(["points", key, datetime(1, 1, 1, tzinfo=UTC), uuid4()])
    async with client(uuid4()) as http:
        await ask(http, by="points", cursor=cursor)


async def test_an_unchanged_board_is_not_sent_again(client: As, book: Book) -> None:
    async with client(uuid4()) as http:
        first = await http.get("/api/reputation/leaderboard")
        again = await http.get(
            "/api/reputation/leaderboard", headers={"If-None-Match": first.headers["etag"]}
        )
    assert again.status_code == 304


@pytest.mark.parametrize("by", BOARDS)
@pytest.mark.parametrize("statement", [repository._FROM_THE_TOP, repository._AFTER, repository._AROUND])
async def test_no_statement_looks_at_everybody(
    owner: Database, database_for: Any, book: Book, by: str, statement: Any
) -> None:
    """The plan for many users: each table is reached by an index, also as the role that policies bind."""
    ann = uuid4()
    await book(completed(ann))
    service = database_for("tandem_reputation")
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO reputation_service.counters (user_id, completed_sessions, points, points_reached_at)"
                " SELECT gen_random_uuid(), n % 300, n * 7 % 30000, now() - n * interval '1 second'"
                " FROM generate_series(1, 20000) AS n"
            )
        )
    try:
        async with owner.engine.connect() as connection:
            for table in ("counters", "boards"):
                await connection.execute(text(f"VACUUM ANALYZE reputation_service.{table}"))
        parameters = {"caller": ann, "limit": 20, "key": -100, "reached_at": START, "user_id": uuid4()}
        async with service.transaction(ann) as connection:
            plan = await connection.execute(text("EXPLAIN (ANALYZE) " + statement[by].text), parameters)
            lines = "\n".join(row[0] for row in plan)
        assert "Seq Scan" not in lines, lines
        assert "Rows Removed by Filter" not in lines, lines
        assert "Rows Removed by Join Filter" not in lines, lines
    finally:
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "DELETE FROM reputation_service.counters"
                    " WHERE user_id NOT IN (SELECT user_id FROM reputation_service.ledger)"
                )
            )
    assert await drifts(owner) == []
