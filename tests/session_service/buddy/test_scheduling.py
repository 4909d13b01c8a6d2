"""The catalogue, creating, reading, listing and rescheduling, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from kit import contracts
from kit.database import Database
from kit.schemas import format_time
from tests.session_service.conftest import AsUser
from tests.session_service.factories import (
    MadeMatch,
    events_of,
    make_challenge,
    make_match,
    make_session,
    rows,
)


def in_(delta: timedelta) -> str:
    return format_time(datetime.now(UTC) + delta)


async def new_session(owner: Database, match: MadeMatch, **values: Any) -> dict[str, Any]:
    """The body of a request that creates a session."""
    return {
        "match_id": str(match.id),
        "user1_challenge_id": str(await make_challenge(owner, points=20)),
        "user2_challenge_id": str(await make_challenge(owner, points=10, difficulty="advanced")),
        "venue_name": "Riverside Park",
        "scheduled_time": in_(timedelta(hours=3)),
        **values,
    }


async def test_the_catalogue_goes_from_easy_to_hard(as_user: AsUser, owner: Database) -> None:
    for difficulty, points in (("advanced", 7), ("beginner", 900), ("intermediate", 8)):
        await make_challenge(owner, difficulty=difficulty, points=points)
    response = await as_user(uuid4()).get("/api/challenges")
    assert response.status_code == 200
    items = response.json()["items"]
    assert set(items[0]) == {"id", "title", "description", "difficulty", "points"}
    order = ["beginner", "intermediate", "advanced"]
    ranks = [(order.index(item["difficulty"]), item["points"]) for item in items]
    assert ranks == sorted(ranks)
    assert {rank for rank, _ in ranks} == {0, 1, 2}


async def test_creating(as_user: AsUser, owner: Database) -> None:
    match = await make_match(owner)
    body = await new_session(owner, match, venue_name="  Riverside Park ")
    me = as_user(match.user2)
    response = await me.post("/api/session/create", json=body)
    assert response.status_code == 201
    session = response.json()
    assert response.headers["location"] == f"/api/session/{session['id']}"
    shown = await me.get(response.headers["location"])
    assert shown.content == response.content
    assert shown.headers["etag"] == response.headers["etag"]
    created_at = datetime.fromisoformat(session.pop("created_at"))
    assert abs(datetime.now(UTC) - created_at) < timedelta(minutes=1)
    assert session == {
        "id": session["id"],
        "match_id": str(match.id),
        "venue_name": "Riverside Park",
        "scheduled_time": body["scheduled_time"],
        "status": "scheduled",
        "completed_at": None,
        "notes": None,
        "participants": {
            "user1": {
                "id": str(match.user1),
                "name": "Ada",
                "challenge": {
                    "id": body["user1_challenge_id"],
                    "title": "Say hello",
                    "description": "To somebody.",
                    "difficulty": "beginner",
                    "points": 20,
                },
                "confirmed": False,
                "present": False,
            },
            "user2": {
                "id": str(match.user2),
                "name": "Somebody",
                "challenge": {
                    "id": body["user2_challenge_id"],
                    "title": "Say hello",
                    "description": "To somebody.",
                    "difficulty": "advanced",
                    "points": 10,
                },
                "confirmed": False,
                "present": False,
            },
        },
        "reputation_preview": {"user1_delta": 20, "user2_delta": 10},
    }
    (event,) = await events_of(owner, f"session:{session['id']}")
    assert event["type"] == contracts.SESSION_SCHEDULED
    assert event["data"] == {
        "session_id": session["id"],
        "match_id": str(match.id),
        "actor_id": str(match.user2),
        "user_ids": [str(match.user1), str(match.user2)],
        "venue_name": "Riverside Park",
        "scheduled_time": body["scheduled_time"],
    }


async def test_the_same_challenge_for_both(as_user: AsUser, owner: Database) -> None:
    match, challenge = await make_match(owner), str(await make_challenge(owner))
    body = await new_session(owner, match, user1_challenge_id=challenge, user2_challenge_id=challenge)
    assert (await as_user(match.user1).post("/api/session/create", json=body)).status_code == 201


async def test_idempotent_creation(as_user: AsUser, owner: Database) -> None:
    match = await make_match(owner)
    body, key = await new_session(owner, match), {"Idempotency-Key": "once"}
    me = as_user(match.user1)
    first = await me.post("/api/session/create", json=body, headers=key)
    again = await me.post("/api/session/create", json=body, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert len((await me.get("/api/session")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        # Each with all that would be refused later, too.
        ({"match_id": str(uuid4()), "user1_challenge_id": str(uuid4())}, 404, "match_not_found"),
        (
            {"user1_challenge_id": str(uuid4()), "scheduled_time": "2020-01-01T00:00:00Z"},
            400,
            "challenge_not_found",
        ),
        ({"user2_challenge_id": str(uuid4())}, 400, "challenge_not_found"),
        ({"scheduled_time": "2020-01-01T00:00:00Z"}, 400, "scheduled_time_past"),
        ({"scheduled_time": in_(timedelta(minutes=-6))}, 400, "scheduled_time_past"),
        ({"scheduled_time": in_(timedelta(days=367))}, 400, "scheduled_time_too_far"),
        ({"scheduled_time": "9999-12-31T23:59:59Z"}, 400, "scheduled_time_too_far"),
        ({"scheduled_time": "0001-01-01T00:00:00Z"}, 400, "scheduled_time_past"),
    ],
)
async def test_what_cannot_be_created(
    as_user: AsUser, owner: Database, wrong: dict[str, Any], status: int, code: str
) -> None:
    match = await make_match(owner)
    body = await new_session(owner, match, **wrong)
    response = await as_user(match.user1).post("/api/session/create", json=body)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert (await as_user(match.user1).get("/api/session")).json()["items"] == []


@pytest.mark.parametrize("status", ["pending", "declined"])
async def test_the_match_has_to_be_accepted(as_user: AsUser, owner: Database, status: str) -> None:
    match = await make_match(owner, status=status)
    body = await new_session(owner, match, user1_challenge_id=str(uuid4()))
    response = await as_user(match.user1).post("/api/session/create", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "match_not_accepted")


async def test_only_those_of_the_match(as_user: AsUser, owner: Database) -> None:
    body = await new_session(owner, await make_match(owner, status="pending"))
    assert (await as_user(uuid4()).post("/api/session/create", json=body)).status_code == 403


@pytest.mark.parametrize("minutes", [-4, 0, 60 * 24 * 364])
async def test_when_it_can_be(as_user: AsUser, owner: Database, minutes: int) -> None:
    match = await make_match(owner)
    body = await new_session(owner, match, scheduled_time=in_(timedelta(minutes=minutes)))
    assert (await as_user(match.user1).post("/api/session/create", json=body)).status_code == 201


@pytest.mark.parametrize("venue", ["x", "x" * 200, " " + "x" * 200 + "  ", "Café ☕ & Bar"])
async def test_venues(as_user: AsUser, owner: Database, venue: str) -> None:
    match = await make_match(owner)
    body = await new_session(owner, match, venue_name=venue)
    response = await as_user(match.user1).post("/api/session/create", json=body)
    assert (response.status_code, response.json()["venue_name"]) == (201, venue.strip())


@pytest.mark.parametrize(
    "wrong",
    [
        {"venue_name": ""},
        {"venue_name": "  \t "},
        {"venue_name": "x" * 201},
        {"venue_name": "nul\x00"},
        {"venue_name": None},
        {"venue_name": 5},
        {"scheduled_time": "2030-01-01T10:00:00"},
        {"scheduled_time": "2030-01-01"},
        {"scheduled_time": 1_900_000_000},
        {"scheduled_time": "0001-01-01T00:00:00+14:00"},
        {"scheduled_time": "9999-12-31T23:59:59-14:00"},
        {"scheduled_time": None},
        {"match_id": "x"},
        {"match_id": None},
        {"user1_challenge_id": 10**40},
        {"user2_challenge_id": None},
        {"colour": "red"},
    ],
)
async def test_what_is_no_session_is_422(as_user: AsUser, owner: Database, wrong: dict[str, Any]) -> None:
    match = await make_match(owner)
    body = await new_session(owner, match, **wrong)
    response = await as_user(match.user1).post("/api/session/create", json=body)
    assert response.status_code == 422, response.text
    assert response.json()["errors"]


async def test_an_offset_is_normalised(as_user: AsUser, owner: Database) -> None:
    match = await make_match(owner)
    time = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    body = await new_session(
        owner, match, scheduled_time=(time + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00"
    )
    response = await as_user(match.user1).post("/api/session/create", json=body)
    assert response.json()["scheduled_time"] == format_time(time)


async def test_reading_unknown_and_not_yours(as_user: AsUser, owner: Database) -> None:
    session, stranger = await make_session(owner), as_user(uuid4())
    unknown = await stranger.get(f"/api/session/{uuid4()}")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Session not found")
    theirs = await stranger.get(session.url)
    assert theirs.status_code == 403
    assert theirs.json()["detail"] == "Access denied - user is not a participant in this session"
    assert (await stranger.get("/api/session/nonsense")).status_code == 422


async def test_not_modified_until_something_changes(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me = as_user(session.user1)
    etag = (await me.get(session.url)).headers["etag"]
    assert not etag.startswith("W/")
    unchanged = await me.get(session.url, headers={"If-None-Match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    await as_user(session.user2).post(f"{session.url}/check-in")
    changed = await me.get(session.url, headers={"If-None-Match": etag})
    assert (changed.status_code, changed.headers["etag"] != etag) == (200, True)


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        ({}, (20, 10)),
        ({"status": "in_progress", "present": (True, True)}, (20, 10)),
        ({"status": "completed"}, (20, 10)),
        ({"status": "cancelled"}, (0, 0)),
        ({"status": "no_show", "no_show": (True, True)}, (-20, -10)),
        ({"status": "no_show", "no_show": (False, True)}, (0, -10)),
        ({"status": "no_show"}, (0, 0)),
    ],
)
async def test_the_preview(
    as_user: AsUser, owner: Database, like: dict[str, Any], expected: tuple[int, int]
) -> None:
    session = await make_session(owner, **like)
    shown = (await as_user(session.user2).get(session.url)).json()["reputation_preview"]
    assert (shown["user1_delta"], shown["user2_delta"]) == expected


async def test_list_pages_newest_scheduled_first(as_user: AsUser, owner: Database) -> None:
    me, start = uuid4(), datetime(2025, 1, 1, tzinfo=UTC)
    matches = [await make_match(owner, user1=me), await make_match(owner, user2=me)]
    made = []
    for number in range(7):
        at = start + timedelta(days=number // 2)
        status = ["scheduled", "cancelled"][number % 3 == 0]
        session = await make_session(owner, match=matches[number % 2], status=status, scheduled_time=at)
        made.append((at, str(session.id)))
    await make_session(owner)  # somebody else's
    wanted = [session_id for _, session_id in sorted(made, reverse=True)]

    async def walk(**params: Any) -> list[str]:
        seen: list[str] = []
        cursor = None
        while True:
            query = {**params, **({"cursor": cursor} if cursor else {})}
            page = (await as_user(me).get("/api/session", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return seen
            assert len(page["items"]) == params["limit"]

    for limit in (1, 2, 3, 7, 100):
        assert await walk(limit=limit) == wanted
    cancelled = await walk(limit=2, status="cancelled")
    assert len(cancelled) == 3
    assert cancelled == [session_id for session_id in wanted if session_id in cancelled]
    assert await walk(limit=5, status="completed") == []
    page = (await as_user(me).get("/api/session")).json()
    assert page["items"][0] == (await as_user(me).get(f"/api/session/{wanted[0]}")).json()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=-1", "limit=1e3", "cursor=nonsense", "cursor=W10", "status=open"]
)
async def test_bad_queries_are_422(as_user: AsUser, query: str) -> None:
    response = await as_user(uuid4()).get(f"/api/session?{query}")
    assert response.status_code == 422


async def test_rescheduling(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me, time = as_user(session.user2), in_(timedelta(days=2))
    before = (await me.get(session.url)).json()
    response = await me.patch(session.url, json={"scheduled_time": time, "venue_name": " Harbour "})
    assert response.status_code == 200
    assert response.json() == {**before, "scheduled_time": time, "venue_name": "Harbour"}
    shown = await as_user(session.user1).get(session.url)
    assert (shown.content, shown.headers["etag"]) == (response.content, response.headers["etag"])
    (event,) = await events_of(owner, f"session:{session.id}")
    assert event["type"] == contracts.SESSION_RESCHEDULED
    assert event["data"]["actor_id"] == str(session.user2)
    assert (event["data"]["venue_name"], event["data"]["scheduled_time"]) == ("Harbour", time)


async def test_rescheduling_to_the_same_changes_nothing(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(days=-2))
    me = as_user(session.user1)
    before = await me.get(session.url)
    same = {key: before.json()[key] for key in ("venue_name", "scheduled_time")}
    for body in ({}, same, {"venue_name": same["venue_name"]}):
        response = await me.patch(session.url, json=body)
        assert (response.status_code, response.content) == (200, before.content)
    assert await events_of(owner, f"session:{session.id}") == []
    (row,) = await rows(
        owner,
        "SELECT updated_at = created_at AS same FROM session_service.wingman_sessions WHERE id = :id",
        id=session.id,
    )
    assert row["same"]


@pytest.mark.parametrize(
    "like",
    [
        {"present": (True, False)},
        {"present": (False, True)},
        {"status": "in_progress", "present": (True, True)},
        {"status": "completed"},
        {"status": "cancelled"},
        {"status": "no_show"},
    ],
)
async def test_when_it_is_too_late_to_reschedule(
    as_user: AsUser, owner: Database, like: dict[str, Any]
) -> None:
    session = await make_session(owner, **like)
    response = await as_user(session.user1).patch(session.url, json={"venue_name": "Elsewhere"})
    assert (response.status_code, response.json()["code"]) == (400, "session_not_reschedulable")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scheduled_time": "2020-01-01T00:00:00Z"}, 400),
        ({"scheduled_time": in_(timedelta(days=400))}, 400),
        ({"scheduled_time": None}, 422),
        ({"venue_name": None}, 422),
        ({"venue_name": " "}, 422),
        ({"status": "completed"}, 422),
        ({"notes": "x"}, 422),
        (None, 422),
    ],
)
async def test_what_it_cannot_be_changed_to(
    as_user: AsUser, owner: Database, body: object, status: int
) -> None:
    session = await make_session(owner)
    assert (await as_user(session.user1).patch(session.url, json=body)).status_code == status


async def test_if_match(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me, buddy = as_user(session.user1), as_user(session.user2)
    etag = (await me.get(session.url)).headers["etag"]
    first = await me.patch(session.url, json={"venue_name": "Harbour"}, headers={"If-Match": etag})
    assert first.status_code == 200
    stale = await buddy.patch(session.url, json={"venue_name": "Forest"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert (await buddy.get(session.url)).json()["venue_name"] == "Harbour"
    fresh = {"If-Match": first.headers["etag"]}
    assert (await buddy.patch(session.url, json={"venue_name": "Forest"}, headers=fresh)).status_code == 200
    stranger = await as_user(uuid4()).patch(session.url, json={"venue_name": "x"}, headers={"If-Match": etag})
    assert stranger.status_code == 403
