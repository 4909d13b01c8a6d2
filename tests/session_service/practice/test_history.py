"""The history: newest first, filtered, and no dearer the deeper one looks."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from kit.database import Database
from session_service.practice import rules
from session_service.practice.history import repository
from session_service.practice.history.repository import HistoryFilter
from tests.session_service.practice.conftest import SESSIONS, complete, start

READ_AT_MOST = 150
"""Rows that a page of 20 may read. A date may pass over those of a day at either end: 48 each here."""

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


async def practised(
    owner: Database, client: httpx.AsyncClient, starts: Sequence[datetime], **columns: Any
) -> list[int]:
    """Practices of the client's user that began at these moments; their ids in the same order."""
    profile = (await client.get("/api/me")).json()
    columns = {"timezone": "UTC", "completion_status": "completed", "sequence_id": None, **columns}
    rows = [
        {
            "user_id": profile["user_number"],
            "owner_id": UUID(profile["id"]),
            "started_at": moment,
            "local_date": rules.local_date(moment, columns["timezone"]),
            "completion": '{"poses_completed": null, "started": 1, "completed": 1, "seconds": 1}',
            **columns,
        }
        for moment in starts
    ]
    made = []
    async with owner.transaction() as connection:
        for row in rows:
            made.append(
                await connection.scalar(
                    text(
                        "INSERT INTO session_service.practice_sessions (user_id, owner_id, sequence_id, started_at,"
                        " completed_at, completion_status, local_date, timezone, completion, updated_at)"
                        " VALUES (:user_id, :owner_id, :sequence_id, :started_at, :started_at, :completion_status,"
                        " :local_date, :timezone, CAST(:completion AS jsonb), :started_at) RETURNING session_id"
                    ),
                    row,
                )
            )
    return [int(one) for one in made]


async def history(client: httpx.AsyncClient, **query: Any) -> list[int]:
    """The ids on the one page that this shows."""
    answer = await client.get(f"{SESSIONS}/history", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return [item["session_id"] for item in answer.json()["items"]]


async def walk(client: httpx.AsyncClient, **query: Any) -> list[int]:
    """All ids, page by page."""
    found: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get(f"{SESSIONS}/history", params={**query, **cursor})).json()
        assert len(page["items"]) <= query["limit"]
        found += [item["session_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return found
        assert len(page["items"]) == query["limit"]
        cursor = {"cursor": page["next_cursor"]}


async def test_it_shows_active_and_completed_ones_newest_first(ann: httpx.AsyncClient) -> None:
    first, second = await start(ann, sequence_id=1), await start(ann)
    done = await complete(ann, first["session_id"])
    answer = await ann.get(f"{SESSIONS}/history")
    items = answer.json()["items"]
    del done["statistics"]
    shown = {name: value for name, value in second.items() if name in items[0]}
    assert items == [shown, {**done, "mood": None}]
    assert answer.json()["next_cursor"] is None


async def test_nothing_of_anybody_elses(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    await start(ann)
    assert await history(ben) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_pages_hold_every_practice_once(ann: httpx.AsyncClient, owner: Database, limit: int) -> None:
    # Three of them began at the very same instant.
    moments = [NOON, NOON + timedelta(microseconds=1), NOON, NOON - timedelta(days=400), NOON]
    made = await practised(owner, ann, moments)
    expected = sorted(made, key=lambda one: (moments[made.index(one)], one), reverse=True)
    assert await walk(ann, limit=limit) == expected


async def test_what_starts_while_one_turns_pages_moves_nothing(
    ann: httpx.AsyncClient, owner: Database
) -> None:
    made = await practised(owner, ann, [NOON - timedelta(hours=number) for number in range(4)])
    page = (await ann.get(f"{SESSIONS}/history", params={"limit": 2})).json()
    await start(ann)
    rest = await history(ann, cursor=page["next_cursor"])
    assert [item["session_id"] for item in page["items"]] + rest == made


async def test_filters_go_together(ann: httpx.AsyncClient, owner: Database) -> None:
    plain = await practised(owner, ann, [NOON])
    partial = await practised(owner, ann, [NOON + timedelta(hours=1)], completion_status="partial")
    third = await practised(owner, ann, [NOON + timedelta(hours=2)], sequence_id=3)
    both = await practised(
        owner, ann, [NOON + timedelta(hours=3)], sequence_id=3, completion_status="partial"
    )
    active = (await start(ann))["session_id"]
    assert await history(ann, completion_status="partial") == both + partial
    assert await history(ann, sequence_id=3) == both + third
    assert await history(ann, sequence_id=3, completion_status="partial") == both
    assert await history(ann, completion_status="abandoned") == [active]
    assert await history(ann, completion_status="completed", to="2026-03-10") == third + plain
    assert await walk(ann, limit=1, sequence_id=3) == both + third


class TestBounds:
    async def test_dates_are_those_on_the_users_wall_and_inclusive(
        self, ann: httpx.AsyncClient, owner: Database
    ) -> None:
        # All within 26 hours of UTC, and each on a date of its own there.
        late = datetime(2026, 3, 10, 10, 30, tzinfo=UTC)
        (ahead,) = await practised(owner, ann, [late], timezone="Pacific/Kiritimati")
        (home,) = await practised(owner, ann, [late - timedelta(seconds=1)])
        (behind,) = await practised(owner, ann, [late - timedelta(seconds=2)], timezone="Pacific/Pago_Pago")
        for day, found in (("2026-03-11", [ahead]), ("2026-03-10", [home]), ("2026-03-09", [behind])):
            assert await history(ann, **{"from": day, "to": day}) == found
        assert await history(ann, **{"from": "2026-03-10"}) == [ahead, home]
        assert await history(ann, to="2026-03-10") == [home, behind]
        assert await history(ann, **{"from": "2026-03-11", "to": "2026-03-09"}) == []

    async def test_moments_are_those_of_the_start_and_inclusive(
        self, ann: httpx.AsyncClient, owner: Database
    ) -> None:
        first, second, third = await practised(
            owner, ann, [NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]
        )
        bounds = {"from": "2026-03-10T12:00:01Z", "to": "2026-03-10T13:00:02+01:00"}
        assert await history(ann, **bounds) == [third, second]
        assert await history(ann, to="2026-03-10T12:00:00Z") == [first]

    @pytest.mark.parametrize("extreme", ["0001-01-01", "9999-12-31"])
    async def test_the_calendars_ends_are_dates_too(self, ann: httpx.AsyncClient, extreme: str) -> None:
        await history(ann, **{"from": extreme, "to": extreme})

    @pytest.mark.parametrize(
        "bad",
        [
            {"from": "yesterday"},
            {"from": "2026-02-30"},
            {"from": "20260301"},
            {"from": "0"},
            {"to": "2026-03-01T12:00:00"},
            {"to": "2026-03-01 12:00"},
            {"to": ""},
            {"completion_status": "done"},
            {"sequence_id": "0"},
            {"sequence_id": str(2**63)},
            {"sequence_id": "1e3"},
            {"sequence_id": "１"},
            {"limit": "0"},
            {"limit": "101"},
            {"cursor": "nonsense"},
            {"cursor": "WyIyMDI2LTAzLTEwVDEyOjAwOjAwKzAwOjAwIiwieCJd"},
        ],
        ids=str,
    )
    async def test_anything_else_is_not_what_it_takes(
        self, ann: httpx.AsyncClient, bad: dict[str, str]
    ) -> None:
        answer = await ann.get(f"{SESSIONS}/history", params=bad)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


async def test_unknown_parameters_are_ignored(ann: httpx.AsyncClient) -> None:
    assert await history(ann, colour="blue") == []


@pytest.mark.parametrize(
    "wanted",
    [
        HistoryFilter(),
        HistoryFilter(completion_status=rules.CompletionStatus.PARTIAL),
        HistoryFilter(sequence_id=3),
        HistoryFilter(until=date(2024, 1, 2)),
        HistoryFilter(since=date(2024, 1, 1), until=date(2024, 1, 20)),
    ],
    ids=str,
)
async def test_a_deep_page_reads_no_more_than_a_shallow_one(
    many: UUID, database_for: Callable[[str], Database], wanted: HistoryFilter
) -> None:
    """By the plans that PostgreSQL has run, as the service's role: rows read, those passed over included."""
    async with database_for("tandem_session").transaction(many) as connection:
        for before in (None, (datetime(2024, 7, 27, tzinfo=UTC), 2**62)):
            statement, parameters = repository.paging(many, wanted, before=before, limit=20)
            plan = await connection.scalar(
                text(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement.text}"), parameters
            )
            assert 20 <= rows_read(plan[0]["Plan"]) <= READ_AT_MOST, plan


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def many(owner: Database) -> AsyncIterator[UUID]:
    """Somebody with 20,000 practices, one every half hour from 2024 on; every 400th is partial."""
    user_id = uuid4()
    async with owner.transaction() as connection:
        await connection.execute(
            text("INSERT INTO session_service.user_profiles (id, display_name) VALUES (:id, 'Somebody')"),
            {"id": user_id},
        )
        await connection.execute(
            text(
                """
                INSERT INTO session_service.practice_sessions (user_id, owner_id, sequence_id, started_at,
                    completed_at, completion_status, local_date, timezone, completion, updated_at)
                SELECT u.user_number, u.id, 1 + n % 12, at, at,
                    CASE WHEN n % 400 = 0 THEN 'partial' ELSE 'completed' END, at::date, 'UTC', '{}', at
                FROM session_service.user_profiles u, generate_series(1, 20000) n,
                    LATERAL (SELECT timestamptz '2024-01-01 00:00Z' + n * interval '30 minutes' AS at) t
                WHERE u.id = :id
                """
            ),
            {"id": user_id},
        )
    async with owner.transaction() as connection:
        await connection.exec_driver_sql("ANALYZE session_service.practice_sessions")
    yield user_id
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM session_service.practice_sessions WHERE owner_id = :id"), {"id": user_id}
        )


def rows_read(node: dict[str, Any]) -> int:
    """How many rows a plan touched in tables and indexes."""
    own = 0
    if node["Node Type"].endswith("Scan"):
        own = int(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
    return own + sum(rows_read(child) for child in node.get("Plans", ()))
