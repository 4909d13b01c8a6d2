"""Rating the buddy, over HTTP."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, events_of, make_session, rows

DAY = timedelta(days=1)


async def completed(owner: Database, ago: timedelta = timedelta(), **values: Any) -> MadeSession:
    return await make_session(owner, status="completed", completed_at=datetime.now(UTC) - ago, **values)


async def expire(owner: Database, session: MadeSession) -> None:
    """The session was completed 14 days ago."""
    await rows(
        owner,
        "UPDATE session_service.wingman_sessions SET completed_at = now() - interval '336 hours' WHERE id = :id"
        " RETURNING id",
        id=session.id,
    )


async def test_blind_until_both_have_rated(as_user: AsUser, owner: Database) -> None:
    session = await completed(owner)
    me, buddy, url = as_user(session.user1), as_user(session.user2), f"{session.url}/rating"
    nothing = (await me.get(url)).json()
    assert nothing == {
        "session_id": str(session.id),
        "visible": False,
        "mine": None,
        "theirs": None,
        "visible_at": nothing["visible_at"],
    }
    shown = datetime.fromisoformat(nothing["visible_at"])
    assert abs(shown - datetime.now(UTC) - 14 * DAY) < timedelta(minutes=1)

    before = (await me.get(session.url)).headers["etag"]
    made = await me.post(url, json={"rating": 4, "comment": " <b>Patient</b> & on time <3 "})
    assert made.status_code == 201
    mine = made.json()["mine"]
    assert mine == {
        "rating": 4,
        "comment": "Patient & on time <3",
        "created_at": mine["created_at"],
        "updated_at": mine["created_at"],
    }
    assert made.json() == {**nothing, "mine": mine}
    read = await me.get(url)
    assert (read.content, read.headers["etag"]) == (made.content, made.headers["etag"])
    # The buddy sees as much as before, byte for byte.
    assert (await buddy.get(url)).json() == nothing

    given = await buddy.put(url, json={"rating": 2})
    assert given.status_code == 201
    theirs = given.json()["mine"]
    assert (theirs["rating"], theirs["comment"]) == (2, None)
    both = {
        "session_id": str(session.id),
        "visible": True,
        "mine": mine,
        "theirs": theirs,
        "visible_at": theirs["created_at"],
    }
    assert (await me.get(url)).json() == both
    assert given.json() == (await buddy.get(url)).json() == {**both, "mine": theirs, "theirs": mine}
    assert (await me.get(session.url)).headers["etag"] == before
    assert await events_of(owner, f"session:{session.id}") == []


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_changed_until_it_is_visible_and_never_after(
    as_user: AsUser, owner: Database, method: str
) -> None:
    session = await completed(owner)
    me, buddy, url = as_user(session.user1), as_user(session.user2), f"{session.url}/rating"
    first = await me.request(method, url, json={"rating": 1, "comment": "Hm"})
    assert first.status_code == 201
    second = await me.request(method, url, json={"rating": 5})
    assert second.status_code == 200
    mine = second.json()["mine"]
    assert (mine["rating"], mine["comment"]) == (5, None)
    assert mine["created_at"] == first.json()["mine"]["created_at"] < mine["updated_at"]
    same = await me.request(method, url, json={"rating": 5, "comment": " "})
    assert (same.status_code, same.content) == (200, second.content)
    await buddy.post(url, json={"rating": 3})
    for client in (me, buddy):
        response = await client.request(method, url, json={"rating": 1})
        assert (response.status_code, response.json()["code"]) == (400, "rating_final")
    # Who did not hear the answer and says the same once more is not told that it was wrong.
    again = await me.request(method, url, json={"rating": 5})
    assert (again.status_code, again.json()["mine"], again.json()["visible"]) == (200, mine, True)


async def test_after_14_days_what_there_is_is_seen(as_user: AsUser, owner: Database) -> None:
    session = await completed(owner)
    me, buddy, url = as_user(session.user1), as_user(session.user2), f"{session.url}/rating"
    await me.post(url, json={"rating": 1, "comment": "Rude"})
    assert (await buddy.get(url)).json()["theirs"] is None
    await expire(owner, session)
    seen = (await buddy.get(url)).json()
    assert (seen["visible"], seen["mine"], seen["theirs"]["comment"]) == (True, None, "Rude")
    late = await buddy.post(url, json={"rating": 1, "comment": "Rude yourself"})
    assert (late.status_code, late.json()["code"]) == (400, "rating_too_late")
    assert late.json()["detail"] == "Cannot rate later than 14 days after completion"
    final = await me.put(url, json={"rating": 5})
    assert (final.status_code, final.json()["code"]) == (400, "rating_final")


@pytest.mark.parametrize(("ago", "status"), [(timedelta(minutes=1), 400), (-timedelta(minutes=1), 201)])
async def test_the_last_moment(as_user: AsUser, owner: Database, ago: timedelta, status: int) -> None:
    session = await completed(owner, 14 * DAY + ago)
    response = await as_user(session.user1).post(f"{session.url}/rating", json={"rating": 5})
    assert response.status_code == status


async def test_both_at_the_same_instant(as_user: AsUser, owner: Database) -> None:
    for _ in range(10):
        session = await completed(owner)
        url = f"{session.url}/rating"
        me, buddy = as_user(session.user1), as_user(session.user2)
        responses = await asyncio.gather(
            *(client.post(url, json={"rating": number}) for client in (me, buddy) for number in (1, 2))
        )
        # Each first one counts; a second one as long as the other buddy has not rated.
        assert {response.status_code for response in responses} <= {200, 201, 400}
        assert [response.status_code for response in responses].count(201) == 2
        mine, theirs = (await me.get(url)).json(), (await buddy.get(url)).json()
        assert mine["visible"] is theirs["visible"] is True
        assert (mine["mine"], mine["theirs"]) == (theirs["theirs"], theirs["mine"])


@pytest.mark.parametrize("status", ["scheduled", "in_progress", "cancelled", "no_show"])
async def test_only_completed_sessions_are_rated(as_user: AsUser, owner: Database, status: str) -> None:
    session = await make_session(owner, status=status)
    me, url = as_user(session.user1), f"{session.url}/rating"
    response = await me.post(url, json={"rating": 5})
    assert (response.status_code, response.json()["code"]) == (400, "session_not_completed")
    assert response.json()["detail"] == f"Only a completed session can be rated - current status: {status}"
    shown = await me.get(url)
    assert shown.status_code == 200
    assert (shown.json()["visible"], shown.json()["visible_at"]) == (False, None)


async def test_404_before_403(as_user: AsUser, owner: Database) -> None:
    session, nowhere = await completed(owner), f"/api/session/{uuid4()}/rating"
    url, body = f"{session.url}/rating", {"rating": 5}
    for stranger in (as_user(uuid4()), as_user(uuid4(), role="service_role")):
        for response in (
            await stranger.get(nowhere),
            await stranger.post(nowhere, json=body),
            await stranger.put(nowhere, json=body),
        ):
            assert (response.status_code, response.json()["detail"]) == (404, "Session not found")
        for response in (
            await stranger.get(url),
            await stranger.post(url, json=body),
            await stranger.put(url, json=body),
        ):
            assert response.status_code == 403
            assert response.json()["detail"] == "Access denied - user is not a participant in this session"


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        *({"rating": bad} for bad in (0, 6, -1, 2**70, "5", 4.5, True, None, [5])),
        {"rating": 5, "comment": "x" * 1001},
        {"rating": 5, "comment": 5},
        {"rating": 5, "stars": 5},
    ],
)
async def test_what_is_no_rating(as_user: AsUser, owner: Database, body: Any) -> None:
    session = await completed(owner)
    me = as_user(session.user1)
    for method in ("POST", "PUT"):
        response = await me.request(method, f"{session.url}/rating", json=body)
        assert (response.status_code, bool(response.json()["errors"])) == (422, True)
    assert (await me.get(f"{session.url}/rating")).json()["mine"] is None


@pytest.mark.parametrize("rating", range(1, 6))
async def test_what_is_one(as_user: AsUser, owner: Database, rating: int) -> None:
    session = await completed(owner)
    body = {"rating": rating, "comment": "\x00<i></i>" if rating == 1 else "é" * 1000}
    response = await as_user(session.user1).post(f"{session.url}/rating", json=body)
    assert response.status_code == 201
    assert response.json()["mine"]["comment"] == (None if rating == 1 else "é" * 1000)


async def test_if_match_is_the_etag_of_what_was_read(as_user: AsUser, owner: Database) -> None:
    session = await completed(owner)
    me, url = as_user(session.user1), f"{session.url}/rating"
    first = (await me.get(url)).headers["etag"]
    made = await me.put(url, json={"rating": 3}, headers={"If-Match": first})
    assert made.status_code == 201
    stale = await me.put(url, json={"rating": 4}, headers={"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    changed = await me.put(url, json={"rating": 4}, headers={"If-Match": made.headers["etag"]})
    assert changed.status_code == 200
    unchanged = await me.get(url, headers={"If-None-Match": changed.headers["etag"]})
    assert unchanged.status_code == 304


async def test_an_idempotency_key_answers_the_same_again(as_user: AsUser, owner: Database) -> None:
    session = await completed(owner)
    me, url = as_user(session.user1), f"{session.url}/rating"
    first, second = [
        await me.post(url, json={"rating": 3}, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["idempotent-replayed"] == "true"
    assert second.content == first.content


async def test_the_audit_log_knows_that_and_not_what(as_user: AsUser, owner: Database) -> None:
    session = await completed(owner)
    me, url = as_user(session.user1), f"{session.url}/rating"
    for rating in (3, 3, 4):
        await me.post(url, json={"rating": rating, "comment": "Hm"})
    entries = await rows(
        owner,
        "SELECT actor_id, action, data FROM session_service.audit_log WHERE subject_id = :id ORDER BY id",
        id=str(session.id),
    )
    assert entries == [
        {"actor_id": session.user1, "action": action, "data": {}}
        for action in ("buddy_rated", "buddy_rating_changed")
    ]
