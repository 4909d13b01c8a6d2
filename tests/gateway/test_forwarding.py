"""A request's way through a real gateway to a real service and back."""

import asyncio
import base64
import json
import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from gateway.main import create_app
from kit.bodies import MAX_BODY_BYTES
from kit.identity import verify
from tests.gateway.conftest import Serve, settings_for
from tests.gateway.running import INTERNAL_SECRET, SECRET, Echo, ServedApp, bearer, raw_exchange, token

USER = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"
OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in `answer`, which must be this one and in form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["request_id"] == answer.headers["x-request-id"]
    assert {"type", "title", "detail", "instance"} <= set(body)
    return body


def seen_headers(told: dict[str, Any]) -> dict[str, str]:
    """What the service saw, each name once."""
    names = [name for name, _ in told["headers"]]
    assert len(names) == len(set(names))
    return dict(told["headers"])


def asking_for(headers: list[tuple[str, str]]) -> str:
    return base64.urlsafe_b64encode(json.dumps(headers).encode()).decode()


class TestPassingOn:
    async def test_a_request_arrives_as_it_was_sent(self, client: httpx.AsyncClient) -> None:
        answer = await client.post(
            "/api/session/%C3%A4%40?a=%20b&c=%41+&a=2",
            content=b'{"x": 1}',
            headers={
                **bearer(),
                "Content-Type": "application/json",
                "Idempotency-Key": "k-1",
                "If-Match": '"v0"',
                "Prefer": "wait=5",
                "User-Agent": "the test",
                "Accept": "application/json",
                "Accept-Language": "de",
            },
        )
        assert answer.status_code == 200
        told = answer.json()
        assert (told["method"], told["raw_path"], told["query"], told["body"]) == (
            "POST",
            "/api/session/%C3%A4%40",
            "a=%20b&c=%41+&a=2",
            '{"x": 1}',
        )
        headers = seen_headers(told)
        assert headers["content-type"] == "application/json"
        assert headers["content-length"] == "8"
        assert headers["idempotency-key"] == "k-1"
        assert headers["if-match"] == '"v0"'
        assert headers["prefer"] == "wait=5"
        assert headers["user-agent"] == "the test"
        assert headers["accept-language"] == "de"

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def test_every_method_is_passed_on(self, client: httpx.AsyncClient, method: str) -> None:
        answer = await client.request(method, "/api/session", headers=bearer())
        assert answer.json()["method"] == method
        assert answer.json()["body"] == ""

    @pytest.mark.parametrize("status", [200, 201, 202, 400, 404, 409, 412, 422, 429, 500, 503])
    async def test_a_status_comes_back(self, client: httpx.AsyncClient, status: int) -> None:
        answer = await client.get(f"/api/session?status={status}", headers=bearer())
        assert answer.status_code == status
        assert answer.headers["etag"] == '"v1"'

    @pytest.mark.parametrize("status", [204, 304])
    async def test_an_answer_without_a_body_comes_back(self, client: httpx.AsyncClient, status: int) -> None:
        with_length = asking_for([("content-length", "0")])
        for query in (f"status={status}", f"status={status}&headers={with_length}"):
            answer = await client.get(f"/api/session?{query}", headers=bearer())
            assert answer.status_code == status
            assert answer.content == b""
            assert "content-length" not in answer.headers

    async def test_a_redirect_is_the_clients_to_follow(self, client: httpx.AsyncClient) -> None:
        extra = asking_for([("location", "/api/me")])
        answer = await client.get(f"/api/session?status=303&headers={extra}", headers=bearer())
        assert (answer.status_code, answer.headers["location"]) == (303, "/api/me")

    @pytest.mark.parametrize("size", [0, 1, 65536, 256 * 1024, 256 * 1024 + 1, 5_000_000])
    @pytest.mark.parametrize("chunked", ["0", "1"])
    async def test_an_answer_of_any_length_comes_back_whole(
        self, client: httpx.AsyncClient, size: int, chunked: str
    ) -> None:
        answer = await client.get(f"/api/session?bytes={size}&chunked={chunked}", headers=bearer())
        assert answer.content == b"x" * size
        assert ("content-length" in answer.headers) is (chunked == "0")

    async def test_a_body_of_a_megabyte_arrives_whole(self, client: httpx.AsyncClient, echo: Echo) -> None:
        body = b"[" + b"1" * (MAX_BODY_BYTES - 2) + b"]"
        headers = {**bearer(), "Content-Type": "application/json"}
        assert (await client.post("/api/session?bytes=1", content=body, headers=headers)).status_code == 200
        assert echo.seen[-1]["body"] == body.decode()

    async def test_a_compressed_answer_is_left_alone(self, gateway: ServedApp) -> None:
        extra = asking_for([("content-encoding", "gzip")])
        head = f"GET /api/session?bytes=10&headers={extra} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}"
        answer = await raw_exchange(gateway.port, f"{head}\r\nConnection: close\r\n\r\n".encode())
        assert answer.endswith(b"x" * 10)

    async def test_connections_are_used_again(self, client: httpx.AsyncClient) -> None:
        told = [(await client.get("/api/session", headers=bearer())).json() for _ in range(3)]
        assert len({one["connection"] for one in told}) == 1

    async def test_head_is_get_without_a_body(self, client: httpx.AsyncClient, echo: Echo) -> None:
        for size in (100, 1_000_000):
            got = await client.get(f"/api/session?bytes={size}", headers=bearer())
            asked = await client.head(f"/api/session?bytes={size}", headers=bearer())
            assert echo.seen[-1]["method"] == "GET"
            assert asked.status_code == 200
            assert asked.content == b""
            assert asked.headers["content-length"] == got.headers["content-length"] == str(size)
            assert asked.headers["etag"] == got.headers["etag"]


class TestIdentity:
    async def test_the_service_learns_who_asks_and_nothing_of_the_token(
        self, client: httpx.AsyncClient
    ) -> None:
        answer = await client.get("/api/session", headers=bearer(name="Mara", email="m@example.org"))
        headers = seen_headers(answer.json())
        caller = verify(headers["x-tandem-identity"], INTERNAL_SECRET)
        assert caller.user_id == UUID(USER)
        assert (caller.name, caller.email, caller.role) == ("Mara", "m@example.org", "authenticated")
        assert "authorization" not in headers

    async def test_identity_headers_from_outside_reach_nobody(self, client: httpx.AsyncClient) -> None:
        forged = {
            "X-Tandem-Identity": "v1.forged.forged",
            "X-Tandem-Role": "service_role",
            "X-Test-User-ID": OTHER,
            "X-User-ID": OTHER,
            "X-User-Role": "service_role",
            "X-Forwarded-For": "10.0.0.1",
            "X-Forwarded-User": OTHER,
            "Forwarded": "for=10.0.0.1",
            "X-Real-IP": "10.0.0.1",
            "Cookie": "session=abc",
            "Proxy-Authorization": "Basic abc",
            "X-Http-Method-Override": "DELETE",
            "X-Original-URL": "/internal/readyz",
        }
        headers = seen_headers((await client.get("/api/session", headers={**bearer(), **forged})).json())
        assert verify(headers["x-tandem-identity"], INTERNAL_SECRET).user_id == UUID(USER)
        assert set(headers) == {
            "host",
            "accept",
            "user-agent",
            "x-tandem-identity",
            "x-request-id",
            "traceparent",
        }

    async def test_what_connection_lists_does_not_take_the_identity_away(
        self, client: httpx.AsyncClient
    ) -> None:
        headers = {**bearer(), "Connection": "keep-alive, X-Tandem-Identity, X-Request-ID"}
        seen = seen_headers((await client.get("/api/session", headers=headers)).json())
        assert {"x-tandem-identity", "x-request-id"} <= set(seen)

    async def test_internal_headers_do_not_come_back(self, client: httpx.AsyncClient) -> None:
        extra = asking_for([("X-Tandem-Identity", "v1.a.b"), ("Keep-Alive", "timeout=9"), ("Server", "x")])
        answer = await client.get(f"/api/session?headers={extra}", headers=bearer())
        assert "x-tandem-identity" not in answer.headers
        assert "keep-alive" not in answer.headers
        assert answer.headers.get_list("server") == ["uvicorn"]
        assert len(answer.headers.get_list("date")) == 1

    @pytest.mark.parametrize(
        ("headers", "code"),
        [
            ({}, "missing_token"),
            ({"Authorization": "Bearer nonsense"}, "invalid_token"),
            ({"Authorization": f"Bearer {token('another secret, and a long one, too')}"}, "invalid_token"),
            ({"Authorization": f"Bearer {token(exp=1)}"}, "invalid_token"),
            ({"X-Test-User-ID": "mara"}, "invalid_token"),
            ({"X-Tandem-Identity": "v1.a.b"}, "missing_token"),
        ],
    )
    async def test_who_cannot_prove_it_is_turned_away(
        self, client: httpx.AsyncClient, echo: Echo, headers: dict[str, str], code: str
    ) -> None:
        asked = len(echo.seen)
        answer = await client.get("/api/session", headers=headers)
        problem(answer, 401, code)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert len(echo.seen) == asked

    async def test_two_authorization_headers_are_refused(self, client: httpx.AsyncClient) -> None:
        one = ("Authorization", f"Bearer {token()}")
        problem(await client.get("/api/session", headers=[one, one]), 401, "invalid_token")

    async def test_a_test_identity_is_for_development_only(
        self, client: httpx.AsyncClient, serve: Serve
    ) -> None:
        headers = {"X-Test-User-ID": OTHER}
        told = (await client.get("/api/session", headers=headers)).json()
        assert verify(seen_headers(told)["x-tandem-identity"], INTERNAL_SECRET).user_id == UUID(OTHER)
        production = serve(environment="production")
        async with httpx.AsyncClient(base_url=production.url) as strict:
            problem(await strict.get("/api/session", headers=headers), 401, "missing_token")

    async def test_the_bearer_decides(self, client: httpx.AsyncClient) -> None:
        headers = {**bearer(), "X-Test-User-ID": OTHER}
        told = (await client.get("/api/session", headers=headers)).json()
        assert verify(seen_headers(told)["x-tandem-identity"], INTERNAL_SECRET).user_id == UUID(USER)
        headers["Authorization"] = "Bearer nonsense"
        problem(await client.get("/api/session", headers=headers), 401, "invalid_token")


class TestRequestIds:
    async def test_a_sane_id_is_taken_over_and_answered_once(self, client: httpx.AsyncClient) -> None:
        trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        extra = asking_for([("X-Request-ID", "the-services-own")])
        answer = await client.get(
            f"/api/session?headers={extra}",
            headers={**bearer(), "X-Request-ID": "my.id-1", "traceparent": trace},
        )
        assert answer.headers.get_list("x-request-id") == ["my.id-1"]
        headers = seen_headers(answer.json())
        assert headers["x-request-id"] == "my.id-1"
        assert headers["traceparent"].split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"

    @pytest.mark.parametrize("insane", ["", "a b", "x" * 300, "a\tb"])
    async def test_another_id_is_replaced(self, client: httpx.AsyncClient, insane: str) -> None:
        answer = await client.get("/api/session", headers={**bearer(), "X-Request-ID": insane})
        made = answer.headers["x-request-id"]
        assert re.fullmatch(r"[A-Za-z0-9-]{16,64}", made)
        assert seen_headers(answer.json())["x-request-id"] == made

    async def test_a_refusal_carries_the_id(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/api/session", headers={"X-Request-ID": "my-id"})
        assert problem(answer, 401, "missing_token")["request_id"] == "my-id"


class TestPathsAndMethods:
    @pytest.mark.parametrize(
        "path", ["/api/unknown", "/api/sessionx", "/api", "/nowhere", "/internal/readyz"]
    )
    async def test_an_unknown_path_is_404_for_everyone(self, client: httpx.AsyncClient, path: str) -> None:
        for headers in ({}, bearer()):
            assert problem(await client.get(path, headers=headers), 404, "not_found")["instance"] == path

    @pytest.mark.parametrize(
        "target",
        [
            "//api/session",
            "/api//session",
            "/api/session/",
            "/api/./session",
            "/api/me/../session",
            "/api/me/%2e%2e/session",
            "/api/session/..%2f..%2finternal/readyz",
            "/api/session%2Fcreate",
            "/api/session/a%00b",
            "/api/session/%0d%0aX-Tandem-Identity:%20x",
            "/api/%73ession",
            "/%61pi/session",
            "/api/session/a\\b",
            "/API/session",
        ],
    )
    async def test_a_path_is_never_mended_into_another(
        self, gateway: ServedApp, echo: Echo, target: str
    ) -> None:
        asked = len(echo.seen)
        head = f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\nConnection: close\r\n\r\n"
        answer = await raw_exchange(gateway.port, head.encode())
        assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer
        assert len(echo.seen) == asked

    async def test_a_malformed_host_changes_nothing(self, gateway: ServedApp) -> None:
        head = f"GET /api/session HTTP/1.1\r\nHost: a/b?c#d@[\r\nAuthorization: Bearer {token()}\r\n"
        answer = await raw_exchange(gateway.port, f"{head}Connection: close\r\n\r\n".encode())
        assert answer.startswith(b"HTTP/1.1 200")

    async def test_a_malformed_query_is_refused(self, gateway: ServedApp) -> None:
        head = b"GET /api/session?a=\xff HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token().encode()
        answer = await raw_exchange(gateway.port, head + b"\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400")

    async def test_a_malformed_query_is_refused_whatever_the_server_lets_through(self) -> None:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError("nothing is to be read")

        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/session",
            "raw_path": b"/api/session",
            "query_string": b"a=\xff",
            "headers": [(b"authorization", f"Bearer {token()}".encode())],
        }
        await create_app(settings_for())(scope, receive, send)
        assert sent[0]["status"] == 400

    @pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "PURGE"])
    async def test_an_odd_method_is_refused(self, client: httpx.AsyncClient, method: str) -> None:
        answer = await client.request(method, "/api/session", headers=bearer())
        problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    async def test_options_names_the_methods(self, client: httpx.AsyncClient) -> None:
        answer = await client.options("/api/session")
        assert (answer.status_code, answer.content) == (204, b"")
        assert "PATCH" in answer.headers["allow"]

    async def test_a_browser_may_ask_from_anywhere_in_development(self, client: httpx.AsyncClient) -> None:
        headers = {"Origin": "https://page.example", "Access-Control-Request-Method": "POST"}
        answer = await client.options("/api/session", headers=headers)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
        refused = await client.get("/api/session", headers={"Origin": "https://page.example"})
        problem(refused, 401, "missing_token")
        assert refused.headers["access-control-allow-origin"] == "*"


class TestBodies:
    async def test_identity_comes_before_the_body(self, client: httpx.AsyncClient) -> None:
        for body in (b"x", b"x" * (MAX_BODY_BYTES + 1)):
            answer = await client.post("/api/session", content=body, headers={"Content-Type": "text/plain"})
            problem(answer, 401, "missing_token")

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
    async def test_a_body_that_is_not_json_is_refused(
        self, client: httpx.AsyncClient, echo: Echo, content_type: str | None
    ) -> None:
        asked = len(echo.seen)
        headers = {**bearer(), **({"Content-Type": content_type} if content_type else {})}
        answer = await client.post("/api/session", content=b"a=1", headers=headers)
        problem(answer, 415, "unsupported_media_type")
        assert len(echo.seen) == asked

    async def test_a_post_without_a_body_needs_no_content_type(self, client: httpx.AsyncClient) -> None:
        assert (await client.post("/api/session", headers=bearer())).status_code == 200

    @pytest.mark.parametrize("extra", [1, 3 * 1024 * 1024])
    async def test_a_body_declared_too_large_is_refused(
        self, client: httpx.AsyncClient, echo: Echo, extra: int
    ) -> None:
        asked = len(echo.seen)
        answer = await client.post(
            "/api/session",
            content=b"x" * (MAX_BODY_BYTES + extra),
            headers={**bearer(), "Content-Type": "application/json"},
        )
        problem(answer, 413, "payload_too_large")
        assert len(echo.seen) == asked

    @pytest.mark.parametrize("chunks", [17, 64])
    async def test_a_chunked_body_that_grows_too_large_is_refused(
        self, client: httpx.AsyncClient, echo: Echo, chunks: int
    ) -> None:
        async def body() -> Any:
            for _ in range(chunks):
                yield b"x" * 65536

        asked = len(echo.seen)
        answer = await client.post(
            "/api/session", content=body(), headers={**bearer(), "Content-Type": "application/json"}
        )
        problem(answer, 413, "payload_too_large")
        assert len(echo.seen) == asked

    async def test_a_body_that_is_announced_is_refused_before_it_is_sent(self, gateway: ServedApp) -> None:
        head = (
            f"POST /api/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n"
            "Expect: 100-continue\r\n\r\n"
        )
        answer = await raw_exchange(gateway.port, head.encode())
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"100 Continue" not in answer

    async def test_a_chunked_body_arrives_whole(self, client: httpx.AsyncClient) -> None:
        async def body() -> Any:
            for part in (b"[1,", b"2,", b"3]"):
                yield part

        headers = {**bearer(), "Content-Type": "application/json"}
        told = (await client.post("/api/session", content=body(), headers=headers)).json()
        assert told["body"] == "[1,2,3]"
        assert seen_headers(told)["content-length"] == "7"
        assert "transfer-encoding" not in seen_headers(told)

    async def test_a_client_that_leaves_in_its_body_is_not_answered(
        self, gateway: ServedApp, client: httpx.AsyncClient, echo: Echo, caplog: pytest.LogCaptureFixture
    ) -> None:
        asked = len(echo.seen)
        _, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        head = f"POST /api/session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        # The gateway has dealt with it once it answers the next one that came later.
        assert (await client.get("/api/session", headers=bearer())).status_code == 200
        assert len(echo.seen) == asked + 1
        assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


async def test_many_at_once_are_not_mixed_up(client: httpx.AsyncClient) -> None:
    async def one(number: int) -> None:
        user = f"00000000-0000-4000-8000-{number:012d}"
        answer = await client.post(
            f"/api/session/{number}",
            json={"number": number},
            headers={"Authorization": f"Bearer {token(SECRET, sub=user)}", "X-Request-ID": f"r-{number}"},
        )
        told = answer.json()
        headers = seen_headers(told)
        assert told["raw_path"] == f"/api/session/{number}"
        assert json.loads(told["body"]) == {"number": number}
        assert verify(headers["x-tandem-identity"], INTERNAL_SECRET).user_id == UUID(user)
        assert headers["x-request-id"] == answer.headers["x-request-id"] == f"r-{number}"

    await asyncio.gather(*(one(number) for number in range(100)))
