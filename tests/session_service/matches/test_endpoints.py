import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from kit import contracts
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import events_of, make_match, make_profile, rows


async def test_inviting(as_user: AsUser, owner: Database) -> None:
    me, buddy = uuid4(), uuid4()
    response = await as_user(me).post("/api/matches", json={"buddy_id": str(buddy)})
    assert response.status_code == 201
    match = response.json()
    assert response.headers["location"] == f"/api/matches/{match['id']}"
    assert set(match) == {"id", "user1_id", "user2_id", "status", "created_at"}
    assert (match["user1_id"], match["user2_id"], match["status"]) == (str(me), str(buddy), "pending")
    assert match["created_at"].endswith("Z")
    for user in (me, buddy):
        assert (await as_user(user).get(response.headers["location"])).json() == match
    (event,) = await events_of(owner, f"match:{match['id']}")
    assert event["type"] == contracts.MATCH_INVITED
    assert event["data"] == {"match_id": match["id"], "inviter_id": str(me), "invitee_id": str(buddy)}


async def test_inviting_yourself(as_user: AsUser) -> None:
    me = uuid4()
    response = await as_user(me).post("/api/matches", json={"buddy_id": str(me)})
    assert (response.status_code, response.json()["detail"]) == (400, "Cannot match with yourself")


@pytest.mark.parametrize("body", [None, {}, {"buddy_id": "x"}, {"buddy_id": None}, {"buddy_id": 1}, [], "x"])
async def test_inviting_nobody(as_user: AsUser, body: Any) -> None:
    assert (await as_user(uuid4()).post("/api/matches", json=body)).status_code == 422


async def test_unknown_fields_are_rejected(as_user: AsUser) -> None:
    response = await as_user(uuid4()).post("/api/matches", json={"buddy_id": str(uuid4()), "x": 1})
    assert response.status_code == 422


@pytest.mark.parametrize("status", ["pending", "accepted"])
async def test_one_open_match_of_the_same_two(as_user: AsUser, owner: Database, status: str) -> None:
    match = await make_match(owner, status=status)
    for me, buddy in ((match.user1, match.user2), (match.user2, match.user1)):
        response = await as_user(me).post("/api/matches", json={"buddy_id": str(buddy)})
        assert (response.status_code, response.json()["code"]) == (409, "match_already_open")


async def test_after_declining_they_may_try_again(as_user: AsUser, owner: Database) -> None:
    match = await make_match(owner, status="declined")
    response = await as_user(match.user2).post("/api/matches", json={"buddy_id": str(match.user1)})
    assert response.status_code == 201
    assert response.json()["user1_id"] == str(match.user2)


async def invite_each_other(as_user: AsUser, one: UUID, other: UUID) -> list[int]:
    answers = await asyncio.gather(
        as_user(one).post("/api/matches", json={"buddy_id": str(other)}),
        as_user(other).post("/api/matches", json={"buddy_id": str(one)}),
    )
    return sorted(answer.status_code for answer in answers)


async def test_two_who_invite_each_other_at_the_same_moment(as_user: AsUser, owner: Database) -> None:
    for _ in range(20):
        pair = await make_profile(owner), await make_profile(owner)
        assert await invite_each_other(as_user, *pair) == [201, 409]


async def test_two_newcomers_who_invite_each_other_at_the_same_moment(as_user: AsUser) -> None:
    """Each waits for the other's profile: a deadlock, which the server breaks and the door tries again."""
    assert await invite_each_other(as_user, uuid4(), uuid4()) == [201, 409]


@pytest.mark.parametrize(("verb", "status"), [("accept", "accepted"), ("decline", "declined")])
async def test_answering(as_user: AsUser, owner: Database, verb: str, status: str) -> None:
    match = await make_match(owner, status="pending")
    url = f"/api/matches/{match.id}"
    assert (await as_user(match.user1).post(f"{url}/{verb}")).status_code == 403
    assert (await as_user(uuid4()).post(f"{url}/{verb}")).status_code == 403
    response = await as_user(match.user2).post(f"{url}/{verb}")
    assert (response.status_code, response.json()["status"]) == (200, status)
    for again in ("accept", "decline"):
        refused = await as_user(match.user2).post(f"{url}/{again}")
        assert (refused.status_code, refused.json()["code"]) == (409, "match_already_answered")
    assert (await as_user(match.user1).get(url)).json() == response.json()
    events = await events_of(owner, f"match:{match.id}")
    assert [event["type"] for event in events] == ([contracts.MATCH_ACCEPTED] if status == "accepted" else [])


async def test_answering_twice_at_the_same_moment(as_user: AsUser, owner: Database) -> None:
    for _ in range(20):
        match = await make_match(owner, status="pending")
        invited = as_user(match.user2)
        answers = await asyncio.gather(
            *(invited.post(f"/api/matches/{match.id}/{verb}") for verb in ("accept", "decline", "accept"))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        (row,) = await rows(
            owner, "SELECT status FROM session_service.wingman_matches WHERE id = :id", id=match.id
        )
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert won["status"] == row["status"]


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", "/accept"), ("POST", "/decline")])
async def test_unknown_and_not_yours(as_user: AsUser, owner: Database, method: str, path: str) -> None:
    match = await make_match(owner, status="pending")
    stranger = as_user(uuid4())
    unknown = await stranger.request(method, f"/api/matches/{uuid4()}{path}")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Match not found")
    theirs = await stranger.request(method, f"/api/matches/{match.id}{path}")
    assert theirs.status_code == 403
    malformed = await stranger.request(method, f"/api/matches/nonsense{path}")
    assert malformed.status_code == 422


async def test_idempotent_invitation(as_user: AsUser, owner: Database) -> None:
    me, body, key = as_user(uuid4()), {"buddy_id": str(uuid4())}, {"Idempotency-Key": str(uuid4())}
    first = await me.post("/api/matches", json=body, headers=key)
    again = await me.post("/api/matches", json=body, headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    other = await me.post("/api/matches", json={"buddy_id": str(uuid4())}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len(await events_of(owner, f"match:{first.json()['id']}")) == 1


async def test_list_pages_newest_first_on_both_sides(as_user: AsUser, owner: Database) -> None:
    me, start = uuid4(), datetime(2025, 1, 1, tzinfo=UTC)
    expected = []
    for number in range(7):
        # Two at the same instant: the id decides then.
        at = start + timedelta(minutes=number // 2)
        sides = {"user1": me} if number % 2 else {"user2": me}
        match = await make_match(owner, **sides, status=["pending", "accepted"][number % 2], created_at=at)
        expected.append((at, str(match.id)))
    await make_match(owner)  # somebody else's
    wanted = [match_id for _, match_id in sorted(expected, reverse=True)]

    async def walk(**params: Any) -> list[str]:
        seen: list[str] = []
        cursor = None
        while True:
            query = {**params, **({"cursor": cursor} if cursor else {})}
            page = (await as_user(me).get("/api/matches", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return seen
            assert len(page["items"]) == params["limit"]

    for limit in (1, 2, 3, 7, 100):
        assert await walk(limit=limit) == wanted
    accepted = await walk(limit=2, status="accepted")
    assert len(accepted) == 3
    assert accepted == [match_id for match_id in wanted if match_id in accepted]
    assert await walk(limit=5, status="declined") == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=99999999999999999999",
        "cursor=nonsense",
        "cursor=",
        "status=open",
    ],
)
async def test_bad_queries_are_422(as_user: AsUser, query: str) -> None:
    assert (await as_user(uuid4()).get(f"/api/matches?{query}")).status_code == 422


async def test_unknown_query_parameters_are_ignored(as_user: AsUser) -> None:
    assert (await as_user(uuid4()).get("/api/matches?colour=red")).json() == {
        "items": [],
        "next_cursor": None,
    }


async def test_not_modified(as_user: AsUser, owner: Database) -> None:
    match = await make_match(owner)
    me = as_user(match.user1)
    first: httpx.Response = await me.get(f"/api/matches/{match.id}")
    etag = first.headers["etag"]
    assert not etag.startswith("W/")
    again = await me.get(f"/api/matches/{match.id}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    stranger = await as_user(uuid4()).get(f"/api/matches/{match.id}", headers={"If-None-Match": etag})
    assert stranger.status_code == 403


@pytest.mark.parametrize("body", [{}, {"json": {}}], ids=["nothing", "an empty object"])
@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_answering_needs_no_body(
    as_user: AsUser, owner: Database, action: str, body: dict[str, Any]
) -> None:
    match = await make_match(owner, status="pending")
    url = f"/api/matches/{match.id}/{action}"
    refused = await as_user(match.user2).post(url, json={"x": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "validation_error")
    assert (await as_user(match.user2).post(url, **body)).status_code == 200
