from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.cors import CorsMiddleware
from tests.gateway.conftest import settings_for

PAGE = "https://page.example"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"etag", b'"v1"')]})
    await send({"type": "http.response.body", "body": b"{}"})


async def ask(method: str, headers: dict[str, str], *origins: str, **options: Any) -> httpx.Response:
    transport = httpx.ASGITransport(CorsMiddleware(app, origins=origins, **options))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        return await client.request(method, "/api/me", headers=headers)


def preflight(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,if-match",
    }


async def test_a_preflight_is_answered() -> None:
    answer = await ask("OPTIONS", preflight(PAGE), PAGE)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert {"authorization", "content-type", "idempotency-key", "if-match", "prefer"} <= set(allowed)
    assert "x-test-user-id" not in allowed
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://other.example", "http://page.example", f"{PAGE}:8443", f"{PAGE}.evil", "null"]
)
async def test_another_origin_is_told_nothing(origin: str) -> None:
    for method, headers in (("OPTIONS", preflight(origin)), ("GET", {"Origin": origin})):
        answer = await ask(method, headers, PAGE)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["vary"] == "Origin"


async def test_an_answer_is_exposed_to_the_page() -> None:
    answer = await ask("GET", {"Origin": PAGE}, PAGE)
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["etag"] == '"v1"'
    # All that the contract promises of an answer, and what a client has to act on.
    assert {
        "cache-tag",
        "etag",
        "idempotent-replayed",
        "location",
        "preference-applied",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "www-authenticate",
        "x-cache",
        "x-request-id",
    } <= set(answer.headers["access-control-expose-headers"].lower().split(", "))


async def test_any_origin_may_when_any_is_allowed() -> None:
    answer = await ask("GET", {"Origin": PAGE}, "*")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "vary" not in answer.headers
    assert (await ask("OPTIONS", preflight(PAGE), "*")).headers["access-control-allow-origin"] == "*"


async def test_who_is_no_browser_sees_nothing_of_it() -> None:
    assert dict((await ask("GET", {}, "*")).headers) == {"etag": '"v1"'}
    assert dict((await ask("GET", {}, PAGE)).headers) == {"etag": '"v1"', "vary": "Origin"}
    assert dict((await ask("GET", {"Origin": PAGE})).headers) == {"etag": '"v1"'}


async def test_options_without_a_preflight_goes_on() -> None:
    assert (await ask("OPTIONS", {"Origin": PAGE}, PAGE)).status_code == 200


async def test_a_page_may_send_test_identities_where_they_count() -> None:
    answer = await ask("OPTIONS", preflight(PAGE), PAGE, test_identities=True)
    assert "X-Test-User-ID" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("changes", "origins"),
    [
        ({}, ("*",)),
        ({"environment": "production"}, ()),
        (
            {"cors_allowed_origins": "https://a.example, https://b.example"},
            ("https://a.example", "https://b.example"),
        ),
        ({"environment": "production", "cors_allowed_origins": "*"}, ("*",)),
    ],
)
def test_which_origins_are_allowed(changes: dict[str, str], origins: tuple[str, ...]) -> None:
    assert settings_for(**changes).allowed_origins == origins
