"""Subscribing again on the same connection, from earlier on: what was not told there is, and nothing twice."""

from uuid import UUID

import pytest

from kit.live.messages import Position
from tests.gateway.live.world import SessionService, Teller, as_user, live
from tests.gateway.running import ServedApp


async def test_what_was_missed_of_a_topic_that_the_connection_has_already_comes_too(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    positions = [str(await teller.own("practice", ann, number)) for number in range(5)]
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 5)
        assert await client.numbers(1) == [5]
        # Back by a step, by none, by one that was told by then, and as far as can be.
        assert (await client.subscribe("practice", after=positions[2]))["after"] == positions[2]
        assert await client.numbers(2) == [3, 4]
        await client.subscribe("practice", after=positions[2])
        await client.subscribe("practice", after=positions[4])
        await client.subscribe("practice")
        assert await client.has_nothing()
        await client.subscribe("practice", after=positions[0])
        assert await client.numbers(2) == [1, 2]
        await teller.own("practice", ann, 6)
        assert await client.numbers(1) == [6]
        assert await client.has_nothing()


async def test_topics_of_one_frame_are_told_in_one_order_each_from_where_it_was_not_told(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    before = str(await teller.own("practice", ann, 0))
    await teller.own("practice", ann, 1)
    await teller.own("notifications", ann, 2)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 3)
        await teller.own("notifications", ann, 4)
        await teller.own("practice", ann, 5)
        assert await client.numbers(2) == [3, 5]
        await client.subscribe("practice", "notifications", after=before)
        assert await client.numbers(3) == [1, 2, 4]
        assert await client.has_nothing()


@pytest.mark.parametrize("after", ["1-0", "4000000000000-0", "x"])
async def test_where_nobody_knows_what_was_missed_of_a_topic_had_already_there_is_a_reset(
    gateway: ServedApp, teller: Teller, ann: UUID, after: str
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        first = await client.subscribe("practice")
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]
        await client.subscribe("practice", after=after)
        assert await client.receive() == {"type": "reset"}
        # What was told before that is known to have been told.
        await client.subscribe("practice", after=first["after"])
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]


async def test_a_session_that_is_named_in_two_ways_is_told_once(
    gateway: ServedApp, teller: Teller, session_service: SessionService, ann: UUID
) -> None:
    session = session_service.session_of(ann)
    before = str(await teller.session(session, 0))
    await teller.session(session, 1)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe(f"session:{session}", f"session:{str(session).upper()}", after=before)
        assert await client.numbers(1) == [1]
        assert await client.has_nothing()


async def test_who_asks_from_earlier_on_after_all_is_told_what_is_still_to_come_from_there(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    newest = await teller.own("practice", ann, 1)
    ahead = Position(newest.milliseconds + 5_000, 0)
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", after=str(ahead))
        await client.subscribe("practice", after=str(newest))
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]
