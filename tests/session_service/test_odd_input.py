"""Whatever is sent, it is never a 500, and every error is a problem."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, make_session

CHANGES = [
    ("PATCH", "/api/me"),
    ("POST", "/api/matches"),
    ("POST", "/api/matches/{match}/accept"),
    ("POST", "/api/matches/{match}/decline"),
    ("POST", "/api/session/create"),
    ("POST", "/api/session/confirm-completion"),
    ("POST", "/api/session/{session}/confirm"),
    ("POST", "/api/session/{session}/check-in"),
    ("POST", "/api/session/{session}/cancel"),
    ("POST", "/api/session/{session}/no-show"),
    ("POST", "/api/session/{session}/appeal"),
    ("POST", "/api/session/{session}/appeal/decision"),
    ("POST", "/api/session/{session}/rating"),
    ("PUT", "/api/session/{session}/rating"),
    ("PATCH", "/api/session/{session}"),
    ("PATCH", "/api/session/{session}/notes"),
]
READS = [
    "/api/me",
    "/api/challenges",
    "/api/matches",
    "/api/matches/{match}",
    "/api/session",
    "/api/session/{session}",
    "/api/session/{session}/appeal",
    "/api/session/{session}/rating",
    "/api/session/appeals",
]

FIELDS = [
    "buddy_id",
    "match_id",
    "session_id",
    "confirmed_user_id",
    "user1_challenge_id",
    "user2_challenge_id",
    "venue_name",
    "scheduled_time",
    "notes",
    "reason",
    "upheld",
    "rating",
    "comment",
    "display_name",
    "timezone",
    "notification_preferences",
]
ODD_VALUES: list[Any] = [
    "\x00",
    "a\x00b",
    "\uffff\ufdd0",
    "'; DROP TABLE session_service.wingman_sessions; --",
    10**400,
    -(10**18),
    1.5e300,
    True,
    [],
    [[[[]]]],
    {},
    {"\x00": "\x00"},
    {"email": {"\x00": True}},
    "x" * 100_000,
    "0000-00-00T00:00:00Z",
    "2025-13-45T99:99:99Z",
    "{" + str(UUID(int=0)) + "}",
    "urn:uuid:" + str(UUID(int=2**128 - 1)),
]
ODD_BODIES: list[bytes] = [
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b"0",
    b'"text"',
    b"[" * 5000,
    b'{"notes": NaN}',
    b'{"notes": 1e999}',
    b'{"notes": "\\ud800"}',
    b'{"a": 1, "a": 2}',
    b"\x00",
    b"  ",
]
JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(loop_scope="session")
async def session(owner: Database) -> MadeSession:
    return await make_session(owner)


def path(template: str, session: MadeSession) -> str:
    return template.format(session=session.id, match=session.match.id)


def is_sane(response: httpx.Response) -> None:
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        problem = response.json()
        assert problem["status"] == response.status_code
        assert {"type", "title", "detail", "instance", "code"} <= set(problem)
        for secret in ("wingman_sessions WHERE", "psycopg", "Traceback", "SELECT "):
            assert secret not in problem["detail"]


@pytest.mark.parametrize(("method", "template"), CHANGES)
async def test_odd_bodies(as_user: AsUser, session: MadeSession, method: str, template: str) -> None:
    me = as_user(session.user1)
    for body in ODD_BODIES:
        is_sane(await me.request(method, path(template, session), content=body, headers=JSON))


@pytest.mark.parametrize(("method", "template"), CHANGES)
async def test_odd_values(as_user: AsUser, session: MadeSession, method: str, template: str) -> None:
    me = as_user(session.user1)
    for field in FIELDS:
        for value in ODD_VALUES:
            is_sane(await me.request(method, path(template, session), json={field: value}))


@pytest.mark.parametrize(("method", "template"), CHANGES)
async def test_other_content_types(as_user: AsUser, session: MadeSession, method: str, template: str) -> None:
    me = as_user(session.user1)
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ):
        response = await me.request(
            method, path(template, session), content=b"notes=x", headers={"Content-Type": content_type}
        )
        assert response.status_code == 415
        is_sane(response)


@pytest.mark.parametrize(
    "template", [template for template in READS + [each for _, each in CHANGES] if "{" in template]
)
async def test_odd_ids(as_user: AsUser, template: str) -> None:
    me = as_user(uuid4())
    odd_ids = [
        "x",
        "%00",
        "%ff",
        "1" * 50,
        "-1",
        "..%2f..%2fetc",
        "%F0%9F%8F%83",
        str(UUID(int=0)),
        "null",
        "a" * 9000,
    ]
    for odd in odd_ids:
        url = template.replace("{session}", odd).replace("{match}", odd)
        for method in ("GET", "POST", "PATCH"):
            is_sane(await me.request(method, url, json={"notes": "x"} if method == "PATCH" else None))


@pytest.mark.parametrize("template", READS)
async def test_odd_headers_and_queries(as_user: AsUser, session: MadeSession, template: str) -> None:
    me = as_user(session.user1)
    for header in ("If-None-Match", "If-Match", "Prefer", "Accept", "X-Request-ID", "traceparent", "Cookie"):
        for value in (b"\xff\xfe", b'"', b"W/", b"*", b",,,", b"x" * 5000):
            is_sane(await me.get(path(template, session), headers={header.encode(): value}))
    for query in (
        "limit=%00",
        "limit=1&limit=2",
        "cursor=%00",
        "cursor=" + "A" * 5000,
        "status=%ff",
        "&&&=",
        "a[]=1",
    ):
        is_sane(await me.get(f"{path(template, session)}?{query}"))


@pytest.mark.parametrize("key", [b"", b" ", b"x" * 256, b"\xff", b"a b"])
async def test_odd_idempotency_keys(as_user: AsUser, session: MadeSession, key: bytes) -> None:
    response = await as_user(session.user1).post(
        f"{session.url}/confirm",
        headers={b"Idempotency-Key": key},
    )
    assert (response.status_code, response.json()["code"]) == (422, "invalid_idempotency_key")


async def test_a_body_that_is_too_large(as_user: AsUser, session: MadeSession) -> None:
    response = await as_user(session.user1).patch(
        f"{session.url}/notes", content=b'{"notes": "' + b"x" * 2**20 + b'"}', headers=JSON
    )
    assert response.status_code == 413
    is_sane(response)


async def test_what_is_not_there(as_user: AsUser, session: MadeSession) -> None:
    me = as_user(session.user1)
    for method, url, status in (
        ("GET", "/api/nothing", 404),
        ("DELETE", session.url, 405),
        ("PUT", "/api/matches", 405),
        ("POST", f"{session.url}/nothing", 404),
    ):
        response = await me.request(method, url)
        assert response.status_code == status
        is_sane(response)
