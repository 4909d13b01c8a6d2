"""`tandem import`, against the service as it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from deploy import importing
from deploy.cli import app
from deploy.importing import ImportFailed, Outcome, Problem, import_history, read_parts
from kit.identity import Caller
from session_service.settings import SessionServiceSettings
from tests.session_service.conftest import SignedAs
from tests.session_service.training.importing.exports import CARDIO, EVENING, HEVY, STRONG_COMMAS, as_hevy

Import = Callable[..., Any]

MANY = [replace(CARDIO, started=CARDIO.started + timedelta(days=day)) for day in range(40)]


class OnTheLoop(httpx.BaseTransport):
    """Carries requests of another thread into the event loop, to the service; the first few get other answers."""

    def __init__(self, app: FastAPI, first: list[httpx.Response | Exception]):
        self._asgi = httpx.ASGITransport(app)
        self._loop = asyncio.get_running_loop()
        self._first = first
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        if self._first:
            other = self._first.pop(0)
            if isinstance(other, Exception):
                raise other
            return other
        return asyncio.run_coroutine_threadsafe(self._handle(request), self._loop).result(30)

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        passed = httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        answer = await self._asgi.handle_async_request(passed)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@pytest.fixture
def run(service: FastAPI, service_settings: SessionServiceSettings, tmp_path: Path) -> Import:
    """`await run(text)`: what the import of a file with this text has done; always for the same user."""
    caller = Caller(uuid4())

    async def import_it(
        content: str | bytes, *, first: list[httpx.Response | Exception] | None = None, **options: Any
    ) -> tuple[Outcome, OnTheLoop]:
        file = tmp_path / "history.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        transport = OnTheLoop(service, first or [])
        client = httpx.Client(
            transport=transport,
            base_url="http://service",
            auth=SignedAs(caller, service_settings.internal_secret),
        )
        with client:
            outcome = await asyncio.to_thread(import_history, client, file, **{"options": {}, **options})
        return outcome, transport

    return import_it


async def test_a_file_is_imported_once(run: Import) -> None:
    outcome, transport = await run(HEVY)
    assert outcome == Outcome(imported=2)
    assert transport.requests == 2  # one to look, one to import
    outcome, _ = await run(b"\xef\xbb\xbf" + HEVY.encode())
    assert outcome == Outcome(already_there=2)


async def test_a_dry_run_only_looks(run: Import) -> None:
    outcome, transport = await run(HEVY, dry_run=True)
    assert (outcome, transport.requests) == (Outcome(imported=2), 1)
    assert (await run(HEVY))[0] == Outcome(imported=2)


async def test_options_are_passed_on(run: Import) -> None:
    with pytest.raises(ImportFailed, match=r"400 Invalid session data: .*time zone"):
        await run(STRONG_COMMAS, options={"timezone": "Mars/Phobos"})


async def test_a_large_file_goes_in_parts(run: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "PART_BYTES", 2_000)
    steps: list[tuple[int, int]] = []
    outcome, transport = await run(as_hevy(MANY), step=lambda done, total: steps.append((done, total)))
    assert outcome == Outcome(imported=40)
    assert transport.requests > 4
    assert steps == [(done, transport.requests) for done in range(1, transport.requests + 1)]


async def test_a_fault_in_the_last_part_keeps_the_first_out(
    run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PART_BYTES", 2_000)
    text = as_hevy([*MANY, EVENING]).replace("102.5", "-1")
    (row,) = [number for number, line in enumerate(text.splitlines(), 1) if ",-1," in line]
    told = [Problem(row, "weight_kg", "-1 is negative")]
    outcome, _ = await run(text)
    assert outcome == Outcome(imported=0, invalid=1, problem_count=1, problems=told)
    outcome, _ = await run(text, skip_invalid=True)
    assert outcome == Outcome(imported=40, invalid=1, problem_count=1, problems=told)


async def test_a_service_that_is_away_for_a_moment(run: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = httpx.Response(429, headers={"Retry-After": "0"})
    away = httpx.Response(503, headers={"Retry-After": "0"})
    monkeypatch.setattr(importing, "_WAIT_SECONDS", 0.0)
    lost = httpx.ReadError("connection lost")
    outcome, transport = await run(HEVY, first=[busy, away, lost])
    assert (outcome, transport.requests) == (Outcome(imported=2), 5)


async def test_a_service_that_stays_away(run: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_WAIT_SECONDS", 0.0)
    with pytest.raises(ImportFailed, match="cannot reach http://service"):
        await run(HEVY, first=[httpx.ConnectError("refused")] * importing.ATTEMPTS)
    with pytest.raises(ImportFailed, match="503"):
        await run(HEVY, first=[httpx.Response(503) for _ in range(importing.ATTEMPTS)])


async def test_other_answers_are_told(run: Import) -> None:
    problem = httpx.Response(401, json={"detail": "The access token is not valid"})
    with pytest.raises(ImportFailed, match="401 The access token is not valid"):
        await run(HEVY, first=[problem])
    with pytest.raises(ImportFailed, match="answered 502"):
        await run(HEVY, first=[httpx.Response(502, text="<html>")])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "Hevy or Strong"),
    ],
)
def test_what_is_no_export(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(content)
    with pytest.raises(ImportFailed, match=message):
        read_parts(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="cannot read"):
        read_parts(tmp_path / "none.csv")


@pytest.mark.parametrize("arguments", [[], ["--user", "ada", "--token", "token"], ["--user", "nobody"]])
def test_it_has_to_be_said_whose_history_it_is(tmp_path: Path, arguments: list[str]) -> None:
    file = tmp_path / "history.csv"
    file.write_text(HEVY)
    result = CliRunner().invoke(app, ["import", str(file), *arguments], env={"TANDEM_TOKEN": ""})
    assert (result.exit_code, result.stderr.startswith("tandem: ")) == (2, True)


def test_where_nobody_listens_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_WAIT_SECONDS", 0.0)
    file = tmp_path / "history.csv"
    file.write_text(HEVY)
    with socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        result = CliRunner().invoke(app, ["import", str(file), "--token", "token", "--url", url])
    assert result.exit_code == 1
    assert f"tandem: cannot reach {url}" in result.stderr
