from datetime import timedelta
from uuid import uuid4

import pytest

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_session, rows


async def test_a_first_time_user_gets_a_profile(as_user: AsUser) -> None:
    user_id = uuid4()
    response = await as_user(user_id, name="Ada Lovelace", email="ada@example.com").get("/api/me")
    assert response.status_code == 200
    profile = response.json()
    assert isinstance(profile.pop("user_number"), int)
    assert profile == {
        "id": str(user_id),
        "display_name": "Ada Lovelace",
        "email": "ada@example.com",
        "timezone": "UTC",
        "notification_preferences": {},
    }


async def test_user_numbers_are_unique_and_stay(as_user: AsUser) -> None:
    first, second = as_user(uuid4()), as_user(uuid4())
    numbers = [(await client.get("/api/me")).json()["user_number"] for client in (first, second, first)]
    assert numbers[0] == numbers[2] != numbers[1]
    assert min(numbers) > 0


async def test_a_known_user_costs_no_number(as_user: AsUser, owner: Database) -> None:
    known = as_user(uuid4())
    for _ in range(5):
        await known.get("/api/me")
    newcomers = [(await as_user(uuid4()).get("/api/me")).json()["user_number"] for _ in range(2)]
    assert newcomers[1] == newcomers[0] + 1


async def test_a_token_s_new_name_does_not_replace_what_the_user_is_called(as_user: AsUser) -> None:
    user_id = uuid4()
    await as_user(user_id, name="Ada").get("/api/me")
    assert (await as_user(user_id, name="Grace").get("/api/me")).json()["display_name"] == "Ada"


async def test_a_token_s_new_address_is_shown_at_once(as_user: AsUser) -> None:
    user_id = uuid4()
    known = as_user(user_id, name="Ada")
    for _ in range(2):
        before = await known.get("/api/me")
    assert before.json()["email"] is None
    moved = as_user(user_id, name="Ada", email="ada@example.com")
    after = await moved.get("/api/me", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.json()) == (200, {**before.json(), "email": "ada@example.com"})
    # A token without the claim, as the development header is, says nothing of the address.
    assert (await known.get("/api/me")).json() == after.json()


async def test_an_operator_s_address_is_the_operator_s_alone(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=-30))
    users = (session.user1, session.user2)
    reporter, absent = (as_user(user, email=f"{user}@example.com") for user in users)
    assert (await reporter.post(f"{session.url}/no-show")).status_code == 200
    appealed = await absent.post(f"{session.url}/appeal", json={"reason": "I was there."})
    assert appealed.status_code == 201, appealed.text
    operator = as_user(uuid4(), role="service_role", email="operator@example.com")
    decided = await operator.post(f"{session.url}/appeal/decision", json={"upheld": True})
    assert decided.status_code == 200, decided.text
    kept = await rows(
        owner, "SELECT email FROM session_service.user_profiles WHERE id = ANY(:ids)", ids=list(users)
    )
    assert {row["email"] for row in kept} == {f"{user}@example.com" for user in users}


async def test_patch_changes_what_is_given_and_nothing_else(as_user: AsUser) -> None:
    me = as_user(uuid4(), name="Ada")
    before = (await me.get("/api/me")).json()
    changed = await me.patch("/api/me", json={"timezone": "Europe/Berlin"})
    assert changed.status_code == 200
    assert changed.json() == {**before, "timezone": "Europe/Berlin"}
    preferences = {"email": True, "webhook": {"session_completed": False}}
    await me.patch("/api/me", json={"display_name": "  Ada L.  ", "notification_preferences": preferences})
    after = await me.get("/api/me")
    assert after.json() == {
        **before,
        "timezone": "Europe/Berlin",
        "display_name": "Ada L.",
        "notification_preferences": preferences,
    }


async def test_patch_of_nothing_and_of_the_same_changes_nothing(as_user: AsUser, owner: Database) -> None:
    user_id = uuid4()
    me = as_user(user_id, name="Ada")
    before = await me.get("/api/me")
    for body in ({}, {"display_name": "Ada", "timezone": "UTC", "notification_preferences": {}}):
        assert (await me.patch("/api/me", json=body)).json() == before.json()
    (row,) = await rows(
        owner,
        "SELECT updated_at = created_at AS same FROM session_service.user_profiles WHERE id = :id",
        id=user_id,
    )
    assert row["same"]


@pytest.mark.parametrize(
    "body",
    [
        {"timezone": "Europe/Atlantis"},
        {"timezone": "europe/berlin"},
        {"timezone": "../UTC"},
        {"timezone": ""},
        {"timezone": None},
        {"timezone": "UTC\x00"},
        {"display_name": ""},
        {"display_name": "   "},
        {"display_name": "x" * 101},
        {"display_name": "two\nlines"},
        {"display_name": "nul\x00"},
        {"display_name": None},
        {"display_name": 7},
        {"notification_preferences": None},
        {"notification_preferences": []},
        {"notification_preferences": {"email": "yes"}},
        {"notification_preferences": {"email": 10**30}},
        {"notification_preferences": {"E-Mail!": True}},
        {"notification_preferences": {f"kind_{n}": True for n in range(51)}},
        {"email": "other@example.com"},
        {"user_number": 1},
        [],
        None,
        "text",
    ],
)
async def test_what_makes_no_sense_is_422(as_user: AsUser, body: object) -> None:
    me = as_user(uuid4())
    before = (await me.get("/api/me")).json()
    response = await me.patch("/api/me", json=body)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert (await me.get("/api/me")).json() == before


async def test_etag_and_if_match(as_user: AsUser) -> None:
    me = as_user(uuid4())
    etag = (await me.get("/api/me")).headers["etag"]
    assert (await me.get("/api/me", headers={"If-None-Match": etag})).status_code == 304
    changed = await me.patch("/api/me", json={"display_name": "New"}, headers={"If-Match": etag})
    assert changed.status_code == 200
    stale = await me.patch("/api/me", json={"display_name": "Newer"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    now = await me.get("/api/me")
    assert now.json()["display_name"] == "New"
    assert now.headers["etag"] == changed.headers["etag"] != etag


async def test_without_identity_it_is_401(as_user: AsUser) -> None:
    me = as_user(uuid4())
    response = await me.get("/api/me", auth=None)
    assert response.status_code == 401
