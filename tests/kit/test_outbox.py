"""The outbox: events exist with their change, deliveries are leased once, applied once, and never stuck."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from kit import contracts
from kit.database import Database
from kit.outbox import deliveries
from kit.outbox.consumer import consume
from kit.outbox.deliveries import Leased, StoredEvent
from kit.outbox.events import Event, publish, take_published, uuid7
from kit.outbox.relay import BATCH, batches
from kit.request_ids import bind_request, current_request_id, current_traceparent, is_valid_traceparent

DatabaseFor = Callable[[str], Database]


@pytest.fixture
async def publisher(owner: Database, database_for: DatabaseFor) -> Database:
    """The publisher's database, with an empty outbox and a table to show effects in."""
    async with owner.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE outbox.events CASCADE")
        await connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS outbox.effects (event_id uuid, n int)")
        await connection.exec_driver_sql("TRUNCATE outbox.effects")
        await connection.exec_driver_sql("GRANT ALL ON outbox.effects TO tandem_reputation_worker")
    return database_for("tandem_session")


@pytest.fixture
def worker(database_for: DatabaseFor) -> Database:
    return database_for("tandem_reputation_worker")


async def published(database: Database, count: int, **data: int) -> list[UUID]:
    events = [Event(contracts.SESSION_COMPLETED, "session/1", {"n": n, **data}) for n in range(count)]
    async with database.transaction() as connection:
        await publish(connection, events)
    return [event.id for event in events]


async def write_down(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    for event in events:
        await connection.execute(
            text("INSERT INTO outbox.effects VALUES (:id, :n)"), {"id": event.id, "n": event.data["n"]}
        )
        if event.data["n"] == 13:
            raise ValueError("thirteen")


async def effects(owner: Database) -> list[UUID]:
    async with owner.transaction() as connection:
        return list((await connection.execute(text("SELECT event_id FROM outbox.effects"))).scalars())


async def delivery(owner: Database, event_id: UUID) -> tuple[str, int, str | None]:
    async with owner.transaction() as connection:
        row = (
            await connection.execute(
                text(
                    "SELECT state, attempts, last_error FROM outbox.deliveries"
                    " WHERE event_id = :id AND consumer = 'reputation'"
                ),
                {"id": event_id},
            )
        ).one()
    return row.state, row.attempts, row.last_error


async def test_an_event_has_a_delivery_for_each_consumer_and_vanishes_with_its_change(
    publisher: Database, owner: Database
) -> None:
    event = Event(contracts.SESSION_COMPLETED, "session/1", {})
    lost = Event(contracts.SESSION_COMPLETED, "session/2", {})
    async with publisher.transaction() as connection:
        await publish(connection, [event])
        assert take_published(connection)
        assert not take_published(connection)

    async def fail() -> None:
        async with publisher.transaction() as connection:
            await publish(connection, [lost])
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with owner.transaction() as connection:
        found = (
            await connection.execute(
                text("SELECT event_id, consumer FROM outbox.deliveries ORDER BY consumer")
            )
        ).all()
    assert found == [(event.id, "live"), (event.id, "notifications"), (event.id, "reputation")]


async def test_an_unknown_type_is_refused(publisher: Database) -> None:
    async with publisher.transaction() as connection:
        with pytest.raises(KeyError):
            await publish(connection, [Event("tandem.unheard.of.v1", "x", {})])


async def test_a_lease_is_held_by_one_and_ends_by_itself(
    publisher: Database, owner: Database, database_for: DatabaseFor
) -> None:
    ids = await published(publisher, 40)
    relay = database_for("tandem_relay")

    async def lease() -> list[Leased]:
        return await relay.run(lambda connection: deliveries.lease(connection, "reputation", 15))

    taken = [entry.event_id for batch in await asyncio.gather(lease(), lease(), lease()) for entry in batch]
    assert sorted(taken) == sorted(ids)
    assert await lease() == []
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET due_at = now() WHERE event_id = :id"), {"id": ids[0]}
        )
    assert [(entry.event_id, entry.leases) for entry in await lease()] == [(ids[0], 2)]


async def test_what_could_not_be_handed_over_is_due_at_once(
    publisher: Database, database_for: DatabaseFor
) -> None:
    ids = await published(publisher, 3)
    relay = database_for("tandem_relay")
    await relay.run(lambda connection: deliveries.lease(connection, "reputation", 10))
    await relay.run(lambda connection: deliveries.give_back(connection, "reputation", ids))
    again = await relay.run(lambda connection: deliveries.lease(connection, "reputation", 10))
    assert sorted(entry.event_id for entry in again) == sorted(ids)
    assert {entry.leases for entry in again} == {1}


async def test_a_delivery_that_is_leased_in_vain_too_often_is_a_dead_letter(
    publisher: Database, owner: Database, database_for: DatabaseFor
) -> None:
    (event_id,) = await published(publisher, 1)
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET leases = :n"), {"n": deliveries.MAX_LEASES}
        )
    relay = database_for("tandem_relay")
    assert await relay.run(lambda connection: deliveries.lease(connection, "reputation", 10)) == []
    state, _, error = await delivery(owner, event_id)
    assert (state, error) == ("dead", "handed out without any outcome, too often")


async def test_the_same_batch_at_once_and_again_is_applied_once(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ids = await published(publisher, 12)
    outcomes = await asyncio.gather(
        *(consume(worker, "reputation", order, write_down) for order in (ids, ids[::-1], ids[3:], ids))
    )
    assert sum(len(outcome.applied) for outcome in outcomes) == 12
    assert (await consume(worker, "reputation", ids, write_down)).applied == ()
    assert sorted(await effects(owner)) == sorted(ids)


async def test_one_bad_event_does_not_hold_up_the_others(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ids = await published(publisher, 50)
    outcome = await consume(worker, "reputation", ids, write_down)
    assert outcome.failed == (ids[13],)
    assert sorted(outcome.applied) == sorted(set(ids) - {ids[13]})
    assert sorted(await effects(owner)) == sorted(outcome.applied), "nothing of the failed one is left"
    assert await delivery(owner, ids[13]) == ("pending", 1, "ValueError: thirteen")


async def test_a_failure_counts_whatever_is_said_of_it(
    publisher: Database, worker: Database, owner: Database
) -> None:
    (event_id,) = await published(publisher, 1)

    async def fail(_: AsyncConnection, __: Sequence[StoredEvent]) -> None:
        raise ValueError("no place: 'a\0b\ud800'" + "\0" * 5000)

    assert (await consume(worker, "reputation", [event_id], fail)).failed == (event_id,)
    state, attempts, error = await delivery(owner, event_id)
    assert (state, attempts) == ("pending", 1)
    assert error is not None
    assert error.startswith("ValueError: no place: 'a\ufffdb?'\ufffd")
    assert len(error) == 2000


TRACES = (
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-" + "a" * 32 + "-" + "b" * 16 + "-00",
)


async def test_a_time_limit_is_no_events_fault(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ids = await published(publisher, 4)
    sizes: list[int] = []

    async def apply(_: AsyncConnection, events: Sequence[StoredEvent]) -> None:
        sizes.append(len(events))
        raise SoftTimeLimitExceeded

    for part in (ids, ids[:1]):
        with pytest.raises(SoftTimeLimitExceeded):
            await consume(worker, "reputation", part, apply)
    assert sizes == [4, 1]
    async with owner.transaction() as connection:
        query = "SELECT DISTINCT state, attempts FROM outbox.deliveries WHERE consumer = 'reputation'"
        assert (await connection.execute(text(query))).all() == [("pending", 0)]


async def caused(publisher: Database, *requests: tuple[str, str] | None) -> list[UUID]:
    ids = []
    for request in requests:
        if request is None:
            ids += await published(publisher, 1)
        else:
            with bind_request(*request):
                ids += await published(publisher, 1)
    return ids


async def follow(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    await publish(connection, [Event(contracts.REPUTATION_CHANGED, "reputation", {"n": len(events)})])
    if any(event.data.get("bad") for event in events):
        raise ValueError("bad")


async def following(owner: Database) -> list[tuple[str | None, str | None, int]]:
    async with owner.transaction() as connection:
        found = await connection.execute(
            text(
                "SELECT request_id, traceparent, CAST(data->>'n' AS int) FROM outbox.events"
                " WHERE type = :type ORDER BY id"
            ),
            {"type": contracts.REPUTATION_CHANGED},
        )
        return [(row[0], row[1], row[2]) for row in found]


@pytest.mark.parametrize("count", [1, 3])
async def test_what_follows_from_a_request_carries_its_ids_whoever_applies_it(
    publisher: Database, worker: Database, owner: Database, count: int
) -> None:
    ids = await caused(publisher, *[("request-1", TRACES[0])] * count)
    # As a read does that applies its own user's events first.
    with bind_request("a-reader", TRACES[1]):
        await consume(worker, "reputation", ids, follow)
        assert (current_request_id(), current_traceparent()) == ("a-reader", TRACES[1])
    assert await following(owner) == [("request-1", TRACES[0], count)]


@pytest.mark.parametrize(
    "requests",
    [
        [("request-1", TRACES[0]), ("request-2", TRACES[1])],
        [("request-1", TRACES[0]), ("request-1", TRACES[1])],
        [("request-1", TRACES[0]), None],
        [None, None],
    ],
)
async def test_what_follows_from_several_requests_is_none_of_theirs(
    publisher: Database, worker: Database, owner: Database, requests: list[tuple[str, str] | None]
) -> None:
    ids = await caused(publisher, *requests)
    with bind_request("a-reader", TRACES[1]), capture_logs([merge_contextvars]) as logs:
        await consume(worker, "reputation", ids, follow)
    ((request_id, traceparent, count),) = await following(owner)
    assert count == 2, "one event for all of them"
    assert request_id is not None
    assert request_id not in ("request-1", "request-2", "a-reader")
    assert traceparent is not None
    assert is_valid_traceparent(traceparent)
    assert traceparent[3:35] not in {trace[3:35] for trace in TRACES}
    together = [line for line in logs if line["event"] == "requests_together"]
    if requests[-1] == ("request-2", TRACES[1]):
        (line,) = together
        assert line["requests"] == ["request-1", "request-2"]
        assert (line["request_id"], line["trace_id"]) == (request_id, traceparent[3:35])
    else:
        assert not together


async def test_what_is_split_is_each_requests_own(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ids = await caused(publisher, ("request-1", TRACES[0]))
    with bind_request("request-2", TRACES[1]):
        ids += await published(publisher, 1, bad=1)
    outcome = await consume(worker, "reputation", ids, follow)
    assert (outcome.applied, outcome.failed) == ((ids[0],), (ids[1],))
    assert await following(owner) == [("request-1", TRACES[0], 1)]


async def test_after_five_attempts_it_is_a_dead_letter_that_says_why(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ids = await published(publisher, 14)
    states = []
    for _ in range(deliveries.MAX_ATTEMPTS):
        await consume(worker, "reputation", ids, write_down)
        states.append(await delivery(owner, ids[13]))
    assert [state for state, _, _ in states] == ["pending"] * 4 + ["dead"]
    assert states[-1][2] == "ValueError: thirteen"
    assert (await consume(worker, "reputation", ids, write_down)).failed == ()


async def test_a_consumer_cannot_touch_another_consumers_delivery(
    publisher: Database, worker: Database
) -> None:
    (event_id,) = await published(publisher, 1)
    async with worker.transaction() as connection:
        await deliveries.mark_done(connection, "notifications", [event_id])
        seen = await connection.execute(text("SELECT consumer, state FROM outbox.deliveries"))
        assert seen.all() == [("reputation", "pending")]


async def test_a_users_own_pending_deliveries_are_found(
    publisher: Database, database_for: DatabaseFor
) -> None:
    user = uuid4()
    mine = Event(contracts.PRACTICE_STARTED, "practice/1", {}, user_id=user)
    other = Event(contracts.PRACTICE_STARTED, "practice/2", {}, user_id=uuid4())
    async with publisher.transaction() as connection:
        await publish(connection, [mine, other])
    statistics = database_for("tandem_statistics")
    async with statistics.transaction() as connection:
        assert await deliveries.pending_of_user(connection, "statistics", user, 10) == [mine.id]


async def test_old_events_go_once_all_is_done_and_dead_letters_stay(
    publisher: Database, owner: Database, database_for: DatabaseFor
) -> None:
    ids = await published(publisher, 4)
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.events SET time = now() - interval '8 days' WHERE id <> :id"), {"id": ids[0]}
        )
        await connection.execute(text("UPDATE outbox.deliveries SET state = 'done'"))
        await connection.execute(
            text(
                "UPDATE outbox.deliveries SET state = 'dead' WHERE event_id = :id AND consumer = 'reputation'"
            ),
            {"id": ids[1]},
        )
    keeper = database_for("tandem_session_worker")
    assert await keeper.run(deliveries.expire) == 2
    async with owner.transaction() as connection:
        left = set((await connection.execute(text("SELECT id FROM outbox.events"))).scalars())
    assert left == {ids[0], ids[1]}


def leased(leases: int = 1) -> Leased:
    return Leased(uuid7(), None, None, leases)


@pytest.mark.parametrize(
    ("entries", "sizes"),
    [
        ([leased()], [1]),
        ([leased() for _ in range(7)], [7]),
        ([leased() for _ in range(BATCH + 1)], [BATCH, 1]),
        ([leased(), leased(leases=9), leased()], [1, 2]),
        ([], []),
    ],
)
def test_batches_grow_with_the_backlog_and_suspects_travel_alone(
    entries: list[Leased], sizes: list[int]
) -> None:
    cut = list(batches(entries))
    assert [len(batch) for batch in cut] == sizes
    assert sorted(entry.event_id for batch in cut for entry in batch) == sorted(e.event_id for e in entries)


def test_ids_sort_by_the_time_of_their_making() -> None:
    ids = [uuid7() for _ in range(1000)]
    assert ids == sorted(ids)
    assert {each.version for each in ids} == {7}
