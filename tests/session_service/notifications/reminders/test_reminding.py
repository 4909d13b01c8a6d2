"""Reminders from planning to the inbox: at the time that holds, once, whatever happens in between."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.contracts import NOTIFICATIONS, SESSION_CANCELLED, SESSION_RESCHEDULED, SESSION_SCHEDULED
from kit.database import Database
from kit.outbox.consumer import consume
from kit.outbox.deliveries import StoredEvent
from session_service import worker as house
from session_service.notifications import service
from tests.session_service.conftest import AsUser
from tests.session_service.factories import (
    MadeSession,
    events_of,
    make_challenge,
    make_match,
    make_session,
    rows,
)
from tests.session_service.notifications.conftest import stored

DatabaseFor = Callable[[str], Database]
MINUTE = timedelta(minutes=1)


def event_about(session: MadeSession, event_type: str = SESSION_SCHEDULED) -> StoredEvent:
    return stored(
        event_type,
        {
            "session_id": str(session.id),
            "match_id": str(session.match.id),
            "actor_id": str(session.user1),
            "user_ids": [str(session.user1), str(session.user2)],
            "venue_name": "Riverside Park",
            "scheduled_time": session.scheduled_time.isoformat(),
            "reason": None,
        },
    )


async def apply(worker: Database, *events: StoredEvent) -> None:
    await worker.run(lambda connection: service.apply(connection, events))


async def reminders(owner: Database, session_id: UUID) -> list[dict[str, Any]]:
    return await rows(
        owner,
        "SELECT user_id, scheduled_time, due_at FROM session_service.reminders WHERE session_id = :id",
        id=session_id,
    )


async def told(owner: Database, session_id: UUID) -> list[dict[str, Any]]:
    return await rows(
        owner,
        "SELECT user_id, title, body FROM session_service.notifications"
        " WHERE session_id = :id AND kind = 'session_reminder'",
        id=session_id,
    )


async def change(owner: Database, session_id: UUID, changes: str) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            text(f"UPDATE session_service.wingman_sessions SET {changes} WHERE id = :id"), {"id": session_id}
        )


async def due(owner: Database, session_id: UUID) -> None:
    """The time of the session's reminders has come."""
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.reminders SET due_at = now() - interval '1 second'"
                " WHERE session_id = :id AND due_at IS NOT NULL"
            ),
            {"id": session_id},
        )


async def test_a_session_is_planned_reminded_of_and_over(owner: Database, worker: Database) -> None:
    session = await make_session(owner, due=timedelta(hours=3))
    await apply(worker, event_about(session))
    planned = await reminders(owner, session.id)
    assert {row["user_id"] for row in planned} == {session.user1, session.user2}
    assert {row["due_at"] for row in planned} == {session.scheduled_time - timedelta(hours=1)}
    await house.remind(worker)
    assert await told(owner, session.id) == []
    await due(owner, session.id)
    await house.remind(worker)
    shown = {row["user_id"]: (row["title"], row["body"]) for row in await told(owner, session.id)}
    body = f"Riverside Park, {session.scheduled_time:%Y-%m-%d %H:%M} UTC"
    assert shown == {
        session.user1: ("Reminder: your session with Somebody", body),
        session.user2: ("Reminder: your session with Ada", body),
    }
    assert {row["due_at"] for row in await reminders(owner, session.id)} == {None}
    await house.remind(worker)
    await apply(worker, event_about(session))
    await house.remind(worker)
    assert len(await told(owner, session.id)) == 2


async def test_ten_sweepers_and_ten_copies_of_each_event_remind_once(
    owner: Database, worker: Database
) -> None:
    sessions = [await make_session(owner, due=timedelta(minutes=50)) for _ in range(5)]
    events = [event_about(session) for session in sessions]
    await asyncio.gather(*(apply(worker, *events) for _ in range(10)))
    for session in sessions:
        await due(owner, session.id)
    await asyncio.gather(*(house.remind(worker) for _ in range(10)))
    await house.remind(worker)
    for session in sessions:
        assert len(await told(owner, session.id)) == 2


async def test_a_sweeper_that_dies_leaves_it_to_the_next(owner: Database, worker: Database) -> None:
    session = await make_session(owner, due=timedelta(minutes=50))
    await apply(worker, event_about(session))
    await due(owner, session.id)

    async def die(connection: AsyncConnection) -> None:
        assert await service.remind(connection, 100)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await worker.run(die)
    assert await told(owner, session.id) == []
    await house.remind(worker)
    assert len(await told(owner, session.id)) == 2


@pytest.mark.parametrize(
    "changes",
    [
        "status = 'cancelled'",
        "status = 'no_show'",
        "scheduled_time = now() - interval '1 minute'",
        "scheduled_time = now() + interval '5 hours'",
        "scheduled_time = now() + interval '20 minutes'",
    ],
)
async def test_what_is_not_so_any_more_is_not_told_even_if_no_event_has_come(
    owner: Database, worker: Database, changes: str
) -> None:
    session = await make_session(owner, due=timedelta(hours=2))
    await apply(worker, event_about(session))
    await change(owner, session.id, changes)
    await due(owner, session.id)
    await house.remind(worker)
    await house.remind(worker)
    assert await told(owner, session.id) == []


@pytest.mark.parametrize("with_event", [True, False])
async def test_a_moved_session_reminds_at_its_new_time(
    owner: Database, worker: Database, with_event: bool
) -> None:
    session = await make_session(owner, due=timedelta(hours=2))
    await apply(worker, event_about(session))
    await change(owner, session.id, "scheduled_time = scheduled_time + interval '3 hours'")
    if with_event:
        await apply(worker, event_about(session, SESSION_RESCHEDULED))
    else:
        await due(owner, session.id)
        await house.remind(worker)
    new_time = session.scheduled_time + timedelta(hours=3)
    planned = {(row["scheduled_time"], row["due_at"]) for row in await reminders(owner, session.id)}
    assert planned == {(new_time, new_time - timedelta(hours=1))}
    await due(owner, session.id)
    await house.remind(worker)
    assert {row["body"] for row in await told(owner, session.id)} == {
        f"Riverside Park, {new_time:%Y-%m-%d %H:%M} UTC"
    }


async def test_a_session_that_is_moved_after_its_reminder_is_reminded_of_again_and_back_again_is_not(
    owner: Database, worker: Database
) -> None:
    session = await make_session(owner, due=timedelta(minutes=50))
    await apply(worker, event_about(session))
    for shift, expected in (("", 2), ("+ interval '2 hours'", 4), ("- interval '2 hours'", 4)):
        await change(owner, session.id, f"scheduled_time = scheduled_time {shift}")
        await apply(worker, event_about(session, SESSION_RESCHEDULED))
        await due(owner, session.id)
        await house.remind(worker)
        assert len(await told(owner, session.id)) == expected


async def test_a_cancelled_session_has_no_reminders(owner: Database, worker: Database) -> None:
    session = await make_session(owner, due=timedelta(hours=2))
    await apply(worker, event_about(session))
    await change(owner, session.id, "status = 'cancelled'")
    # In whichever order they come.
    await apply(worker, event_about(session, SESSION_CANCELLED))
    await apply(worker, event_about(session, SESSION_RESCHEDULED))
    assert await reminders(owner, session.id) == []


async def test_events_in_the_wrong_order_plan_what_is(owner: Database, worker: Database) -> None:
    session = await make_session(owner, due=timedelta(hours=2))
    planned, moved = event_about(session), event_about(session, SESSION_RESCHEDULED)
    await change(owner, session.id, "scheduled_time = scheduled_time + interval '1 hour'")
    await apply(worker, moved)
    await apply(worker, planned)
    assert {row["due_at"] for row in await reminders(owner, session.id)} == {session.scheduled_time}


async def test_whoever_plans_waits_for_whoever_is_moving_it(owner: Database, worker: Database) -> None:
    """Read before the move and written after the other's plan, it would be the old time that stays."""
    session = await make_session(owner, due=timedelta(hours=5))
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.wingman_sessions"
                " SET scheduled_time = scheduled_time - interval '3 hours' WHERE id = :id"
            ),
            {"id": session.id},
        )
        planning = asyncio.create_task(apply(worker, event_about(session)))
        await asyncio.sleep(0.3)
        assert not planning.done()
    await planning
    assert {row["due_at"] for row in await reminders(owner, session.id)} == {
        session.scheduled_time - timedelta(hours=4)
    }


async def test_a_session_that_somebody_holds_is_passed_over_and_nobody_waits(
    owner: Database, worker: Database
) -> None:
    held, free = [await make_session(owner, due=timedelta(minutes=50)) for _ in range(2)]
    for session in held, free:
        await apply(worker, event_about(session))
        await due(owner, session.id)
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM session_service.wingman_sessions WHERE id = :id FOR UPDATE"), {"id": held.id}
        )
        await asyncio.wait_for(house.remind(worker), 10)
        assert (len(await told(owner, held.id)), len(await told(owner, free.id))) == (0, 2)
    await house.remind(worker)
    assert len(await told(owner, held.id)) == 2


async def test_over_the_wire_from_planning_to_moving_to_calling_off(
    owner: Database, worker: Database, as_user: AsUser
) -> None:
    match = await make_match(owner)
    challenge = str(await make_challenge(owner))
    client: AsyncClient = as_user(match.user1)
    time = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    made = await client.post(
        "/api/session/create",
        json={
            "match_id": str(match.id),
            "user1_challenge_id": challenge,
            "user2_challenge_id": challenge,
            "venue_name": "Riverside Park",
            "scheduled_time": time.isoformat(),
        },
    )
    assert made.status_code == 201, made.text
    session_id = UUID(made.json()["id"])

    async def tell_all() -> None:
        events = [event["id"] for event in await events_of(owner, f"session:{session_id}")]
        await consume(worker, NOTIFICATIONS.name, events, service.apply)

    await tell_all()
    assert {row["due_at"] for row in await reminders(owner, session_id)} == {time - timedelta(hours=1)}
    later = time + timedelta(days=2)
    moved = await client.patch(f"/api/session/{session_id}", json={"scheduled_time": later.isoformat()})
    assert moved.status_code == 200, moved.text
    await tell_all()
    assert {row["due_at"] for row in await reminders(owner, session_id)} == {later - timedelta(hours=1)}
    assert (await client.post(f"/api/session/{session_id}/cancel")).status_code == 200
    await tell_all()
    assert await reminders(owner, session_id) == []


async def test_past_reminders_go(owner: Database, worker: Database) -> None:
    old, young = [await make_session(owner, due=timedelta(hours=hours)) for hours in (-25, -23)]
    for session in old, young:
        await apply(worker, event_about(session))
    await worker.run(lambda connection: service.expire(connection, 1000))
    assert (await reminders(owner, old.id), len(await reminders(owner, young.id))) == ([], 2)
