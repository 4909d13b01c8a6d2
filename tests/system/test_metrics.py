"""Every process of the running system shows what it does."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.processes import PROCESSES
from tests.gateway.live.world import live
from tests.session_service.webhooks.conftest import receiving
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

Figure = tuple[str, dict[str, str]]

SOME: dict[str, Sequence[Figure]] = {
    "gateway": (
        ("tandem_http_requests_total", {"method": "POST", "route": "/api/session", "status": "200"}),
        ("tandem_gateway_cache_reads_total", {"outcome": "miss"}),
        ("tandem_gateway_cache_reads_total", {"outcome": "hit"}),
        ("tandem_gateway_live_frames_sent_total", {}),
    ),
    "session-service": (
        ("tandem_http_requests_total", {"route": "/api/session/{session_id}/confirm", "status": "200"}),
        ("tandem_http_request_seconds_count", {"route": "/api/session/create"}),
    ),
    "reputation-service": (
        ("tandem_http_requests_total", {"method": "GET", "route": "/api/reputation/me", "status": "200"}),
    ),
    "stats-service": (
        ("tandem_http_requests_total", {"method": "GET", "route": "/api/v1/sessions/stats", "status": "200"}),
    ),
    "reputation-worker": (
        ("tandem_task_events_total", {"consumer": "reputation", "outcome": "applied"}),
        ("tandem_task_batch_size_sum", {"consumer": "reputation"}),
        ("tandem_task_seconds_count", {"task": "reputation.apply", "outcome": "ok"}),
    ),
    "statistics-worker": (("tandem_task_events_total", {"consumer": "statistics", "outcome": "applied"}),),
    "notifications-worker": (
        ("tandem_task_events_total", {"consumer": "notifications", "outcome": "applied"}),
        ("tandem_task_seconds_count", {"task": "account.work_on_jobs", "outcome": "ok"}),
    ),
    "relay": (("tandem_lookout_done_total", {"kind": "reputation"}),),
    "live-publisher": (
        ("tandem_lookout_done_total", {"kind": "live"}),
        ("tandem_lookout_seconds_count", {}),
    ),
    "courier": (
        ("tandem_lookout_done_total", {"kind": "webhooks"}),
        ("tandem_lookout_seconds_count", {}),
    ),
    "scheduler": (("tandem_tasks_sent_total", {"task": "account.work_on_jobs"}),),
}
"""What is more than zero in each process once something has happened."""

THERE: Sequence[Figure] = (
    ("tandem_deliveries", {"consumer": "live", "state": "pending"}),
    ("tandem_deliveries", {"consumer": "reputation", "state": "dead"}),
    ("tandem_deliveries_lag_seconds", {"consumer": "webhooks"}),
)
"""What a relay shows whatever it is."""


async def something_happens(stack: Stack) -> None:
    async with api(stack.base_url) as client, receiving() as receiver:
        pair = await new_pair(client)
        await client.insist(pair.other, "POST", "/api/webhooks", {"url": receiver.url})
        session = await new_session(client, pair, starts_in=timedelta(minutes=-1))
        async with live(stack.base_url, {"X-Test-User-ID": pair.one}) as connection:
            await connection.subscribe(f"session:{session}")
            for user in (pair.one, pair.other):
                await client.insist(user, "POST", f"/api/session/{session}/confirm", Prefer="wait=10")
        started = await client.insist(pair.one, "POST", "/api/v1/sessions/start")
        body = {"duration_seconds": 60, "completion_status": "completed"} | {
            "session_id": started.json()["session_id"]
        }
        await client.insist(pair.one, "POST", "/api/v1/sessions/complete", body)
        await client.insist(pair.one, "GET", "/api/reputation/me")
        # Not as the one who has practised: that would leave nothing for the worker to apply.
        await client.insist(str(uuid4()), "GET", "/api/v1/sessions/stats")

        async def is_cached() -> bool:
            answer = await client.insist(pair.one, "GET", f"/api/session/{session}")
            return answer.headers["X-Cache"] == "hit"

        # A gateway that has just begun, or has lost Redis, caches nothing for a while.
        await eventually(is_cached, timeout=30)
        await eventually(lambda: receiver.requests, timeout=30)


async def values(address: str, figure: Figure) -> list[float]:
    """What is shown under the name, with these labels at least."""
    name, labels = figure
    async with httpx.AsyncClient() as client:
        told = (await client.get(address)).text
    return [
        sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    ]


async def test_every_process_shows_what_it_does(stack: Stack) -> None:
    assert set(SOME) == {entry.name for entry in PROCESSES if entry.has_metrics}
    await something_happens(stack)
    rows = {row["name"]: row["metrics"] for row in await asyncio.to_thread(stack.status)}
    assert {name for name, address in rows.items() if address} == set(SOME)

    async def has_some(name: str) -> bool:
        for figure in (*SOME[name], ("process_resident_memory_bytes", {})):
            assert sum(await values(rows[name], figure)) > 0, (name, figure)
        return True

    for name in SOME:
        await eventually(lambda name=name: has_some(name), timeout=30)  # type: ignore[misc]  # mypy infers no lambda with defaults

    async def backlogs_are_there() -> bool:
        return all([len(await values(rows["relay"], figure)) == 1 for figure in THERE])

    await eventually(backlogs_are_there, timeout=30)
