"""The HTTP door over a real PostgreSQL: one transaction a request, idempotency keys, ETags, and 503 when it is away."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Header, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.cache_tags import ADVANCED_HEADER, note_changed
from kit.database import Database
from kit.door import Answer, ServiceDoor
from kit.errors import Refusal
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.outbox.events import Event, publish
from kit.schemas import Body
from kit.settings import DEVELOPMENT_INTERNAL_SECRET, KitSettings
from kit.web import create_service

pytestmark = pytest.mark.usefixtures("patient_tags")

router = APIRouter()
gate = asyncio.Event()
entered = asyncio.Event()


class No(Refusal):
    """The house says no"""

    status = 400
    code = "no"


class Thing(Body):
    name: str


async def _write(connection: AsyncConnection, caller: Caller, name: str) -> int:
    number = await connection.scalar(
        text(
            "INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id)"
            " VALUES (:actor, 'made', 'thing', :name) RETURNING id"
        ),
        {"actor": caller.user_id, "name": name},
    )
    return int(number or 0)


@router.post("/things")
async def make(thing: Thing, door: ServiceDoor, x_then: Annotated[str, Header()] = "") -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        number = await _write(connection, door.caller, thing.name)
        note_changed(connection, [f"thing:{thing.name}"])
        if x_then == "wait":
            entered.set()
            await gate.wait()
        if x_then == "refuse":
            raise No(number=number)
        if x_then == "break":
            raise ZeroDivisionError
        if x_then == "publish":
            await publish(connection, [Event(contracts.SESSION_COMPLETED, "thing", {})])
        return Answer({"number": number, "name": thing.name}, 201, {"Location": f"/things/{number}"})

    async def settle(answer: Answer) -> Answer:
        if x_then == "die":
            raise ZeroDivisionError
        return Answer({**answer.body, "settled": True}, answer.status, answer.headers)  # type: ignore[dict-item]  # the body is an object here

    return await door.change(
        work, unavailable="Failed to make", settle=settle if x_then in ("settle", "die") else None
    )


@router.get("/things/{name}")
async def show(name: str, door: ServiceDoor) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        if name == "forbidden":
            raise No
        return Answer({"name": name})

    return await door.read(work)


@router.put("/things/{name}")
async def replace(name: str, door: ServiceDoor) -> Response:
    async def work(connection: AsyncConnection) -> Answer:
        door.if_match({"name": name})
        return Answer({"name": name})

    return await door.change(work)


@pytest.fixture(scope="module")
async def app(role_urls: dict[str, str], redis_url: str) -> AsyncIterator[FastAPI]:
    settings = KitSettings(database_url=role_urls["tandem_session"], redis_url=redis_url)
    app = create_service("Door test", settings=settings, routers=[router], schema="session_service")
    async with app.router.lifespan_context(app):
        yield app


class Client:
    """One user of the application."""

    def __init__(self, app: FastAPI):
        self.user_id = uuid4()
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://service",
            headers={IDENTITY_HEADER: sign(Caller(self.user_id), DEVELOPMENT_INTERNAL_SECRET)},
        )

    async def make(
        self, name: str = "a", *, key: str | None = None, then: str = "", **more: Any
    ) -> httpx.Response:
        headers = {"x-then": then, **({"idempotency-key": key} if key is not None else {})}
        return await self._http.post("/things", json={"name": name}, headers=headers, **more)

    async def get(self, name: str, **headers: str) -> httpx.Response:
        return await self._http.get(
            f"/things/{name}", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    async def put(self, name: str, **headers: str) -> httpx.Response:
        return await self._http.put(
            f"/things/{name}", headers={k.replace("_", "-"): v for k, v in headers.items()}
        )


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


async def made(owner: Database, user_id: UUID) -> list[str]:
    async with owner.transaction() as connection:
        found = await connection.execute(
            text("SELECT subject_id FROM session_service.audit_log WHERE actor_id = :id ORDER BY id"),
            {"id": user_id},
        )
        return list(found.scalars())


async def test_a_change_is_committed_before_its_answer(client: Client, owner: Database) -> None:
    answer = await client.make("one")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/things/{answer.json()['number']}"
    assert await made(owner, client.user_id) == ["one"]


@pytest.mark.parametrize("key", [None, "k"])
@pytest.mark.parametrize(("then", "status"), [("refuse", 400), ("break", 500)])
async def test_a_failure_undoes_the_change(
    client: Client, owner: Database, then: str, status: int, key: str | None
) -> None:
    assert (await client.make(then=then, key=key)).status_code == status
    assert await made(owner, client.user_id) == []


@pytest.mark.parametrize("then", ["", "settle", "refuse"])
async def test_the_same_key_answers_what_it_answered(client: Client, owner: Database, then: str) -> None:
    first = await client.make(key="k1", then=then)
    effects = await made(owner, client.user_id)
    again = await client.make(key="k1", then=then)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("content-type", "location", "etag"):
        assert again.headers.get(name) == first.headers.get(name)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await made(owner, client.user_id) == effects


async def test_a_fault_of_the_server_is_not_kept(client: Client, owner: Database) -> None:
    assert (await client.make(key="k1", then="break")).status_code == 500
    assert (await client.make(key="k1")).status_code == 201
    assert await made(owner, client.user_id) == ["a"]


async def test_the_same_key_with_another_body_is_refused(client: Client, owner: Database) -> None:
    await client.make("a", key="k1")
    other = await client.make("b", key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await made(owner, client.user_id) == ["a"]


async def test_keys_belong_to_a_user(app: FastAPI, owner: Database) -> None:
    one, other = Client(app), Client(app)
    await one.make("a", key="k1")
    assert (await other.make("b", key="k1")).status_code == 201


async def test_a_second_call_while_the_first_is_under_way_is_told_so(client: Client, owner: Database) -> None:
    gate.clear()
    entered.clear()
    first = asyncio.create_task(client.make(key="k1", then="wait"))
    await entered.wait()
    second = await client.make(key="k1", then="wait")
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_in_progress")
    gate.set()
    assert (await first).status_code == 201
    third = await client.make(key="k1", then="wait")
    assert third.headers["idempotent-replayed"] == "true"
    assert await made(owner, client.user_id) == ["a"]


async def test_twenty_at_once_make_one_change(client: Client, owner: Database) -> None:
    answers = await asyncio.gather(*(client.make(key="k1") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert await made(owner, client.user_id) == ["a"]


async def test_a_call_that_died_after_its_commit_is_answered_after_a_while(
    client: Client, owner: Database
) -> None:
    assert (await client.make(key="k1", then="die")).status_code == 500
    assert (await client.make(key="k1", then="die")).json()["code"] == "idempotency_in_progress"
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.idempotency_keys SET created_at = now() - interval '16 s' WHERE user_id = :id"
            ),
            {"id": client.user_id},
        )
    late = await client.make(key="k1", then="die")
    assert (late.status_code, late.headers["idempotent-replayed"]) == (201, "true")
    assert await made(owner, client.user_id) == ["a"]


async def test_a_key_is_free_again_after_a_day(client: Client, owner: Database) -> None:
    await client.make(key="k1")
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.idempotency_keys SET created_at = now() - interval '25 h' WHERE user_id = :id"
            ),
            {"id": client.user_id},
        )
    assert "idempotent-replayed" not in (await client.make("b", key="k1")).headers
    assert await made(owner, client.user_id) == ["a", "b"]


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "tab\t"])
async def test_a_key_that_is_none_is_refused(client: Client, owner: Database, key: str) -> None:
    answer = await client.make(key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_idempotency_key")
    assert await made(owner, client.user_id) == []


async def test_a_read_has_a_strong_etag_and_answers_304_to_whoever_may_read(client: Client) -> None:
    first = await client.get("a")
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert first.headers["cache-control"] == "private, no-cache"
    unchanged = await client.get("a", if_none_match=etag)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert (await client.get("b", if_none_match=etag)).status_code == 200
    assert (await client.get("forbidden", if_none_match="*")).status_code == 400


@pytest.mark.parametrize(
    ("name", "if_match", "status"),
    [("a", "{etag}", 200), ("b", "{etag}", 412), ("a", "*", 200), ("a", "W/{etag}", 412)],
)
async def test_a_change_may_ask_for_a_version(client: Client, name: str, if_match: str, status: int) -> None:
    etag = (await client.get("a")).headers["etag"]
    answer = await client.put(name, if_match=if_match.format(etag=etag))
    assert answer.status_code == status
    if status == 412:
        assert answer.json()["code"] == "stale_version"


async def test_without_the_gateways_signature_nobody_is_anybody(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as stranger:
        assert (await stranger.get("/things/a")).status_code == 401
        forged = sign(Caller(uuid4()), "x" * 40)
        assert (await stranger.get("/things/a", headers={IDENTITY_HEADER: forged})).status_code == 401


@pytest.mark.parametrize("then", ["refuse", "break"])
async def test_what_was_undone_is_not_told_of_by_the_next_request(client: Client, then: str) -> None:
    # Whichever connection of the pool the next request is given.
    await asyncio.gather(*(client.make("undone", then=then) for _ in range(20)))
    answers = [await client.get("a thing"), await client.make("the next")]
    assert [answer.headers.get(ADVANCED_HEADER) for answer in answers] == [None, "thing:the next"]


async def test_the_database_being_away_is_503_with_the_endpoints_own_words() -> None:
    settings = KitSettings(
        database_url="postgresql://nobody@127.0.0.1:1/nothing", redis_url="redis://127.0.0.1:1/0"
    )
    app = create_service("Door test", settings=settings, routers=[router], schema="session_service")
    async with app.router.lifespan_context(app):
        client = Client(app)
        changed, read = await client.make(), await client.get("a")
    assert (changed.status_code, changed.json()["detail"]) == (503, "Failed to make")
    assert (read.status_code, read.json()["detail"]) == (503, "Failed to process request")
    assert changed.headers["retry-after"]
    assert read.headers["retry-after"]
