"""One PostgreSQL and one Redis for a whole test run, out of the same adapters as `make run`."""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from deploy.local.children import dies_with_parent
from deploy.local.ports import free_port
from deploy.local.servers import EmbeddedPostgres, EmbeddedRedis, EmbeddedServer

ROLE_SECRET = "the-login-roles-of-the-test-run-derive-from-this"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the test run's servers are."""

    postgres_url: str
    """The owner's, to a database that no test uses."""
    redis_url: str
    """Without a database's number."""

    def database_url(self, name: str) -> str:
        """The owner's URL to the database `name`."""
        return urlunsplit(urlsplit(self.postgres_url)._replace(path=f"/{name}"))

    def redis_database(self, number: int) -> str:
        """The URL of one of Redis's 16 databases."""
        return f"{self.redis_url}/{number}"

    def to_worker(self) -> dict[str, Any]:
        """What a pytest-xdist worker is told."""
        return asdict(self)

    @classmethod
    def from_controller(cls, told: Mapping[str, Any]) -> "Servers":
        """`to_worker`, undone."""
        return cls(**told)


class TestServers:
    """Starts both servers in a folder of their own, and ends them. They die with this process in any case."""

    __test__ = False

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tandem-tests-"))
        self._running: list[tuple[EmbeddedServer, subprocess.Popen[bytes]]] = []

    def start(self) -> Servers:
        """Both servers, ready. Raises when one does not come up."""
        postgres = self._start(EmbeddedPostgres, durable=False, max_connections=300)
        redis = self._start(EmbeddedRedis, durable=False)
        return Servers(postgres.url.rpartition("/")[0] + "/postgres", redis.url.rpartition("/")[0])

    def stop(self) -> None:
        """Ends them at once and removes their data."""
        for server, process in self._running:
            process.send_signal(server.crash_signal)
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, kind: Any, **options: Any) -> EmbeddedServer:
        for _ in range(3):
            server: EmbeddedServer = kind(
                self._folder / kind.name, port=free_port(), password=secrets.token_urlsafe(16), **options
            )
            process = launch(server, self._folder / f"{kind.name}.log")
            if process is not None:
                self._running.append((server, process))
                return server
            shutil.rmtree(self._folder / kind.name, ignore_errors=True)
        log = (self._folder / f"{kind.name}.log").read_text(errors="replace")
        raise RuntimeError(f"the tests' {kind.name} does not start:\n{log}")


def launch(server: EmbeddedServer, log: Path, *, seconds: float = 20.0) -> subprocess.Popen[bytes] | None:
    """Starts an embedded server and waits until it is ready; None when it has ended instead."""
    server.prepare()
    with log.open("ab") as output:
        process = subprocess.Popen(
            server.command(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_parent(server.crash_signal),
        )
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if server.is_ready(process.pid):
            return process
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return None
