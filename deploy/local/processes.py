"""The processes of a local stack, one entry each. A new service or worker is a new entry and nothing else.

In a command `{data}` stands for the data folder, `{run}` for the folder of sockets, `{gateway_port}`, `{flower_port}`,
`{mail_sink_port}` and `{mail_inbox_port}` for the ports.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from deploy.local.data_dir import ROOT
from deploy.local.ports import LOOPBACK
from deploy.local.probes import Probe, answers, beats, lives
from deploy.local.supervisor import Process
from kit import heartbeats
from kit.contracts import NOTIFICATIONS, REPUTATION, STATISTICS


class Stage(IntEnum):
    """The order of stopping, backwards: who is asked first stops first, so nobody misses whom they need."""

    POSTGRES = 0
    REDIS = 1
    WORKER = 2
    BACKGROUND = 3
    SERVICE = 4
    EDGE = 5


class Phase(IntEnum):
    """When a process is started. Most of a start is spent importing modules, so what can begin early does."""

    AT_ONCE = 0
    """Beside the servers: it asks nothing of them until it is asked itself."""
    MIGRATED = 1
    """Once the schema is there."""
    READY = 2
    """Once sessions can be completed: it is not needed for that."""


STOP_SECONDS = {
    Stage.EDGE: 1.0,
    Stage.SERVICE: 1.0,
    Stage.BACKGROUND: 1.0,
    Stage.WORKER: 2.5,
    Stage.REDIS: 0.3,
    Stage.POSTGRES: 1.5,
}
"""What a process of each stage is sure to have before it is killed; all of it is less than the stop may take."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One process of the table."""

    name: str
    module: tuple[str, ...]
    """What follows `python -m`."""
    stage: Stage
    phase: Phase = Phase.AT_ONCE
    role: str | None = None
    """The login role of its `DATABASE_URL`; without, it has none."""
    address: str | None = None
    probe_path: str | None = None
    """Ready when a GET of this path at `address` is answered with 200 …"""
    heart: str | None = None
    """… or when its heart beats under this name …"""
    secrets: tuple[str, ...] = ()
    """Variables that are kept from the other processes."""
    has_metrics: bool = True
    """Whether it shows Prometheus metrics when it is given a port for that."""
    environment: Mapping[str, str] = field(default_factory=dict)


def service(name: str, factory: str, role: str) -> Entry:
    """An HTTP service on a socket of its own."""
    return Entry(
        name=name,
        module=(
            *("uvicorn", factory, "--factory", "--uds", f"{{run}}/{name}.sock"),
            *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"),
            *("--log-level", "warning", "--timeout-graceful-shutdown", "1"),
        ),
        stage=Stage.SERVICE,
        role=role,
        address=f"unix:{{run}}/{name}.sock",
        probe_path="/internal/healthz",
    )


def worker(name: str, app: str, queue: str, role: str) -> Entry:
    """A Celery worker of one queue."""
    return Entry(
        name=name,
        module=(
            *("celery", "--quiet", "-A", app, "worker", "-Q", queue, "-c", "1", "-n", f"{queue}@%h"),
            *("--without-gossip", "--without-mingle", "--loglevel", "warning"),
        ),
        stage=Stage.WORKER,
        role=role,
        address=f"queue:{queue}",
        heart=queue,
        environment={
            # SIGTERM: finish what is under way, then end.
            "REMAP_SIGTERM": "SIGQUIT",
            # Root is the only user of many a container; the worker takes nothing but JSON.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        },
    )


MAIL_SINK = "mail-sink"
"""The process that stands in for a mail server, where there is none."""

PROCESSES: tuple[Entry, ...] = (
    service("session-service", "session_service.main:create_app", "tandem_session"),
    service("reputation-service", "reputation_service.main:create_app", "tandem_reputation"),
    service("stats-service", "stats_worker.main:create_app", "tandem_statistics"),
    worker("reputation-worker", "reputation_service.worker", REPUTATION.queue, "tandem_reputation_worker"),
    worker("statistics-worker", "stats_worker.worker", STATISTICS.queue, "tandem_statistics_worker"),
    worker("notifications-worker", "session_service.worker", NOTIFICATIONS.queue, "tandem_session_worker"),
    Entry(
        name="relay",
        module=("session_service.relay",),
        stage=Stage.BACKGROUND,
        phase=Phase.MIGRATED,
        role="tandem_relay",
        heart=heartbeats.RELAY,
    ),
    Entry(
        name="live-publisher",
        module=("session_service.publisher",),
        stage=Stage.BACKGROUND,
        phase=Phase.MIGRATED,
        role="tandem_live",
        heart=heartbeats.LIVE,
    ),
    Entry(
        name="courier",
        module=("session_service.courier",),
        # It needs a moment to come to an end with what it has in hand.
        stage=Stage.WORKER,
        phase=Phase.READY,
        role="tandem_courier",
        heart=heartbeats.COURIER,
        secrets=("SMTP_PASSWORD",),
    ),
    Entry(
        name="scheduler",
        module=(
            *("celery", "--quiet", "-A", "session_service.worker", "beat"),
            *("--pidfile=", "--loglevel", "warning"),
        ),
        stage=Stage.BACKGROUND,
        phase=Phase.READY,
        role="tandem_session_worker",
        environment={"BEAT_SCHEDULE_PATH": "{data}/beat-schedule"},
    ),
    Entry(
        name="gateway",
        module=(
            *("uvicorn", "gateway.main:create_app", "--factory"),
            *("--host", "127.0.0.1", "--port", "{gateway_port}"),
            *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--no-server-header"),
            *("--ws", "gateway.live.protocol:LiveProtocol", "--ws-max-size", "65536"),
            *("--ws-ping-interval", "20", "--ws-ping-timeout", "20", "--ws-per-message-deflate", "false"),
            # The gateway reads these headers itself, by TRUSTED_PROXIES.
            "--no-proxy-headers",
            *("--log-level", "warning", "--timeout-graceful-shutdown", "1"),
        ),
        stage=Stage.EDGE,
        phase=Phase.MIGRATED,
        address="http://127.0.0.1:{gateway_port}",
        probe_path="/healthz",
        secrets=("JWT_SECRET",),
        environment={
            "SESSION_SERVICE_URL": "unix:{run}/session-service.sock",
            "REPUTATION_SERVICE_URL": "unix:{run}/reputation-service.sock",
            "STATS_SERVICE_URL": "unix:{run}/stats-service.sock",
        },
    ),
    Entry(
        name=MAIL_SINK,
        module=("deploy.mail_sink", "--smtp-port={mail_sink_port}", "--page-port={mail_inbox_port}"),
        # Not before the courier, who may be handing something over.
        stage=Stage.WORKER,
        phase=Phase.READY,
        address="http://127.0.0.1:{mail_inbox_port}",
        probe_path="/version.json",
        has_metrics=False,
    ),
    Entry(
        name="flower",
        module=(
            *("celery", "-A", "deploy.flower", "flower", "--address=127.0.0.1", "--port={flower_port}"),
            *("--url_prefix=flower", "--logging=error"),
        ),
        stage=Stage.EDGE,
        phase=Phase.READY,
        address="http://127.0.0.1:{flower_port}",
        probe_path="/flower/healthcheck",
        secrets=("FLOWER_BASIC_AUTH",),
        has_metrics=False,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the processes of one stack share."""

    places: Mapping[str, str]
    """What the words in braces stand for."""
    redis_url: str
    database_urls: Mapping[str, str]
    """By login role."""
    environment: Mapping[str, str]
    """What everybody gets."""
    secrets: Mapping[str, str]
    """What only those get who name it."""
    metrics_ports: Mapping[str, int] = field(default_factory=dict)
    """By process; who is not in here shows no metrics."""

    def process(self, entry: Entry) -> Process:
        """An entry of the table, made to be run."""
        environment = {
            **{name: value for name, value in self.environment.items() if name not in self.secrets},
            **{name: self.secrets[name] for name in entry.secrets if name in self.secrets},
            **{name: value.format_map(self.places) for name, value in entry.environment.items()},
            "REDIS_URL": self.redis_url,
            "METRICS_HOST": LOOPBACK,
            "METRICS_PORT": str(self.metrics_ports.get(entry.name, 0)),
        }
        if entry.role is not None:
            environment["DATABASE_URL"] = self.database_urls[entry.role]
        port = self.metrics_ports.get(entry.name)
        command = [sys.executable, "-m", *(word.format_map(self.places) for word in entry.module)]
        address = entry.address.format_map(self.places) if entry.address else None
        return Process(
            name=entry.name,
            command=lambda: command,
            ready=self._probe(entry, address),
            address=address,
            metrics=f"http://{LOOPBACK}:{port}/metrics" if port else None,
            stage=entry.stage,
            environment=environment,
            folder=ROOT,
            stop_seconds=STOP_SECONDS[entry.stage],
        )

    def _probe(self, entry: Entry, address: str | None) -> Probe:
        if entry.probe_path is not None and address is not None:
            return answers(address, entry.probe_path)
        if entry.heart is not None:
            return beats(self.redis_url, entry.heart)
        return lives(1.0)
