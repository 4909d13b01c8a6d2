"""Metrics on a port of their own."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import text

from deploy.local.ports import free_port, is_free
from kit.contracts import SESSION_COMPLETED
from kit.database import Database
from kit.metrics import Backlog, HttpMetrics, LookoutMetrics, TaskMetrics, new_registry, served_metrics
from kit.outbox import deliveries
from kit.outbox.events import Event, made_at, publish, uuid7
from tests.support.services import NoDatabase, client_of, service_of


def test_they_are_shown_while_the_process_runs() -> None:
    registry = new_registry()
    counter = Counter("things", "Things that were counted.", registry=registry)
    settings = NoDatabase(metrics_port=free_port())
    address = f"http://127.0.0.1:{settings.metrics_port}/metrics"
    with served_metrics(registry, settings):
        counter.inc()
        shown = httpx.get(address).text
    assert "things_total 1.0" in shown
    assert "process_cpu_seconds_total" in shown
    assert "python_info" in shown
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)


def test_they_are_seen_on_this_machine_alone_unless_told_otherwise() -> None:
    assert NoDatabase().metrics_host == "127.0.0.1"


def test_without_a_port_there_are_none() -> None:
    with served_metrics(new_registry(), NoDatabase(metrics_port=0)):
        pass


def test_a_port_that_is_taken_is_no_silent_failure() -> None:
    settings = NoDatabase(metrics_port=free_port())
    with (
        served_metrics(new_registry(), settings),
        pytest.raises(OSError, match="in use"),
        served_metrics(new_registry(), settings),
    ):
        pass


def test_several_of_a_kind_have_a_port_each() -> None:
    base = free_port()
    while not is_free(base + 1):
        base = free_port()
    settings = NoDatabase(metrics_port=base)
    with served_metrics(new_registry(), settings, number=1):
        assert httpx.get(f"http://127.0.0.1:{base + 1}/metrics").status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{base}/metrics")


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


router = APIRouter()


@router.get("/things/{thing_id}")
async def get_thing(thing_id: UUID) -> dict[str, str]:
    return {"id": str(thing_id)}


async def test_requests_are_counted_by_route_and_never_by_path() -> None:
    app = service_of([router])
    async with client_of(app) as client:
        for thing in (uuid7(), uuid7(), "no id"):
            await client.get(f"/things/{thing}")
        await client.get("/nowhere")
    registry = app.state.metrics.registry
    requests = "tandem_http_requests_total"
    assert value(registry, requests, method="GET", route="/things/{thing_id}", status="200") == 2
    assert value(registry, requests, method="GET", route="/things/{thing_id}", status="422") == 1
    assert value(registry, requests, method="GET", route="unmatched", status="404") == 1
    assert value(registry, "tandem_http_request_seconds_count", route="/things/{thing_id}") == 3
    routes = {sample.labels.get("route") for metric in registry.collect() for sample in metric.samples}
    assert routes == {None, "/things/{thing_id}", "unmatched"}


def test_odd_methods_are_counted_together() -> None:
    metrics = HttpMetrics(CollectorRegistry())
    for method in ("BREW", "SPILL", "GET"):
        metrics.count(method, "/", 405, 0.1)
    assert value(metrics.registry, "tandem_http_requests_total", method="other", route="/", status="405") == 2


def test_a_batch_is_counted_by_what_became_of_its_events() -> None:
    metrics = TaskMetrics(CollectorRegistry())
    metrics.count_batch("statistics", size=10, applied=6, failed=2, dead=1)
    outcomes = {"applied": 6, "failed": 2, "dead": 1, "passed_over": 1}
    for outcome, count in outcomes.items():
        found = value(metrics.registry, "tandem_task_events_total", consumer="statistics", outcome=outcome)
        assert found == count, outcome
    assert value(metrics.registry, "tandem_task_batch_size_sum", consumer="statistics") == 10


def test_tasks_are_timed_however_they_end() -> None:
    metrics = TaskMetrics(CollectorRegistry())
    with metrics.timed("sweep"):
        pass
    with pytest.raises(ZeroDivisionError), metrics.timed("sweep"):
        raise ZeroDivisionError
    for outcome in ("ok", "failed"):
        assert value(metrics.registry, "tandem_task_seconds_count", task="sweep", outcome=outcome) == 1


def test_an_id_tells_when_it_was_made() -> None:
    assert abs(made_at(uuid7()) - time.time()) < 5


async def test_backlogs_are_those_of_the_deliveries(
    owner: Database, database_for: Callable[[str], Database]
) -> None:
    old = UUID(int=(round((time.time() - 60) * 1000) << 80) | (7 << 76) | (2 << 62))

    async def arrange(connection: Any) -> None:
        await connection.execute(text("DELETE FROM outbox.events"))
        ids = (old, uuid7(), uuid7())
        await publish(connection, [Event(SESSION_COMPLETED, "a", {}, id=event_id) for event_id in ids])
        for consumer, state in (("notifications", "dead"), ("live", "done")):
            await connection.execute(
                text("UPDATE outbox.deliveries SET state = :state WHERE consumer = :consumer"),
                {"state": state, "consumer": consumer},
            )

    await owner.run(arrange)
    try:
        found = await database_for("tandem_relay").run(
            lambda connection: deliveries.backlogs(connection, ["reputation", "live", "other"])
        )
    finally:
        await owner.run(lambda connection: connection.execute(text("DELETE FROM outbox.events")))
    assert (found["reputation"].pending, found["reputation"].dead) == (3, 0)
    assert 55 < found["reputation"].lag_seconds < 120
    assert found["notifications"] == Backlog(pending=0, dead=3)
    assert found["live"] == found["other"] == Backlog()

    metrics = LookoutMetrics(CollectorRegistry())
    metrics.show_backlogs(found)
    assert value(metrics.registry, "tandem_deliveries", consumer="reputation", state="pending") == 3
    assert value(metrics.registry, "tandem_deliveries", consumer="notifications", state="dead") == 3
    assert value(metrics.registry, "tandem_deliveries_lag_seconds", consumer="live") == 0
