"""The door and cache tags: advanced after the commit, before anything else, whatever becomes of the request."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, Header, Response
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.cache_tags import ADVANCED_HEADER, CHANGED_HEADER, STATE, note_changed, take_changed
from kit.database import Database, DatabaseUnavailable
from kit.door import Answer, ServiceDoor
from kit.errors import Conflict, Unavailable
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.settings import KitSettings
from kit.web import create_service

pytestmark = pytest.mark.usefixtures("patient_tags")

router = APIRouter()


class No(Conflict):
    """The house says no"""

    code = "no"


class NotNow(Unavailable):
    """Not now"""

    code = "not_now"


@router.post("/things/{name}")
async def change_thing(name: str, door: ServiceDoor, x_then: Annotated[str, Header()] = "") -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        note_changed(connection, ["noted:1"])
        if x_then == "refuse":
            raise No
        if x_then == "fail":
            raise NotNow
        if x_then == "away":
            raise DatabaseUnavailable
        if x_then == "break":
            raise ZeroDivisionError
        if x_then == "blind":
            return Answer({})
        return Answer({"advanced_before": await door.redis.zscore(STATE, f"thing:{name}")})

    async def settle(answer: Answer) -> Answer:
        advanced = await door.redis.zscore(STATE, f"thing:{name}")
        return Answer({"advanced_when_settling": advanced is not None})

    return await door.change(work, tags=[f"thing:{name}"], settle=settle if x_then == "settle" else None)


@router.get("/things/{name}")
async def read_thing(name: str, door: ServiceDoor) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        if name == "first":
            note_changed(connection, ["noted:1"])
        return Answer({"name": name})

    return await door.read(work)


class Settings(KitSettings):
    """Of a house without a name."""


@pytest_asyncio.fixture(loop_scope="session", params=["redis", "no redis"])
async def client(
    role_urls: dict[str, str], redis: Redis, redis_url: str, request: pytest.FixtureRequest
) -> AsyncIterator[httpx.AsyncClient]:
    url = redis_url if request.param == "redis" else "redis://127.0.0.1:1/0"
    settings = Settings(database_url=role_urls["tandem_session"], redis_url=url)
    app = create_service("Tagged", settings=settings, routers=[router], schema="session_service")
    headers = {IDENTITY_HEADER: sign(Caller(uuid4()), settings.internal_secret)}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://service",
            headers=headers,
        ) as opened,
    ):
        yield opened


def told(answer: httpx.Response) -> tuple[str | None, str | None]:
    return answer.headers.get(ADVANCED_HEADER), answer.headers.get(CHANGED_HEADER)


with_redis = pytest.mark.parametrize("client", ["redis"], indirect=True)
without_redis = pytest.mark.parametrize("client", ["no redis"], indirect=True)


@with_redis
@pytest.mark.parametrize("key", [True, False])
async def test_a_change_advances_what_it_is_about_and_what_it_notes(
    client: httpx.AsyncClient, redis: Redis, key: bool
) -> None:
    headers = {"Idempotency-Key": uuid4().hex} if key else {}
    answer = await client.post("/things/1", headers=headers)
    assert answer.json() == {"advanced_before": None}, "not before the commit"
    assert told(answer) == ("noted:1,thing:1", None)
    versions = await redis.zmscore(STATE, ["noted:1", "thing:1"])
    assert None not in versions


@with_redis
async def test_it_is_advanced_before_its_effects_are_waited_for(client: httpx.AsyncClient) -> None:
    answer = await client.post("/things/1", headers={"X-Then": "settle"})
    assert answer.json() == {"advanced_when_settling": True}
    assert told(answer) == ("noted:1,thing:1", None)


@with_redis
@pytest.mark.parametrize("key", [True, False])
async def test_a_refusal_advances_what_it_is_about(
    client: httpx.AsyncClient, redis: Redis, key: bool
) -> None:
    headers = {"X-Then": "refuse", **({"Idempotency-Key": "k"} if key else {})}
    for _ in range(2):
        await redis.delete(STATE)
        answer = await client.post("/things/1", headers=headers)
        assert answer.status_code == 409
        assert "thing:1" in (told(answer)[0] or "")
        assert await redis.zscore(STATE, "thing:1") is not None


@with_redis
@pytest.mark.parametrize(("then", "status"), [("fail", 503), ("away", 503), ("break", 500)])
async def test_what_is_open_is_left_to_the_gateway(
    client: httpx.AsyncClient, redis: Redis, then: str, status: int
) -> None:
    answer = await client.post("/things/1", headers={"X-Then": then})
    assert answer.status_code == status
    assert told(answer) == (None, None)
    assert await redis.zscore(STATE, "thing:1") is None


@with_redis
async def test_a_read_tells_what_it_had_to_change(client: httpx.AsyncClient, redis: Redis) -> None:
    etag = (await client.get("/things/first")).headers["etag"]
    for headers in ({}, {"If-None-Match": etag}):
        answer = await client.get("/things/first", headers=headers)
        assert told(answer) == ("noted:1", None)
    assert await redis.zscore(STATE, "noted:1") is not None
    assert told(await client.get("/things/other")) == (None, None)


@with_redis
async def test_what_is_kept_under_a_key_is_not_what_was_told(
    client: httpx.AsyncClient, owner: Database
) -> None:
    key = uuid4().hex
    await client.post("/things/1", headers={"Idempotency-Key": key})
    async with owner.transaction() as connection:
        kept = await connection.scalar(
            text("SELECT headers FROM session_service.idempotency_keys WHERE key = :key"), {"key": key}
        )
    assert kept is not None
    assert not [name for name in kept if name.startswith("x-tandem")]
    replayed = await client.post("/things/1", headers={"Idempotency-Key": key})
    assert told(replayed) == ("thing:1", None), "a replay changes nothing itself"


@without_redis
async def test_without_redis_it_says_so_and_goes_on(client: httpx.AsyncClient) -> None:
    for _ in range(3):
        answer = await client.post("/things/1", headers={"X-Then": "blind"})
        assert answer.status_code == 200
        assert told(answer) == (None, "noted:1,thing:1")
    refused = await client.post("/things/1", headers={"X-Then": "refuse"})
    assert told(refused) == (None, "thing:1")


async def test_what_a_transaction_notes_is_taken_once(owner: Database) -> None:
    async with owner.transaction() as connection:
        assert take_changed(connection) == set()
        note_changed(connection, ["a:1"])
        note_changed(connection, ["b:2", "a:1"])
        assert take_changed(connection) == {"a:1", "b:2"}
        assert take_changed(connection) == set()
