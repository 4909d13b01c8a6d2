"""`tandem doctor`: what could be wrong, looked at in the order in which one would look."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import psycopg
import redis
from sqlalchemy.exc import SQLAlchemyError

from deploy.local import privileges
from deploy.local.binaries import MissingBinary, postgres_home, valkey_server
from deploy.local.data_dir import DataDirTrouble
from deploy.local.ports import is_free
from deploy.local.privileges import CannotRunAsRoot
from deploy.local.probes import status_of
from deploy.local.processes import PROCESSES
from deploy.local.stack import running_owner_url, running_redis_url
from deploy.settings import StackSettings
from kit import heartbeats
from kit.migrations import pending

ENOUGH_DISK = 500 * 1024 * 1024
"""Bytes that should be free for the data."""

CLOCKS_MAY_DIFFER = 2.0
"""Seconds between the database's clock and this machine's."""

TOO_LATE = 60
"""Seconds after which a delivery that is due should have been applied."""


class Mark(StrEnum):
    """How a finding is shown."""

    GOOD = "✓"
    BAD = "✗"
    UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    mark: Mark
    what: str
    detail: str


def examine(settings: StackSettings) -> Iterator[Finding]:
    """Every finding, as it is made. None raises: what cannot be looked at is a finding, too."""
    yield from _machine(settings)
    running = settings.folder.is_locked()
    if running:
        yield from _gateway(settings)
    else:
        yield from _ports(settings)
    owner_url = running_owner_url(settings)
    if owner_url is None:
        yield Finding(Mark.UNKNOWN, "database", "nothing runs here: start it with `make run`")
    else:
        yield from _database(owner_url)
    redis_url = running_redis_url(settings)
    if redis_url is None:
        yield Finding(Mark.UNKNOWN, "redis", "nothing runs here: start it with `make run`")
    else:
        yield from _redis(redis_url)


def _good(good: bool, what: str, detail: str) -> Finding:
    return Finding(Mark.GOOD if good else Mark.BAD, what, detail)


def _machine(settings: StackSettings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield _good(sys.version_info >= (3, 11), "python", version)
    if settings.database_url is None:
        yield _program("PostgreSQL's programs", lambda: postgres_home() / "bin" / "postgres")
        try:
            yield _good(True, "PostgreSQL's user", f"it runs {privileges.choose().how}")
        except CannotRunAsRoot as error:
            yield _good(False, "PostgreSQL's user", str(error))
    if settings.external_redis_url is None:
        yield _program("Redis's program", valkey_server)
    folder = settings.folder
    try:
        folder.make()
    except DataDirTrouble as error:
        yield _good(False, "data folder", str(error))
        return
    free = shutil.disk_usage(folder.path).free
    yield _good(free >= ENOUGH_DISK, "data folder", f"{folder.path}, {free / 1e9:.1f} GB free")


def _program(what: str, find: Callable[[], Path]) -> Finding:
    try:
        answer = subprocess.run([find(), "--version"], capture_output=True, text=True, check=False)
    except (MissingBinary, OSError) as error:
        return _good(False, what, str(error))
    said = (answer.stdout or answer.stderr).strip().splitlines() or ["it says nothing"]
    return _good(answer.returncode == 0, what, said[0])


def _ports(settings: StackSettings) -> Iterator[Finding]:
    for name, port in settings.wanted_ports.items():
        free = is_free(port)
        yield _good(free, "port", f"{port} is free" if free else f"{port} is taken: choose another {name}")


def _gateway(settings: StackSettings) -> Iterator[Finding]:
    status = asyncio.run(status_of(f"http://127.0.0.1:{settings.gateway_port}", "/readyz"))
    said = f"answers {status}" if status else f"does not answer on port {settings.gateway_port}"
    yield _good(status == 200, "gateway", f"/readyz {said}")


def _database(owner_url: str) -> Iterator[Finding]:
    try:
        with psycopg.connect(owner_url, connect_timeout=3, autocommit=True) as connection:
            row = connection.execute(
                "SELECT current_setting('server_version'), extract(epoch FROM clock_timestamp())::float8"
            ).fetchone()
            assert row is not None  # noqa: S101 - a SELECT without FROM has one row
            yield _good(True, "database", f"PostgreSQL {row[0]}")
            apart = abs(row[1] - time.time())
            yield _good(apart <= CLOCKS_MAY_DIFFER, "clock", f"{apart:.1f} s apart from the database's")
            missing = pending(owner_url)
            yield _good(
                not missing,
                "schema",
                f"pending: {', '.join(missing)}" if missing else "every migration is applied",
            )
            if not missing:
                yield from _deliveries(connection)
    except (psycopg.Error, SQLAlchemyError) as error:
        yield _good(False, "database", (str(error).strip().splitlines() or ["does not answer"])[0])


def _deliveries(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    row = connection.execute(
        """
        SELECT count(*) FILTER (WHERE state = 'dead')
                   + (SELECT count(*) FROM session_service.emails WHERE state = 'dead'),
               count(*) FILTER (WHERE state = 'pending'),
               count(*) FILTER (WHERE state = 'pending' AND due_at < now() - make_interval(secs => %s))
        FROM outbox.deliveries
        """,
        [TOO_LATE],
    ).fetchone()
    dead, waiting, late = row or (0, 0, 0)
    yield _good(not dead, "dead letters", f"{dead}" + (": see `tandem dead-letters list`" if dead else ""))
    yield _good(not late, "deliveries", f"{waiting} waiting, {late} of them for more than {TOO_LATE} s")


def _redis(url: str) -> Iterator[Finding]:
    client = redis.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
    try:
        about = client.info()
        yield _good(True, "redis", f"{about.get('server_name', 'redis')} {about.get('redis_version')}")
        policy = about.get("maxmemory_policy")
        yield _good(policy == "noeviction", "redis eviction", f"maxmemory-policy is {policy}")
        for name in [entry.heart for entry in PROCESSES if entry.heart]:
            since = time.time() - heartbeats.ALIVE_FOR
            alive = client.zcount(heartbeats.key(name), since, "+inf")
            kind = {
                heartbeats.RELAY: "relay",
                heartbeats.LIVE: "publisher",
                heartbeats.COURIER: "courier",
            }.get(name, "worker")
            yield _good(bool(alive), kind, f"{name}: {alive} alive")
    except (redis.RedisError, OSError) as error:
        yield _good(False, "redis", str(error))
    finally:
        with suppress(redis.RedisError, OSError):
            client.close()
