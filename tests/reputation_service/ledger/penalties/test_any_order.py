"""No-shows, appeals, decisions and reversals, in whatever order and however often they arrive."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import (
    Book,
    Counters,
    appealed,
    counters_of,
    decided,
    drifts,
    ledger_of,
    no_show,
    sums_of,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


async def reverse(owner: Database, session_id: UUID) -> str:
    async with owner.transaction() as connection:
        outcome = await connection.scalar(
            text(
                "SELECT outcome FROM reputation_service.reverse_session(:session, 'why', gen_random_uuid(), NULL)"
            ),
            {"session": session_id},
        )
        return str(outcome)


async def sums(owner: Database, user: UUID) -> Counters:
    found = await counters_of(owner, [user])
    assert found.get(user, Counters()) == (await sums_of(owner, [user])).get(user, Counters())
    return found.get(user, Counters())


def story(user: UUID, upheld: bool | None) -> tuple[UUID, list[StoredEvent]]:
    session_id = uuid4()
    events = [
        no_show(user, session_id=session_id, time=START),
        appealed(user, session_id, time=START + timedelta(days=1)),
    ]
    if upheld is not None:
        events.append(decided(user, session_id, upheld=upheld, time=START + timedelta(days=2)))
    return session_id, events


@pytest.mark.parametrize(
    ("upheld", "kinds", "expected"),
    [
        (None, ["no_show", "suspension"], Counters()),
        (True, ["no_show", "suspension"], Counters()),
        (False, ["no_show", "suspension", "reinstatement"], Counters(0, -10, 1)),
    ],
)
async def test_in_the_order_in_which_it_happens(
    book: Book, owner: Database, upheld: bool | None, kinds: list[str], expected: Counters
) -> None:
    ann = uuid4()
    _, events = story(ann, upheld)
    await book(events[0])
    assert await sums(owner, ann) == Counters(0, -10, 1)
    await book(events[1])
    assert await sums(owner, ann) == Counters()
    for event in events[2:]:
        await book(event)
    assert await sums(owner, ann) == expected
    assert [kind for kind, _ in await ledger_of(owner, ann)] == kinds


@pytest.mark.parametrize("upheld", [None, True, False])
async def test_in_every_order(book: Book, owner: Database, upheld: bool | None) -> None:
    for order in permutations(range(2 if upheld is None else 3)):
        ann = uuid4()
        _, events = story(ann, upheld)
        for number in order:
            await book(events[number])
            await book(events[number])
        # And all of it once more, together.
        await book(*events, *events)
        expected = Counters(0, -10, 1) if upheld is False else Counters()
        assert await sums(owner, ann) == expected, order
        async with owner.transaction() as connection:
            reached = await connection.scalar(
                text("SELECT points_reached_at FROM reputation_service.counters WHERE user_id = :ann"),
                {"ann": ann},
            )
        # As if there had been no appeal, or no no-show.
        if upheld is False:
            assert reached == START, order
        else:
            assert reached is None or reached.year == 1970, order


async def test_an_appeal_alone_makes_nobody_a_user_with_history(book: Book, owner: Database) -> None:
    ann, session_id = uuid4(), uuid4()
    await book(appealed(ann, session_id), decided(ann, session_id, upheld=False))
    assert await counters_of(owner, [ann]) == {}
    await book(no_show(ann, session_id=session_id, points=4))
    assert await sums(owner, ann) == Counters(0, -4, 1)


async def test_both_may_have_been_absent_and_one_appeals(book: Book, owner: Database) -> None:
    ann, ben, session_id = uuid4(), uuid4(), uuid4()
    await book(no_show(ann, ben, session_id=session_id))
    await book(appealed(ann, session_id))
    assert await sums(owner, ann) == Counters()
    assert await sums(owner, ben) == Counters(0, -10, 1)


@pytest.mark.parametrize("upheld", [True, False])
@pytest.mark.parametrize("reversed_after", [1, 2, 3])
async def test_a_session_that_an_operator_takes_back_meanwhile(
    book: Book, owner: Database, upheld: bool, reversed_after: int
) -> None:
    ann = uuid4()
    session_id, events = story(ann, upheld)
    for event in events[:reversed_after]:
        await book(event)
    assert await reverse(owner, session_id) == "reversed"
    assert await reverse(owner, session_id) == "again"
    for event in events:
        await book(event)
    assert await sums(owner, ann) == Counters()
    assert sum(points for _, points in await ledger_of(owner, ann)) == 0


steps = st.lists(
    st.tuples(
        st.lists(st.integers(0, 8), min_size=1, max_size=6),
        st.sampled_from(["book", "book", "book", "crash", "reverse"]),
    ),
    max_size=8,
)
"""Batches of events by number, in which one repeats, that are booked or lost in a crash; or a session taken back."""


@given(verdicts=st.tuples(*(st.sampled_from([None, True, False]) for _ in range(3))), steps=steps)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
async def test_the_ledger_says_what_follows_from_what_is_known(
    worker: Database, owner: Database, verdicts: tuple[bool | None, ...], steps: list[Any]
) -> None:
    users = [uuid4() for _ in range(3)]
    stories = [story(user, verdict) for user, verdict in zip(users, verdicts, strict=True)]
    events = [event for _, told in stories for event in told]
    known: set[UUID] = set()
    taken_back: set[UUID] = set()

    class WorkerDies(Exception):
        pass

    for numbers, what in steps:
        chosen = [events[number % len(events)] for number in numbers]
        if what == "reverse":
            session_id = stories[numbers[0] % 3][0]
            if await reverse(owner, session_id) == "reversed":
                taken_back.add(session_id)
            continue
        try:
            async with worker.transaction() as connection:
                await apply(connection, chosen)
                if what == "crash":
                    raise WorkerDies
        except WorkerDies:
            continue
        known |= {event.id for event in chosen}

    for user, verdict, (session_id, told) in zip(users, verdicts, stories, strict=True):
        missed, has_appealed, is_decided = (
            len(told) > number and told[number].id in known for number in range(3)
        )
        rests = verdict if is_decided else has_appealed
        counts = missed and not rests and session_id not in taken_back
        assert await sums(owner, user) == (Counters(0, -10, 1) if counts else Counters())


async def test_an_appeal_and_its_no_show_that_two_workers_get_at_once(
    worker: Database, owner: Database
) -> None:
    users = [uuid4() for _ in range(30)]
    stories = [story(user, verdict) for user, verdict in zip(users, [None, True, False] * 10, strict=True)]
    parts = [[told[number] for _, told in stories if len(told) > number] for number in range(3)]

    async def book_all(events: list[StoredEvent]) -> None:
        # Not `run`: that would try again after a deadlock, and none may happen.
        async with worker.transaction() as connection:
            await apply(connection, events)

    await asyncio.gather(*(book_all(part) for part in parts), *(book_all(part[::-1]) for part in parts))

    for index, user in enumerate(users):
        assert await sums(owner, user) == (Counters(0, -10, 1) if index % 3 == 2 else Counters())
    assert await drifts(owner) == []


async def test_a_decision_waits_for_the_reversal_that_is_under_way(
    worker: Database, book: Book, owner: Database
) -> None:
    ann = uuid4()
    session_id, (missed, appeal, decision) = story(ann, False)
    await book(missed)
    await book(appeal)
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM reputation_service.reverse_session(:session, 'why', :ann, NULL)"),
            {"session": session_id, "ann": ann},
        )
        waiting = asyncio.ensure_future(book(decision))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
    await waiting
    assert await sums(owner, ann) == Counters()


async def test_a_reversal_waits_for_the_decision_that_is_being_booked(
    worker: Database, book: Book, owner: Database
) -> None:
    ann = uuid4()
    session_id, (missed, appeal, decision) = story(ann, False)
    await book(missed)
    await book(appeal)
    async with worker.transaction() as connection:
        await apply(connection, [decision])
        waiting = asyncio.create_task(reverse(owner, session_id))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
    assert await waiting == "reversed"
    assert await sums(owner, ann) == Counters()
    assert [kind for kind, _ in await ledger_of(owner, ann)] == [
        "no_show",
        "suspension",
        "reinstatement",
        "reversal",
    ]
