"""``/api/sessions``: from the start to the end, and looking back."""

from datetime import datetime
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

DONE = a_structure(exercises=[an_exercise(sets=[a_set(weight_kg=85, completed=True)])])


async def audit(client: httpx.AsyncClient, session: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/sessions/{session['id']}/audit")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_session_starts_as_its_plan_is(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    answer = await ann.post("/api/sessions", json={"plan_id": plan["id"], "date": "2025-08-17"})
    assert answer.status_code == 201
    session = answer.json()
    assert session == {
        "id": session["id"],
        "plan_id": plan["id"],
        "plan_snapshot": {"name": plan["name"], "structure": plan["structure"]},
        "date": "2025-08-17",
        "session": plan["structure"],
        "status": "in_progress",
        "started_at": session["started_at"],
        "ended_at": None,
        "duration_seconds": None,
        "created_at": session["started_at"],
        "updated_at": session["started_at"],
    }
    assert session["started_at"].endswith("Z")
    assert answer.headers["location"] == f"/api/sessions/{session['id']}"
    got = await ann.get(answer.headers["location"])
    assert (got.status_code, got.json()) == (200, session)
    assert got.headers["etag"] == answer.headers["etag"]


async def test_a_session_can_start_with_a_structure_of_its_own(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    session = await start(ann, plan, session=DONE)
    assert session["session"] == DONE
    assert session["plan_snapshot"]["structure"] == plan["structure"]


async def test_the_snapshot_is_the_plan_at_the_start(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann, name="Before")
    session = await start(ann, plan)
    await ann.patch(f"/api/plans/{plan['id']}", json={"name": "After", "structure": DONE})
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session
    assert session["plan_snapshot"] == {"name": "Before", "structure": plan["structure"]}


@pytest.mark.parametrize(
    "fields",
    [
        {"plan_id": None},
        {"plan_id": "no-uuid"},
        {"plan_id": 5},
        {"date": None},
        {"date": "2025-02-30"},
        {"date": "2025-08-17T10:00:00Z"},
        {"date": 20250817},
        {"session": {}},
        {"session": a_structure(exercises=[an_exercise(sets=[a_set(reps="8")])])},
        {"session": a_structure(notes="nul\x00")},
        {"unknown": 1},
    ],
)
async def test_what_is_no_start_is_400(ann: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    plan = await make_plan(ann)
    answer = await ann.post("/api/sessions", json={"plan_id": plan["id"], "date": "2025-08-17", **fields})
    problem = assert_problem(answer, 400, "Invalid session data", "ValidationError")
    assert problem["errors"]
    assert (await ann.get("/api/sessions")).json()["pagination"]["total"] == 0


@pytest.mark.parametrize("content", [b"{", b"", b"[]", b"null", b'{"date": Infinity}', b"1" * 5000])
async def test_what_is_no_object_is_400(ann: httpx.AsyncClient, content: bytes) -> None:
    answer = await ann.post("/api/sessions", content=content, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "Invalid session data", "ValidationError")


async def test_only_own_plans_can_be_started(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    plan = await make_plan(ben)
    for plan_id in (plan["id"], str(uuid4())):
        answer = await ann.post("/api/sessions", json={"plan_id": plan_id, "date": "2025-08-17"})
        assert_problem(answer, 400, "Plan not found or access denied", "ValidationError")
    assert (await ben.get(f"/api/plans/{plan['id']}")).json() == plan


async def test_there_is_one_open_session_at_a_time(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    session = await start(ann)
    other = await make_plan(ann)
    refused = await ann.post("/api/sessions", json={"plan_id": other["id"], "date": "2025-08-18"})
    assert_problem(refused, 409, "An in-progress session already exists", "ConflictError")
    assert (await ann.get(f"/api/plans/{other['id']}")).json()["has_sessions"] is False
    await start(ben)
    await complete(ann, session)
    await start(ann, other)


async def test_a_session_is_updated_while_it_is_open(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    answer = await ann.patch(f"/api/sessions/{session['id']}", json={"session": DONE})
    assert answer.status_code == 200
    updated = answer.json()
    assert updated == {**session, "session": DONE, "updated_at": updated["updated_at"]}
    assert updated["updated_at"] > session["updated_at"]
    got = await ann.get(f"/api/sessions/{session['id']}")
    assert (got.json(), got.headers["etag"]) == (updated, answer.headers["etag"])


@pytest.mark.parametrize(
    "body", [{}, None, [], {"session": None}, {"session": {}}, {"session": DONE, "date": "2025-08-17"}]
)
async def test_what_is_no_update_is_400(ann: httpx.AsyncClient, body: Any) -> None:
    session = await start(ann)
    answer = await ann.patch(f"/api/sessions/{session['id']}", json=body)
    assert_problem(answer, 400, "Invalid session data", "ValidationError")
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session


async def test_a_stale_update_is_412(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    url = f"/api/sessions/{session['id']}"
    seen = (await ann.get(url)).headers["etag"]
    assert (await ann.patch(url, json={"session": DONE}, headers={"If-Match": seen})).status_code == 200
    stale = await ann.patch(url, json={"session": a_structure()}, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["code"], stale.json()["error"]) == (
        412,
        "stale_version",
        "ConflictError",
    )
    assert (await ann.get(url)).json()["session"] == DONE
    await complete(ann, session)
    # What cannot be changed at all is not a question of versions.
    completed = await ann.patch(url, json={"session": DONE}, headers={"If-Match": seen})
    assert_problem(completed, 400, "Cannot update completed session", "ValidationError")


@pytest.mark.parametrize("body", [{}, {"json": {}}, {"json": {"session": None}}, {"json": {"session": DONE}}])
async def test_completing_ends_a_session(ann: httpx.AsyncClient, body: dict[str, Any]) -> None:
    session = await start(ann)
    answer = await ann.post(f"/api/sessions/{session['id']}/complete", **body)
    assert answer.status_code == 200
    completed = answer.json()
    last = body.get("json", {}).get("session") or session["session"]
    spent = datetime.fromisoformat(completed["ended_at"]) - datetime.fromisoformat(completed["started_at"])
    assert completed == {
        **session,
        "session": last,
        "status": "completed",
        "ended_at": completed["ended_at"],
        "duration_seconds": int(spent.total_seconds()),
        "updated_at": completed["updated_at"],
    }
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == completed


async def test_a_bad_last_update_completes_nothing(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    bodies: list[Any] = [{"session": {}}, [], {"unknown": 1}]
    for body in bodies:
        answer = await ann.post(f"/api/sessions/{session['id']}/complete", json=body)
        assert_problem(answer, 400, "Invalid session data", "ValidationError")
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session


async def test_a_completed_session_stays_as_it_is(ann: httpx.AsyncClient) -> None:
    completed = await complete(ann, await start(ann))
    url = f"/api/sessions/{completed['id']}"
    for answer in (
        await ann.patch(url, json={"session": DONE}),
        await ann.post(f"{url}/complete"),
        await ann.post(f"{url}/complete", json={"session": DONE}),
    ):
        assert_problem(answer, 400, "Cannot update completed session", "ValidationError")
    assert (await ann.get(url)).json() == completed
    assert [item["action"] for item in await audit(ann, completed)] == [
        "session_started",
        "session_completed",
    ]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("POST", "/complete"), ("GET", "/audit")]
)
async def test_others_sessions_do_not_exist(
    ann: httpx.AsyncClient, ben: httpx.AsyncClient, method: str, path: str
) -> None:
    session = await start(ann)
    body: dict[str, Any] = {"json": {"session": DONE}} if method == "PATCH" else {}
    for session_id in (session["id"], uuid4(), "no-uuid"):
        answer = await ben.request(method, f"/api/sessions/{session_id}{path}", **body)
        assert_problem(answer, 404, "Session not found", "NotFound")
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session


async def test_the_audit_log_tells_what_was_done_by_which_request(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    ids = [f"request-{number}-{uuid4()}" for number in range(4)]
    session = (
        await ann.post(
            "/api/sessions",
            json={"plan_id": plan["id"], "date": "2025-08-17"},
            headers={"X-Request-ID": ids[0]},
        )
    ).json()
    url = f"/api/sessions/{session['id']}"
    await ann.patch(url, json={"session": DONE}, headers={"X-Request-ID": ids[1]})
    await ann.patch(url, json={"session": {}}, headers={"X-Request-ID": "refused"})
    await ann.patch(url, json={"session": DONE}, headers={"X-Request-ID": ids[2]})
    await ann.post(f"{url}/complete", headers={"X-Request-ID": ids[3]})
    items = await audit(ann, session)
    assert [(item["action"], item["request_id"]) for item in items] == [
        ("session_started", ids[0]),
        ("session_updated", ids[1]),
        ("session_updated", ids[2]),
        ("session_completed", ids[3]),
    ]
    assert [item["at"] for item in items] == sorted(item["at"] for item in items)
    first = (await ann.get(f"{url}/audit", params={"limit": 3})).json()
    rest = (await ann.get(f"{url}/audit", params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (items, None)
    assert_problem(
        await ann.get(f"{url}/audit", params={"cursor": "?"}),
        400,
        "Invalid session data",
        "ValidationError",
    )


async def test_starting_and_completing_are_safe_to_repeat(ann: httpx.AsyncClient) -> None:
    plan = await make_plan(ann)
    body = {"plan_id": plan["id"], "date": "2025-08-17"}
    key = {"Idempotency-Key": "key"}
    started = [await ann.post("/api/sessions", json=body, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in started] == [201, 201]
    assert started[0].json() == started[1].json()
    url = f"/api/sessions/{started[0].json()['id']}/complete"
    ended = [await ann.post(url, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in ended] == [200, 200]
    assert ended[0].json() == ended[1].json()
    # A refusal is an answer, too.
    other = {"Idempotency-Key": "other"}
    refused = [await ann.post(url, headers=other) for _ in range(2)]
    assert [answer.status_code for answer in refused] == [400, 400]
    assert refused[1].headers["idempotent-replayed"] == "true"
