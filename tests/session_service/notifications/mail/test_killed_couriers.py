"""The courier as a process, ended at every step: no mail twice, and none lost without a word."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from kit import heartbeats
from kit.database import Database
from tests.session_service.factories import rows
from tests.session_service.notifications.mail.conftest import (
    MailUser,
    MakeCarrier,
    Tell,
    carry_what_is_due,
    mails_of,
    make_due,
)
from tests.support.mail_servers import Does, ScriptedServer, scripted_server
from tests.support.waiting import eventually

StartCourier = Callable[..., Any]


@pytest.fixture
def start_courier(role_urls: dict[str, str], redis_url: str) -> StartCourier:
    """``async with start_courier(port) as process``: a courier as it is started in earnest."""

    @asynccontextmanager
    async def start(port: int, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "session_service.courier"),
            env={
                **os.environ,
                "DATABASE_URL": role_urls["tandem_courier"],
                "REDIS_URL": redis_url,
                "SMTP_HOST": "127.0.0.1",
                "SMTP_PORT": str(port),
                "SMTP_TLS": "none",
                "PUBLIC_URL": "https://tandem.example",
                **settings,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return start


def reached(server: ScriptedServer, step: str) -> bool:
    """Whether a courier has come to this step and is waiting there."""
    match step:
        case "connect":
            return server.connections > 0
        case "middle" | "text":
            return server.texts > 0
        case _:
            return any(command.startswith(step) for command in server.commands)


@pytest.mark.parametrize("step", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "middle", "text", "accepted"])
async def test_a_courier_is_killed_at_each_step(
    owner: Database,
    mail_user: MailUser,
    tell: Tell,
    make_carrier: MakeCarrier,
    start_courier: StartCourier,
    step: str,
) -> None:
    ann = await mail_user()
    await tell(ann)
    where = "text" if step == "accepted" else step
    script: dict[str, str | Does] = {where: Does.ACCEPT_AND_HANG if step == "accepted" else Does.HANG}
    async with scripted_server(script) as server, start_courier(server.port) as courier:
        await eventually(lambda: reached(server, where), timeout=60)
        courier.send_signal(signal.SIGKILL)
        await courier.wait()
        server.script.clear()
        server.go_on()
        taken = len(server.accepted)
        carrier = make_carrier(server.port)
        for _ in range(3):
            await make_due(owner)
            await carry_what_is_due(carrier)
        (mail,) = await mails_of(owner, ann)
        if step in ("connect", "EHLO", "MAIL", "RCPT"):
            assert (mail["state"], len(server.accepted)) == ("sent", 1)
        else:
            # It was marked as being handed over: whether it was is not for us to guess.
            assert (mail["state"], mail["uncertain"]) == ("dead", True)
            assert "may have accepted it" in mail["last_error"]
            assert len(server.accepted) == taken <= 1
    entries = await rows(owner, "SELECT FROM session_service.notifications WHERE user_id = :id", id=ann)
    assert len(entries) == 1


@pytest.mark.parametrize(
    ("step", "state"), [("connect", "queued"), ("RCPT", "queued"), ("DATA", "queued"), ("text", "dead")]
)
async def test_a_courier_that_is_told_to_stop_gives_back_what_it_has_in_hand(
    owner: Database, mail_user: MailUser, tell: Tell, start_courier: StartCourier, step: str, state: str
) -> None:
    people = [await mail_user() for _ in range(4)]
    for person in people:
        await tell(person)
    async with scripted_server({step: Does.HANG}) as server, start_courier(server.port) as courier:
        await eventually(
            lambda: server.connections >= 4 and (step != "text" or server.texts == 4), timeout=30
        )
        await eventually(lambda: reached(server, step), timeout=30)
        began = time.monotonic()
        courier.send_signal(signal.SIGTERM)
        await asyncio.wait_for(courier.wait(), 20)
        # Far sooner than it would give up a server that hangs.
        assert time.monotonic() - began < 10
        assert courier.returncode == 0
    for person in people:
        (mail,) = await mails_of(owner, person)
        assert (mail["state"], mail["uncertain"]) == (state, state == "dead")
        if state == "queued":
            assert (mail["attempts"], mail["due_in"].total_seconds() <= 0) == (0, True)
        else:
            assert "the courier was stopped" in mail["last_error"]


async def test_a_courier_beats_its_heart_is_woken_and_logs_no_addresses(
    owner: Database, mail_user: MailUser, tell: Tell, start_courier: StartCourier, redis: Redis
) -> None:
    script: dict[str, str | Does] = {"RCPT": "550 <somebody@example.com>: no such user here"}
    async with scripted_server(script) as server, start_courier(server.port) as courier:
        await eventually(lambda: heartbeats.alive(redis, heartbeats.COURIER), timeout=30)
        ann = await mail_user()
        await tell(ann)

        async def is_dead() -> bool:
            return bool((await mails_of(owner, ann))[0]["state"] == "dead")

        await eventually(is_dead, timeout=10)
        courier.send_signal(signal.SIGTERM)
        output, _ = await asyncio.wait_for(courier.communicate(), 10)
    (mail,) = await mails_of(owner, ann)
    assert mail["last_error"] == "550 <<…>>: no such user here"
    assert str(mail["id"]).encode() in output
    assert b"@" not in output
