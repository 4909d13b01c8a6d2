"""Reputation over HTTP: one's own, other people's, and the own ledger page by page."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from kit.database import Database
from tests.reputation_service.conftest import As, Book, appealed, completed, decided, no_show


async def get(client: As, user_id: UUID, path: str, **parameters: Any) -> Any:
    async with client(user_id) as http:
        response = await http.get(path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()


async def users_with_more_than(owner: Database, count: int) -> int:
    async with owner.transaction() as connection:
        return int(
            await connection.scalar(
                text("SELECT count(*) FROM reputation_service.counters WHERE completed_sessions > :count"),
                {"count": count},
            )
            or 0
        )


async def test_ones_own_reputation(client: As, book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    when = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    await book(completed(ann, ben, points=15, time=when), no_show(ann, points=5))
    assert await get(client, ann, "/api/reputation/me") == {
        "user_id": str(ann),
        "completed_sessions": 1,
        "points": 10,
        "no_shows": 1,
        "rank": 1 + await users_with_more_than(owner, 1),
        "badges": [{"code": "sessions_1", "title": "First session", "earned_at": "2026-11-21T10:30:00Z"}],
    }


async def test_a_stranger_sees_the_same(client: As, book: Book) -> None:
    ann = uuid4()
    await book(completed(ann))
    own = await get(client, ann, "/api/reputation/me")
    assert await get(client, uuid4(), f"/api/reputation/{ann}") == own


@pytest.mark.parametrize("path", ["/api/reputation/me", "/api/reputation/{user_id}"])
async def test_somebody_without_history(client: As, path: str) -> None:
    ann = uuid4()
    assert await get(client, ann, path.format(user_id=ann)) == {
        "user_id": str(ann),
        "completed_sessions": 0,
        "points": 0,
        "no_shows": 0,
        "rank": None,
        "badges": [],
    }


async def test_equal_counts_share_a_rank_and_leave_the_next_ones_empty(
    client: As, book: Book, owner: Database
) -> None:
    # More sessions than anyone in this database has.
    async with owner.transaction() as connection:
        most = await connection.scalar(
            text("SELECT max(completed_sessions) FROM reputation_service.counters")
        )
    top, ann, ben, last = (uuid4() for _ in range(4))
    count = int(most or 0) + 2
    await book(*(completed(top) for _ in range(count + 1)))
    await book(*(completed(ann, ben) for _ in range(count)))
    await book(*(completed(last) for _ in range(count - 1)))
    # Those who only filled the sessions up have one each.
    ranks = [(await get(client, ann, f"/api/reputation/{user}"))["rank"] for user in (top, ann, ben, last)]
    assert ranks == [1, 2, 2, 4]


async def test_badges_are_shown_in_the_order_in_which_they_were_earned(client: As, book: Book) -> None:
    ann = uuid4()
    for _ in range(10):
        await book(completed(ann))
    badges = (await get(client, ann, "/api/reputation/me"))["badges"]
    assert [badge["title"] for badge in badges] == ["First session", "5 sessions", "10 sessions"]


async def test_an_unchanged_reputation_is_not_sent_again(client: As, book: Book) -> None:
    ann = uuid4()
    await book(completed(ann))
    async with client(uuid4()) as http:
        first = await http.get(f"/api/reputation/{ann}")
        known = {"If-None-Match": first.headers["etag"]}
        again = await http.get(f"/api/reputation/{ann}", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        await book(completed(ann))
        changed = await http.get(f"/api/reputation/{ann}", headers=known)
        assert changed.status_code == 200
        assert changed.json()["completed_sessions"] == 2


async def test_the_ledger_shows_the_newest_first(client: As, book: Book) -> None:
    ann, first, second = uuid4(), uuid4(), uuid4()
    await book(completed(ann, points=10, session_id=first))
    await book(no_show(ann, points=3, session_id=second))
    page = await get(client, ann, "/api/reputation/me/ledger")
    assert [(item["kind"], item["points"], item["session_id"]) for item in page["items"]] == [
        ("no_show", -3, str(second)),
        ("completion", 10, str(first)),
    ]
    assert set(page["items"][0]) == {"id", "kind", "points", "session_id", "created_at"}
    assert page["items"][0]["created_at"].endswith("Z")
    assert page["next_cursor"] is None


async def test_the_ledger_shows_a_suspended_penalty_as_taken_back_and_booked_again(
    client: As, book: Book
) -> None:
    ann, session_id = uuid4(), uuid4()
    await book(no_show(ann, points=3, session_id=session_id))
    await book(appealed(ann, session_id))
    await book(decided(ann, session_id, upheld=False))
    page = await get(client, ann, "/api/reputation/me/ledger")
    assert [(item["kind"], item["points"]) for item in page["items"]] == [
        ("no_show", -3),
        ("reversal", 3),
        ("no_show", -3),
    ]


async def test_pages_hold_every_entry_once_though_others_are_booked_meanwhile(client: As, book: Book) -> None:
    ann = uuid4()
    # In one batch, and still in an order.
    await book(*(completed(ann, points=points) for points in range(7)))
    seen: list[int] = []
    cursor: str | None = None
    sizes = []
    while True:
        parameters = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = await get(client, ann, "/api/reputation/me/ledger", **parameters)
        seen += [item["points"] for item in page["items"]]
        sizes.append(len(page["items"]))
        await book(completed(ann, points=100))
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert sizes == [3, 3, 1]


async def test_a_full_last_page_has_no_next(client: As, book: Book) -> None:
    ann = uuid4()
    await book(completed(ann), completed(ann))
    page = await get(client, ann, "/api/reputation/me/ledger", limit=2)
    assert len(page["items"]) == 2
    assert page["next_cursor"] is None


async def test_a_page_holds_twenty_unless_asked(client: As, book: Book) -> None:
    ann = uuid4()
    await book(*(completed(ann) for _ in range(21)))
    page = await get(client, ann, "/api/reputation/me/ledger")
    assert len(page["items"]) == 20
    assert page["next_cursor"]


async def test_a_cursor_shows_nobody_elses_entries(client: As, book: Book) -> None:
    ann, ben = uuid4(), uuid4()
    await book(completed(ann), completed(ann))
    await book(completed(ben))
    page = await get(client, ann, "/api/reputation/me/ledger", limit=1)
    foreign = await get(client, ben, "/api/reputation/me/ledger", cursor=page["next_cursor"])
    assert foreign == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "path",
    [
        "/api/reputation/not-a-uuid",
        "/api/reputation/me/ledger?limit=0",
        "/api/reputation/me/ledger?limit=101",
        "/api/reputation/me/ledger?limit=many",
        "/api/reputation/me/ledger?cursor=no-cursor",
        "/api/reputation/me/ledger?cursor=",
    ],
)
async def test_what_is_not_taken(client: As, path: str) -> None:
    async with client(uuid4()) as http:
        response = await http.get(path)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


async def test_nobody_is_let_in_without_an_identity(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as http:
        for path in ("/api/reputation/me", f"/api/reputation/{uuid4()}", "/api/reputation/me/ledger"):
            assert (await http.get(path)).status_code == 401


async def test_the_service_is_ready_once_its_database_answers(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as http:
        assert (await http.get("/internal/readyz")).status_code == 200
