"""Which answers name which cache tags, and that they are advanced once it is committed and before it is told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from kit.cache_tags import ADVANCED_HEADER, CHANGED_HEADER, STATE
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_session

pytestmark = pytest.mark.usefixtures("patient_tags")


@dataclass(frozen=True, slots=True)
class Shown:
    """A session that has just begun, and its users."""

    id: UUID
    users: tuple[UUID, UUID]

    @property
    def path(self) -> str:
        return f"/api/session/{self.id}"


@pytest_asyncio.fixture(loop_scope="session")
async def session(owner: Database) -> Shown:
    made = await make_session(owner, due=timedelta(minutes=-1))
    return Shown(made.id, (made.match.user1, made.match.user2))


def advanced(answer: httpx.Response) -> set[str]:
    assert CHANGED_HEADER not in answer.headers
    return set(filter(None, answer.headers.get(ADVANCED_HEADER, "").split(",")))


CHANGES: list[tuple[str, str, dict[str, Any], int]] = [
    ("PATCH", "", {"venue_name": "Elsewhere"}, 200),
    ("PATCH", "/notes", {"notes": "Bring water"}, 200),
    ("POST", "/check-in", {}, 200),
    ("POST", "/cancel", {"reason": "Rain"}, 200),
    ("POST", "/confirm", {}, 200),
    ("POST", "/no-show", {}, 400),
]


@pytest.mark.parametrize(("method", "action", "body", "status"), CHANGES)
async def test_a_change_advances_its_session(
    session: Shown, as_user: AsUser, redis: Redis, method: str, action: str, body: dict[str, Any], status: int
) -> None:
    answer = await as_user(session.users[0]).request(method, f"{session.path}{action}", json=body)
    assert answer.status_code == status
    assert advanced(answer) == {f"session:{session.id}"}
    assert await redis.zscore(STATE, f"session:{session.id}") is not None


async def test_the_session_may_be_named_in_the_body(session: Shown, as_user: AsUser) -> None:
    body = {"session_id": str(session.id)}
    answer = await as_user(session.users[0]).post("/api/session/confirm-completion", json=body)
    assert advanced(answer) == {f"session:{session.id}"}


async def test_asking_again_advances_again(session: Shown, as_user: AsUser, redis: Redis) -> None:
    """The first answer may never have come, and neither may the advance."""
    client, key = as_user(session.users[0]), {"Idempotency-Key": uuid4().hex}
    first = await client.post(f"{session.path}/confirm", headers=key)
    await redis.delete(STATE)
    replayed = await client.post(f"{session.path}/confirm", headers=key)
    assert replayed.headers["idempotent-replayed"] == "true"
    assert replayed.content == first.content
    assert advanced(replayed) == {f"session:{session.id}"}
    assert await redis.zscore(STATE, f"session:{session.id}") is not None
    await redis.delete(STATE)
    refused = await client.post(f"{session.path}/confirm")
    assert refused.status_code == 409
    assert advanced(refused) == {f"session:{session.id}"}
    assert await redis.zscore(STATE, f"session:{session.id}") is not None
    reused = await client.post(
        f"{session.path}/confirm", headers=key, json={"confirmed_user_id": str(uuid4())}
    )
    assert reused.status_code == 422
    assert advanced(reused) == {f"session:{session.id}"}


async def test_strangers_requests_are_no_exception(session: Shown, as_user: AsUser) -> None:
    """Whether they change anything is the service's to know; that they do not costs one miss."""
    answer = await as_user(uuid4()).post(f"{session.path}/cancel")
    assert answer.status_code == 403
    assert f"session:{session.id}" in advanced(answer)


async def test_what_is_not_valid_is_about_nothing(session: Shown, as_user: AsUser) -> None:
    answer = await as_user(session.users[0]).patch(session.path, json={"venue": 1})
    assert answer.status_code == 422
    assert advanced(answer) == set()


async def test_a_new_session_tells_of_its_buddies(session: Shown, as_user: AsUser) -> None:
    shown = (await as_user(session.users[0]).get(session.path)).json()
    challenges = [shown["participants"][user]["challenge"]["id"] for user in ("user1", "user2")]
    answer = await as_user(session.users[0]).post(
        "/api/session/create",
        json={
            "match_id": shown["match_id"],
            "user1_challenge_id": challenges[0],
            "user2_challenge_id": challenges[1],
            "venue_name": "Elsewhere",
            "scheduled_time": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        },
    )
    assert answer.status_code == 201
    created = answer.json()["id"]
    assert advanced(answer) == {f"session:{created}", *(f"user:{user}" for user in session.users)}


async def test_another_name_changes_what_shows_it(session: Shown, as_user: AsUser, redis: Redis) -> None:
    user = session.users[1]
    answer = await as_user(user).patch("/api/me", json={"display_name": "Somebody else"})
    assert advanced(answer) == {f"user:{user}"}
    assert await redis.zscore(STATE, f"user:{user}") is not None


async def test_whoever_comes_for_the_first_time_may_change_name(owner: Database, as_user: AsUser) -> None:
    """Invited, and shown under a default name until then."""
    inviter, invited = uuid4(), uuid4()
    assert (await as_user(inviter).post("/api/matches", json={"buddy_id": str(invited)})).status_code == 201
    first = await as_user(invited, name="Bo").get("/api/me")
    assert first.json()["display_name"] == "Bo"
    assert advanced(first) == {f"user:{invited}"}
    assert advanced(await as_user(invited, name="Bo").get("/api/me")) == set()


async def test_reads_name_the_tags_that_they_depend_on(session: Shown, as_user: AsUser) -> None:
    client = as_user(session.users[0])
    answer = await client.get(session.path)
    assert set(answer.headers["cache-tag"].split(",")) == {
        f"session:{session.id}",
        *(f"user:{user}" for user in session.users),
    }
    assert answer.headers["cache-control"] == "private, no-cache"
    assert advanced(answer) == set()
    unchanged = await client.get(session.path, headers={"If-None-Match": answer.headers["etag"]})
    assert unchanged.status_code == 304
    assert unchanged.headers["cache-tag"] == answer.headers["cache-tag"]


@pytest.mark.parametrize(
    ("path", "tag"),
    [("/api/challenges", "challenges"), ("/api/v1/sequences", "sequences")],
)
async def test_catalogues_are_public(as_user: AsUser, path: str, tag: str) -> None:
    answer = await as_user(uuid4()).get(path)
    assert answer.headers["cache-tag"] == tag
    assert answer.headers["cache-control"] == "public, max-age=300"


async def test_other_answers_name_no_tags(as_user: AsUser) -> None:
    for path in ("/api/me", "/api/session", "/api/matches", "/api/plans"):
        assert "cache-tag" not in (await as_user(uuid4()).get(path)).headers
