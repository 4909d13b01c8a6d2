"""``/api/plans``."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.session_service.training.conftest import (
    a_set,
    a_structure,
    an_exercise,
    assert_problem,
    complete,
    make_plan,
    start,
)


async def test_a_new_plan_is_answered_as_it_can_be_got(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(
        "/api/plans", json={"name": "  Push day ", "structure": a_structure(notes="Slowly")}
    )
    assert answer.status_code == 201
    plan = answer.json()
    assert plan == {
        "id": plan["id"],
        "name": "Push day",
        "structure": a_structure(notes="Slowly"),
        "has_sessions": False,
        "created_at": plan["created_at"],
        "updated_at": plan["created_at"],
    }
    assert plan["created_at"].endswith("Z")
    assert answer.headers["location"] == f"/api/plans/{plan['id']}"
    got = await ann.get(answer.headers["location"])
    assert (got.status_code, got.json()) == (200, plan)
    assert got.headers["etag"] == answer.headers["etag"]
    again = await ann.get(answer.headers["location"], headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"name": "Push day"},
        {"structure": a_structure()},
        {"name": "", "structure": a_structure()},
        {"name": "   ", "structure": a_structure()},
        {"name": "n" * 201, "structure": a_structure()},
        {"name": "a\nb", "structure": a_structure()},
        {"name": "nul\x00", "structure": a_structure()},
        {"name": 5, "structure": a_structure()},
        {"name": "Push day", "structure": {"exercises": []}},
        {"name": "Push day", "structure": a_structure(), "unknown": 1},
    ],
)
async def test_what_is_no_plan_is_400(ann: httpx.AsyncClient, body: Any) -> None:
    problem = assert_problem(
        await ann.post("/api/plans", json=body), 400, "Invalid plan data", "ValidationError"
    )
    assert problem["errors"]
    assert {"loc", "msg", "type"} == set(problem["errors"][0])


async def test_what_is_wrong_is_named(ann: httpx.AsyncClient) -> None:
    structure = a_structure(exercises=[an_exercise(sets=[a_set(), a_set(reps="8")])])
    answer = await ann.post("/api/plans", json={"name": "Push day", "structure": structure})
    errors = assert_problem(answer, 400, "Invalid plan data", "ValidationError")["errors"]
    assert [error["loc"] for error in errors] == [["body", "structure", "exercises", 0, "sets", 1, "reps"]]


@pytest.mark.parametrize("content", [b"{", b"", b'{"name": NaN}', b"\xff"])
async def test_what_is_no_json_is_400(ann: httpx.AsyncClient, content: bytes) -> None:
    answer = await ann.post("/api/plans", content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "Invalid plan data", "ValidationError")


async def test_another_type_is_415(ann: httpx.AsyncClient) -> None:
    answer = await ann.post("/api/plans", content=b"name=Push", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["error"]) == (415, "ValidationError")


async def test_plans_are_listed_newest_first(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    names = [f"Plan {number}" for number in range(5)]
    for name in names:
        await make_plan(ann, name=name)
    await make_plan(ben)
    first = (await ann.get("/api/plans", params={"limit": 2})).json()
    assert [plan["name"] for plan in first["data"]] == ["Plan 4", "Plan 3"]
    assert first["pagination"] == {"total": 5, "limit": 2, "offset": 0}
    assert set(first["data"][0]) == {"id", "name", "has_sessions", "created_at", "updated_at"}
    rest = (await ann.get("/api/plans", params={"offset": 2})).json()
    assert [plan["name"] for plan in rest["data"]] == ["Plan 2", "Plan 1", "Plan 0"]
    assert rest["pagination"] == {"total": 5, "limit": 20, "offset": 2}
    beyond = (await ann.get("/api/plans", params={"offset": 9})).json()
    assert (beyond["data"], beyond["pagination"]["total"]) == ([], 5)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=99999999999999999999"]
)
async def test_a_bad_page_is_400(ann: httpx.AsyncClient, query: str) -> None:
    assert_problem(await ann.get(f"/api/plans?{query}"), 400, "Invalid plan data", "ValidationError")


async def test_a_plan_is_changed_field_by_field(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    renamed = (await ann.patch(f"/api/plans/{plan['id']}", json={"name": "Pull day"})).json()
    assert renamed == {**plan, "name": "Pull day", "updated_at": renamed["updated_at"]}
    assert renamed["updated_at"] > plan["updated_at"]
    other = a_structure(exercises=[an_exercise(name="Row")])
    changed = (await ann.patch(f"/api/plans/{plan['id']}", json={"structure": other})).json()
    assert (changed["name"], changed["structure"]) == ("Pull day", other)
    assert (await ann.get(f"/api/plans/{plan['id']}")).json() == changed


@pytest.mark.parametrize("body", [{}, {"name": "Push day"}, {"structure": a_structure()}])
async def test_the_same_again_changes_nothing(ann: httpx.AsyncClient, body: dict[str, Any]) -> None:
    plan = await make_plan(ann)
    answer = await ann.patch(f"/api/plans/{plan['id']}", json=body)
    assert (answer.status_code, answer.json()) == (200, plan)


@pytest.mark.parametrize(
    "body", [{"name": None}, {"structure": None}, {"name": " "}, {"has_sessions": True}, []]
)
async def test_a_bad_change_is_400(ann: httpx.AsyncClient, body: Any) -> None:
    plan = await make_plan(ann)
    answer = await ann.patch(f"/api/plans/{plan['id']}", json=body)
    assert_problem(answer, 400, "Invalid plan data", "ValidationError")
    assert (await ann.get(f"/api/plans/{plan['id']}")).json() == plan


@pytest.mark.parametrize("change", ["patch", "delete"])
async def test_a_stale_change_is_412(ann: httpx.AsyncClient, change: str) -> None:
    plan = await make_plan(ann)
    url = f"/api/plans/{plan['id']}"
    seen = (await ann.get(url)).headers["etag"]
    await ann.patch(url, json={"name": "Pull day"})
    body: dict[str, Any] = {"json": {"name": "Legs"}} if change == "patch" else {}
    stale = await ann.request(change, url, headers={"If-Match": seen}, **body)
    assert (stale.status_code, stale.json()["code"], stale.json()["error"]) == (
        412,
        "stale_version",
        "ConflictError",
    )
    fresh = (await ann.get(url)).headers["etag"]
    assert (await ann.request(change, url, headers={"If-Match": fresh}, **body)).status_code in (200, 204)


async def test_a_deleted_plan_is_gone_and_its_sessions_stay(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    session = await complete(ann, await start(ann, plan))
    answer = await ann.delete(f"/api/plans/{plan['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    for gone in (await ann.get(f"/api/plans/{plan['id']}"), await ann.delete(f"/api/plans/{plan['id']}")):
        assert_problem(gone, 404, "Plan not found", "NotFound")
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session
    listed = (await ann.get("/api/sessions", params={"plan_id": plan["id"]})).json()["data"]
    assert [each["id"] for each in listed] == [session["id"]]


async def test_an_open_session_outlives_its_plan(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    session = await start(ann, plan)
    await ann.delete(f"/api/plans/{plan['id']}")
    completed = await complete(ann, session)
    assert completed["plan_snapshot"] == {"name": plan["name"], "structure": plan["structure"]}


async def test_a_plan_knows_that_it_has_sessions(ann: httpx.AsyncClient) -> None:
    plan, other = await make_plan(ann), await make_plan(ann)
    await start(ann, plan)
    assert (await ann.get(f"/api/plans/{plan['id']}")).json() == {**plan, "has_sessions": True}
    assert (await ann.get(f"/api/plans/{other['id']}")).json() == other


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_others_plans_do_not_exist(ann: httpx.AsyncClient, ben: httpx.AsyncClient, method: str) -> None:
    plan = await make_plan(ann)
    body: dict[str, Any] = {"json": {"name": "Mine"}} if method == "PATCH" else {}
    for plan_id in (plan["id"], uuid4(), "no-uuid", f"{{{plan['id']}}}"):
        answer = await ben.request(method, f"/api/plans/{plan_id}", **body)
        assert_problem(answer, 404, "Plan not found", "NotFound")
    assert (await ann.get(f"/api/plans/{plan['id']}")).json() == plan


async def test_a_plan_is_made_once_under_one_key(ann: httpx.AsyncClient) -> None:
    body = {"name": "Push day", "structure": a_structure()}
    first, second = [
        await ann.post("/api/plans", json=body, headers={"Idempotency-Key": "key"}) for _ in range(2)
    ]
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["idempotent-replayed"] == "true"
    assert (await ann.get("/api/plans")).json()["pagination"]["total"] == 1
    reused = await ann.post("/api/plans", json={**body, "name": "Legs"}, headers={"Idempotency-Key": "key"})
    assert (reused.status_code, reused.json()["error"]) == (422, "ValidationError")
