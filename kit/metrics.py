"""A process's Prometheus metrics, on a port of their own that is never a public one.

Each kind of process has one of the classes here (the gateway has its own), with a registry of its own; nothing is
registered with the library's global one. Labels are of few values: consumers, tasks, routes as they are written in the
code, never ids or paths as they were asked for.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.settings import KitSettings

MEASURE_EVERY: Final = 5.0
"""Seconds between two looks at what has to be asked of a server, such as the length of a backlog."""

UNMATCHED: Final = "unmatched"
"""The route of what no endpoint has answered."""

ROUTE: Final = "tandem.route"
"""In the scope of a request: the route to count it under, where the framework does not say."""

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SIZES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)


def new_registry() -> CollectorRegistry:
    """Return a registry that tells of the process itself: memory, CPU time, files, garbage, Python's version."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


@contextmanager
def served_metrics(registry: CollectorRegistry, settings: KitSettings, *, number: int = 0) -> Iterator[None]:
    """Answer `GET /metrics` at `METRICS_HOST`:`METRICS_PORT` + `number` for as long as the context lasts, in a thread.

    Does nothing where the port is 0. Raises `OSError` if the address is not to be had.
    """
    if not settings.metrics_port:
        yield
        return
    server, thread = start_http_server(settings.metrics_port + number, settings.metrics_host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class HttpMetrics:
    """Requests of a process: how many of which route ended how, and how long they took."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or new_registry()
        self._requests = Counter(
            "tandem_http_requests",
            "Requests by method, route and status; status 0: the client left before there was an answer.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tandem_http_request_seconds",
            "How long requests took until their answer began, by route.",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class HttpMetricsMiddleware:
    """Counts every request in `metrics`, under the route that has answered it."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status, seconds = 0, 0.0

        async def send_watched(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        finally:
            taken = seconds or time.perf_counter() - began
            self.metrics.count(scope["method"], _route_of(scope), status, taken)


def _route_of(scope: Scope) -> str:
    route = scope.get(ROUTE) or getattr(scope.get("route"), "path", None)
    return route if isinstance(route, str) else UNMATCHED


class LookoutMetrics:
    """What a process has done that looks for what is due (relay, publisher of live updates, courier)."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or new_registry()
        self.done = Counter(
            "tandem_lookout_done",
            "What was due and has been done, by kind: deliveries handed over, events told, items carried.",
            ("kind",),
            registry=self.registry,
        )
        self.failures = Counter(
            "tandem_lookout_failures",
            "Looks that failed since a server was away, by the kind of error.",
            ("error",),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "tandem_lookout_seconds",
            "How long looks took that found something.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.under_way = Gauge(
            "tandem_lookout_under_way",
            "What is being done at the moment, by kind: items being carried.",
            ("kind",),
            registry=self.registry,
        )
        self._deliveries = Gauge(
            "tandem_deliveries",
            "Deliveries by consumer and state: pending, or dead (kept until somebody looks at them).",
            ("consumer", "state"),
            registry=self.registry,
        )
        self._lag = Gauge(
            "tandem_deliveries_lag_seconds",
            "How old the oldest event is that a consumer has yet to apply; 0: none.",
            ("consumer",),
            registry=self.registry,
        )

    def show_backlogs(self, backlogs: Mapping[str, Backlog]) -> None:
        """Show what each consumer still has to do."""
        for consumer, backlog in backlogs.items():
            self._deliveries.labels(consumer, "pending").set(backlog.pending)
            self._deliveries.labels(consumer, "dead").set(backlog.dead)
            self._lag.labels(consumer).set(backlog.lag_seconds)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a consumer still has to do."""

    pending: int = 0
    dead: int = 0
    lag_seconds: float = 0.0


class TaskMetrics:
    """What a Celery worker's child, or the scheduler, has done."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or new_registry()
        self._events = Counter(
            "tandem_task_events",
            "Events of batches by consumer and outcome: applied, failed (to be tried again), dead, or passed over "
            "since they were applied before.",
            ("consumer", "outcome"),
            registry=self.registry,
        )
        self._sizes = Histogram(
            "tandem_task_batch_size",
            "Events of a batch, by consumer.",
            ("consumer",),
            buckets=_SIZES,
            registry=self.registry,
        )
        self._seconds = Histogram(
            "tandem_task_seconds",
            "How long tasks took, by task and outcome: ok, failed.",
            ("task", "outcome"),
            buckets=(*_SECONDS, 20.0, 30.0),
            registry=self.registry,
        )
        self.sent = Counter(
            "tandem_tasks_sent",
            "Tasks that the scheduler has sent, by task.",
            ("task",),
            registry=self.registry,
        )

    @contextmanager
    def timed(self, task: str) -> Iterator[None]:
        """Measure how long a task takes, and whether it ends well."""
        began = time.perf_counter()
        outcome = "failed"
        try:
            yield
            outcome = "ok"
        finally:
            self._seconds.labels(task, outcome).observe(time.perf_counter() - began)

    def count_batch(self, consumer: str, *, size: int, applied: int, failed: int, dead: int) -> None:
        """Count a batch of so many events and what became of them."""
        self._sizes.labels(consumer).observe(size)
        outcomes = {"applied": applied, "failed": failed, "dead": dead}
        for outcome, count in {**outcomes, "passed_over": size - sum(outcomes.values())}.items():
            self._events.labels(consumer, outcome).inc(count)
