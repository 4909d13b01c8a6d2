"""Telling events: once each, set-wise, to those who are there."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, event, text

from kit.contracts import (
    MATCH_INVITED,
    NOTIFICATIONS,
    NOTIFICATIONS_CREATED,
    SESSION_CHECKED_IN,
    SESSION_COMPLETED,
)
from kit.database import Database
from kit.outbox.consumer import Consumed, consume
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from session_service.notifications import service
from session_service.notifications.rules import MalformedEvent
from tests.session_service.notifications.conftest import MakeUser, check_in, stored


async def apply(database: Database, events: Sequence[StoredEvent]) -> None:
    async with database.transaction() as connection:
        await service.apply(connection, events)


async def inbox(owner: Database, user_id: UUID) -> Sequence[Row[Any]]:
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT event_id, kind, title, body, session_id, read_at FROM session_service.notifications"
                " WHERE user_id = :user_id ORDER BY created_at, id"
            ),
            {"user_id": user_id},
        )
        return rows.all()


def completion(first: UUID, second: UUID) -> StoredEvent:
    return stored(
        SESSION_COMPLETED,
        {
            "session_id": str(uuid4()),
            "match_id": str(uuid4()),
            "completed_at": "2025-08-17T16:00:00Z",
            "participants": [
                {"user_id": str(user_id), "challenge_id": str(uuid4()), "points": 10}
                for user_id in (first, second)
            ],
        },
    )


async def test_nobody_is_told_who_stands_in_for_a_deleted_user(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    """The buddy is, of somebody of that name."""
    stand_in, ben = await make_user("Deleted user"), await make_user("Ben")
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE session_service.user_profiles SET stands_in = true WHERE id = :id"), {"id": stand_in}
        )
    await apply(worker, [check_in(ben, stand_in), check_in(stand_in, ben), completion(stand_in, ben)])
    assert await inbox(owner, stand_in) == []
    assert {entry.title for entry in await inbox(owner, ben)} == {
        "Deleted user checked in",
        "You completed your session with Deleted user",
    }


async def test_both_are_told_with_the_names_of_now(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann & <b>co</b>"), await make_user("Ben")
    done = completion(ann, ben)
    await apply(worker, [done])
    session_id = UUID(done.data["session_id"])
    (to_ann,) = await inbox(owner, ann)
    assert to_ann == (
        done.id,
        "session_completed",
        "You completed your session with Ben",
        "You both confirmed it: +10 reputation.",
        session_id,
        None,
    )
    (to_ben,) = await inbox(owner, ben)
    assert to_ben.title == "You completed your session with Ann & <b>co</b>"


async def test_an_invitation_is_about_no_session(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    data = {"match_id": str(uuid4()), "inviter_id": str(ann), "invitee_id": str(ben)}
    await apply(worker, [stored(MATCH_INVITED, data)])
    assert [(entry.kind, entry.session_id) for entry in await inbox(owner, ben)] == [("buddy_invited", None)]
    assert not await inbox(owner, ann)


async def test_a_batch_lies_in_the_order_of_its_events(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    events = [check_in(ann, ben) for _ in range(50)]
    await apply(worker, events)
    assert [entry.event_id for entry in await inbox(owner, ben)] == [event.id for event in events]


async def test_a_batch_takes_four_statements_however_large(worker: Database, make_user: MakeUser) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(worker.engine.sync_engine, "before_cursor_execute", count)
    try:
        await apply(worker, [check_in(ann, ben) for _ in range(200)])
    finally:
        event.remove(worker.engine.sync_engine, "before_cursor_execute", count)
    # Names, entries, whom to mail, the announcement.
    assert len(statements) == 4


async def test_new_entries_are_announced_and_those_that_were_there_are_not(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    events = [check_in(ann, ben), completion(ann, ben)]
    await apply(worker, events[:1])
    await apply(worker, events)
    await apply(worker, events)
    async with owner.transaction() as connection:
        announced = await connection.execute(
            text(
                "SELECT n FROM outbox.events e, jsonb_array_elements(e.data->'notifications') n"
                " WHERE e.type = :type AND n->>'user_id' = ANY(:users) ORDER BY e.time, n->>'kind', n->>'user_id'"
            ),
            {"type": NOTIFICATIONS_CREATED, "users": [str(ann), str(ben)]},
        )
        found = list(announced.scalars())
        kept = await connection.execute(
            text(
                "SELECT CAST(id AS text), CAST(user_id AS text), kind, CAST(session_id AS text)"
                " FROM session_service.notifications WHERE user_id = ANY(:users) ORDER BY created_at, kind, user_id"
            ),
            {"users": [ann, ben]},
        )
        assert [(entry["id"], entry["user_id"], entry["kind"], entry["session_id"]) for entry in found] == [
            tuple(row) for row in kept
        ]
    assert len(found) == 3


async def test_nothing_to_tell_is_no_error(worker: Database) -> None:
    await apply(worker, [])


async def test_the_same_events_again_tell_nothing_new(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    events = [completion(ann, ben), check_in(ann, ben)]
    await apply(worker, events)
    before = await inbox(owner, ben)
    await apply(worker, [*events, events[0]])
    assert await inbox(owner, ben) == before
    assert len(before) == 2
    assert len(await inbox(owner, ann)) == 1


async def test_the_same_events_at_once_in_any_order_are_told_once(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    events = [completion(ann, ben) for _ in range(300)]
    # Without any retry: taken in one order, the two never deadlock.
    for _ in range(3):
        await asyncio.gather(*(apply(worker, batch) for batch in (events, events[::-1], events[100:])))
        for user_id in (ann, ben):
            told = [entry.event_id for entry in await inbox(owner, user_id)]
            assert sorted(told) == [event.id for event in events]
        async with owner.transaction() as connection:
            await connection.execute(
                text("DELETE FROM session_service.notifications WHERE user_id = ANY(:ids)"),
                {"ids": [ann, ben]},
            )


async def test_whoever_has_no_profile_any_more_is_told_nothing(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, gone = await make_user("Ann"), uuid4()
    await apply(worker, [completion(ann, gone), check_in(ann, gone)])
    assert not await inbox(owner, gone)
    assert [entry.title for entry in await inbox(owner, ann)] == [
        "You completed your session with your buddy"
    ]


async def test_an_inbox_goes_with_its_user(owner: Database, worker: Database, make_user: MakeUser) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    await apply(worker, [completion(ann, ben)])
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM session_service.user_profiles WHERE id = :id"), {"id": ann}
        )
    assert not await inbox(owner, ann)
    assert len(await inbox(owner, ben)) == 1


async def test_a_malformed_event_raises_and_nothing_of_its_batch_is_told(
    owner: Database, worker: Database, make_user: MakeUser
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    with pytest.raises(MalformedEvent):
        await apply(worker, [check_in(ann, ben), stored(SESSION_COMPLETED, {"session_id": str(uuid4())})])
    assert not await inbox(owner, ben)


async def test_one_malformed_event_holds_up_no_other_of_its_delivery(
    owner: Database, worker: Database, make_user: MakeUser, database_for: Callable[[str], Database]
) -> None:
    ann, ben = await make_user("Ann"), await make_user("Ben")
    good = [Event(SESSION_CHECKED_IN, "session", check_in(ann, ben).data) for _ in range(4)]
    bad = Event(SESSION_COMPLETED, "session", {"session_id": "none"})
    events = [*good[:2], bad, *good[2:]]
    async with database_for("tandem_session").transaction() as connection:
        await publish(connection, events)
    ids = [event.id for event in events]
    consumed = await consume(worker, NOTIFICATIONS.name, ids, service.apply)
    assert set(consumed.applied) == {event.id for event in good}
    assert consumed.failed == (bad.id,)
    again = await consume(worker, NOTIFICATIONS.name, ids, service.apply)
    assert again == Consumed(failed=(bad.id,))
    assert [entry.event_id for entry in await inbox(owner, ben)] == [event.id for event in good]
