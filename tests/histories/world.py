"""Two gateways before two session services, as real processes over a Redis of their own; everything can be killed."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
from redis.asyncio import Redis

from deploy.local.children import dies_with_parent
from deploy.local.data_dir import ROOT
from deploy.local.ports import free_port
from deploy.local.servers import EmbeddedRedis
from tests.histories.wire import Gate, Wire
from tests.support.servers import launch

INTERNAL_SECRET = "the-internal-secret-of-the-histories-in-the-tests"


class Process:
    """One process of the house; `start` may be called again after `kill`."""

    def __init__(self, name: str, arguments: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self._command = [sys.executable, "-m", "uvicorn", *arguments, "--factory", "--no-access-log"]
        self._environment = {**os.environ, **environment}
        self._log = folder / f"{name}.log"
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting for anything."""
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def kill(self) -> None:
        """End it at once."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait()

    def log(self) -> str:
        """What it has said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


class World:
    """The first gateway and the first service each reach Redis over a wire that can be cut, the others directly.

    Writers go through `gate`.
    """

    def __init__(self, folder: Path, database_url: str, *, pause: float = 1.0, times: int = 5) -> None:
        """Keep everything in `folder`; `database_url` is the session service's own.

        `pause` and `times` are for the faults (`tests.histories.faults`): the seconds before one, and for which it
        lasts where it has no length of its own; and how often one strikes that strikes more than once.
        """
        self.pause, self.times = pause, times
        self.redis_server = EmbeddedRedis(folder / "redis", port=free_port(), password="secret")
        self.service_wire, self.gateway_wire = (Wire(self.redis_server.port) for _ in range(2))
        self.gate = Gate()
        self._folder = folder
        self._copy = folder / "redis a while ago"
        self._redis_process: subprocess.Popen[bytes] | None = None
        redis_url = self.redis_server.url
        common = {"INTERNAL_SECRET": INTERNAL_SECRET, "ENVIRONMENT": "development", "LOG_FORMAT": "json"}
        self.services: list[Process] = []
        self.gateways: list[Process] = []
        self.urls: list[str] = []
        for number, (service_redis_url, gateway_redis_url) in enumerate(
            (
                (_through(redis_url, self.service_wire.port), _through(redis_url, self.gateway_wire.port)),
                (redis_url, redis_url),
            )
        ):
            socket = folder / f"s{number}.sock"
            self.services.append(
                Process(
                    f"service-{number}",
                    ["session_service.main:create_app", "--uds", str(socket), "--loop", "uvloop"],
                    {**common, "DATABASE_URL": database_url, "REDIS_URL": service_redis_url},
                    folder,
                )
            )
            port = free_port()
            self.urls.append(f"http://127.0.0.1:{port}")
            self.gateways.append(
                Process(
                    f"gateway-{number}",
                    [
                        "gateway.main:create_app",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        str(port),
                        "--loop",
                        "uvloop",
                    ],
                    {
                        **common,
                        "REDIS_URL": gateway_redis_url,
                        "SESSION_SERVICE_URL": f"unix:{socket}",
                        "RATE_LIMIT_ENABLED": "false",
                    },
                    folder,
                )
            )

    async def __aenter__(self) -> "World":
        try:
            await asyncio.to_thread(self.start_redis)
            await self.service_wire.open()
            await self.gateway_wire.open()
            for process in (*self.services, *self.gateways):
                process.start()
            await self.ready()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in (*self.gateways, *self.services):
            process.kill()
        self.kill_redis()
        await self.service_wire.close()
        await self.gateway_wire.close()

    async def answering(self, seconds: float = 60.0) -> None:
        """Wait until both gateways answer, with their services."""
        await self._until(lambda answer: answer.status_code == 200, seconds)

    async def ready(self, seconds: float = 60.0) -> None:
        """Wait until both gateways answer out of the cache: until a suspension is over, where there is one."""
        await self._until(lambda answer: answer.headers.get("x-cache") == "hit", seconds)

    async def _until(self, condition: Callable[[httpx.Response], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        headers = {"X-Test-User-ID": "00000000-0000-4000-8000-00000000cafe"}
        async with httpx.AsyncClient(timeout=5, headers=headers) as client:
            for url in self.urls:
                while True:
                    try:
                        if condition(await client.get(f"{url}/api/challenges")):
                            break
                    except httpx.TransportError:
                        pass
                    if time.monotonic() > deadline:
                        raise AssertionError("the gateways are not as they should be:\n" + self.logs())
                    await asyncio.sleep(0.05)

    def start_redis(self) -> None:
        """Start Redis on the data that it has."""
        self._redis_process = launch(self.redis_server, self._folder / "redis.log")
        assert self._redis_process is not None, "Redis does not start"

    def kill_redis(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End Redis, or send it another signal."""
        if self._redis_process is not None:
            self._redis_process.send_signal(sign)
            if sign is signal.SIGKILL:
                self._redis_process.wait()

    def copy_redis(self) -> None:
        """Put Redis's file aside."""
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.redis_server.folder, self._copy)

    def put_copy_back(self) -> None:
        """Have Redis's file as it was when it was put aside. Only while it does not run."""
        shutil.rmtree(self.redis_server.folder)
        shutil.copytree(self._copy, self.redis_server.folder)

    def redis(self) -> Redis:
        """A client of Redis, to be closed by who asks for it."""
        return Redis.from_url(self.redis_server.url)

    def logs(self) -> str:
        """The end of what everybody has said."""
        return "\n".join(
            f"--- {process.name}\n{process.log()[-2000:]}" for process in (*self.services, *self.gateways)
        )


def _through(url: str, port: int) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{host}:{port}"))
