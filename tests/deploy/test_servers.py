"""The embedded servers: they survive being killed, and are not mistaken for others."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local import privileges
from deploy.local.children import programs_in
from deploy.local.ports import free_port
from deploy.local.servers import EmbeddedPostgres, EmbeddedRedis, EmbeddedServer, ServerTrouble
from tests.support.servers import launch
from tests.support.waiting import eventually

Start = Callable[[EmbeddedServer], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[tuple[EmbeddedServer, subprocess.Popen[bytes]]] = []

    def run(server: EmbeddedServer) -> "subprocess.Popen[bytes]":
        log = tmp_path / f"{server.name}.log"
        process = launch(server, log)
        assert process is not None, log.read_text()
        started.append((server, process))
        return process

    yield run
    for server, process in started:
        if process.poll() is None:
            process.send_signal(server.crash_signal)
            process.wait()


def new_postgres(folder: Path, *, port: int | None = None, durable: bool = False) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        folder / "postgres", port=port or free_port(), password="secret", durable=durable, max_connections=20
    )


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


def test_postgres_knows_its_own_child_and_no_other(tmp_path: Path, start: Start) -> None:
    server = new_postgres(tmp_path)
    process = start(server)
    assert server.is_ready(process.pid)
    assert not server.is_ready(process.pid + 1)
    # Somebody else's server on the port that ours was to have, even with the same password:
    other = new_postgres(tmp_path / "other", port=server.port)
    other.prepare()
    (other.data / "postmaster.pid").write_text((server.data / "postmaster.pid").read_text())
    assert not other.is_ready(process.pid)


def test_postgres_takes_no_connection_without_the_password(tmp_path: Path, start: Start) -> None:
    server = new_postgres(tmp_path)
    start(server)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url.replace("secret", "guess"))


def test_postgres_starts_again_beside_orphans_of_the_one_that_was_killed(
    tmp_path: Path, start: Start
) -> None:
    server = new_postgres(tmp_path, durable=True)
    process = start(server)
    with psycopg.connect(server.url, autocommit=True) as kept:
        kept.execute("CREATE TABLE kept AS SELECT 1 AS one")
    busy = psycopg.connect(server.url, autocommit=True)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
    kill(process)
    assert programs_in(server.data, "postgres"), "the busy session should have outlived its server"

    again = start(server)

    assert again.pid != process.pid
    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    busy.close()


async def test_postgres_ends_a_server_that_was_left_behind(tmp_path: Path, start: Start) -> None:
    server = new_postgres(tmp_path)
    left_behind = start(server)
    new_postgres(tmp_path, port=server.port).prepare()
    await eventually(lambda: left_behind.poll() is not None)
    assert left_behind.returncode == 0, "it should have been asked to end, not killed"


def test_postgres_does_not_believe_a_lock_file_that_names_a_stranger(tmp_path: Path, start: Start) -> None:
    server = new_postgres(tmp_path)
    kill(start(server))
    lock = server.data / "postmaster.pid"
    # As in a container that starts anew: the pid lives, and is not PostgreSQL.
    lock.write_text(lock.read_text().replace(lock.read_text().splitlines()[0], str(os.getppid()), 1))
    assert server.is_ready(start(server).pid)


def test_postgres_is_not_held_up_by_half_a_cluster(tmp_path: Path, start: Start) -> None:
    server = new_postgres(tmp_path)
    (server.folder / "unfinished").mkdir(parents=True)
    (server.folder / "unfinished" / "PG_VERSION").write_text("18")
    assert server.is_ready(start(server).pid)


def test_postgres_names_the_version_that_the_data_are_from(tmp_path: Path) -> None:
    server = new_postgres(tmp_path)
    server.prepare()
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerTrouble, match="made by PostgreSQL 9"):
        server.prepare()


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="has to be root for this")
def test_postgres_runs_as_another_user_where_namespaces_do_not_work(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "choose", privileges.as_unprivileged_user)
    server = new_postgres(tmp_path)  # pytest's folders are private to root
    try:
        process = start(server)
        uids = Path(f"/proc/{process.pid}/status").read_text().split("Uid:")[1].split()[:3]
        assert "0" not in uids
        assert not server.data.is_relative_to(tmp_path)
        process.send_signal(server.stop_signal)
        assert process.wait() == 0
    finally:
        if not server.folder.is_relative_to(tmp_path):
            shutil.rmtree(server.folder.parent, ignore_errors=True)


def test_redis_knows_its_own_child_and_no_other(tmp_path: Path, start: Start) -> None:
    server = EmbeddedRedis(tmp_path / "redis", port=free_port(), password="secret")
    process = start(server)
    assert server.is_ready(process.pid)
    assert not server.is_ready(process.pid + 1)


def test_redis_takes_no_connection_without_the_password_and_evicts_nothing(
    tmp_path: Path, start: Start
) -> None:
    server = EmbeddedRedis(tmp_path / "redis", port=free_port(), password="secret")
    start(server)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port).ping()
    assert redis.Redis.from_url(server.url).info()["maxmemory_policy"] == "noeviction"


def test_redis_keeps_what_it_had_when_it_was_killed(tmp_path: Path, start: Start) -> None:
    server = EmbeddedRedis(tmp_path / "redis", port=free_port(), password="secret")
    process = start(server)
    redis.Redis.from_url(server.url).set("kept", "yes")
    kill(process)
    start(server)
    assert redis.Redis.from_url(server.url).get("kept") == b"yes"
