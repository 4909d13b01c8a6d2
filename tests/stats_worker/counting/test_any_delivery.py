"""However events are delivered, statistics are what the history comes to: checked against the definition."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.database import Database
from kit.errors import Refusal
from stats_worker import recount
from stats_worker.counting import service as counting
from stats_worker.counting.rules import SessionFacts, ZoneFacts
from tests.stats_worker import reference
from tests.stats_worker.conftest import (
    completed,
    dump,
    freeze,
    practice,
    shown,
    shown_month,
    started,
    stored,
    zone_changed,
)
from tests.stats_worker.reference import Practice

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Pacific/Apia",
)
TIMES = (
    # Clocks go forward in Berlin, back in New York; a leap day, a February without one, New Year's Eve, an ISO year
    # of 53 weeks; and Apia has no 30 December 2011 at all.
    datetime(2026, 3, 27, tzinfo=UTC),
    datetime(2026, 10, 30, tzinfo=UTC),
    datetime(2028, 2, 26, tzinfo=UTC),
    datetime(2027, 2, 26, tzinfo=UTC),
    datetime(2026, 12, 28, tzinfo=UTC),
    datetime(2011, 12, 27, tzinfo=UTC),
)

zones = st.sampled_from(ZONES)
# Few days and mostly one user, so that there are streaks, gaps, and days that close them.
DAYS = 7
minutes = st.integers(0, DAYS * 24 * 60)
users = st.sampled_from([0, 0, 0, 1])
histories = st.lists(
    st.tuples(
        users,
        minutes,
        zones,
        st.sampled_from(["completed", "completed", "completed", "partial", "abandoned", None]),
        st.integers(0, 14_400),
        st.sampled_from([None, 1, 2]),
    ),
    min_size=2,
    max_size=16,
)
changes = st.lists(st.tuples(users, zones), max_size=3)


class Deliver(NamedTuple):
    """A batch of events by number (of which there may be fewer), with repetitions; or the worker dies in it."""

    numbers: list[int]
    dies: bool


class Freeze(NamedTuple):
    """One of the users freezes a day."""

    user: int
    day: int


steps = st.lists(
    st.one_of(
        st.builds(Deliver, st.lists(st.integers(0, 30), min_size=1, max_size=6), st.booleans()),
        st.builds(Freeze, users, st.integers(0, DAYS)),
    ),
    max_size=8,
)


class WorkerDies(Exception):
    pass


class World:
    """What has happened to two users, and what of it has arrived."""

    def __init__(self, begin: datetime, history: list[Any], changes: list[Any]):
        self.begin = begin
        self.users = [uuid4(), uuid4()]
        self.practices = [
            practice(
                self.users[user],
                begin + timedelta(minutes=minute),
                timezone=timezone,
                status=status,
                duration=duration,
                sequence=sequence,
            )
            for user, minute, timezone, status, duration, sequence in history
        ]
        self.changes = [
            (self.users[user], version, zone) for version, (user, zone) in enumerate(changes, start=1)
        ]
        self.events: list[Any] = [(started(one), one, None) for one in self.practices]
        self.events += [(completed(one), one, None) for one in self.practices if one.status]
        self.events += [
            (zone_changed(user, zone, version), None, version) for user, version, zone in self.changes
        ]
        self.arrived: set[int] = set()
        self.frozen: dict[UUID, set[date]] = {user: set() for user in self.users}

    def day(self, number: int) -> date:
        return self.begin.date() + timedelta(days=number)

    def known(self, user: UUID) -> list[Practice]:
        """The user's practices as far as they have arrived: one that has only been started has no status yet."""
        known: dict[int, Practice] = {}
        for number in sorted(self.arrived):
            event, one, _ = self.events[number]
            if one is not None and one.user_id == user:
                is_start = event.type == started(one).type
                known[one.session_id] = practice_started_only(one) if is_start else one
        return list(known.values())

    def zone(self, user: UUID) -> str:
        arrived = {self.events[number][2] for number in self.arrived}
        mine = [
            (version, zone) for owner, version, zone in self.changes if owner == user and version in arrived
        ]
        return reference.zone(self.known(user), mine)


def practice_started_only(one: Practice) -> Practice:
    return Practice(one.user_id, one.session_id, one.started_at, one.timezone, None, 0, one.sequence_id)


async def check(reader: Database, world: World, now: datetime) -> None:
    for user in world.users:
        known, zone = world.known(user), world.zone(user)
        async with reader.transaction(user) as connection:
            assert ((await counting.clock(connection, user)).timezone or "UTC") == zone
        expected = reference.statistics(known, world.frozen[user], now, zone)
        assert await shown(reader, user, now, zone) == expected


@given(
    begin=st.sampled_from(TIMES),
    history=histories,
    changes=changes,
    steps=steps,
    rest=st.randoms(use_true_random=False),
    later=minutes,
)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    database=None,
)
async def test_step_by_step_equals_from_scratch(
    worker: Database,
    reader: Database,
    owner: Database,
    begin: datetime,
    history: list[Any],
    changes: list[Any],
    steps: list[Deliver | Freeze],
    rest: Any,
    later: int,
) -> None:
    world = World(begin, history, changes)
    now = begin + timedelta(minutes=later)
    remaining = list(range(len(world.events)))
    rest.shuffle(remaining)
    for step in [*steps, *(Deliver(remaining[at : at + 4], False) for at in range(0, len(remaining), 4))]:
        if isinstance(step, Freeze):
            await freeze_or_not(reader, world, world.users[step.user], world.day(step.day))
        else:
            await deliver(worker, world, step)
        await check(reader, world, now)

    assert world.arrived == set(range(len(world.events)))
    for user in world.users:
        for month in {day.replace(day=1) for day in (world.day(-1), world.day(10))}:
            expected = reference.calendar(world.known(user), month.isoformat()[:7])
            assert await shown_month(reader, user, month) == expected
        before = await dump(owner, user)
        await recount_user(owner, world, user)
        assert await dump(owner, user) == before


async def deliver(worker: Database, world: World, step: Deliver) -> None:
    numbers = [number for number in step.numbers if number < len(world.events)]
    try:
        async with worker.transaction() as connection:
            await counting.apply(connection, [stored(world.events[number][0]) for number in numbers])
            if step.dies:
                raise WorkerDies
    except WorkerDies:
        return
    world.arrived |= set(numbers)


async def freeze_or_not(reader: Database, world: World, user: UUID, day: date) -> None:
    practised = day in {one.local_date for one in world.known(user) if one.makes_a_day}
    in_month = [frozen for frozen in world.frozen[user] if frozen.isoformat()[:7] == day.isoformat()[:7]]
    allowed = day in world.frozen[user] or (not practised and len(in_month) < 3)
    try:
        await freeze(reader, user, day)
    except Refusal:
        assert not allowed
    else:
        assert allowed
        world.frozen[user].add(day)


async def recount_user(owner: Database, world: World, user: UUID) -> None:
    mine = [(version, zone) for who, version, zone in world.changes if who == user]
    sessions = [
        SessionFacts(
            one.user_id,
            one.session_id,
            one.local_date,
            one.timezone,
            one.sequence_id,
            one.status,
            one.duration_seconds,
        )
        for one in world.practices
        if one.user_id == user
    ]
    async with owner.transaction() as connection:
        if not (mine or sessions or world.frozen[user]):
            return
        await recount.lock(connection, user)
        newest = max(mine, default=None)
        await recount.rebuild(
            connection, user, sessions, None if newest is None else ZoneFacts(user, newest[1], newest[0])
        )
