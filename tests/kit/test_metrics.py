"""Metrics on a port of their own."""

import httpx
import pytest
from prometheus_client import Counter

from deploy.local.ports import free_port
from kit.metrics import new_registry, served_metrics
from tests.support.services import NoDatabase


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
