"""Links that show a practice to whoever has one, and nothing of who it was but the display name."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from kit.database import Database
from session_service.main import create_app
from session_service.practice import rules
from session_service.settings import SessionServiceSettings
from tests.session_service.conftest import AsUser
from tests.session_service.practice.conftest import (
    SESSIONS,
    assert_problem,
    complete,
    show,
    start,
)

NOT_THERE = (404, "Shared session not found", "shared_session_not_found")


@pytest_asyncio.fixture(loop_scope="session")
async def anybody(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody whom no one vouches for."""
    transport = httpx.ASGITransport(service)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


async def share(client: httpx.AsyncClient, session_id: int) -> dict[str, Any]:
    """A new link."""
    answer = await client.post(f"{SESSIONS}/{session_id}/share")
    assert answer.status_code == 201, answer.text
    link: dict[str, Any] = answer.json()
    return link


async def test_a_link_shows_what_was_practised_and_by_what_name(
    ann: httpx.AsyncClient, anybody: httpx.AsyncClient
) -> None:
    practice = await start(ann, sequence_id=3)
    await complete(ann, practice["session_id"])
    link = await share(ann, practice["session_id"])
    assert link["url"] == f"/api/v1/shared/{link['token']}"
    answer = await anybody.get(link["url"])
    assert answer.status_code == 200
    assert answer.json() == {
        "display_name": "Ann Example",
        "practiced_on": practice["local_date"],
        "duration_seconds": 900,
        "completion_status": "completed",
        "poses_completed": 10,
        "sequence": {
            "id": 3,
            "name": "Sun Salutation B",
            "difficulty": "intermediate",
            "focus": "full body",
        },
        "expires_at": link["expires_at"],
    }


async def test_nothing_personal_gets_out(
    ann: httpx.AsyncClient, ann_id: UUID, anybody: httpx.AsyncClient
) -> None:
    await ann.patch("/api/me", json={"timezone": "Asia/Kathmandu"})
    practice = await start(ann)
    await ann.patch(f"{SESSIONS}/{practice['session_id']}/notes", json={"notes": "Secret", "mood": 2})
    answer = await anybody.get((await share(ann, practice["session_id"]))["url"])
    profile = (await ann.get("/api/me")).json()
    shown = {**answer.json(), "expires_at": None}
    for private in (str(ann_id), "ann@private.example", "Secret", "Kathmandu", practice["started_at"]):
        assert private not in str(shown)
        assert private not in str(answer.headers)
    assert not {"user_id", "session_id", "owner_id", "notes", "mood", "timezone", "started_at"} & set(shown)
    assert profile["user_number"] not in shown.values()


async def test_it_is_a_resource_like_others(ann: httpx.AsyncClient, anybody: httpx.AsyncClient) -> None:
    link = await share(ann, (await start(ann))["session_id"])
    first = await anybody.get(link["url"])
    assert first.headers["cache-control"] == "private, no-cache"
    again = await anybody.get(link["url"], headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_it_shows_the_practice_as_it_is_now(ann: httpx.AsyncClient, anybody: httpx.AsyncClient) -> None:
    practice = await start(ann)
    link = await share(ann, practice["session_id"])
    await complete(ann, practice["session_id"], duration_seconds=5)
    await ann.patch("/api/me", json={"display_name": "Annie"})
    shown = (await anybody.get(link["url"])).json()
    assert (shown["display_name"], shown["duration_seconds"], shown["sequence"]) == ("Annie", 5, None)


async def test_sharing_changes_nothing_of_the_practice(ann: httpx.AsyncClient) -> None:
    practice = await start(ann)
    await share(ann, practice["session_id"])
    assert await show(ann, practice["session_id"]) == practice


async def test_a_link_ends(ann: httpx.AsyncClient, anybody: httpx.AsyncClient, owner: Database) -> None:
    practice = await start(ann)
    link = await share(ann, practice["session_id"])
    lasts = datetime.fromisoformat(link["expires_at"]) - datetime.fromisoformat(practice["started_at"])
    assert timedelta(days=30) <= lasts < timedelta(days=30, minutes=2)
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.practice_shares"
                " SET expires_at = now(), created_at = now() - interval '30 days' WHERE session_id = :id"
            ),
            {"id": practice["session_id"]},
        )
    assert_problem(await anybody.get(link["url"]), *NOT_THERE)


async def test_revoking_ends_every_link(ann: httpx.AsyncClient, anybody: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    kept = await share(ann, (await start(ann))["session_id"])
    links = [await share(ann, session_id) for _ in range(2)]
    for link in links:
        assert (await anybody.get(link["url"])).status_code == 200
    for _ in range(2):
        answer = await ann.delete(f"{SESSIONS}/{session_id}/share")
        assert (answer.status_code, answer.content) == (204, b"")
    for link in links:
        assert_problem(await anybody.get(link["url"]), *NOT_THERE)
    assert (await anybody.get(kept["url"])).status_code == 200
    assert (await anybody.get((await share(ann, session_id))["url"])).status_code == 200


async def test_the_oldest_of_too_many_ends(ann: httpx.AsyncClient, anybody: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    links = [await share(ann, session_id) for _ in range(rules.LINKS_AT_MOST + 1)]
    statuses = [(await anybody.get(link["url"])).status_code for link in links]
    assert statuses == [404] + [200] * rules.LINKS_AT_MOST


async def test_never_more_at_the_same_instant(ann: httpx.AsyncClient, anybody: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    links = await asyncio.gather(*(share(ann, session_id) for _ in range(rules.LINKS_AT_MOST + 5)))
    statuses = [(await anybody.get(link["url"])).status_code for link in links]
    assert statuses.count(200) == rules.LINKS_AT_MOST


async def test_a_key_gives_the_same_link(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    headers = {"Idempotency-Key": str(uuid4())}
    first, second = [await ann.post(f"{SESSIONS}/{session_id}/share", headers=headers) for _ in range(2)]
    assert second.json() == first.json()


async def test_the_token_itself_is_not_kept(ann: httpx.AsyncClient, owner: Database) -> None:
    session_id = (await start(ann))["session_id"]
    link = await share(ann, session_id)
    async with owner.transaction() as connection:
        (kept,) = (
            await connection.execute(
                text("SELECT s::text FROM session_service.practice_shares s WHERE session_id = :id"),
                {"id": session_id},
            )
        ).scalars()
    assert hashlib.sha256(link["token"].encode()).hexdigest() in kept
    assert link["token"][:8] not in kept
    assert link["token"][:8].encode().hex() not in kept


@pytest.mark.parametrize(
    "token", ["x", "A" * 42, "A" * 43, "A" * 44, "A" * 5000, "%00", "%F0%9F%98%80", "A" * 42 + "%0A", "'"]
)
async def test_an_unknown_link_shows_nothing(anybody: httpx.AsyncClient, token: str) -> None:
    assert_problem(await anybody.get(f"/api/v1/shared/{token}"), *NOT_THERE)


async def test_links_are_whole_where_the_address_is_known(
    service_settings: SessionServiceSettings, ann: httpx.AsyncClient
) -> None:
    session_id = (await start(ann))["session_id"]
    for base in ("https://tandem.example", "https://tandem.example/"):
        app = create_app(service_settings.model_copy(update={"public_url": base}))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://service", auth=ann.auth
            ) as client,
        ):
            link = await share(client, session_id)
        assert link["url"] == f"https://tandem.example/api/v1/shared/{link['token']}"


async def test_only_those_who_are_known_may_share(anybody: httpx.AsyncClient, as_user: AsUser) -> None:
    for method in ("POST", "DELETE"):
        assert (await anybody.request(method, f"{SESSIONS}/1/share")).status_code == 401


async def test_the_name_is_shown_only_where_that_is_wanted(
    ann: httpx.AsyncClient, anybody: httpx.AsyncClient
) -> None:
    session_id = (await start(ann))["session_id"]
    shown = {}
    for body in ({"show_name": False}, {"show_name": True}, {}):
        made = await ann.post(f"{SESSIONS}/{session_id}/share", json=body)
        assert made.status_code == 201, made.text
        answer = await anybody.get(made.json()["url"])
        assert answer.status_code == 200, answer.text
        shown[str(body)] = answer.json()["display_name"]
    name = (await ann.get("/api/me")).json()["display_name"]
    assert list(shown.values()) == [None, name, name]
    assert (await ann.post(f"{SESSIONS}/{session_id}/share", json={"show_name": "no"})).status_code == 422
