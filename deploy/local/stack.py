"""The whole local stack: servers, schema, demo data, processes, in the order in which they need one another."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from deploy.local.children import end_processes
from deploy.local.console import Console
from deploy.local.ports import is_free
from deploy.local.probes import server_is_ready, status_of
from deploy.local.processes import MAIL_SINK, PROCESSES, STOP_SECONDS, Phase, Stage, Surroundings
from deploy.local.servers import EmbeddedPostgres, EmbeddedRedis, EmbeddedServer
from deploy.local.supervisor import DidNotStart, Process, Supervisor, leftovers
from deploy.seed.load import seed, seed_past, tell_of_catalogues
from deploy.settings import StackSettings
from kit.migrations import LOGIN_ROLES, migrate_all, role_url

READY_SECONDS = 90.0
"""How long everything may take to become ready before the start has failed."""

USUAL_SINK_PORT = 1025
USUAL_INBOX_PORT = 8025
"""Where mails and the page that shows them are looked for first."""

OWN_SETTINGS = (
    "DATABASE_URL",
    "ROLE_PASSWORD_SECRET",
    "JWT_SECRET",
    "INTERNAL_SECRET",
    "FLOWER_PASSWORD",
    "SMTP_PASSWORD",
)
"""Variables that processes do not inherit."""


class PortTaken(Exception):
    """Something else listens where one of the stack's own should."""


def embedded_postgres(settings: StackSettings, port: int) -> EmbeddedPostgres:
    """The data folder's PostgreSQL."""
    folder = settings.folder
    return EmbeddedPostgres(
        folder.path / "postgres",
        port=port,
        password=folder.secret("postgres_password"),
        socket_folder=folder.run_folder() / "postgres",
    )


def embedded_redis(settings: StackSettings, port: int) -> EmbeddedRedis:
    """The data folder's Redis."""
    folder = settings.folder
    return EmbeddedRedis(folder.path / "redis", port=port, password=folder.secret("redis_password"))


def running_owner_url(settings: StackSettings) -> str | None:
    """The owner's URL of the database in use: `DATABASE_URL`, else that of the stack that runs here."""
    folder = settings.folder
    port = folder.last_port("postgres")
    if settings.database_url is not None or port is None or not folder.is_locked():
        return settings.database_url
    return embedded_postgres(settings, port).url


def running_redis_url(settings: StackSettings) -> str | None:
    """The Redis that is in use, likewise."""
    folder = settings.folder
    port = folder.last_port("redis")
    if settings.external_redis_url is not None or port is None or not folder.is_locked():
        return settings.external_redis_url
    return embedded_redis(settings, port).url


class Stack:
    """One local stack, on its settings' data folder, which the caller has locked."""

    def __init__(self, settings: StackSettings, console: Console):
        self.settings = settings
        self.folder = settings.folder
        self.supervisor = Supervisor(console, self.folder.state_file)
        self.flower_password = settings.flower_password or self.folder.secret("flower_password")
        self.owner_url = settings.database_url or ""
        self.entries = [entry for entry in PROCESSES if entry.name != MAIL_SINK or settings.has_mail_sink]
        self._mail_ports: tuple[int, int] | None = None
        self._processes_url = self.owner_url
        self._redis_url = settings.external_redis_url or ""

    @property
    def gateway_url(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.settings.gateway_port}"

    @property
    def flower_url(self) -> str:
        """Where operators look."""
        return f"http://127.0.0.1:{self.settings.flower_port}/flower/"

    def check_ports(self) -> None:
        """Raises `PortTaken` if a port that was asked for is not to be had."""
        wanted = self.settings.wanted_ports
        names: dict[int, str] = {}
        for name, port in wanted.items():
            if port in names:
                raise PortTaken(f"{names[port]} and {name} are both {port}")
            names[port] = name
        for name, port in wanted.items():
            if not is_free(port):
                raise PortTaken(f"port {port} is taken; choose another with {name}=…")

    @property
    def mail_inbox_url(self) -> str | None:
        """Where mails are shown; None when they really go out."""
        return f"http://127.0.0.1:{self._mail()[1]}" if self.settings.has_mail_sink else None

    def _mail(self) -> tuple[int, int]:
        """The ports of the local mail server and its page: those asked for, the usual ones, or others that are free."""
        if self._mail_ports is None:
            avoid = frozenset(self.settings.wanted_ports.values())
            sink = self.settings.mail_sink_port or self._usual("mail sink", USUAL_SINK_PORT, avoid)
            inbox = self.settings.mail_inbox_port or self._usual(
                "mail inbox", USUAL_INBOX_PORT, avoid | {sink}
            )
            self._mail_ports = sink, inbox
        return self._mail_ports

    def _usual(self, name: str, port: int, avoid: frozenset[int]) -> int:
        return port if port not in avoid and is_free(port) else self.folder.port(name, avoid=avoid)

    async def start(self, step: Callable[[str], None]) -> None:
        """Bring everything up; ready when the gateway says so. Raises `DidNotStart`, and what migrations raise."""
        step("looking after what an earlier run left behind")
        await asyncio.to_thread(end_processes, leftovers(self.folder.state_file), grace_seconds=3.0)
        run_folder = await asyncio.to_thread(self.folder.make_run_folder)
        servers = await asyncio.to_thread(self._servers)
        surroundings = self._surroundings(run_folder)
        self.supervisor.add([*servers, *map(surroundings.process, self.entries)])
        step("starting the servers")
        self.supervisor.start(server.name for server in servers)
        self._start_phase(Phase.AT_ONCE)
        await self.supervisor.ready([server.name for server in servers], seconds=READY_SECONDS)
        step("migrating")
        await asyncio.to_thread(self._migrate_and_seed)
        step("starting the processes")
        self._start_phase(Phase.MIGRATED)
        await asyncio.gather(self._gateway_ready(), asyncio.to_thread(self._seed_past))

    def start_the_rest(self) -> None:
        """Start what nobody has had to wait for."""
        self._start_phase(Phase.READY)

    def _start_phase(self, phase: Phase) -> None:
        self.supervisor.start(entry.name for entry in self.entries if entry.phase is phase)

    async def stop(self) -> None:
        """End everything that `start` has started, in order."""
        await self.supervisor.stop()
        await asyncio.to_thread(self.folder.remove_run_folder)

    def _servers(self) -> list[Process]:
        avoid = frozenset(self.settings.wanted_ports.values()) | self._mail_avoided()
        servers: list[tuple[EmbeddedServer, Stage, Callable[[], None]]] = []
        if self.settings.database_url is None:
            postgres = embedded_postgres(self.settings, self.folder.port("postgres", avoid=avoid))
            servers.append((postgres, Stage.POSTGRES, postgres.prepare))
            self.owner_url = postgres.url
            self._processes_url = postgres.socket_url
        if self.settings.external_redis_url is None:
            redis = embedded_redis(self.settings, self.folder.port("redis", avoid=avoid))
            servers.append((redis, Stage.REDIS, lambda: None))
            self._redis_url = redis.url
        return [
            Process(
                name=server.name,
                command=server.command,
                ready=server_is_ready(server),
                address=f"127.0.0.1:{server.port}",
                stage=stage,
                environment={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                prepare=server.prepare,
                clean_up=clean_up,
                stop_signal=server.stop_signal,
                stop_seconds=STOP_SECONDS[stage],
                crash_signal=server.crash_signal,
                quiet=True,
            )
            for server, stage, clean_up in servers
        ]

    def _mail_avoided(self) -> frozenset[int]:
        return frozenset(self._mail()) if self.settings.has_mail_sink else frozenset()

    def _migrate_and_seed(self) -> None:
        secret = self.settings.secret("role_password_secret")
        migrate_all(self.owner_url, secret)
        if not self.settings.is_production:
            seed(self.owner_url, secret)
            tell_of_catalogues(self._redis_url)

    def _seed_past(self) -> None:
        if not self.settings.is_production and self.settings.demo_history:
            seed_past(self.owner_url, self.settings.secret("role_password_secret"))

    def _surroundings(self, run_folder: Path) -> Surroundings:
        settings = self.settings
        role_secret = settings.secret("role_password_secret")
        secrets = {"FLOWER_BASIC_AUTH": f"operator:{self.flower_password}"}
        if settings.jwt_secret is not None:
            secrets["JWT_SECRET"] = settings.jwt_secret
        if "SMTP_PASSWORD" in os.environ:
            secrets["SMTP_PASSWORD"] = os.environ["SMTP_PASSWORD"]
        mail = {}
        if settings.has_mail_sink:
            sink_port, inbox_port = self._mail()
            mail = {"mail_sink_port": str(sink_port), "mail_inbox_port": str(inbox_port)}
        return Surroundings(
            places={
                "data": os.fspath(self.folder.path),
                "run": os.fspath(run_folder),
                "gateway_port": str(settings.gateway_port),
                "flower_port": str(settings.flower_port),
                **mail,
            },
            redis_url=self._redis_url,
            database_urls={role: role_url(self._processes_url, role, role_secret) for role in LOGIN_ROLES},
            environment={
                "LOG_FORMAT": "json" if settings.is_production else "console",
                "PYTHONUNBUFFERED": "1",
                "PUBLIC_URL": self.gateway_url,
                "TASKS_URL": self.flower_url,
                **self._mail_environment(),
                **{name: value for name, value in os.environ.items() if name not in OWN_SETTINGS},
                "INTERNAL_SECRET": settings.secret("internal_secret"),
            },
            secrets=secrets,
            metrics_ports=self._metrics_ports(),
        )

    def _metrics_ports(self) -> dict[str, int]:
        """By process: those that are free from the one on that was asked for."""
        if not self.settings.metrics_base_port:
            return {}
        avoid = set(self.settings.wanted_ports.values()) | self._mail_avoided()
        free = (
            port
            for port in range(self.settings.metrics_base_port, 65_536)
            if port not in avoid and is_free(port)
        )
        return dict(zip((entry.name for entry in self.entries if entry.has_metrics), free, strict=False))

    def _mail_environment(self) -> dict[str, str]:
        app = {} if self.settings.is_production else {"APP_URL": f"{self.gateway_url}/app"}
        if not self.settings.has_mail_sink:
            return app
        return {**app, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(self._mail()[0]), "SMTP_TLS": "none"}

    async def _gateway_ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while await status_of(self.gateway_url, "/readyz") != 200:
            self.supervisor.check()
            if asyncio.get_running_loop().time() > deadline:
                raise DidNotStart(f"the gateway is not ready after {READY_SECONDS:.0f} s")
            await asyncio.sleep(0.05)
