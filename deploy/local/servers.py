"""The embedded servers of a local stack: a PostgreSQL and a Redis (Valkey), both real.

Each is described by a class with the same few members (`EmbeddedServer`): make its files ready, the command
that runs it in the foreground, and a check that does not believe whoever answers on the port but asks who
it is. Starting, watching and stopping them is the business of the supervisor, or of the tests.
"""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from deploy.local import binaries, privileges
from deploy.local.children import programs_in
from deploy.local.ports import LOOPBACK


class ServerTrouble(Exception):
    """An embedded server cannot be set up; the text says why, in a line."""


class EmbeddedServer(Protocol):
    """What is known about a server before it runs."""

    name: str
    port: int
    stop_signal: signal.Signals
    """Asks for an orderly end."""
    crash_signal: signal.Signals
    """Ends it at once, with every process it has started."""

    @property
    def url(self) -> str:
        """Where clients connect, with the password."""
        ...

    def prepare(self) -> None:
        """Make the files ready and clear away what an earlier run left behind. Raises `ServerTrouble`."""
        ...

    def command(self) -> list[str]:
        """Runs the server in the foreground."""
        ...

    def is_ready(self, pid: int) -> bool:
        """Whether the child `pid`, and not some other server, answers on the port."""
        ...


class EmbeddedPostgres:
    """PostgreSQL on loopback, with a password, its data in `folder`/data and its socket in `socket_folder`.

    `durable=False` is for tests: nothing survives a crash of the machine, and everything is faster.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    crash_signal = signal.SIGQUIT  # "immediate": as after a power cut, but no orphans
    owner = "tandem"
    database = "tandem"

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        password: str,
        socket_folder: Path | None = None,
        durable: bool = True,
        max_connections: int = 100,
    ):
        self.run_as = privileges.choose()
        self.folder = self.run_as.data_folder(folder.absolute())
        self.data = self.folder / "data"
        self.port = port
        self.password = password
        # Another user could not get at a socket in a private folder of this one.
        self.socket_folder = socket_folder if self.run_as.owner is None else None
        self.durable = durable
        self.max_connections = max_connections

    @property
    def url(self) -> str:
        """The owner's URL; only migrations and seeds use it."""
        return f"postgresql://{self.owner}:{self.password}@{LOOPBACK}:{self.port}/{self.database}"

    @property
    def socket_url(self) -> str:
        """The owner's URL over the socket, which takes a fifth off every round trip; `url` if there is none."""
        if self.socket_folder is None:
            return self.url
        folder = quote(os.fspath(self.socket_folder))
        return f"postgresql://{self.owner}:{self.password}@/{self.database}?host={folder}&port={self.port}"

    def prepare(self) -> None:
        """See `EmbeddedServer`. The first time this makes the cluster, which takes half a second."""
        self.home = self.run_as.programs(binaries.postgres_home())
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.run_as.hand_over(self.folder)
        if self.socket_folder is not None:
            self.socket_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.run_as.hand_over(self.socket_folder)
        if not self.data.exists():
            self._make_cluster()
        self._check_version()
        self._end_leftovers()

    def command(self) -> list[str]:
        """See `EmbeddedServer`."""
        settings: dict[str, object] = {
            "port": self.port,
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": self.socket_folder or "",
            "max_connections": self.max_connections,
            "shared_buffers": "128MB",
            "max_wal_size": "1GB",
            # What was deleted must not live on in segments that wait to be used again (`tandem scrub`).
            "wal_recycle": "off",
            "fsync": _switch(self.durable),
            "full_page_writes": _switch(self.durable),
            "synchronous_commit": _switch(self.durable),
            "jit": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "",
            # Clients log their own errors; these are the server's affairs only.
            "log_min_messages": "log",
            "log_checkpoints": "off",
        }
        words = [*self.run_as.prefix, os.fspath(self.home / "bin" / "postgres"), "-D", os.fspath(self.data)]
        for name, value in settings.items():
            words += ["-c", f"{name}={value}"]
        return words

    def is_ready(self, pid: int) -> bool:
        """See `EmbeddedServer`. Makes the database the first time that the server answers."""
        if self._lock_file() != (pid, True):
            return False
        try:
            with psycopg.connect(
                self.url, dbname="postgres", connect_timeout=2, autocommit=True
            ) as connection:
                asked = connection.execute(
                    "SELECT current_setting('data_directory'),"
                    " EXISTS (SELECT FROM pg_database WHERE datname = %s)",
                    [self.database],
                ).fetchone()
                if asked is None or Path(asked[0]).resolve() != self.data.resolve():
                    return False
                if not asked[1]:
                    connection.execute(
                        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)),
                    )
        except psycopg.Error:
            return False
        return True

    def _make_cluster(self) -> None:
        # Under another name until it is complete: a kill in between leaves no half cluster behind.
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        self.run_as.hand_over(password_file)
        try:
            answer = subprocess.run(
                [
                    *self.run_as.prefix,
                    os.fspath(self.home / "bin" / "initdb"),
                    f"--pgdata={unfinished}",
                    f"--username={self.owner}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    *([] if self.durable else ["--no-sync"]),
                ],
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if answer.returncode != 0:
            lines = answer.stderr.strip().splitlines() or ["no message"]
            raise ServerTrouble(f"initdb failed: {lines[-1]}")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        mine = subprocess.run(
            [os.fspath(self.home / "bin" / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()[-1:]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if not mine or mine[0].split(".")[0] != theirs:
            raise ServerTrouble(
                f"{self.data} was made by PostgreSQL {theirs}; this one is {' '.join(mine) or 'broken'}"
            )

    def _lock_file(self) -> tuple[int, bool] | None:
        """The pid in the server's lock file, and whether that server says that it takes connections."""
        with suppress(OSError, ValueError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), len(lines) > 7 and lines[7].strip() == "ready"
        return None

    def _end_leftovers(self) -> None:
        """End what still runs on these data, and remove a lock file that belongs to nobody.

        After a SIGKILL of the server its sessions go on for a moment and keep the shared memory, so a new
        server would refuse to start; and in a container that starts anew, the pid in the lock file may have
        become somebody else's.
        """
        for sign, seconds in ((signal.SIGINT, 3.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0)):
            left = programs_in(self.data, "postgres")
            lock = self._lock_file()
            master = lock[0] if lock else None
            for process in left:
                # Without its master a session only understands "at once".
                orphan = master not in {other.pid for other in left}
                with suppress(ProcessLookupError):
                    if orphan:
                        os.kill(process.pid, signal.SIGKILL)
                    elif process.pid == master:
                        os.kill(process.pid, sign)
            deadline = time.monotonic() + seconds
            while left and time.monotonic() < deadline:
                left = [process for process in left if process.is_alive()]
                time.sleep(0.01)
            if not left:
                break
        else:
            raise ServerTrouble(f"processes that use {self.data} do not end")
        (self.data / "postmaster.pid").unlink(missing_ok=True)


class EmbeddedRedis:
    """Redis (Valkey) on loopback, with a password and an append-only file; it refuses rather than evicts."""

    name = "redis"
    stop_signal = signal.SIGTERM
    crash_signal = signal.SIGKILL

    def __init__(self, folder: Path, *, port: int, password: str, durable: bool = True):
        self.folder = folder.absolute()
        self.port = port
        self.password = password
        self.durable = durable

    @property
    def url(self) -> str:
        """Database 0, with the password."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        """See `EmbeddedServer`."""
        self.program = binaries.valkey_server()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file and not the command line: everybody may read that.
        settings = self.folder / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            f'requirepass "{self.password}"\n'
            f"appendonly {'yes' if self.durable else 'no'}\n"
            "appendfsync everysec\n"
            'save ""\n'
            "maxmemory-policy noeviction\n"
            "loglevel warning\n"
        )

    def command(self) -> list[str]:
        """See `EmbeddedServer`."""
        return [
            os.fspath(self.program),
            os.fspath(self.folder / "valkey.conf"),
            "--bind",
            LOOPBACK,
            "--port",
            str(self.port),
            "--dir",
            os.fspath(self.folder),
        ]

    def is_ready(self, pid: int) -> bool:
        """See `EmbeddedServer`."""
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2, retry=None)
        try:
            about = client.info()
        except (redis.RedisError, OSError):
            return False
        finally:
            client.close()
        return about.get("process_id") == pid and not about.get("loading")


def _switch(on: bool) -> str:
    return "on" if on else "off"
