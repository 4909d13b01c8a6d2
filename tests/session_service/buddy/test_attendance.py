"""Checking in, cancelling, reporting a no-show, over HTTP; and the sweep."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kit import contracts
from kit.database import Database
from session_service.buddy import service
from tests.session_service.conftest import AsUser
from tests.session_service.factories import MadeSession, events_of, make_session, rows


async def test_both_checking_in_makes_it_in_progress(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=50))
    me, buddy = as_user(session.user1), as_user(session.user2)
    first = await buddy.post(f"{session.url}/check-in")
    assert first.status_code == 200
    assert first.json() == {"session_status": "scheduled", "present": {"user1": False, "user2": True}}
    before = (await me.get(session.url)).content
    again = await buddy.post(f"{session.url}/check-in")
    assert (again.status_code, again.json()) == (200, first.json())
    assert (await me.get(session.url)).content == before
    second = await me.post(f"{session.url}/check-in")
    assert second.json() == {"session_status": "in_progress", "present": {"user1": True, "user2": True}}
    shown = (await me.get(session.url)).json()
    assert shown["status"] == "in_progress"
    assert [shown["participants"][who]["present"] for who in ("user1", "user2")] == [True, True]
    events = await events_of(owner, f"session:{session.id}")
    assert [event["type"] for event in events] == [contracts.SESSION_CHECKED_IN] * 2
    assert events[0]["data"] == {
        "session_id": str(session.id),
        "user_id": str(session.user2),
        "buddy_id": str(session.user1),
    }


async def test_both_checking_in_at_the_same_instant(as_user: AsUser, owner: Database) -> None:
    for _ in range(20):
        session = await make_session(owner)
        await asyncio.gather(
            *(as_user(user).post(f"{session.url}/check-in") for user in (session.user1, session.user2))
        )
        assert (await as_user(session.user1).get(session.url)).json()["status"] == "in_progress"


async def test_present_one_may_confirm_before_the_time(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=30))
    me = as_user(session.user1)
    assert (await me.post(f"{session.url}/confirm")).status_code == 400
    await me.post(f"{session.url}/check-in")
    assert (await me.post(f"{session.url}/confirm")).status_code == 200


async def test_too_early_to_check_in(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=61))
    response = await as_user(session.user1).post(f"{session.url}/check-in")
    assert (response.status_code, response.json()["code"]) == (400, "check_in_too_early")


@pytest.mark.parametrize("body", [None, {}, {"reason": None}, {"reason": "It is raining & cold"}])
async def test_cancelling(as_user: AsUser, owner: Database, body: dict[str, Any] | None) -> None:
    session = await make_session(owner, due=timedelta(days=1))
    response = await as_user(session.user2).post(f"{session.url}/cancel", json=body)
    assert response.status_code == 200
    shown = await as_user(session.user1).get(session.url)
    assert response.json() == {**shown.json(), "session_status": "cancelled"}
    assert response.headers["etag"] == shown.headers["etag"]
    assert shown.json()["status"] == "cancelled"
    assert shown.json()["reputation_preview"] == {"user1_delta": 0, "user2_delta": 0}
    (event,) = await events_of(owner, f"session:{session.id}")
    assert event["type"] == contracts.SESSION_CANCELLED
    assert event["data"] == {
        "session_id": str(session.id),
        "actor_id": str(session.user2),
        "user_ids": [str(session.user1), str(session.user2)],
        "reason": (body or {}).get("reason"),
    }
    again = await as_user(session.user1).post(f"{session.url}/cancel")
    assert again.status_code == 400
    assert again.json()["detail"] == "Session cannot be cancelled - current status: cancelled"


async def test_a_reason_is_plain_text_of_some_length(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me = as_user(session.user1)
    for bad in ("x" * 501, 5, ["x"]):
        assert (await me.post(f"{session.url}/cancel", json={"reason": bad})).status_code == 422
    assert (await me.post(f"{session.url}/cancel", json={"reason": "<b>No</b>\x00 <3"})).status_code == 200
    (event,) = await events_of(owner, f"session:{session.id}")
    assert event["data"]["reason"] == "No <3"


@pytest.mark.parametrize(
    "like",
    [
        {"confirmed": (True, False)},
        {"confirmed": (False, True)},
        {"status": "completed"},
        {"status": "no_show"},
    ],
)
async def test_what_cannot_be_cancelled(as_user: AsUser, owner: Database, like: dict[str, Any]) -> None:
    session = await make_session(owner, **like)
    response = await as_user(session.user1).post(f"{session.url}/cancel")
    assert (response.status_code, response.json()["code"]) == (400, "session_not_cancellable")


async def test_reporting_the_buddy_absent(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=-16))
    response = await as_user(session.user1).post(f"{session.url}/no-show")
    assert response.status_code == 200
    shown = (await as_user(session.user2).get(session.url)).json()
    assert response.json() == {**shown, "session_status": "no_show"}
    assert shown["status"] == "no_show"
    assert shown["reputation_preview"] == {"user1_delta": 0, "user2_delta": -10}
    (event,) = await events_of(owner, f"session:{session.id}")
    assert event["type"] == contracts.SESSION_NO_SHOW
    assert event["data"] == {
        "session_id": str(session.id),
        "reported_by": str(session.user1),
        "user_ids": [str(session.user1), str(session.user2)],
        "absent": [{"user_id": str(session.user2), "points": 10}],
    }
    again = await as_user(session.user2).post(f"{session.url}/no-show")
    assert again.json()["detail"] == "Cannot report a no-show - current status: no_show"
    assert again.status_code == 400


@pytest.mark.parametrize(
    ("like", "code"),
    [
        ({"due": timedelta(minutes=-14)}, "no_show_too_early"),
        ({"present": (False, True)}, "no_show_not_reportable"),
        ({"confirmed": (False, True)}, "no_show_not_reportable"),
        ({"status": "cancelled"}, "no_show_not_reportable"),
        ({"status": "completed"}, "no_show_not_reportable"),
    ],
)
async def test_what_is_no_no_show(as_user: AsUser, owner: Database, like: dict[str, Any], code: str) -> None:
    session = await make_session(owner, **like)
    response = await as_user(session.user1).post(f"{session.url}/no-show")
    assert (response.status_code, response.json()["code"]) == (400, code)


@pytest.mark.parametrize("action", ["check-in", "cancel", "no-show"])
async def test_unknown_and_not_yours(as_user: AsUser, owner: Database, action: str) -> None:
    session, stranger = await make_session(owner), as_user(uuid4())
    assert (await stranger.post(f"/api/session/{uuid4()}/{action}")).status_code == 404
    assert (await stranger.post(f"{session.url}/{action}")).status_code == 403
    assert (await stranger.post(f"/api/session/x/{action}")).status_code == 422
    assert (await stranger.post(f"{session.url}/{action}", json={"x": 1})).status_code in (403, 422)


@pytest.mark.parametrize(
    ("action", "entry"), [("cancel", "session_cancelled"), ("no-show", "no_show_reported")]
)
async def test_what_ends_a_session_is_in_the_audit_log(
    as_user: AsUser, owner: Database, action: str, entry: str
) -> None:
    session = await make_session(owner)
    await as_user(session.user1).post(f"{session.url}/{action}")
    assert await audit(owner, session) == [(session.user1, entry)]


async def audit(owner: Database, session: MadeSession) -> list[tuple[Any, str]]:
    entries = await rows(
        owner,
        "SELECT actor_id, action FROM session_service.audit_log WHERE subject_id = :id ORDER BY id",
        id=str(session.id),
    )
    return [(entry["actor_id"], entry["action"]) for entry in entries]


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    return database_for("tandem_session_worker")


async def sweep(worker: Database, limit: int = 500) -> int:
    async with worker.transaction() as connection:
        return await service.sweep_no_shows(connection, limit=limit)


DAY = timedelta(hours=24)


async def state(owner: Database, session: MadeSession) -> tuple[str, bool, bool]:
    (row,) = await rows(
        owner,
        "SELECT status, user1_no_show, user2_no_show FROM session_service.wingman_sessions WHERE id = :id",
        id=session.id,
    )
    return row["status"], row["user1_no_show"], row["user2_no_show"]


@pytest.mark.parametrize(
    ("like", "absent"),
    [
        ({}, (True, True)),
        ({"present": (True, False)}, (False, True)),
        ({"present": (True, True), "status": "in_progress"}, (False, False)),
        ({"confirmed": (True, False)}, (False, False)),
        ({"confirmed": (False, True)}, (False, False)),
    ],
)
async def test_the_sweep(
    as_user: AsUser, owner: Database, worker: Database, like: dict[str, Any], absent: tuple[bool, bool]
) -> None:
    session = await make_session(owner, due=-DAY - timedelta(seconds=1), **like)
    assert await sweep(worker) >= 1
    assert await state(owner, session) == ("no_show", *absent)
    (event,) = await events_of(owner, f"session:{session.id}")
    assert event["type"] == contracts.SESSION_NO_SHOW
    users = [session.user1, session.user2]
    assert event["data"] == {
        "session_id": str(session.id),
        "reported_by": None,
        "user_ids": [str(user) for user in users],
        "absent": [
            {"user_id": str(user), "points": points}
            for user, points, gone in zip(users, (20, 10), absent, strict=True)
            if gone
        ],
    }
    preview = (await as_user(session.user1).get(session.url)).json()["reputation_preview"]
    assert preview == {"user1_delta": -20 * absent[0], "user2_delta": -10 * absent[1]}
    assert await audit(owner, session) == [(None, "session_abandoned")]


@pytest.mark.parametrize(
    "like",
    [
        {"due": -DAY + timedelta(minutes=1)},
        {"due": -2 * DAY, "status": "completed"},
        {"due": -2 * DAY, "status": "cancelled"},
        {"due": -2 * DAY, "status": "no_show", "no_show": (True, False)},
    ],
)
async def test_what_the_sweep_leaves(owner: Database, worker: Database, like: dict[str, Any]) -> None:
    session = await make_session(owner, **like)
    before = await state(owner, session)
    await sweep(worker)
    assert await state(owner, session) == before
    assert await events_of(owner, f"session:{session.id}") == []


async def test_sweeps_at_the_same_time_close_each_session_once(owner: Database, worker: Database) -> None:
    await sweep(worker)
    sessions = [await make_session(owner, due=-2 * DAY) for _ in range(23)]

    async def until_nothing_is_left() -> int:
        closed = 0
        while swept := await sweep(worker, limit=4):
            closed += swept
        return closed

    # One that passes over what the other holds may find nothing although something is left: hence the last one.
    closed = await asyncio.gather(*(until_nothing_is_left() for _ in range(4)))
    assert sum(closed) + await until_nothing_is_left() == len(sessions)
    for session in sessions:
        assert await state(owner, session) == ("no_show", True, True)
        assert len(await events_of(owner, f"session:{session.id}")) == 1


async def test_the_sweep_passes_over_a_session_in_use(
    owner: Database, worker: Database, database_for: Callable[[str], Database]
) -> None:
    session = await make_session(owner, due=-2 * DAY, confirmed=(False, True))
    async with database_for("tandem_session").transaction(session.user2) as connection:
        await service.confirm(connection, session.user2, session.id, None)
        await asyncio.wait_for(sweep(worker), 10)
    assert (await state(owner, session))[0] == "completed"
    await sweep(worker)
    assert (await state(owner, session))[0] == "completed"
