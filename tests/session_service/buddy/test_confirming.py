"""Confirming, over HTTP: the contract's table case by case, exactly one completion, and waiting for its effects."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from kit import contracts
from kit.announcements import announce
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, events_of, make_session, rows
from tests.support.waiting import eventually

NOW = {"Prefer": "wait=0"}


async def confirm(as_user: AsUser, session: MadeSession | UUID, caller: UUID, **body: Any) -> httpx.Response:
    session_id = session if isinstance(session, UUID) else session.id
    return await as_user(caller).post(f"/api/session/{session_id}/confirm", json=body or None, headers=NOW)


async def test_the_way_to_completion(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    first = await confirm(as_user, session, session.user1)
    assert first.status_code == 200
    assert first.json() == {
        "success": True,
        "message": "Completion confirmed - waiting for your buddy to confirm you",
        "session_status": "scheduled",
        "both_confirmed": False,
        "reputation_updated": False,
        "user_reputation_delta": 0,
    }
    shown = (await as_user(session.user1).get(session.url)).json()
    assert [shown["participants"][who]["confirmed"] for who in ("user1", "user2")] == [False, True]
    assert (shown["status"], shown["completed_at"]) == ("scheduled", None)

    second = await confirm(as_user, session, session.user2, confirmed_user_id=str(session.user1))
    assert second.status_code == 200
    assert second.json() == {
        "success": True,
        "message": "Session completed - you have both confirmed each other",
        "session_status": "completed",
        "both_confirmed": True,
        "reputation_updated": False,
        "user_reputation_delta": 10,
    }
    shown = (await as_user(session.user1).get(session.url)).json()
    assert [shown["participants"][who]["confirmed"] for who in ("user1", "user2")] == [True, True]
    assert shown["status"] == "completed"
    assert shown["completed_at"].endswith("Z")
    assert shown["reputation_preview"] == {"user1_delta": 20, "user2_delta": 10}

    events = await events_of(owner, f"session:{session.id}")
    (completed,) = [event for event in events if event["type"] == contracts.SESSION_COMPLETED]
    assert completed["data"] == {
        "session_id": str(session.id),
        "match_id": str(session.match.id),
        "completed_at": shown["completed_at"],
        "participants": [
            {"user_id": str(session.user1), "challenge_id": str(session.challenge1), "points": 20},
            {"user_id": str(session.user2), "challenge_id": str(session.challenge2), "points": 10},
        ],
    }
    confirmations = [event["data"] for event in events if event["type"] == contracts.SESSION_CONFIRMED]
    assert [(data["confirmed_by"], data["confirmed_user_id"]) for data in confirmations] == [
        (str(session.user1), str(session.user2)),
        (str(session.user2), str(session.user1)),
    ]


async def test_the_other_endpoint_does_the_same(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    url = "/api/session/confirm-completion"
    body = {"session_id": str(session.id)}
    first = await as_user(session.user2).post(url, json=body, headers=NOW)
    assert (first.status_code, first.json()["both_confirmed"]) == (200, False)
    named = {**body, "confirmed_user_id": str(session.user2)}
    second = await as_user(session.user1).post(url, json=named, headers=NOW)
    assert (second.json()["session_status"], second.json()["user_reputation_delta"]) == ("completed", 20)
    for bad in (None, {}, {"session_id": "x"}, {"session_id": None}, {**body, "x": 1}):
        assert (await as_user(session.user1).post(url, json=bad)).status_code == 422
    unknown = await as_user(session.user1).post(url, json={"session_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Session not found")


SELF, STRANGER, BUDDY = "self", "stranger", "buddy"

TABLE = [
    # What the session is like, whom the caller (user1) names, and the answer. Everything that comes later in the
    # contract's table is wrong as well, so that only the right order gives the right answer.
    pytest.param(
        {"status": "cancelled", "due": timedelta(hours=1)},
        SELF,
        (400, "Cannot confirm your own completion - only your buddy can confirm you"),
        id="the caller",
    ),
    pytest.param(
        {"status": "no_show", "confirmed": (False, True), "due": timedelta(hours=1)},
        STRANGER,
        (400, "Cannot confirm this user - not a participant in this session"),
        id="no participant",
    ),
    pytest.param(
        {"status": "no_show", "confirmed": (False, True), "due": timedelta(hours=1)},
        BUDDY,
        (409, "You have already confirmed completion for this session"),
        id="already",
    ),
    pytest.param(
        {"status": "cancelled", "due": timedelta(hours=1)},
        BUDDY,
        (400, "Session cannot be completed - current status: cancelled"),
        id="cancelled",
    ),
    pytest.param(
        {"status": "no_show"},
        None,
        (400, "Session cannot be completed - current status: no_show"),
        id="no-show",
    ),
    pytest.param(
        {"due": timedelta(hours=1)},
        None,
        (400, "Cannot confirm completion before scheduled time ({time:%Y-%m-%d %H:%M} UTC)"),
        id="too early",
    ),
    pytest.param({"due": timedelta(minutes=30), "present": (True, False)}, None, (200, None), id="there"),
    pytest.param({}, BUDDY, (200, None), id="first"),
    pytest.param({"confirmed": (True, False)}, None, (200, None), id="second"),
]


@pytest.mark.parametrize(("like", "names", "expected"), TABLE)
async def test_the_table(
    as_user: AsUser,
    owner: Database,
    like: dict[str, Any],
    names: str | None,
    expected: tuple[int, str | None],
) -> None:
    session = await make_session(owner, **like)
    named = {SELF: session.user1, BUDDY: session.user2, STRANGER: uuid4(), None: None}[names]
    response = await confirm(
        as_user, session, session.user1, **({"confirmed_user_id": str(named)} if named else {})
    )
    status, detail = expected
    assert response.status_code == status
    if detail is not None:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"] == detail.format(time=session.scheduled_time)


async def test_unknown_and_not_yours_come_first(as_user: AsUser, owner: Database) -> None:
    stranger = uuid4()
    unknown = await confirm(as_user, uuid4(), stranger, confirmed_user_id=str(stranger))
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "Session not found")
    session = await make_session(owner, status="cancelled")
    theirs = await confirm(as_user, session, stranger, confirmed_user_id=str(stranger))
    assert theirs.status_code == 403
    assert theirs.json()["detail"] == "Access denied - user is not a participant in this session"
    invalid = await as_user(stranger).post(f"{session.url}/confirm", json={"confirmed_user_id": "x"})
    assert invalid.status_code == 422


async def test_again_tells_how_things_stand(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    await confirm(as_user, session, session.user1)

    async def again() -> dict[str, Any]:
        response = await confirm(as_user, session, session.user1)
        assert response.status_code == 409
        problem: dict[str, Any] = response.json()
        assert problem["code"] == "already_confirmed"
        return {key: problem[key] for key in ("session_status", "both_confirmed", "reputation_updated")}

    assert await again() == {
        "session_status": "scheduled", "both_confirmed": False, "reputation_updated": False
    }  # fmt: skip
    await confirm(as_user, session, session.user2)
    assert await again() == {
        "session_status": "completed", "both_confirmed": True, "reputation_updated": False
    }  # fmt: skip
    await apply_reputation(owner, session)
    assert await again() == {
        "session_status": "completed", "both_confirmed": True, "reputation_updated": True
    }  # fmt: skip
    # Long after, the event and its deliveries have been cleared away.
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM outbox.events WHERE subject = :subject"), {"subject": f"session:{session.id}"}
        )
    assert (await again())["reputation_updated"] is True


async def test_two_at_the_same_instant_complete_it_once(as_user: AsUser, owner: Database) -> None:
    for _ in range(50):
        session = await make_session(owner)
        answers = await asyncio.gather(
            confirm(as_user, session, session.user1),
            confirm(as_user, session, session.user2),
            confirm(as_user, session, session.user1),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
        done = [answer.json()["both_confirmed"] for answer in answers if answer.status_code == 200]
        assert sorted(done) == [False, True]
        events = await events_of(owner, f"session:{session.id}")
        assert sorted(event["type"] for event in events) == [
            contracts.SESSION_COMPLETED,
            contracts.SESSION_CONFIRMED,
            contracts.SESSION_CONFIRMED,
        ]
        (row,) = await rows(
            owner,
            "SELECT status, completion_event_id FROM session_service.wingman_sessions WHERE id = :id",
            id=session.id,
        )
        (completed,) = [event for event in events if event["type"] == contracts.SESSION_COMPLETED]
        assert (row["status"], row["completion_event_id"]) == ("completed", completed["id"])


async def test_confirming_and_cancelling_at_the_same_instant(as_user: AsUser, owner: Database) -> None:
    for _ in range(20):
        session = await make_session(owner)
        confirmed, cancelled = await asyncio.gather(
            confirm(as_user, session, session.user1), as_user(session.user2).post(f"{session.url}/cancel")
        )
        assert sorted([confirmed.status_code, cancelled.status_code]) == [200, 400]


async def test_every_confirmation_is_in_the_audit_log(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    for user in (session.user1, session.user2):
        await as_user(user).post(f"{session.url}/confirm", headers={**NOW, "X-Request-ID": f"audit-{user}"})
    await confirm(as_user, session, session.user1)  # refused: nothing of it is to be found
    entries = await rows(
        owner,
        "SELECT actor_id, action, request_id, data, at FROM session_service.audit_log"
        " WHERE subject_type = 'buddy_session' AND subject_id = :id ORDER BY id",
        id=str(session.id),
    )
    assert [(entry["actor_id"], entry["action"], entry["request_id"]) for entry in entries] == [
        (session.user1, "completion_confirmed", f"audit-{session.user1}"),
        (session.user2, "completion_confirmed", f"audit-{session.user2}"),
    ]
    assert [entry["data"] for entry in entries] == [
        {"confirmed_user_id": str(session.user2), "session_status": "scheduled"},
        {"confirmed_user_id": str(session.user1), "session_status": "completed"},
    ]
    assert entries[0]["at"] < entries[1]["at"]


async def test_the_same_idempotency_key_replays(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    key = {"Idempotency-Key": str(uuid4()), **NOW}
    me = as_user(session.user1)
    first = await me.post(f"{session.url}/confirm", headers=key)
    again = await me.post(f"{session.url}/confirm", headers=key)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    other_key = {"Idempotency-Key": str(uuid4()), **NOW}
    assert (await me.post(f"{session.url}/confirm", headers=other_key)).status_code == 409
    other_body = await me.post(
        f"{session.url}/confirm", headers=key, json={"confirmed_user_id": str(session.user2)}
    )
    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency_key_reused")
    # The key is the user's own: the buddy's call under it is another one.
    buddy = await as_user(session.user2).post(f"{session.url}/confirm", headers=key)
    assert (buddy.status_code, buddy.json()["session_status"]) == (200, "completed")


async def test_a_refusal_leaves_nothing_behind(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(hours=1))
    before = (await as_user(session.user1).get(session.url)).content
    assert (await confirm(as_user, session, session.user1)).status_code == 400
    assert (await as_user(session.user1).get(session.url)).content == before
    assert await events_of(owner, f"session:{session.id}") == []


async def apply_reputation(owner: Database, session: MadeSession) -> UUID:
    """What the reputation worker does in the end: its delivery is done."""
    (row,) = await rows(
        owner,
        "UPDATE outbox.deliveries d SET state = 'done' FROM outbox.events e"
        " WHERE e.id = d.event_id AND e.subject = :subject AND e.type = :type AND d.consumer = 'reputation'"
        " RETURNING e.id",
        subject=f"session:{session.id}",
        type=contracts.SESSION_COMPLETED,
    )
    return UUID(str(row["id"]))


async def is_completed(owner: Database, session: MadeSession) -> bool:
    return bool(await events_of(owner, f"session:{session.id}", contracts.SESSION_COMPLETED))


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "hint lost"])
async def test_it_waits_until_reputation_is_applied(
    as_user: AsUser, owner: Database, redis: Redis, announced: bool
) -> None:
    session = await make_session(owner, confirmed=(True, False))
    call = asyncio.create_task(
        as_user(session.user1).post(f"{session.url}/confirm", headers={"Prefer": "wait=10"})
    )
    await eventually(lambda: is_completed(owner, session))
    assert not call.done()
    event_id = await apply_reputation(owner, session)
    if announced:
        await announce(redis, "reputation", [event_id])
    answer = await asyncio.wait_for(call, 3)
    assert answer.json()["reputation_updated"] is True
    assert answer.json()["user_reputation_delta"] == 20
    assert answer.headers["preference-applied"] == "wait=10"


@pytest.mark.parametrize(
    ("prefer", "shortest", "longest", "applied"),
    [
        ("wait=0", 0.0, 1.0, "wait=0"),
        (None, 1.0, 5.0, None),
        ("wait=soon", 1.0, 5.0, None),
        ("respond-async, wait=2", 2.0, 6.0, "wait=2"),
    ],
)
async def test_how_long_it_waits(
    as_user: AsUser, owner: Database, prefer: str | None, shortest: float, longest: float, applied: str | None
) -> None:
    session = await make_session(owner, confirmed=(True, False))
    me = as_user(session.user1)
    started = time.monotonic()
    answer = await me.post(f"{session.url}/confirm", headers={"Prefer": prefer} if prefer else {})
    assert shortest <= time.monotonic() - started < longest
    assert answer.json()["session_status"] == "completed"
    assert answer.json()["reputation_updated"] is False
    assert answer.headers.get("preference-applied") == applied


async def test_a_wait_beyond_the_longest_is_cut(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    answer = await as_user(session.user1).post(f"{session.url}/confirm", headers={"Prefer": "wait=86400"})
    assert answer.headers["preference-applied"] == "wait=10"


async def test_the_first_of_the_two_has_nothing_to_wait_for(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    started = time.monotonic()
    await as_user(session.user1).post(f"{session.url}/confirm", headers={"Prefer": "wait=10"})
    assert time.monotonic() - started < 5


async def test_what_was_seen_while_waiting_is_what_a_replay_answers(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, confirmed=(True, False))
    me, key = as_user(session.user1), {"Idempotency-Key": str(uuid4()), "Prefer": "wait=10"}
    call = asyncio.create_task(me.post(f"{session.url}/confirm", headers=key))
    await eventually(lambda: is_completed(owner, session))
    await apply_reputation(owner, session)
    first = await call
    assert first.json()["reputation_updated"] is True
    assert (await me.post(f"{session.url}/confirm", headers=key)).content == first.content
