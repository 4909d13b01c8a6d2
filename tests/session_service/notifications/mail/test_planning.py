"""Mails are planned with the entries that they tell of: once, set-wise, and together where that is wanted."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import event, text

from kit.contracts import SESSION_CHECKED_IN, SESSION_SCHEDULED
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from session_service.notifications import service
from session_service.notifications.mail import service as mail
from session_service.notifications.mail.rules import KEPT_AT_MOST, REPEATED
from tests.session_service.factories import make_session, rows
from tests.session_service.notifications.conftest import check_in, stored
from tests.session_service.notifications.mail.conftest import MailUser, Tell, mails_of
from tests.support.waiting import eventually


async def far_from_the_digest(owner: Database) -> dict[str, Any]:
    """Preferences with a digest some hours from now."""
    async with owner.transaction() as connection:
        at = await connection.scalar(text("SELECT to_char(now() + interval '5 hours', 'HH24:MI')"))
    return {"email": True, "digest": {"at": at}}


async def test_each_entry_is_one_mail_however_often_its_event_comes(
    owner: Database, worker: Database, mail_user: MailUser
) -> None:
    ann, ben = await mail_user(), await mail_user({}, None)
    events = [check_in(ben, ann) for _ in range(3)]

    async def apply() -> None:
        await worker.run(lambda connection: service.apply(connection, events))

    await asyncio.gather(*(apply() for _ in range(10)))
    mails = await mails_of(owner, ann)
    async with owner.transaction() as connection:
        entries = await connection.scalars(
            text("SELECT id FROM session_service.notifications WHERE user_id = :id"), {"id": ann}
        )
    assert {tuple(mail["notification_ids"]) for mail in mails} == {(entry,) for entry in entries}
    assert len(mails) == 3
    assert {(mail["state"], mail["gathering"], mail["attempts"]) for mail in mails} == {("queued", False, 0)}


async def test_who_has_not_asked_gets_none(owner: Database, mail_user: MailUser, tell: Tell) -> None:
    for preferences, email in (
        ({}, "a@example.com"),
        ({"email": False}, "b@example.com"),
        ({"email": True}, None),
    ):
        somebody = await mail_user(preferences, email)
        await tell(somebody)
        assert await mails_of(owner, somebody) == []


async def test_a_digest_gathers_what_comes_in_one_mail(
    owner: Database, mail_user: MailUser, tell: Tell
) -> None:
    ann = await mail_user(await far_from_the_digest(owner))
    await tell(ann, 2)
    await tell(ann)
    await asyncio.gather(*(tell(ann) for _ in range(5)))
    (mail,) = await mails_of(owner, ann)
    assert len(set(mail["notification_ids"])) == 8
    assert timedelta(hours=4, minutes=58) < mail["due_in"] <= timedelta(hours=5)


async def test_a_digest_keeps_the_newest_of_what_never_ends(
    owner: Database, mail_user: MailUser, tell: Tell
) -> None:
    ann = await mail_user(await far_from_the_digest(owner))
    for times in (1, KEPT_AT_MOST - 10, 30, KEPT_AT_MOST + 70, 5):
        await tell(ann, times)
    (mail,) = await mails_of(owner, ann)
    async with owner.transaction() as connection:
        newest = await connection.scalars(
            text(
                "SELECT id FROM session_service.notifications WHERE user_id = :id"
                " ORDER BY created_at DESC, id DESC LIMIT :most"
            ),
            {"id": ann, "most": KEPT_AT_MOST},
        )
    assert mail["notification_ids"] == list(newest)[::-1]


async def test_what_repeats_itself_waits_and_comes_in_one_mail(
    owner: Database, worker: Database, mail_user: MailUser
) -> None:
    """A buddy who moves a session again and again: the first time is told at once."""
    ann, ben = await mail_user(), await mail_user({}, None)
    session = str(uuid4())

    def check_in_there(session_id: str) -> StoredEvent:
        data = {"session_id": session_id, "user_id": str(ben), "buddy_id": str(ann)}
        return stored(SESSION_CHECKED_IN, data)

    async def happen(*session_ids: str) -> None:
        events = [check_in_there(session_id) for session_id in session_ids]
        await worker.run(lambda connection: service.apply(connection, events))

    await happen(session, session, session)
    for _ in range(20):
        await happen(session)
    await happen(str(uuid4()))
    first, together, other = await mails_of(owner, ann)
    assert [len(mail["notification_ids"]) for mail in (first, together, other)] == [1, 22, 1]
    assert [mail["gathering"] for mail in (first, together, other)] == [False, True, False]
    assert first["due_in"] <= timedelta(0)
    assert timedelta(minutes=9) < together["due_in"] <= REPEATED
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.notifications SET created_at = created_at - :age WHERE user_id = :id"
            ),
            {"age": REPEATED, "id": ann},
        )
    await happen(session)
    assert len(await mails_of(owner, ann)) == 4, "that was long ago"


async def test_quiet_hours_gather_until_they_end(owner: Database, mail_user: MailUser, tell: Tell) -> None:
    async with owner.transaction() as connection:
        start, end = (
            await connection.execute(
                text(
                    "SELECT to_char(now() - interval '1 hour', 'HH24:MI'),"
                    " to_char(now() + interval '2 hours', 'HH24:MI')"
                )
            )
        ).one()
    ann = await mail_user({"email": True, "quiet_hours": {"from": start, "to": end}})
    await tell(ann)
    await tell(ann)
    (mail,) = await mails_of(owner, ann)
    assert len(mail["notification_ids"]) == 2
    assert timedelta(hours=1, minutes=58) < mail["due_in"] <= timedelta(hours=2)


async def test_a_batch_takes_so_many_statements_however_large(worker: Database, mail_user: MailUser) -> None:
    people = [await mail_user() for _ in range(10)]
    ben = await mail_user({}, None)
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    async def apply(to: list[UUID]) -> int:
        statements.clear()
        await worker.run(
            lambda connection: service.apply(connection, [check_in(ben, person) for person in to])
        )
        return len(statements)

    event.listen(worker.engine.sync_engine, "before_cursor_execute", count)
    try:
        assert await apply(people * 20) == await apply(people[:1]) < 10
    finally:
        event.remove(worker.engine.sync_engine, "before_cursor_execute", count)


async def test_mails_of_long_ago_go_and_dead_letters_stay(
    owner: Database, worker: Database, mail_user: MailUser, tell: Tell
) -> None:
    ann = await mail_user()
    await tell(ann, 4)
    async with owner.transaction() as connection:
        for state, age, mail_row in zip(
            ("sent", "dropped", "dead", "sent"), (31, 31, 31, 29), await mails_of(owner, ann), strict=True
        ):
            await connection.execute(
                text(
                    "UPDATE session_service.emails SET state = :state, done_at = now() - make_interval(days => :age)"
                    " WHERE id = :id"
                ),
                {"state": state, "age": age, "id": mail_row["id"]},
            )
    assert await worker.run(lambda connection: mail.expire(connection, 100)) == 2
    assert sorted(row["state"] for row in await mails_of(owner, ann)) == ["dead", "sent"]


async def test_mails_go_with_their_user(owner: Database, mail_user: MailUser, tell: Tell) -> None:
    ann: UUID = await mail_user()
    await tell(ann)
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM session_service.user_profiles WHERE id = :id"), {"id": ann}
        )
    assert await mails_of(owner, ann) == []


async def test_reminders_come_before_mails_in_the_order_of_locks(
    owner: Database, worker: Database, mail_user: MailUser
) -> None:
    """Who reminds holds a reminder and wants the mail; who plans must not hold the mail and want the reminder."""
    session = await make_session(owner, due=timedelta(hours=3))
    wishes = orjson.dumps(await far_from_the_digest(owner)).decode()
    data = {
        "session_id": str(session.id),
        "match_id": str(session.match.id),
        "actor_id": str(session.user1),
        "user_ids": [str(session.user1), str(session.user2)],
        "venue_name": "Riverside Park",
        "scheduled_time": session.scheduled_time.isoformat(),
        "reason": None,
    }
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.user_profiles SET email = 'a@example.com',"
                " notification_preferences = CAST(:wishes AS jsonb) WHERE id = :id"
            ),
            {"wishes": wishes, "id": session.user2},
        )
    await worker.run(lambda connection: service.apply(connection, [stored(SESSION_SCHEDULED, data)]))
    assert len(await mails_of(owner, session.user2)) == 1
    async with owner.transaction() as connection:
        # As who reminds does, for another time than the one that is planned now.
        await connection.execute(
            text(
                "UPDATE session_service.reminders SET scheduled_time = scheduled_time - interval '1 hour'"
                " WHERE session_id = :id"
            ),
            {"id": session.id},
        )
        planning = asyncio.create_task(
            worker.run(lambda connection: service.apply(connection, [stored(SESSION_SCHEDULED, data)]))
        )

        async def waits() -> bool:
            return bool(await rows(owner, "SELECT FROM pg_locks WHERE NOT granted"))

        await eventually(waits)
        free = await connection.execute(
            text("SELECT FROM session_service.emails WHERE user_id = :id FOR UPDATE SKIP LOCKED"),
            {"id": session.user2},
        )
        assert len(free.all()) == 1
    await planning
