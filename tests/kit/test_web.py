import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from openapi_spec_validator import validate
from pydantic import Field
from redis.exceptions import ConnectionError as RedisConnectionError

from kit.callers import CurrentCaller
from kit.database import Database
from kit.door import Answer, ServiceDoor
from kit.errors import Unavailable
from kit.schemas import Body, UtcDatetime, View
from kit.settings import KitSettings
from kit.web import create_service, open_redis
from tests.support.services import ALEX, client_of, service_of

router = APIRouter(prefix="/api/things", tags=["things"])


class ThingView(View):
    id: UUID
    at: UtcDatetime | None = None


class NewThing(Body):
    name: Annotated[str, Field(max_length=20)]


class Reason(Body):
    reason: str | None = None


@router.get("/{thing_id}", response_model=ThingView, responses={404: {"description": "No such thing"}})
async def get_thing(thing_id: UUID, caller: CurrentCaller) -> ThingView:
    return ThingView(id=thing_id)


@router.post("", status_code=201, response_model=ThingView)
async def make_thing(body: NewThing, door: ServiceDoor) -> Any:
    return await door.change(lambda _: no_answer())


async def no_answer() -> Answer:
    return Answer(None)


@router.post("/{thing_id}/cancel", response_model=ThingView)
async def cancel_thing(thing_id: UUID, body: Reason | None = None) -> ThingView:
    return ThingView(id=thing_id)


@router.patch("/{thing_id}", operation_id="rename")
async def change_thing(thing_id: UUID, body: NewThing) -> ThingView:
    return ThingView(id=thing_id)


async def test_liveness_needs_nothing() -> None:
    settings = KitSettings(
        database_url="postgresql://nobody@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1/0"
    )
    async with client_of(create_service("Things", settings=settings, routers=[])) as client:
        answer = await client.get("/internal/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readiness_names_what_is_missing() -> None:
    async def fine(app: FastAPI) -> None: ...

    async def broken(app: FastAPI) -> None:
        raise Unavailable("secret")

    settings = KitSettings(
        database_url="postgresql://nobody@127.0.0.1:1/x", redis_url="redis://127.0.0.1:1/0"
    )
    app = create_service("Things", settings=settings, routers=[], ready={"fine": fine, "broken": broken})
    async with client_of(app) as client:
        answer = await client.get("/internal/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["missing"] == ["broken", "database"]
    assert answer.json()["detail"] == "Not ready: broken, database"
    assert "secret" not in answer.text


async def test_a_service_with_its_database_is_ready(role_urls: dict[str, str], redis_url: str) -> None:
    settings = KitSettings(database_url=role_urls["tandem_session"], redis_url=redis_url)
    async with client_of(create_service("Things", settings=settings, routers=[])) as client:
        answer = await client.get("/internal/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


async def test_the_lifespan_opens_and_closes_around_the_houses_own(
    role_urls: dict[str, str], redis_url: str
) -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def house(app: FastAPI) -> AsyncIterator[None]:
        assert isinstance(app.state.database, Database)
        await app.state.database.ping()
        await app.state.redis.ping()
        seen.append("open")
        yield
        await app.state.database.ping()
        seen.append("closed")

    settings = KitSettings(database_url=role_urls["tandem_session"], redis_url=redis_url)
    app = create_service("Things", settings=settings, routers=[], lifespan=house, schema="things")
    assert app.state.database is None
    async with client_of(app):
        assert seen == ["open"]
        assert (app.state.settings, app.state.schema, app.state.first_use) == (settings, "things", None)
    assert seen == ["open", "closed"]


async def test_a_house_that_fails_to_start_leaves_nothing_open(
    role_urls: dict[str, str], redis_url: str
) -> None:
    @asynccontextmanager
    async def house(app: FastAPI) -> AsyncIterator[None]:
        await app.state.database.ping()
        raise RuntimeError("no start")
        yield

    settings = KitSettings(database_url=role_urls["tandem_session"], redis_url=redis_url)
    app = create_service("Things", settings=settings, routers=[], lifespan=house)
    with pytest.raises(RuntimeError, match="no start"):
        async with client_of(app):
            pass
    assert app.state.database.engine.pool.checkedin() == 0


async def test_one_router_may_be_in_two_services() -> None:
    for _ in range(2):
        async with client_of(service_of([router]), caller=ALEX) as client:
            assert (await client.get(f"/api/things/{ALEX.user_id}")).json() == {
                "id": str(ALEX.user_id),
                "at": None,
            }


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
async def test_there_is_nothing_else(path: str) -> None:
    async with client_of(service_of([router])) as client:
        assert (await client.get(path)).status_code == 404


async def test_a_trailing_slash_is_no_redirect_to_an_internal_host() -> None:
    async with client_of(service_of([router]), caller=ALEX) as client:
        answer = await client.get(f"/api/things/{ALEX.user_id}/")
        assert (answer.status_code, "location" in answer.headers) == (404, False)


async def test_every_answer_carries_its_request_id() -> None:
    async with client_of(service_of([router])) as client:
        for path in ("/internal/healthz", "/nowhere", f"/api/things/{ALEX.user_id}"):
            answer = await client.get(path, headers={"X-Request-ID": "mine"})
            assert answer.headers["x-request-id"] == "mine"


async def test_redis_gives_up_soon() -> None:
    client = open_redis("redis://127.0.0.1:1/0")
    started = time.monotonic()
    with pytest.raises(RedisConnectionError):
        await client.ping()
    assert time.monotonic() - started < 1.5
    await client.aclose()


shelf = APIRouter(prefix="/api/things")


@shelf.post("")
async def another_thing() -> None: ...


@shelf.post("/import")
async def import_things() -> dict[str, bool]:
    return {"imported": True}


@shelf.get("/newest")
async def newest() -> dict[str, bool]:
    return {"newest": True}


@shelf.get("/{thing_id}")
@shelf.patch("/{thing_id}")
async def any_thing(thing_id: UUID) -> None: ...


class TestLiteralPaths:
    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", "/api/things", "POST"),
            ("GET", "/api/things/import", "POST"),
            ("PATCH", "/api/things/import", "POST"),
            ("PUT", "/api/things/import", "POST"),
            ("PUT", "/api/things/newest", "GET"),
            ("POST", "/api/things/1f1d3f6e-9dcb-4a3f-8d70-0a6c2b9e6f11", "GET, PATCH"),
        ],
    )
    async def test_a_path_that_is_spelled_out_is_nobodys_id(
        self, method: str, path: str, allowed: str
    ) -> None:
        async with client_of(service_of([shelf]), caller=ALEX) as client:
            answer = await client.request(method, path, json={"name": "x"} if method != "GET" else None)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)

    async def test_what_it_does_offer_is_untouched(self) -> None:
        async with client_of(service_of([shelf]), caller=ALEX) as client:
            assert (await client.post("/api/things/import")).status_code == 200
            assert (await client.get("/api/things/newest")).json() == {"newest": True}


class TestDescription:
    @pytest.fixture
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = service_of([router]).openapi()
        return document

    async def test_it_is_served_inside(self, document: dict[str, Any]) -> None:
        async with client_of(service_of([router])) as client:
            answer = await client.get("/internal/openapi.json")
            assert (answer.status_code, answer.json()) == (200, document)

    def test_it_is_valid_openapi_3_1(self, document: dict[str, Any]) -> None:
        assert document["openapi"].startswith("3.1")
        validate(document)

    def test_it_shows_the_public_endpoints_only(self, document: dict[str, Any]) -> None:
        assert set(document["paths"]) == {
            "/api/things",
            "/api/things/{thing_id}",
            "/api/things/{thing_id}/cancel",
        }

    def test_operations_are_called_as_their_functions(self, document: dict[str, Any]) -> None:
        names = {
            operation["operationId"] for item in document["paths"].values() for operation in item.values()
        }
        assert names == {"get_thing", "make_thing", "cancel_thing", "rename"}

    def test_the_signed_identity_is_nobodys_business(self, document: dict[str, Any]) -> None:
        assert "identity" not in str(document).lower()

    def test_errors_are_problems(self, document: dict[str, Any]) -> None:
        for item in document["paths"].values():
            for operation in item.values():
                errors = {
                    code: answer for code, answer in operation["responses"].items() if code[0] not in "23"
                }
                assert {"401", "422", "503", "default"} <= set(errors)
                for answer in errors.values():
                    assert answer["content"] == {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                    }
        assert not {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"])

    def test_a_declared_error_keeps_its_words(self, document: dict[str, Any]) -> None:
        answers = document["paths"]["/api/things/{thing_id}"]["get"]["responses"]
        assert answers["404"]["description"] == "No such thing"
        assert "413" not in answers

    def test_bodies_bring_their_own_errors(self, document: dict[str, Any]) -> None:
        for path in ("/api/things", "/api/things/{thing_id}/cancel"):
            assert {"413", "415"} <= set(document["paths"][path]["post"]["responses"])

    def test_conditional_headers_are_described(self, document: dict[str, Any]) -> None:
        def headers(path: str, method: str) -> set[str]:
            return {
                parameter["name"]
                for parameter in document["paths"][path][method].get("parameters", [])
                if parameter["in"] == "header"
            }

        assert headers("/api/things", "post") == {"Idempotency-Key"}
        assert headers("/api/things/{thing_id}", "patch") == {"If-Match"}
        assert headers("/api/things/{thing_id}", "get") == {"If-None-Match"}
        thing = document["paths"]["/api/things/{thing_id}"]
        assert "412" in thing["patch"]["responses"]
        assert "304" in thing["get"]["responses"]

    def test_a_houses_own_answer_to_invalid_requests(self) -> None:
        app = service_of([router], validation=lambda path: (400, "invalid", "Invalid thing data", {}))
        answers = app.openapi()["paths"]["/api/things"]["post"]["responses"]
        assert answers["400"]["description"] == "Invalid thing data"
        assert "Idempotency-Key" in answers["422"]["description"]
        assert "422" not in app.openapi()["paths"]["/api/things/{thing_id}"]["patch"]["responses"]

    def test_unknown_fields_are_said_to_be_rejected(self, document: dict[str, Any]) -> None:
        assert document["components"]["schemas"]["NewThing"]["additionalProperties"] is False
