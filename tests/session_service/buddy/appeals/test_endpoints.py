"""Appealing and deciding, over HTTP."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from kit import contracts
from kit.cache_tags import ADVANCED_HEADER
from kit.database import Database
from session_service.buddy import service as buddy
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, events_of, make_session, rows

DAY = timedelta(days=1)


@pytest.fixture
def operator(as_user: AsUser) -> httpx.AsyncClient:
    return as_user(uuid4(), role="service_role")


async def absent(
    owner: Database, *, no_show: tuple[bool, bool] = (False, True), **values: Any
) -> MadeSession:
    """A session in which user2 (10 points) was marked absent just now, unless told otherwise."""
    return await make_session(owner, status="no_show", no_show=no_show, **values)


async def appealed(as_user: AsUser, owner: Database, **values: Any) -> MadeSession:
    session = await absent(owner, **values)
    response = await as_user(session.user2).post(f"{session.url}/appeal", json={"reason": "I was there."})
    assert response.status_code == 201
    return session


async def preview(as_user: AsUser, session: MadeSession) -> tuple[int, int]:
    """What both are shown, which has to be the same."""
    shown = [
        (await as_user(user).get(session.url)).json()["reputation_preview"]
        for user in (session.user1, session.user2)
    ]
    assert shown[0] == shown[1]
    return shown[0]["user1_delta"], shown[0]["user2_delta"]


async def audit(owner: Database, session: MadeSession) -> list[dict[str, Any]]:
    return await rows(
        owner,
        "SELECT actor_id, action, data FROM session_service.audit_log WHERE subject_id = :id ORDER BY id",
        id=str(session.id),
    )


async def test_an_appeal_from_report_to_decision(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    session = await make_session(owner)
    me, accused = as_user(session.user1), as_user(session.user2)
    assert (await me.post(f"{session.url}/no-show")).status_code == 200
    assert await preview(as_user, session) == (0, -10)
    before = (await me.get(session.url)).headers["etag"]

    made = await accused.post(
        f"{session.url}/appeal", json={"reason": "  <b>I was</b> at the other gate & waited <3 hours\n "}
    )
    assert made.status_code == 201
    assert made.headers["location"] == f"{session.url}/appeal"
    body = made.json()
    assert body == {
        "session_id": str(session.id),
        "user_id": str(session.user2),
        "status": "open",
        "reason": "I was at the other gate & waited <3 hours",
        "created_at": body["created_at"],
        "decided_at": None,
        "decision_reason": None,
    }
    assert await preview(as_user, session) == (0, 0)
    assert (await me.get(session.url)).headers["etag"] != before
    for somebody in (me, accused, operator):
        shown = await somebody.get(f"{session.url}/appeal")
        assert (shown.status_code, shown.json()) == (200, body)
        assert shown.headers["etag"] == made.headers["etag"]

    decided = await operator.post(
        f"{session.url}/appeal/decision", json={"upheld": True, "reason": "The venue has two gates."}
    )
    assert decided.status_code == 200
    assert decided.json() == {
        **body,
        "status": "upheld",
        "decided_at": decided.json()["decided_at"],
        "decision_reason": "The venue has two gates.",
    }
    assert decided.json()["decided_at"] > body["created_at"]
    assert await preview(as_user, session) == (0, 0)
    assert (await me.get(f"{session.url}/appeal")).json() == decided.json()

    users = [str(session.user1), str(session.user2)]
    _, appeal, decision = await events_of(owner, f"session:{session.id}")
    assert (appeal["type"], decision["type"]) == (contracts.NO_SHOW_APPEALED, contracts.APPEAL_DECIDED)
    assert appeal["data"] == {"session_id": str(session.id), "user_id": users[1], "user_ids": users}
    assert {**decision["data"], "user_ids": sorted(decision["data"]["user_ids"])} == {
        "session_id": str(session.id),
        "user_id": users[1],
        "user_ids": sorted(users),
        "upheld": True,
        "points": 10,
    }
    _, first, second = await audit(owner, session)
    assert (first["actor_id"], first["action"]) == (session.user2, "no_show_appealed")
    assert second["action"] == "appeal_decided"
    assert second["data"] == {"user_id": users[1], "appeal_status": "upheld"}


async def test_a_rejected_appeal_counts_again(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    session = await appealed(as_user, owner)
    decided = await operator.post(f"{session.url}/appeal/decision", json={"upheld": False})
    assert (decided.json()["status"], decided.json()["decision_reason"]) == ("rejected", None)
    assert await preview(as_user, session) == (0, -10)


async def test_the_session_is_shown_with_the_same_fields(as_user: AsUser, owner: Database) -> None:
    session = await appealed(as_user, owner)
    shown = (await as_user(session.user1).get(session.url)).json()
    assert set(shown) == {
        "id",
        "match_id",
        "venue_name",
        "scheduled_time",
        "status",
        "completed_at",
        "notes",
        "created_at",
        "participants",
        "reputation_preview",
    }
    listed = (await as_user(session.user2).get("/api/session")).json()["items"]
    assert listed == [shown]


async def test_both_absent_appeal_each_for_oneself(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient, database_for: Callable[[str], Database]
) -> None:
    session = await make_session(owner, due=-2 * DAY)
    async with database_for("tandem_session_worker").transaction() as connection:
        await buddy.sweep_no_shows(connection)
    first, second = as_user(session.user1), as_user(session.user2)
    assert await preview(as_user, session) == (-20, -10)
    assert (await first.post(f"{session.url}/appeal", json={"reason": "Me"})).status_code == 201
    assert await preview(as_user, session) == (0, -10)
    assert (await second.get(f"{session.url}/appeal")).json()["reason"] == "Me"
    assert (await second.post(f"{session.url}/appeal", json={"reason": "Me too"})).status_code == 201
    assert await preview(as_user, session) == (0, 0)
    assert (await first.get(f"{session.url}/appeal")).json()["reason"] == "Me"
    assert (await second.get(f"{session.url}/appeal")).json()["reason"] == "Me too"
    named = await first.get(f"{session.url}/appeal", params={"user_id": str(session.user2)})
    assert named.json()["reason"] == "Me too"

    decision = f"{session.url}/appeal/decision"
    guessed = await operator.post(decision, json={"upheld": True})
    assert (guessed.status_code, guessed.json()["code"]) == (400, "appeal_ambiguous")
    no_one = await operator.post(decision, json={"upheld": True, "user_id": str(uuid4())})
    assert (no_one.status_code, no_one.json()["code"]) == (404, "appeal_not_found")
    for user, upheld in ((session.user1, False), (session.user2, True)):
        decided = await operator.post(decision, json={"upheld": upheld, "user_id": str(user)})
        assert (decided.status_code, decided.json()["user_id"]) == (200, str(user))
    assert await preview(as_user, session) == (-20, 0)


@pytest.mark.parametrize(
    ("like", "who", "status", "code"),
    [
        *(
            ({"status": one}, 2, 400, "session_not_no_show")
            for one in ("scheduled", "in_progress", "completed", "cancelled")
        ),
        ({"status": "no_show", "no_show": (False, True)}, 1, 400, "not_marked_absent"),
        ({"status": "no_show"}, 2, 400, "not_marked_absent"),
        (
            {
                "status": "no_show",
                "no_show": (False, True),
                "no_show_at": datetime.now(UTC) - 7 * DAY - timedelta(minutes=1),
            },
            2,
            400,
            "appeal_too_late",
        ),
    ],
)
async def test_what_cannot_be_appealed(
    as_user: AsUser, owner: Database, like: dict[str, Any], who: int, status: int, code: str
) -> None:
    session = await make_session(owner, **like)
    user = session.user1 if who == 1 else session.user2
    response = await as_user(user).post(f"{session.url}/appeal", json={"reason": "I was there."})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert await events_of(owner, f"session:{session.id}") == []
    missing = await as_user(user).get(f"{session.url}/appeal")
    assert (missing.status_code, missing.json()["code"]) == (404, "appeal_not_found")


async def test_until_the_seventh_day_it_can(as_user: AsUser, owner: Database) -> None:
    almost = datetime.now(UTC) - 7 * DAY + timedelta(minutes=1)
    await appealed(as_user, owner, no_show_at=almost)


async def test_once(as_user: AsUser, owner: Database, operator: httpx.AsyncClient) -> None:
    session = await appealed(as_user, owner)
    accused = as_user(session.user2)
    again = await accused.post(f"{session.url}/appeal", json={"reason": "Really!"})
    assert (again.status_code, again.json()["code"]) == (409, "already_appealed")
    assert again.json()["detail"] == "You have already appealed against this no-show"
    await operator.post(f"{session.url}/appeal/decision", json={"upheld": False})
    assert (await accused.post(f"{session.url}/appeal", json={"reason": "No!"})).status_code == 409
    for upheld in (True, False):
        twice = await operator.post(f"{session.url}/appeal/decision", json={"upheld": upheld})
        assert (twice.status_code, twice.json()["code"]) == (409, "appeal_already_decided")
    assert await preview(as_user, session) == (0, -10)
    assert len(await events_of(owner, f"session:{session.id}")) == 2


async def test_once_however_many_do_it_at_the_same_instant(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    for _ in range(5):
        session = await absent(owner)
        accused = as_user(session.user2)
        made = await asyncio.gather(
            *(accused.post(f"{session.url}/appeal", json={"reason": f"{n}"}) for n in range(4))
        )
        assert sorted(one.status_code for one in made) == [201, 409, 409, 409]
        decided = await asyncio.gather(
            *(operator.post(f"{session.url}/appeal/decision", json={"upheld": n % 2 == 0}) for n in range(4))
        )
        assert sorted(one.status_code for one in decided) == [200, 409, 409, 409]
        (winner,) = (one.json() for one in decided if one.status_code == 200)
        _, decision = await events_of(owner, f"session:{session.id}")
        assert decision["data"]["upheld"] is (winner["status"] == "upheld")


async def test_an_idempotency_key_answers_the_same_again(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    session = await absent(owner)
    key = {"Idempotency-Key": "once"}
    for client, path, body, status in (
        (as_user(session.user2), "appeal", {"reason": "I was there."}, 201),
        (operator, "appeal/decision", {"upheld": True}, 200),
    ):
        first, second = [await client.post(f"{session.url}/{path}", json=body, headers=key) for _ in range(2)]
        assert (first.status_code, first.content) == (second.status_code, second.content)
        assert first.status_code == status
        assert second.headers["idempotent-replayed"] == "true"
    assert len(await events_of(owner, f"session:{session.id}")) == 2


async def test_404_before_403_before_the_rules(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    session, nowhere = await absent(owner), f"/api/session/{uuid4()}"
    stranger, participant = as_user(uuid4()), as_user(session.user2)
    reason, upheld = {"reason": "Why not"}, {"upheld": True}
    for client in (stranger, participant, operator):
        for response in (
            await client.post(f"{nowhere}/appeal", json=reason),
            await client.get(f"{nowhere}/appeal"),
            await client.post(f"{nowhere}/appeal/decision", json=upheld),
        ):
            assert (response.status_code, response.json()["detail"]) == (404, "Session not found")
    for response in (
        await stranger.post(f"{session.url}/appeal", json=reason),
        await stranger.get(f"{session.url}/appeal"),
        # An operator sees appeals, and appeals for nobody.
        await operator.post(f"{session.url}/appeal", json=reason),
    ):
        assert response.status_code == 403
        assert response.json()["detail"] == "Access denied - user is not a participant in this session"
    for client in (stranger, participant):
        response = await client.post(f"{session.url}/appeal/decision", json=upheld)
        assert (response.status_code, response.json()["detail"]) == (403, "Only operators may do this")
    for response in (
        await operator.get(f"{session.url}/appeal"),
        await operator.post(f"{session.url}/appeal/decision", json=upheld),
    ):
        assert (response.status_code, response.json()["detail"]) == (404, "Appeal not found")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"reason": None},
        {"reason": ""},
        {"reason": " \n\t "},
        {"reason": "<b> </b>"},
        {"reason": "\x00\x07"},
        {"reason": "x" * 1001},
        {"reason": 5},
        {"reason": ["x"]},
        {"reason": "x", "more": 1},
    ],
)
async def test_reasons_that_are_none(as_user: AsUser, owner: Database, body: Any) -> None:
    session = await absent(owner)
    response = await as_user(session.user2).post(f"{session.url}/appeal", json=body)
    assert response.status_code == 422
    assert response.json()["errors"]


async def test_a_reason_of_some_length(as_user: AsUser, owner: Database, operator: httpx.AsyncClient) -> None:
    session = await absent(owner)
    url, text = f"{session.url}/appeal", "ä" * 1000
    made = await as_user(session.user2).post(url, json={"reason": f" {text} "})
    assert (made.status_code, made.json()["reason"]) == (201, text)
    for bad in (
        {},
        {"upheld": None},
        {"upheld": "yes"},
        {"upheld": 1},
        {"upheld": True, "reason": "x" * 1001},
    ):
        assert (await operator.post(f"{url}/decision", json=bad)).status_code == 422
    decided = await operator.post(f"{url}/decision", json={"upheld": True, "reason": " <i></i> "})
    assert (decided.status_code, decided.json()["decision_reason"]) == (200, None)


@pytest.mark.parametrize("path", ["appeal", "appeal/decision"])
async def test_caches_hear_of_it(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient, path: str
) -> None:
    session = await absent(owner)
    responses = [
        await as_user(session.user2).post(f"{session.url}/appeal", json={"reason": "I was there."}),
        await operator.post(f"{session.url}/appeal/decision", json={"upheld": True}),
    ]
    response = responses[path == "appeal/decision"]
    assert response.status_code < 300
    assert f"session:{session.id}" in response.headers[ADVANCED_HEADER].split(",")


async def test_when_it_became_a_no_show_is_the_database_s_to_say(
    as_user: AsUser, owner: Database, database_for: Callable[[str], Database]
) -> None:
    reported, swept = await make_session(owner), await make_session(owner, due=-2 * DAY)
    await as_user(reported.user1).post(f"{reported.url}/no-show")
    async with database_for("tandem_session_worker").transaction() as connection:
        await buddy.sweep_no_shows(connection)
    for session in (reported, swept):
        await as_user(session.user1).patch(f"{session.url}/notes", json={"notes": "later"})
        (row,) = await rows(
            owner,
            "SELECT no_show_at > now() - interval '1 minute' AS fresh, no_show_at < updated_at AS kept"
            " FROM session_service.wingman_sessions WHERE id = :id",
            id=session.id,
        )
        assert row == {"fresh": True, "kept": True}


async def test_operators_find_what_waits_longest_first(
    as_user: AsUser, owner: Database, operator: httpx.AsyncClient
) -> None:
    sessions = [await appealed(as_user, owner) for _ in range(5)]
    decided = sessions.pop(2)
    await operator.post(f"{decided.url}/appeal/decision", json={"upheld": True})
    found: list[str] = []
    cursor = None
    while True:
        query = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await operator.get("/api/session/appeals", params=query)).json()
        assert len(page["items"]) <= 2
        found += [item["session_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    made = [str(session.id) for session in sessions]
    assert [one for one in found if one in {*made, str(decided.id)}] == made
    assert len(set(found)) == len(found)
    for user in (sessions[0].user2, uuid4()):
        response = await as_user(user).get("/api/session/appeals")
        assert (response.status_code, response.json()["detail"]) == (403, "Only operators may do this")
    assert (await operator.get("/api/session/appeals", params={"cursor": "x"})).status_code == 422
