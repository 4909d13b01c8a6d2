"""What the gateway answers itself: liveness, readiness, the description of the API."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from openapi_spec_validator import OpenAPIV31SpecValidator
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway import description
from kit import heartbeats
from tests.gateway.conftest import Serve
from tests.gateway.issuer import Issuer, published, signed_by
from tests.gateway.running import ServedApp
from tests.gateway.test_forwarding import problem
from tests.support.waiting import eventually

KEY = ec.generate_private_key(ec.SECP256R1())
BEATING = (heartbeats.RELAY, "reputation", "statistics", "notifications")


class FakeHouse:
    """A service that has nothing but its internal endpoints, and is ready when a test says so."""

    def __init__(self, name: str) -> None:
        self.missing: list[str] = []
        self.asked = 0
        self.slow = 0.0
        self.described = 0
        self.status = 200
        self.paths: dict[str, Any] = {}
        self.name = name
        self.app = Starlette(
            routes=[
                Route("/internal/readyz", self.readyz),
                Route("/internal/openapi.json", self.openapi),
            ]
        )

    async def readyz(self, request: Request) -> Response:
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.missing:
            return JSONResponse({"missing": self.missing}, 503)
        return JSONResponse({"status": "ready"})

    async def openapi(self, request: Request) -> Response:
        self.described += 1
        schema = {"type": "object", "title": self.name}
        answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}}
        return JSONResponse(
            {
                "openapi": "3.1.0",
                "info": {"title": self.name, "version": "1"},
                "paths": {
                    f"/api/{self.name}": {"get": {"responses": {"200": {"description": "OK", **answer}}}},
                    **self.paths,
                    "/internal/more": {"get": {"responses": {"200": {"description": "OK"}}}},
                },
                "components": {"schemas": {"Item": schema}},
            },
            self.status,
        )


@pytest.fixture
def houses(sockets: Path) -> Iterator[tuple[FakeHouse, FakeHouse, dict[str, ServedApp]]]:
    session, reputation, stats = FakeHouse("session"), FakeHouse("reputation"), FakeHouse("stats")
    with (
        ServedApp(session.app, uds=sockets / f"{time.monotonic_ns()}.sock") as first,
        ServedApp(reputation.app, uds=sockets / f"{time.monotonic_ns()}.sock") as second,
        ServedApp(stats.app, uds=sockets / f"{time.monotonic_ns()}.sock") as third,
    ):
        yield session, reputation, {"session": first, "reputation": second, "stats": third}


@asynccontextmanager
async def gateway_before(
    serve: Serve, running: dict[str, ServedApp], redis_url: str, **changes: Any
) -> AsyncIterator[httpx.AsyncClient]:
    served = serve(
        session_service_url=running["session"].url,
        reputation_service_url=running["reputation"].url,
        stats_service_url=running["stats"].url,
        redis_url=redis_url,
        **changes,
    )
    async with httpx.AsyncClient(base_url=served.url, timeout=10) as client:
        yield client


Houses = tuple[FakeHouse, FakeHouse, dict[str, ServedApp]]


class TestHealth:
    async def test_it_lives_whatever_is_behind_it(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
        assert len(answer.headers.get_list("x-request-id")) == 1
        head = await client.head("/healthz")
        assert (head.status_code, head.content) == (200, b"")

    async def test_probes_are_read_only(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/healthz")
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET"


class TestReadiness:
    async def test_it_is_ready_when_everything_answers(
        self, serve: Serve, houses: Houses, redis: Redis, redis_url: str
    ) -> None:
        for name in BEATING:
            await heartbeats.beat(redis, name, "one")
        async with gateway_before(serve, houses[2], redis_url) as client:
            answer = await client.get("/readyz")
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["status"] == "ready"
        assert set(body["checks"]) == {
            "redis",
            "database",
            "session_service",
            "reputation_service",
            "stats_service",
            "relay",
            "reputation_worker",
            "statistics_worker",
            "notifications_worker",
        }
        assert set(body["checks"].values()) == {"ok"}

    async def test_those_who_ask_together_are_one_question(
        self, serve: Serve, houses: Houses, redis_url: str
    ) -> None:
        session, _, running = houses
        session.slow = 0.5
        async with gateway_before(serve, running, redis_url) as client:
            answers = await asyncio.gather(*(client.get("/readyz") for _ in range(50)))
            assert len({answer.text.replace(answer.headers["x-request-id"], "") for answer in answers}) == 1
            assert session.asked < 10
            asked = session.asked
            await client.get("/readyz")
            assert session.asked == asked + 1

    async def test_every_missing_part_is_named(
        self, serve: Serve, houses: Houses, redis: Redis, redis_url: str
    ) -> None:
        session, _, running = houses
        async with gateway_before(serve, running, redis_url) as client:

            async def missing() -> list[str]:
                body = problem(await client.get("/readyz"), 503, "not_ready")
                assert all(name in body["detail"] for name in body["missing"])
                named: list[str] = body["missing"]
                return named

            assert await missing() == [
                "relay",
                "reputation_worker",
                "statistics_worker",
                "notifications_worker",
            ]
            for left in (3, 2, 1):
                await heartbeats.beat(redis, BEATING[3 - left], "one")
                assert len(await missing()) == left
            await heartbeats.beat(redis, "notifications", "one")
            assert (await client.get("/readyz")).status_code == 200

            await redis.zadd(heartbeats.key("reputation"), {"one": time.time() - heartbeats.ALIVE_FOR - 1})
            assert await missing() == ["reputation_worker"]
            await heartbeats.beat(redis, "reputation", "two")
            assert (await client.get("/readyz")).status_code == 200

            session.missing = ["database"]
            assert await missing() == ["session_service", "database"]
            session.missing = ["something else"]
            assert await missing() == ["session_service"]
            session.missing = []
            running["reputation"].stop()
            assert await missing() == ["reputation_service"]

    async def test_an_issuers_keys_are_asked_for_before_any_token_comes(
        self, serve: Serve, houses: Houses, redis: Redis, redis_url: str
    ) -> None:
        for name in BEATING:
            await heartbeats.beat(redis, name, "one")
        with ServedApp(Issuer(published(KEY, "k"))) as keys:
            url = f"{keys.url}/jwks.json"
            async with gateway_before(serve, houses[2], redis_url, jwt_jwks_url=url) as client:

                async def ready() -> bool:
                    answer = await client.get("/readyz")
                    return answer.status_code == 200 and answer.json()["checks"]["token_keys"] == "ok"

                await eventually(ready)

    async def test_without_an_issuers_keys_nobody_can_say_who_is_asking(
        self, serve: Serve, houses: Houses, redis: Redis, redis_url: str
    ) -> None:
        for name in BEATING:
            await heartbeats.beat(redis, name, "one")
        issuer = Issuer(published(KEY, "k"))
        issuer.mood = "broken"
        token = {"Authorization": f"Bearer {signed_by(KEY, 'k')}"}
        with ServedApp(issuer) as keys:
            url = f"{keys.url}/jwks.json"
            async with gateway_before(serve, houses[2], redis_url, jwt_jwks_url=url) as client:
                answer = await client.get("/readyz")
                assert problem(answer, 503, "not_ready")["missing"] == ["token_keys"]
                for target, detail in (
                    ("/api/session/6f1c/confirm", "Failed to update session completion status"),
                    ("/api/session/create", "Failed to process request"),
                ):
                    answer = await client.post(target, headers=token)
                    assert problem(answer, 503, "keys_unavailable")["detail"] == detail
                    assert answer.headers["retry-after"] == "1"

    async def test_without_anything_it_says_so_soon(self, serve: Serve) -> None:
        served = serve()
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=served.url, timeout=10) as client:
            answer = await client.get("/readyz")
        assert time.monotonic() - began < 4
        assert problem(answer, 503, "not_ready")["missing"] == [
            "redis",
            "session_service",
            "reputation_service",
            "stats_service",
            "relay",
            "reputation_worker",
            "statistics_worker",
            "notifications_worker",
        ]
        assert answer.headers["retry-after"] == "1"
        assert "nowhere" not in answer.text


class TestDescription:
    async def test_it_describes_every_service(self, serve: Serve, houses: Houses) -> None:
        session, _, running = houses
        async with gateway_before(serve, running, "redis://127.0.0.1:1") as client:
            answer = await client.get("/openapi.json")
            assert answer.headers["content-type"] == "application/json"
            document = answer.json()
            OpenAPIV31SpecValidator(document).validate()
            assert set(document["paths"]) == {
                "/api/live",
                "/api/live/tickets",
                "/api/session",
                "/api/reputation",
                "/api/stats",
                "/healthz",
                "/readyz",
            }
            assert {"Item", "ReputationItem", "Problem"} <= set(document["components"]["schemas"])
            assert document["paths"]["/readyz"]["get"]["security"] == []
            for house in running.values():
                house.stop()
            assert (await client.get("/openapi.json")).json() == document
            assert session.described == 1

    async def test_it_is_not_there_before_every_service_was(self, serve: Serve, houses: Houses) -> None:
        _, _, running = houses
        running["reputation"].stop()
        async with gateway_before(serve, running, "redis://127.0.0.1:1") as client:
            answer = await client.get("/openapi.json")
            problem(answer, 503, "description_unavailable")
            assert answer.headers["retry-after"] == "1"

    async def test_while_services_do_not_go_together_it_is_not_there(
        self, serve: Serve, houses: Houses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(description, "FAILED_SECONDS", 0.0)
        session, _, running = houses
        session.paths = {"/api/reputation": {"get": {"responses": {"200": {"description": "OK"}}}}}
        async with gateway_before(serve, running, "redis://127.0.0.1:1") as client:
            problem(await client.get("/openapi.json"), 503, "description_unavailable")
            session.paths = {}
            assert (await client.get("/openapi.json")).status_code == 200

    async def test_those_who_come_together_do_not_wait_for_one_after_the_other(
        self, serve: Serve, houses: Houses
    ) -> None:
        session, _, running = houses
        session.status = 503
        async with gateway_before(serve, running, "redis://127.0.0.1:1") as client:
            answers = await asyncio.gather(*(client.get("/openapi.json") for _ in range(10)))
        assert {answer.status_code for answer in answers} == {503}
        assert session.described == 1

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/api/session", "GET, HEAD, OPTIONS"),
            ("/api/live/tickets", "POST, OPTIONS"),
            ("/api/session/6f1c", "GET, HEAD, PATCH, OPTIONS"),
            ("/api/session/create", "POST, OPTIONS"),
            ("/api/session/6f1c/more", None),
            ("/api/session/6f1c/", None),
        ],
    )
    async def test_whoever_asks_what_can_be_done_is_told_just_that(
        self, serve: Serve, houses: Houses, path: str, methods: str | None
    ) -> None:
        session, _, running = houses
        anything = {"responses": {"200": {"description": "OK"}}}
        session.paths = {
            "/api/session/{id}": {"get": anything, "patch": anything},
            "/api/session/create": {"post": anything},
        }
        async with gateway_before(serve, running, "redis://127.0.0.1:1") as client:
            answers = [await client.request(method, path) for method in ("OPTIONS", "TRACE")]
        if methods is None:
            assert [answer.status_code for answer in answers] == [404, 404]
        else:
            assert [answer.status_code for answer in answers] == [204, 405]
            assert [answer.headers["allow"] for answer in answers] == [methods, methods]

    async def test_while_nobody_knows_it_is_told_what_there_may_be(self, client: httpx.AsyncClient) -> None:
        answer = await client.options("/api/session")
        assert answer.headers["allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


async def test_operators_are_sent_to_flower_where_it_is_known(serve: Serve) -> None:
    known, unknown = serve(tasks_url="http://127.0.0.1:5555/flower/"), serve()
    async with httpx.AsyncClient() as client:
        sent = await client.get(f"{known.url}/flower")
        assert (sent.status_code, sent.headers["location"]) == (307, "http://127.0.0.1:5555/flower/")
        problem(await client.get(f"{unknown.url}/flower"), 404, "not_found")
