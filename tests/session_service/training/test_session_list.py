"""``GET /api/sessions``: filters, sorting, pages."""

from itertools import chain, pairwise, product
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from tests.session_service.conftest import AsUser
from tests.session_service.training.conftest import assert_problem, complete, make_plan, start

DAYS = ["2025-08-20", "2025-08-17", "2025-08-18", "2025-08-17", "2025-08-19"]

History = tuple[httpx.AsyncClient, list[dict[str, Any]], list[dict[str, Any]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def history(as_user: AsUser) -> History:
    """Somebody with two plans and five sessions, in the order of their start; the last one is open."""
    cay = as_user(uuid4())
    plans = [await make_plan(cay, name=name) for name in ("Push day", "Pull day")]
    sessions = []
    for number, day in enumerate(DAYS):
        session = await start(cay, plans[number % 2], date=day)
        sessions.append(session if number == 4 else await complete(cay, session))
    return cay, plans, sessions


async def listed(client: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await client.get("/api/sessions", params=params)
    assert answer.status_code == 200, answer.text
    return [session["id"] for session in answer.json()["data"]]


def ids(sessions: list[dict[str, Any]], *numbers: int) -> list[str]:
    return [sessions[number]["id"] for number in numbers]


async def test_a_summary_has_all_but_the_structures(history: History) -> None:
    cay, _, sessions = history
    answer = (await cay.get("/api/sessions")).json()
    assert answer["pagination"] == {"total": 5, "limit": 20, "offset": 0}
    by_id = {session["id"]: session for session in sessions}
    for summary in answer["data"]:
        whole = {**by_id[summary["id"]]}
        del whole["session"]
        whole["plan_snapshot"] = {"name": whole["plan_snapshot"]["name"]}
        assert summary == whole


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({}, (0, 4, 2, 3, 1)),
        ({"sort": "date"}, (0, 4, 2, 3, 1)),
        ({"sort": "date", "order": "asc"}, (1, 3, 2, 4, 0)),
        ({"sort": "started_at"}, (4, 3, 2, 1, 0)),
        ({"sort": "started_at", "order": "asc"}, (0, 1, 2, 3, 4)),
        ({"sort": "ended_at"}, (4, 3, 2, 1, 0)),
        ({"sort": "ended_at", "order": "asc"}, (0, 1, 2, 3, 4)),
        ({"completed": "true"}, (0, 2, 3, 1)),
        ({"completed": "false"}, (4,)),
        ({"date_from": "2025-08-18"}, (0, 4, 2)),
        ({"date_to": "2025-08-18"}, (2, 3, 1)),
        ({"date_from": "2025-08-18", "date_to": "2025-08-19"}, (4, 2)),
        ({"date_from": "2025-08-17", "date_to": "2025-08-17", "order": "asc"}, (1, 3)),
        ({"date_from": "2025-08-19", "date_to": "2025-08-18"}, ()),
        ({"date_to": "2025-08-18", "completed": "true", "sort": "started_at"}, (3, 2, 1)),
        ({"unknown": "parameter"}, (0, 4, 2, 3, 1)),
    ],
)
async def test_filters_and_orders(history: History, params: dict[str, str], numbers: tuple[int, ...]) -> None:
    cay, _, sessions = history
    assert await listed(cay, **params) == ids(sessions, *numbers)


async def test_a_plan_has_its_sessions(history: History) -> None:
    cay, plans, sessions = history
    assert await listed(cay, plan_id=plans[0]["id"], sort="started_at", order="asc") == ids(sessions, 0, 2, 4)
    assert await listed(cay, plan_id=plans[1]["id"], completed=True) == ids(sessions, 3, 1)
    assert await listed(cay, plan_id=str(uuid4())) == []


@pytest.mark.parametrize(
    ("sort", "order"), list(product(["date", "started_at", "ended_at"], ["asc", "desc"]))
)
async def test_pages_make_up_the_whole(history: History, sort: str, order: str) -> None:
    cay, _, _ = history
    whole = await listed(cay, sort=sort, order=order)
    pages = [await listed(cay, sort=sort, order=order, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert list(chain(*pages)) == whole
    far = (await cay.get("/api/sessions", params={"offset": 50, "limit": 7})).json()
    assert far == {"data": [], "pagination": {"total": 5, "limit": 7, "offset": 50}}


async def test_the_total_counts_what_matches(history: History) -> None:
    cay, _, _ = history
    answer = (await cay.get("/api/sessions", params={"date_to": "2025-08-17", "limit": 1})).json()
    assert (len(answer["data"]), answer["pagination"]["total"]) == (1, 2)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "offset=-1",
        "offset=x",
        "offset=99999999999999999999",
        "sort=name",
        "sort=DATE",
        "sort=id;drop",
        "order=up",
        "completed=maybe",
        "completed=",
        "date_from=yesterday",
        "date_from=2025-02-30",
        "date_from=1755388800",
        "date_to=2025-08-17T10:00:00Z",
        "date_to=",
        "plan_id=no-uuid",
        "plan_id=",
    ],
)
async def test_a_bad_value_is_400(ann: httpx.AsyncClient, query: str) -> None:
    problem = assert_problem(
        await ann.get(f"/api/sessions?{query}"), 400, "Invalid session data", "ValidationError"
    )
    assert [error["loc"] for error in problem["errors"]] == [["query", query.partition("=")[0]]]


async def test_nobody_has_no_sessions(ann: httpx.AsyncClient) -> None:
    answer = (await ann.get("/api/sessions")).json()
    assert answer == {"data": [], "pagination": {"total": 0, "limit": 20, "offset": 0}}


async def test_starts_are_told_apart(history: History) -> None:
    _, _, sessions = history
    assert all(earlier["started_at"] < later["started_at"] for earlier, later in pairwise(sessions))
