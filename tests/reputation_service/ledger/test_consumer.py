"""Reputation as a consumer of the outbox: once whoever delivers, and a bad event stands alone."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from kit.contracts import REPUTATION, SESSION_COMPLETED
from kit.database import Database
from kit.outbox.consumer import consume
from kit.outbox.events import Event, publish
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import Counters, completed, counters_of

DatabaseFor = Callable[[str], Database]


def published(data: dict[str, Any]) -> Event:
    return Event(SESSION_COMPLETED, "session", data)


@pytest.fixture
def publisher(database_for: DatabaseFor) -> Database:
    return database_for("tandem_session")


async def test_a_malformed_event_does_not_hold_up_the_others(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ann = uuid4()
    events = [published(completed(ann).data) for _ in range(6)]
    bad = published({"session_id": "none", "participants": []})
    events.insert(3, bad)
    async with publisher.transaction() as connection:
        await publish(connection, events)

    outcome = await consume(worker, REPUTATION.name, [event.id for event in events], apply)

    assert outcome.failed == (bad.id,)
    assert set(outcome.applied) == {event.id for event in events} - {bad.id}
    assert await counters_of(owner, [ann]) == {ann: Counters(6, 60, 0)}


async def test_deliveries_that_many_workers_get_are_booked_once(
    publisher: Database, worker: Database, owner: Database
) -> None:
    ann = uuid4()
    events = [published(completed(ann).data) for _ in range(20)]
    async with publisher.transaction() as connection:
        await publish(connection, events)
    ids = [event.id for event in events]

    outcomes = await asyncio.gather(*(consume(worker, REPUTATION.name, ids, apply) for _ in range(5)))

    assert sorted(id for outcome in outcomes for id in outcome.applied) == sorted(ids)
    assert await counters_of(owner, [ann]) == {ann: Counters(20, 200, 0)}
