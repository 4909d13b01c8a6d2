"""What happens at the same instant happens in some order."""

import asyncio
from collections import Counter

import httpx

from tests.session_service.training.conftest import a_structure, assert_problem, complete, make_plan, start

AT_ONCE = 20


async def test_of_many_starts_one_succeeds(ann: httpx.AsyncClient) -> None:
    # One plan for some of them, another one for the others: they meet at the plan, or at the index only.
    plans = [await make_plan(ann) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            ann.post("/api/sessions", json={"plan_id": plans[number % 2]["id"], "date": "2025-08-17"})
            for number in range(AT_ONCE)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: AT_ONCE - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "An in-progress session already exists", "ConflictError")
    assert (await ann.get("/api/sessions")).json()["pagination"]["total"] == 1
    used = [(await ann.get(f"/api/plans/{plan['id']}")).json()["has_sessions"] for plan in plans]
    assert sorted(used) == [False, True]


async def test_of_many_completions_one_succeeds(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    url = f"/api/sessions/{session['id']}"
    answers = await asyncio.gather(*(ann.post(f"{url}/complete") for _ in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: AT_ONCE - 1}
    for answer in answers:
        if answer.status_code == 400:
            assert_problem(answer, 400, "Cannot update completed session", "ValidationError")
    actions = [item["action"] for item in (await ann.get(f"{url}/audit")).json()["items"]]
    assert actions == ["session_started", "session_completed"]


async def test_nothing_is_updated_after_the_completion(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    url = f"/api/sessions/{session['id']}"
    updates = [
        ann.patch(url, json={"session": a_structure(notes=f"Update {number}")}) for number in range(10)
    ]
    *updated, completed = await asyncio.gather(*updates, ann.post(f"{url}/complete"))
    assert completed.status_code == 200
    assert {answer.status_code for answer in updated} <= {200, 400}
    assert (await ann.get(url)).json() == completed.json()
    actions = [item["action"] for item in (await ann.get(f"{url}/audit")).json()["items"]]
    assert actions[-1] == "session_completed"
    assert actions.count("session_updated") == sum(answer.status_code == 200 for answer in updated)


async def test_of_many_updates_of_one_version_one_succeeds(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    url = f"/api/sessions/{session['id']}"
    seen = {"If-Match": (await ann.get(url)).headers["etag"]}
    answers = await asyncio.gather(
        *(
            ann.patch(url, json={"session": a_structure(notes=f"Update {number}")}, headers=seen)
            for number in range(AT_ONCE)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}


async def test_a_start_and_the_deletion_of_its_plan_do_not_mix(ann: httpx.AsyncClient) -> None:
    for _ in range(5):
        plan = await make_plan(ann)
        started, deleted = await asyncio.gather(
            ann.post("/api/sessions", json={"plan_id": plan["id"], "date": "2025-08-17"}),
            ann.delete(f"/api/plans/{plan['id']}"),
        )
        assert deleted.status_code == 204
        assert started.status_code in (201, 400)
        if started.status_code == 201:
            assert started.json()["plan_snapshot"]["name"] == plan["name"]
            await complete(ann, started.json())
