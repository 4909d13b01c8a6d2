"""Telling a front end of changed tags: signed, tried again, in the background."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import ValidationError
from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send

from gateway import revalidation
from gateway.revalidation import ATTEMPTS, WAITING_AT_MOST, Revalidation, signing_key
from gateway.settings import GatewaySettings
from kit.cache_tags import UNTOLD, CacheTags
from tests.gateway.conftest import Serve, settings_for
from tests.gateway.running import ServedApp
from tests.gateway.shelf import Kept, Shelf
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("patient_tags")

SECRET = "whsec_" + base64.b64encode(b"the key of the front end, in the tests").decode()
URL = "http://127.0.0.1:1/revalidate"


class FrontEnd:
    """Keeps what it was told, and answers as the test wants: first with each of `answers`, then with 200."""

    def __init__(self) -> None:
        self.messages: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        # Not asyncio's: it is served in a thread of its own.
        self.gate = threading.Event()
        self.gate.set()

    @property
    def tags(self) -> list[list[str]]:
        return [json.loads(body)["tags"] for _, body in self.messages]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        message = await receive()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.messages.append((headers, message["body"]))
        status = self.answers.pop(0) if self.answers else 200
        await asyncio.to_thread(self.gate.wait)
        location = [(b"location", b"/elsewhere")] if status == 302 else []
        await send({"type": "http.response.start", "status": status, "headers": location})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def front_end() -> FrontEnd:
    return FrontEnd()


@asynccontextmanager
async def telling(
    front_end: FrontEnd, redis: Redis, *, first_pause: float = 0.01
) -> AsyncIterator[Revalidation]:
    with ServedApp(front_end) as served:
        telling = Revalidation(f"{served.url}/api/revalidate", SECRET, redis, first_pause=first_pause)
        async with telling.running():
            yield telling


async def test_tags_are_posted_and_signed(front_end: FrontEnd, redis: Redis) -> None:
    async with telling(front_end, redis) as told:
        told.tell(["session:1", "user:2", "session:1"])
        await eventually(lambda: front_end.messages)
    ((headers, body),) = front_end.messages
    assert json.loads(body) == {"tags": ["session:1", "user:2"]}
    assert headers["content-type"] == "application/json"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = hmac.new(b"the key of the front end, in the tests", signed, hashlib.sha256).digest()
    version, _, signature = headers["webhook-signature"].partition(",")
    assert version == "v1"
    assert base64.b64decode(signature) == wanted


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_what_may_pass_is_tried_again_with_the_same_id(
    front_end: FrontEnd, redis: Redis, status: int
) -> None:
    front_end.answers = [status, status]
    async with telling(front_end, redis) as told:
        told.tell(["a:1"])
        await eventually(lambda: len(front_end.messages) == 3)
    assert len({headers["webhook-id"] for headers, _ in front_end.messages}) == 1


@pytest.mark.parametrize("status", [302, 400, 401, 404])
async def test_what_will_not_pass_is_not(front_end: FrontEnd, redis: Redis, status: int) -> None:
    front_end.answers = [status]
    async with telling(front_end, redis) as told:
        told.tell(["a:1"])
        await eventually(lambda: front_end.messages)
        told.tell(["a:2"])
        await eventually(lambda: len(front_end.messages) == 2)
    assert front_end.tags == [["a:1"], ["a:2"]]


async def test_it_is_tried_a_few_times_only(front_end: FrontEnd, redis: Redis) -> None:
    front_end.answers = [500] * 100
    async with telling(front_end, redis, first_pause=0.001) as told:
        told.tell(["a:1"])
        await eventually(lambda: len(front_end.messages) == ATTEMPTS)
        await asyncio.sleep(0.3)
    assert len(front_end.messages) == ATTEMPTS


async def test_telling_waits_for_nobody_and_keeps_a_bounded_number(front_end: FrontEnd, redis: Redis) -> None:
    front_end.gate.clear()
    async with telling(front_end, redis) as told:
        began = time.monotonic()
        for number in range(WAITING_AT_MOST + 50):
            told.tell([f"a:{number}"])
        assert time.monotonic() - began < 1
        front_end.gate.set()
        await eventually(lambda: [f"a:{WAITING_AT_MOST + 49}"] in front_end.tags)
    assert len(front_end.messages) <= WAITING_AT_MOST + revalidation.AT_ONCE


async def test_a_gateway_that_ends_tells_what_it_can(front_end: FrontEnd, redis: Redis) -> None:
    async with telling(front_end, redis) as told:
        for number in range(5):
            told.tell([f"a:{number}"])
    assert sorted(front_end.tags) == [[f"a:{number}"] for number in range(5)]


async def test_changes_that_nobody_was_answered_are_told_once(front_end: FrontEnd, redis: Redis) -> None:
    await CacheTags(redis).advance_untold(["session:1", "session:2"])
    with ServedApp(front_end) as served:
        both = [Revalidation(served.url, SECRET, redis) for _ in range(2)]
        async with both[0].running(), both[1].running():
            await eventually(lambda: front_end.messages)
            await CacheTags(redis).advance_untold(["session:3"])
            await eventually(lambda: len(front_end.messages) == 2)
    assert front_end.tags == [["session:1", "session:2"], ["session:3"]]
    assert await redis.llen(UNTOLD) == 0


@pytest.mark.usefixtures("redis")
async def test_every_change_at_a_gateway_is_told(
    front_end: FrontEnd, serve: Serve, sockets: Path, redis_url: str
) -> None:
    shelf = Shelf(redis_url)
    session_id, alex = str(uuid4()), UUID(int=1)
    shelf.sessions[session_id] = Kept((alex,))
    with ServedApp(shelf, uds=sockets / "told.sock") as service, ServedApp(front_end) as served:
        gateway = serve(
            session_service_url=service.url,
            redis_url=redis_url,
            revalidate_url=f"{served.url}/api/revalidate",
            revalidate_secret=SECRET,
        )
        headers = {"X-Test-User-ID": str(alex)}
        async with httpx.AsyncClient(base_url=gateway.url, headers=headers, timeout=20) as client:
            path = f"/api/session/{session_id}"
            assert (await client.get(path)).status_code == 200
            front_end.gate.clear()
            answer = await client.patch(f"{path}/notes", json={"notes": "new"})
            assert answer.status_code == 200, "although the front end has not answered"
            front_end.gate.set()
            await eventually(lambda: front_end.tags == [[f"session:{session_id}"]])
            assert (await client.post("/api/matches", json={})).status_code == 200
            await client.patch(f"{path}/notes", json={"notes": "newer"})
            await eventually(lambda: len(front_end.tags) == 2)
    assert front_end.tags == [[f"session:{session_id}"]] * 2


@pytest.mark.parametrize("url", ["ftp://x/", "https://", "https://user:secret@host/", "//host/", "/path"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        settings_for(revalidate_url=url)


@pytest.mark.parametrize("url", ["http://localhost:3000/api/revalidate", "https://app.example/api?x=1"])
def test_an_address_that_is_one_is_taken(url: str) -> None:
    assert settings_for(revalidate_url=url).revalidate_url == url


def production_faults(**changes: Any) -> list[str]:
    settings = GatewaySettings(jwt_secret="x" * 40, internal_secret="y" * 40, **changes)
    return [fault for fault in settings.production_faults() if "REVALIDATE" in fault]


def test_production_signs_with_a_secret_of_its_own() -> None:
    assert production_faults() == []
    assert production_faults(revalidate_secret="short") == []
    assert production_faults(revalidate_url=URL) == ["REVALIDATE_URL is set, and REVALIDATE_SECRET is not"]
    short = ["REVALIDATE_SECRET is shorter than 24 bytes"]
    assert production_faults(revalidate_url=URL, revalidate_secret="x" * 23) == short
    assert production_faults(revalidate_url=URL, revalidate_secret="whsec_" + "eHh4" * 7) == short
    assert production_faults(revalidate_url=URL, revalidate_secret="whsec_" + "eHh4" * 8) == []
    assert production_faults(revalidate_url=URL, revalidate_secret="x" * 24) == []


def test_a_secret_that_is_not_what_it_says_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        settings_for(revalidate_secret="whsec_it is not base64")
    assert "base64" in str(refused.value.errors(include_input=False))
    assert signing_key("as it is") == b"as it is"
