"""However much there is, each step of an erasure ends within its time."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kit import contracts
from kit.database import Database
from kit.outbox.events import Event, publish
from session_service.account import rules
from session_service.account.erasing import repository
from session_service.account.erasing import service as erasing
from session_service.account.erasing.repository import Looked, Traces
from session_service.account.erasing.service import Means
from tests.session_service.account.conftest import RunJobs, mentions, ok, work_until_gone
from tests.session_service.factories import make_match, make_profile, make_session, rows

People = tuple[UUID, httpx.AsyncClient]

FIFTY = [chr(letter) for letter in range(ord("A"), ord("Z") + 1)] + [
    f"Quill {number}" for number in range(24)
]


async def add_events(owner: Database, number: int, data: str) -> None:
    """So many events that are done."""
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO outbox.events (id, type, source, subject, time, data)"
                " SELECT gen_random_uuid(), 'test', 'test', 'test', clock_timestamp(), CAST(:data AS jsonb)"
                " FROM generate_series(1, :number)"
            ),
            {"number": number, "data": data},
        )


async def test_former_addresses_go_too(ann: People, owner: Database, run_jobs: RunJobs) -> None:
    ann_id, client = ann
    session = await make_session(
        owner, match=await make_match(owner, user1=ann_id), notes="first@example.com, then second@example.com"
    )
    async with owner.transaction() as connection:
        for address in ("first@example.com", "second@example.com", "third@example.com"):
            await connection.execute(
                text("UPDATE session_service.user_profiles SET email = :email WHERE id = :id"),
                {"email": address, "id": ann_id},
            )
    await ok(await client.delete("/api/me"), 202)
    await run_jobs()
    (left,) = await rows(
        owner, "SELECT notes FROM session_service.wingman_sessions WHERE id = :id", id=session.id
    )
    assert left["notes"] == "Deleted user, then Deleted user"


async def test_the_last_fifty_names_are_remembered(ann: People, owner: Database, run_jobs: RunJobs) -> None:
    ann_id, client = ann
    session = await make_session(
        owner, match=await make_match(owner, user1=ann_id), notes="Name 9, Name 10, Name 60"
    )
    for number in range(61):
        await ok(await client.patch("/api/me", json={"display_name": f"Name {number}"}))
    # Again, so that it is the latest.
    for name in ("Name 20", "Name 61", "Name 60"):
        await ok(await client.patch("/api/me", json={"display_name": name}))
    kept = await rows(
        owner, "SELECT name FROM accounts.former_names WHERE user_id = :id ORDER BY noted_at", id=ann_id
    )
    assert [row["name"] for row in kept] == [
        *(f"Name {number}" for number in range(12, 60) if number != 20),
        "Name 60",
        "Name 20",
        "Name 61",
    ]
    await ok(await client.delete("/api/me"), 202)
    await run_jobs()
    (left,) = await rows(
        owner, "SELECT notes FROM session_service.wingman_sessions WHERE id = :id", id=session.id
    )
    assert left["notes"] == "Name 9, Name 10, Deleted user"
    assert await rows(owner, "SELECT FROM accounts.former_names WHERE user_id = :id", id=ann_id) == []


async def test_a_page_of_events_takes_one_of_fifty_names_no_longer_than_it_may(
    ann: People, owner: Database, worker: Database
) -> None:
    """Each of the events has some of the names in it: the database ends what takes five seconds."""
    ann_id, client = ann
    page = erasing.EVENTS_AT_ONCE
    await ok(await client.delete("/api/me"), 202)
    words = " ".join(f"{name}x" for name in FIFTY) + " A A"
    await add_events(owner, page, f'{{"notes": "{words}", "at": "2025-08-17T15:00:00Z"}}')
    traces = Traces(
        [str(ann_id), ann_id.hex, *FIFTY], [str(uuid4()), uuid4().hex, *(["Deleted user"] * len(FIFTY))]
    )
    last = await worker.run(
        lambda connection: repository.sweep_events(connection, ann_id, traces, erasing.NOBODY, page)
    )
    assert last is not None


async def test_new_events_are_looked_through_page_by_page(
    ann: People, owner: Database, worker: Database
) -> None:
    ann_id, client = ann
    await make_profile(owner, ann_id)
    await ok(await client.delete("/api/me"), 202)
    await add_events(owner, 25, "{}")

    async def look() -> Looked:
        return await worker.run(lambda connection: repository.look_at_events(connection, ann_id, 10))

    assert [await look() for _ in range(3)] == [Looked.MORE, Looked.MORE, Looked.CLEAN]
    async with owner.transaction() as connection:
        await publish(connection, [Event(contracts.PRACTICE_PAUSED, "late", {"user_id": str(ann_id)})])
    assert [await look() for _ in range(3)] == [Looked.MORE, Looked.MORE, Looked.NAMED]
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM outbox.events WHERE subject = 'late'"))
        # As though the first look had taken an hour: nobody knows of what came meanwhile.
        await connection.execute(
            text(
                "UPDATE accounts.closed SET look_began = now() - interval '1 hour', event_id = :nobody,"
                " look_time = now() - interval '2 hours' WHERE user_id = :id"
            ),
            {"id": ann_id, "nobody": UUID(int=0)},
        )
    assert [await look() for _ in range(3)] == [Looked.MORE, Looked.MORE, Looked.MORE]
    (known,) = await rows(
        owner, "SELECT looked_until < now() - interval '59 minutes' AS long_ago FROM accounts.closed"
    )
    assert known["long_ago"]
    assert [await look() for _ in range(3)] == [Looked.MORE, Looked.MORE, Looked.CLEAN]


async def test_finishing_looks_at_what_came_since_the_last_look(
    ann: People, owner: Database, worker: Database
) -> None:
    """Of before it has been said already that nothing is there."""
    ann_id, client = ann
    await make_profile(owner, ann_id)
    await ok(await client.delete("/api/me"), 202)
    await worker.run(lambda connection: repository.look_at_events(connection, ann_id, 10))

    async def mention(age: str) -> None:
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "INSERT INTO outbox.events (id, type, source, subject, time, data) VALUES"
                    " (gen_random_uuid(), 'test', 'test', :id, clock_timestamp() - CAST(:age AS interval), '{}')"
                ),
                {"id": str(ann_id), "age": age},
            )

    await mention("30 seconds")
    assert not await worker.run(lambda connection: repository.finish(connection, ann_id))
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM outbox.events"))
    await mention("10 minutes")
    assert await worker.run(lambda connection: repository.finish(connection, ann_id))


async def test_an_erasure_ends_with_pages_of_any_size(
    ann: People, owner: Database, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann_id, client = ann
    for name in ("SESSIONS", "BUDDIES", "EVENTS", "ROWS", "BLOCKS"):
        monkeypatch.setattr(erasing, f"{name}_AT_ONCE", 1)
    monkeypatch.setattr(erasing, "VALUES_KEPT", 1)
    for _ in range(3):
        await make_session(owner, match=await make_match(owner, user1=ann_id))
    await ok(await client.delete("/api/me"), 202)
    await add_events(owner, 20, "{}")
    await run_jobs()
    assert await mentions(owner, str(ann_id)) == {}


async def test_what_does_not_end_is_tried_again_with_less(
    ann: People, owner: Database, worker: Database, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann_id, client = ann
    tried: list[int] = []
    sweep = repository.sweep_events

    async def slow(connection: Any, user_id: UUID, traces: Traces, after: UUID, limit: int) -> UUID | None:
        tried.append(limit)
        if limit > 25:
            await connection.execute(text("SET LOCAL statement_timeout = 1"))
            await connection.execute(text("SELECT pg_sleep(1)"))
        return await sweep(connection, user_id, traces, after, limit)

    monkeypatch.setattr(repository, "sweep_events", slow)
    monkeypatch.setattr(rules, "LONGEST_PAUSE", timedelta(0))
    await ok(await client.delete("/api/me"), 202)
    await add_events(owner, 150, "{}")
    await work_until_gone(owner, worker, means, ann_id)
    # Only what has been taken up anew is known to have failed.
    assert tried[:5] == [250, 250, 62, 15, 15]


async def test_a_name_like_another_one_s_id_takes_nobody_s_place(owner: Database) -> None:
    bea = str(uuid4())
    (found,) = await rows(
        owner,
        "SELECT accounts.without(CAST(:data AS jsonb), wanted, instead) AS data,"
        " accounts.without(CAST(:words AS text), wanted, instead) AS words"
        " FROM (SELECT ARRAY[CAST(:bea AS text)] AS wanted, ARRAY['Deleted user'] AS instead) AS traces",
        data=f'{{"user_id": "{bea}", "{bea}": "by {bea}"}}',
        words=f"{bea} said",
        bea=bea,
    )
    assert found["data"] == {"user_id": bea, bea: "by Deleted user"}
    assert found["words"] == "Deleted user said"
