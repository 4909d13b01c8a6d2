"""`tandem up`: the complete local stack as people start it, and what they may do to it."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import psutil
import pytest

from deploy.local.children import ProcessId
from deploy.local.processes import PROCESSES
from deploy.seed.people import PEOPLE
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("up"), pytest.mark.timeout(240)]


def everything_of(stack: Stack) -> list[ProcessId]:
    """Every process below `tandem up`, however deep."""
    below = psutil.Process(stack.supervisor_pid).children(recursive=True)
    return [identity for process in below if (identity := ProcessId.of(process.pid)) is not None]


def living(processes: list[ProcessId]) -> list[ProcessId]:
    return [process for process in processes if process.is_alive()]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Stack]:
    """A stack of the test's own, not started."""
    stack = Stack(tmp_path / "other")
    yield stack
    stack.stop()


async def test_every_process_of_the_table_runs_and_says_where(stack: Stack) -> None:
    names = {"postgres", "redis", *(entry.name for entry in PROCESSES)}

    def all_run() -> bool:
        rows = {row["name"]: row for row in stack.status()}
        assert set(rows) == names
        assert {row["state"] for row in rows.values()} == {"running"}
        assert all(psutil.pid_exists(row["pid"]) for row in rows.values())
        return bool(rows["gateway"]["address"] == stack.base_url)

    await eventually(all_run, timeout=60)
    shown = stack.tandem("status").stdout
    assert all(re.search(rf"^{name} +\d+ ", shown, re.MULTILINE) for name in names)


def test_it_tells_where_everything_is_and_whom_to_be(stack: Stack) -> None:
    told = stack.logs()
    assert re.search(r"Tandem is ready: first start \d+\.\d s", told)
    assert stack.base_url in told
    for person in PEOPLE:
        (token,) = re.findall(rf"^{person.name}.* {person.id} +(\S+)$", told, re.MULTILINE)
        claims = jwt.decode(token, DEVELOPMENT_JWT_SECRET, algorithms=["HS256"], audience="authenticated")
        assert (claims["sub"], claims["role"]) == (str(person.id), person.role)


async def test_the_line_to_paste_works(stack: Stack) -> None:
    (token, url) = re.findall(r'^curl -H "Authorization: Bearer (\S+)" (\S+)$', stack.logs(), re.MULTILINE)[0]
    async with httpx.AsyncClient() as client:
        answer = await client.get(url, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["display_name"]) == (200, "Ada")
        challenges = await client.get(
            f"{stack.base_url}/api/challenges", headers={"Authorization": f"Bearer {token}"}
        )
        assert len(challenges.json()["items"]) >= 20


async def test_flower_asks_for_the_login_that_was_told(stack: Stack) -> None:
    (url, user, password) = re.findall(r"^Flower +(\S+) +(\S+) / (\S+)$", stack.logs(), re.MULTILINE)[0]
    async with httpx.AsyncClient() as client:

        async def answers() -> bool:
            try:
                return (await client.get(url)).status_code == 401
            except httpx.TransportError:
                return False

        await eventually(answers, timeout=60)
        assert (await client.get(url, auth=(user, password))).status_code == 200


def test_no_process_is_given_the_owners_database_or_the_key_to_the_roles(stack: Stack) -> None:
    roles = {entry.name: entry.role for entry in PROCESSES}
    owner_password = stack.owner_url.split(":")[2].split("@")[0]
    for row in stack.status():
        environment = psutil.Process(row["pid"]).environ()
        url = environment.get("DATABASE_URL", "")
        role = roles.get(row["name"])
        assert url.startswith(f"postgresql://{role}:") if role else not url
        assert "ROLE_PASSWORD_SECRET" not in environment
        if row["name"] != "postgres":
            assert not [name for name, value in environment.items() if owner_password in value]


def test_secrets_are_for_their_owner_only(stack: Stack) -> None:
    assert (stack.folder / "data" / "secrets.json").stat().st_mode & 0o077 == 0


def test_the_doctor_finds_nothing_wrong(stack: Stack) -> None:
    answer = stack.tandem("doctor")
    assert answer.returncode == 0, answer.stdout
    assert "✗" not in answer.stdout
    assert "✓ gateway                /readyz answers 200" in answer.stdout


@pytest.mark.parametrize("name", ["reputation-worker", "session-service", "postgres", "redis"])
async def test_what_is_killed_comes_back_where_it_was(stack: Stack, name: str) -> None:
    before = stack.row(name)
    stack.kill(name)

    def is_back() -> bool:
        row = stack.row(name)
        return bool(row["state"] == "running" and row["restarts"] == before["restarts"] + 1)

    await eventually(is_back, timeout=60, interval=0.2)
    after = stack.row(name)
    assert after["pid"] != before["pid"]
    assert after["address"] == before["address"]
    assert f"{name} was ended by SIGKILL" in stack.logs()
    await eventually(stack.is_ready, timeout=60, interval=0.2)


def test_a_second_one_on_the_same_folder_says_so_and_does_nothing(stack: Stack, other: Stack) -> None:
    pids = [row["pid"] for row in stack.status()]
    other.environment["DATA_DIR"] = stack.environment["DATA_DIR"]
    assert other.launch().wait(60) == 1
    assert other.logs().strip().endswith(f"another `tandem up` is running on {stack.environment['DATA_DIR']}")
    assert other.logs().count("\n") == 1
    assert [row["pid"] for row in stack.status()] == pids


@pytest.mark.parametrize("setting", ["GATEWAY_PORT", "FLOWER_PORT", "MAIL_SINK_PORT", "MAIL_INBOX_PORT"])
def test_a_port_that_is_taken_is_named_before_anything_starts(other: Stack, setting: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(other.environment[setting])))
        taken.listen()
        assert other.launch().wait(60) == 1
    (line,) = other.logs().splitlines()
    assert line.endswith(f"port {other.environment[setting]} is taken; choose another with {setting}=…")
    assert not (other.folder / "data" / "postgres").exists()


def test_killed_stopped_and_started_again_nothing_is_left_and_nothing_is_lost(other: Stack) -> None:
    other.start()
    token = other.tandem("token", "ben").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    profile = {"display_name": "Benjamin"}
    assert httpx.patch(f"{other.base_url}/api/me", json=profile, headers=headers).status_code == 200
    everything = everything_of(other)
    assert len(everything) > 15

    os.kill(other.supervisor_pid, signal.SIGKILL)
    deadline = time.monotonic() + 15
    while living(everything) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert living(everything) == []

    other.start(nohup=True)
    assert re.search(r"Tandem is ready: first start \d+\.\d s, this start \d+\.\d s", other.logs())
    me = httpx.get(f"{other.base_url}/api/me", headers=headers)
    assert me.json()["display_name"] == "Benjamin"

    everything = everything_of(other)
    os.kill(other.supervisor_pid, signal.SIGHUP)
    assert other.tandem("status").returncode == 0
    assert other.exit_status is None
    assert not re.search(r"\| stopping$", other.logs(), re.MULTILINE)

    assert other.stop(signal.SIGINT) < 10
    assert other.exit_status == 0
    assert living(everything) == []
    assert other.tandem("status").returncode == 1
    assert not (other.folder / "data" / "run").exists()
