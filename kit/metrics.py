"""A process's Prometheus metrics, on a port of their own that is never a public one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from kit.settings import KitSettings


def new_registry() -> CollectorRegistry:
    """Return a registry that tells of the process itself: memory, CPU time, files, garbage, Python's version."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


@contextmanager
def served_metrics(registry: CollectorRegistry, settings: KitSettings) -> Iterator[None]:
    """Answer `GET /metrics` at `METRICS_HOST`:`METRICS_PORT` for as long as the context lasts, in a thread.

    Does nothing where the port is 0. Raises `OSError` if the address is not to be had.
    """
    if not settings.metrics_port:
        yield
        return
    server, thread = start_http_server(settings.metrics_port, settings.metrics_host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
