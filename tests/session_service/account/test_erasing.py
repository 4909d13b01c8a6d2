import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kit.cache_tags import STATE
from kit.database import Database
from session_service.account.erasing.service import Means
from tests.session_service.account.conftest import RunJobs, apply_pending, mentions, ok
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_challenge, make_match, make_session, rows


async def erase(client: httpx.AsyncClient) -> str:
    answer = await client.delete("/api/me")
    body = await ok(answer, 202)
    assert answer.headers["location"] == f"/api/jobs/{body['job_id']}"
    return str(body["job_id"])


@pytest.fixture
async def life(as_user: AsUser, owner: Database, worker: Database) -> dict[str, Any]:
    """Ann, who has lived here, and Bea, who knew her."""
    ann_id = uuid4()
    name, email, now = (
        f"Ann Quixote-{ann_id.hex[:6]}",
        f"ann.{ann_id.hex[6:12]}@quixote.example",
        f"Q {ann_id.hex[-6:]}",
    )
    client = as_user(ann_id, name=name, email=email)
    bea_id = uuid4()
    bea = as_user(bea_id, name="Bea")
    await ok(await client.get("/api/me"))
    await ok(await bea.get("/api/me"))
    match = await ok(await client.post("/api/matches", json={"buddy_id": str(bea_id)}), 201)
    await ok(await bea.post(f"/api/matches/{match['id']}/accept"))
    challenge = str(await make_challenge(owner))

    async def planned(**headers: str) -> str:
        answer = await bea.post(
            "/api/session/create",
            json={
                "match_id": match["id"],
                "user1_challenge_id": challenge,
                "user2_challenge_id": challenge,
                "venue_name": f"{name}'s garden",
                "scheduled_time": (datetime.now(UTC) + timedelta(minutes=2)).isoformat(),
            },
            headers=headers,
        )
        return str((await ok(answer, 201))["id"])

    done, open_one = await planned(), await planned(**{"Idempotency-Key": "a-key"})
    for each in (client, bea):
        await ok(await each.post(f"/api/session/{done}/check-in"))
    for each in (client, bea):
        await ok(await each.post(f"/api/session/{done}/confirm", headers={"Prefer": "wait=0"}))
    await ok(
        await bea.patch(
            f"/api/session/{done}/notes", json={"notes": f"Anna, and {name} ({name}!) said\n{name}"}
        )
    )
    await ok(await client.patch("/api/me", json={"timezone": "Europe/Paris"}))
    await ok(await client.patch("/api/me", json={"display_name": now}))
    await ok(
        await client.post(f"/api/session/{done}/rating", json={"rating": 5, "comment": f"by {now}"}), 201
    )
    plan = {"exercises": [{"name": "Squat", "sets": [{"reps": 5, "completed": False}]}]}
    await ok(await client.post("/api/plans", json={"name": "Mine", "structure": plan}), 201)
    started = await ok(await client.post("/api/v1/sessions/start", json={}), 201)
    await ok(await client.post(f"/api/v1/sessions/{started['session_id']}/share"), 201)
    await apply_pending(owner, worker)
    return {
        "ann": ann_id,
        "client": client,
        "bea": bea,
        "done": done,
        "open": open_one,
        "name": name,
        "now": now,
        "email": email,
    }


async def seen_by_bea(life: dict[str, Any]) -> Any:
    bea = life["bea"]
    return {
        path: await ok(await bea.get(path))
        for path in (f"/api/session/{life['done']}", "/api/matches", "/api/notifications", "/api/session")
    }


async def test_every_trace_goes_and_the_buddy_keeps_the_history(
    life: dict[str, Any], owner: Database, worker: Database, run_jobs: RunJobs, redis: Redis
) -> None:
    ann, client = life["ann"], life["client"]
    names = (life["name"], life["now"], life["email"])
    traces = (str(ann), ann.hex, *names)
    before = await seen_by_bea(life)
    assert await mentions(owner, *traces)
    # Of now: versions that nobody needs any more are tidied away now and then.
    version = round(time.time() * 1_000_000)
    await redis.zadd(STATE, {f"user:{ann}": version, "user:other": version})
    await redis.xadd("tandem:live:messages", {"a": f"practice:{ann}"})
    await redis.xadd("tandem:live:messages", {"a": "practice:other"})
    await redis.set(f"tandem:rate:{ann}", 1)
    job = await erase(client)
    assert (await ok(await client.get(f"/api/jobs/{job}")))["kind"] == "erasure"
    async with owner.transaction() as connection:
        # Of a value that is the only one the planner remembers nothing.
        for other in (uuid4(), uuid4()):
            closed = "INSERT INTO accounts.closed (user_id, job_id) VALUES (:id, :id)"
            await connection.execute(text(closed), {"id": other})
            over = (
                "INSERT INTO session_service.jobs (id, user_id, kind, status, completed_at)"
                " VALUES (:id, :id, 'export', 'completed', now())"
            )
            await connection.execute(text(over), {"id": other})
        await connection.execute(text("ANALYZE"))
    assert await mentions(owner, str(ann), planner=True)
    assert await mentions(owner, *names, planner=True)

    refused = await client.get("/api/me")
    assert (refused.status_code, refused.json()["code"]) == (409, "account_being_erased")
    await run_jobs()

    assert await mentions(owner, *traces) == {}
    assert await mentions(owner, *traces, planner=True) == {}
    assert (await client.get(f"/api/jobs/{job}")).status_code == 404
    assert not [key async for key in redis.scan_iter(f"*{ann}*")]
    assert await redis.zscore(STATE, f"user:{ann}") is None
    assert await redis.zscore(STATE, "user:other") == version
    messages: Any = await redis.xrange("tandem:live:messages")
    assert [fields for _, fields in messages] == [{b"a": b"practice:other"}]

    await apply_pending(owner, worker)
    after = await seen_by_bea(life)
    side = next(
        key
        for key, one in before[f"/api/session/{life['done']}"]["participants"].items()
        if one["id"] == str(ann)
    )
    shown = after[f"/api/session/{life['done']}"]["participants"][side]
    assert shown["name"] == "Deleted user"
    assert UUID(shown["id"]) != ann
    expected = orjson.dumps(before).decode().replace(str(ann), shown["id"])
    for name in (*names, "Deleted user"):
        expected = expected.replace(name, "Deleted user")
    told = orjson.loads(expected)
    open_path = "/api/session"
    for item in told[open_path]["items"]:
        if item["id"] == life["open"]:
            assert item["status"] == "scheduled"
            item["status"] = "cancelled"
            item["reputation_preview"] = {"user1_delta": 0, "user2_delta": 0}
    new = after["/api/notifications"]["items"].pop(0)
    assert (new["title"], new["session_id"]) == ("Deleted user cancelled your session", life["open"])
    after["/api/notifications"]["unread"] -= 1
    assert after == told
    # The names of others stay.
    assert after[f"/api/session/{life['done']}"]["notes"] == (
        "Anna, and Deleted user (Deleted user!) said\nDeleted user"
    )


async def test_gateways_forget_what_shows_the_old_words(
    ann: tuple[UUID, httpx.AsyncClient],
    owner: Database,
    means: Means,
    run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann_id, client = ann
    await ok(await client.get("/api/me"))
    session = await make_session(owner, match=await make_match(owner, user1=ann_id), notes="By Ann Quixote")
    assert means.cache_tags is not None
    advance = means.cache_tags.advance_untold
    shown: list[str] = []

    async def noting(tags: Sequence[str]) -> bool:
        if f"session:{session.id}" in tags:
            query = "SELECT notes FROM session_service.wingman_sessions WHERE id = :id"
            shown.extend(row["notes"] for row in await rows(owner, query, id=session.id))
        return await advance(tags)

    monkeypatch.setattr(means.cache_tags, "advance_untold", noting)
    await ok(await client.delete("/api/me"), 202)
    await run_jobs()
    # What was read between the two may still show the old ones.
    assert shown == ["By Ann Quixote", "By Deleted user"]
