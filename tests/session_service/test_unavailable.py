"""What the service cannot do just now is a 503 that says so in the contract's words, and undoes what it began."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from deploy.local.ports import free_port
from kit.database import Database
from kit.identity import Caller
from session_service.main import create_app
from session_service.settings import SessionServiceSettings
from tests.session_service.conftest import AsUser, SignedAs
from tests.session_service.factories import events_of, make_session

CONFIRMATION = "Failed to update session completion status"
ANYTHING_ELSE = "Failed to process request"
SOME_ID = "0a1b2c3d-0000-4000-8000-000000000000"


def assert_unavailable(response: httpx.Response, detail: str) -> None:
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.json()["code"], response.json()["detail"]) == ("unavailable", detail)
    assert int(response.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("POST", f"/api/session/{SOME_ID}/confirm", None, CONFIRMATION),
        ("POST", "/api/session/confirm-completion", {"session_id": SOME_ID}, CONFIRMATION),
        ("POST", f"/api/session/{SOME_ID}/cancel", None, ANYTHING_ELSE),
        ("PATCH", f"/api/session/{SOME_ID}/notes", {"notes": "x"}, ANYTHING_ELSE),
        ("GET", f"/api/session/{SOME_ID}", None, ANYTHING_ELSE),
        ("GET", "/api/me", None, ANYTHING_ELSE),
    ],
)
async def test_without_a_database(redis_url: str, method: str, path: str, body: Any, detail: str) -> None:
    nowhere = f"postgresql://nobody:nothing@127.0.0.1:{free_port()}/nothing"
    settings = SessionServiceSettings(database_url=nowhere, redis_url=redis_url)
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://service",
            auth=SignedAs(Caller(uuid4()), settings.internal_secret),
        ) as client,
    ):
        assert_unavailable(await client.request(method, path, json=body), detail)
        # An invalid request is told so all the same: nothing is needed to see that.
        assert (await client.get("/api/session/nonsense")).status_code == 422
        assert (await client.get("/internal/healthz")).status_code == 200
        assert (await client.get("/internal/readyz")).status_code == 503


async def test_a_session_that_stays_locked(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, confirmed=(True, False))
    me = as_user(session.user1)
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM session_service.wingman_sessions WHERE id = :id FOR UPDATE"), {"id": session.id}
        )
        assert_unavailable(await me.post(f"{session.url}/confirm"), CONFIRMATION)
        assert (await me.get(session.url)).json()["status"] == "scheduled"  # a read waits for nobody
    assert await events_of(owner, f"session:{session.id}") == []
    assert (await me.post(f"{session.url}/confirm", headers={"Prefer": "wait=0"})).status_code == 200


async def test_without_redis_it_goes_on(role_urls: dict[str, str], owner: Database) -> None:
    """Redis carries hints only: a confirmation completes, and finds out about its effects by itself."""
    settings = SessionServiceSettings(
        database_url=role_urls["tandem_session"], redis_url=f"redis://127.0.0.1:{free_port()}/0"
    )
    session = await make_session(owner, confirmed=(True, False))
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://service",
            auth=SignedAs(Caller(session.user1), settings.internal_secret),
        ) as client,
    ):
        response = await client.post(f"{session.url}/confirm")
    assert (response.status_code, response.json()["session_status"]) == (200, "completed")
