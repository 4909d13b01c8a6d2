"""However events are delivered, the counters are the sums of the events that were."""

from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.contracts import SESSION_COMPLETED
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from reputation_service.badges.rules import MILESTONES
from reputation_service.ledger.service import apply
from tests.reputation_service.conftest import (
    Counters,
    badges_of,
    completed,
    counters_of,
    no_show,
    sums_of,
)

EVENTS = 12
kinds = st.lists(
    st.tuples(st.booleans(), st.permutations(range(4)), st.integers(0, 100)),
    min_size=EVENTS,
    max_size=EVENTS,
)
deliveries = st.lists(
    st.tuples(st.lists(st.integers(0, EVENTS - 1), min_size=1, max_size=20), st.booleans()), max_size=8
)
"""Batches of events by number, with repetitions; and whether the worker dies before it commits."""


class WorkerDies(Exception):
    pass


def _expected(events: list[StoredEvent]) -> dict[UUID, Counters]:
    sums: dict[UUID, Counters] = defaultdict(Counters)
    for event in events:
        is_completion = event.type == SESSION_COMPLETED
        for person in event.data["participants" if is_completion else "absent"]:
            count, points, missed = sums[UUID(person["user_id"])]
            sums[UUID(person["user_id"])] = (
                Counters(count + 1, points + person["points"], missed)
                if is_completion
                else Counters(count, points - person["points"], missed + 1)
            )
    return dict(sums)


@given(kinds=kinds, deliveries=deliveries)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
async def test_counters_are_the_sums_of_what_was_delivered(
    worker: Database, owner: Database, kinds: list[Any], deliveries: list[tuple[list[int], bool]]
) -> None:
    users = [uuid4() for _ in range(4)]
    events = [
        (completed if is_completion else no_show)(users[order[0]], users[order[1]], points=points)
        for is_completion, order, points in kinds
    ]
    arrived: set[int] = set()
    for numbers, dies in deliveries:
        try:
            async with worker.transaction() as connection:
                await apply(connection, [events[number] for number in numbers])
                if dies:
                    raise WorkerDies
        except WorkerDies:
            continue
        arrived |= set(numbers)

    expected = _expected([events[number] for number in arrived])
    assert await counters_of(owner, users) == expected
    assert await sums_of(owner, users) == expected
    for user in users:
        count = expected.get(user, Counters()).completed_sessions
        assert set(await badges_of(owner, user)) == {
            milestone.code for milestone in MILESTONES if milestone.completed_sessions <= count
        }
