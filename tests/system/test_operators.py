"""What an operator sees: every process, the tasks in Flower, one request id through all of them."""

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.documents import API_DESCRIPTION
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]


def flower_login(stack: Stack) -> tuple[str, str]:
    """User and password, as the table that `make run` prints shows them."""
    found = re.search(r"/flower/\s+(\S+) / (\S+)", stack.logs())
    assert found is not None
    return found[1], found[2]


async def test_status_shows_every_process_running(stack: Stack) -> None:
    async def running() -> dict[str, Any]:
        rows = {row["name"]: row for row in await asyncio.to_thread(stack.status)}
        # One may be on its way back from another test.
        assert {row["state"] for row in rows.values()} == {"running"}
        return rows

    rows = await eventually(running, timeout=60, interval=0.5)
    assert {
        "postgres",
        "redis",
        "session-service",
        "reputation-service",
        "stats-service",
        "relay",
        "reputation-worker",
        "statistics-worker",
        "notifications-worker",
        "scheduler",
        "gateway",
        "flower",
    } <= rows.keys()
    assert all(row["pid"] for row in rows.values())


async def test_flower_shows_the_task_with_its_batch_size_and_request_id(stack: Stack) -> None:
    request_id = f"order-{uuid4().hex}"
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
        await client.call(pair.one, "POST", f"/api/session/{session}/confirm")
        last = await client.call(
            pair.other, "POST", f"/api/session/{session}/confirm", X_Request_ID=request_id
        )
    assert last.headers["x-request-id"] == request_id

    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{stack.flower_port}", auth=flower_login(stack), timeout=10
    ) as flower:

        async def shown() -> list[dict[str, Any]]:
            tasks = (await flower.get("/flower/api/tasks", params={"limit": 1000})).json()
            caused = [task for task in tasks.values() if request_id in (task["kwargs"] or "")]
            assert {task["name"] for task in caused} == {"reputation.apply", "notifications.apply"}
            return caused

        tasks = await eventually(shown, timeout=20)
        everything = (await flower.get("/flower/api/tasks", params={"limit": 10_000})).json()
    for task in tasks:
        assert re.search(r"'batch_size': \d+", task["kwargs"])
    # Every second another one would leave no room for what somebody looks for.
    assert "account.work_on_jobs" not in {task["name"] for task in everything.values()}


async def test_a_log_says_nothing_of_what_is_done_every_second(stack: Stack) -> None:
    """Neither the tasks that find nothing to do, nor the gateway's asking whether it may keep answers."""
    async with httpx.AsyncClient(timeout=10) as client:

        async def done() -> re.Match[str] | None:
            metrics = {row["name"]: row["metrics"] for row in await asyncio.to_thread(stack.status)}
            try:
                told = (await client.get(metrics["notifications-worker"])).text
            except httpx.TransportError:
                return None
            return re.search(r'tandem_task_seconds_count\{.*"account.work_on_jobs".*\} [1-9]', told)

        await eventually(done, timeout=30)
    said = stack.logs()
    assert "batch_applied" in said
    # Other tests kill workers and take the database away meanwhile: that a task failed, or came too late, is news.
    too_much = r"Task \S+ (received|succeeded)|Sending due task|GET path=/internal/cache "
    assert not re.search(too_much, said)


@pytest.mark.parametrize("path", ["/", "/flower", "/flower/", "/flower/api/tasks", "/flower/metrics"])
async def test_flower_wants_a_login(stack: Stack, path: str) -> None:
    url = f"http://127.0.0.1:{stack.flower_port}{path}"
    async with httpx.AsyncClient(timeout=10) as client:
        assert (await client.get(url)).status_code == 401
        assert (await client.get(url, auth=("operator", "guessed"))).status_code == 401
        assert (await client.get(url, auth=flower_login(stack))).status_code == 200


async def test_the_gateway_sends_operators_to_flower(stack: Stack) -> None:
    async with httpx.AsyncClient(timeout=10, follow_redirects=True) as client:
        answer = await client.get(f"{stack.base_url}/flower")
    assert (answer.status_code, answer.url.port) == (401, stack.flower_port)


async def test_one_request_id_runs_through_every_process(stack: Stack) -> None:
    request_id = f"trace-{uuid4().hex}"
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
        await client.call(pair.one, "POST", f"/api/session/{session}/confirm")
        await client.call(pair.other, "POST", f"/api/session/{session}/confirm", X_Request_ID=request_id)

    def processes() -> set[str]:
        return {line.split("|")[0].strip() for line in stack.logs().splitlines() if request_id in line}

    await eventually(
        lambda: {"session-service", "reputation-worker", "notifications-worker"} <= processes(), timeout=20
    )


async def test_the_description_that_is_served_is_the_one_in_the_docs(stack: Stack) -> None:
    async with httpx.AsyncClient(base_url=stack.base_url, timeout=10) as client:
        served = (await client.get("/openapi.json")).json()
        page = await client.get("/docs")
    assert served == json.loads(API_DESCRIPTION.read_bytes())
    assert page.status_code == 200
    assert "/openapi.json" in page.text
