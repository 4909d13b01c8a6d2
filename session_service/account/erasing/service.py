"""Erasing an account, step by step (docs/decisions/0022-erasure.md). The account has been closed before.

1. `begin`: what is open between the user and buddies ends, and what stays with them gets a stand-in's id: nothing new
   can name the user from then on, but what follows from events that are under way.
2. `tell`: the gateways forget what shows the old name.
3. `settle`: events of the user and others are applied first; then nothing follows any more.
4. `words`, `answers`, `events`: names and ids go out of what stays. In between, `tell_again`: what the gateways keep
   shows the old words.
5. `rows`: what is the user's own goes, in every house.
6. `hints`: Redis.
7. `analyze`: what PostgreSQL's planner remembers of the tables is drawn anew, table by table.
8. `finish`: looks once more, a number of events at a time, and deletes the account and the job in one transaction; if
   something has come up, it goes on with 3.

Each step does so much at once (`EVENTS_AT_ONCE` and so on) as takes well under a second. One that does not come to its
end all the same, since the rows are large or the machine is slow, is tried again with a quarter of that, and so on.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.cache_tags import CacheTags
from kit.forgetting import forget
from kit.outbox.events import Event, publish
from session_service.account.erasing import repository
from session_service.account.erasing.repository import Looked, Traces
from session_service.account.rules import Step, Work
from session_service.buddy import service as buddy
from session_service.profiles import service as profiles

NOBODY = UUID(int=0)
"""Before every id."""

SESSIONS_AT_ONCE = 500
BUDDIES_AT_ONCE = 20
EVENTS_AT_ONCE = 250
ROWS_AT_ONCE = 2000
BLOCKS_AT_ONCE = 5000

VALUES_KEPT = 100
"""Of each column, by the planner; PostgreSQL's own default. ANALYZE reads 300 rows of a table for each."""

PATIENT_ATTEMPTS = 3
"""So often whoever is vacuuming a table is left to it. Later ones wait for longer than `deadlock_timeout`, for which
PostgreSQL gives an autovacuum up: it might never come to its end if every erasure did that to it at once."""

PATIENCE = timedelta(seconds=0.5)
"""How long those attempts wait."""

MOST_CUTS = 6
"""So often a step that does not come to its end is cut to a quarter."""

SOON = timedelta(seconds=0.25)
"""Until it is looked again whether the others' events have been applied, or Redis answers."""


class HintsUnavailable(Exception):
    """Redis does not answer; the step is tried again until it does."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a step may need besides the database."""

    redis: Redis | None
    cache_tags: CacheTags | None


State = dict[str, Any]
Part = Callable[[AsyncConnection, Work, State, Means], Awaitable[Step]]


async def step(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    """The next step of an erasure, in the worker's transaction. ``gone`` after the last one."""
    part, _ = _PARTS[state.get("step", "begin")]
    cuts = max(state.get("cuts", 0), min(work.attempts - 1, MOST_CUTS))
    return await part(connection, work, {**state, "cuts": cuts}, means)


def _next(state: State, name: str, **cursor: Any) -> Step:
    kept = {key: state[key] for key in ("stand_in", "wanted")}
    return Step({**kept, "step": name, **cursor}, progress=_PARTS[name][1])


def _again(state: State, *, pause: timedelta | None = None, **cursor: Any) -> Step:
    return Step({**state, **cursor}, progress=_PARTS[state["step"]][1], pause=pause)


def _at_once(state: State, number: int) -> int:
    cuts: int = state["cuts"]
    return max(1, number >> 2 * cuts)


def _traces(state: State) -> Traces:
    return Traces([wanted for wanted, _ in state["wanted"]], [instead for _, instead in state["wanted"]])


def _cursor(state: State) -> UUID:
    return UUID(state.get("after", str(NOBODY)))


async def _begin(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    begun = await repository.begin(connection, work.user_id)
    events = []
    for session in begun["cancelled"]:
        data: contracts.SessionCancelledData = {
            "session_id": session["session_id"],
            "actor_id": begun["stand_in"],
            "user_ids": [begun["stand_in"], session["buddy_id"]],
            "reason": None,
        }
        events.append(Event(contracts.SESSION_CANCELLED, f"session:{session['session_id']}", data))
    await publish(connection, events)
    return _next(begun, "tell")


def _telling(then: str) -> Part:
    async def tell(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
        sessions = await repository.shared_sessions(
            connection, UUID(state["stand_in"]), _cursor(state), _at_once(state, SESSIONS_AT_ONCE)
        )
        # A session's own tag covers whatever shows it; the user's is for those outside who go by it.
        tags = [buddy.cache_tag(session_id) for session_id in sessions] or [profiles.cache_tag(work.user_id)]
        if means.cache_tags is None or not await means.cache_tags.advance_untold(tags):
            return _again(state, pause=SOON)
        if sessions:
            return _again(state, after=str(sessions[-1]))
        return _next(state, then)

    return tell


async def _settle(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    if await repository.settle_events(connection, work.user_id):
        return _again(state, pause=SOON)
    return _next(state, "words")


async def _words(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    last = await repository.erase_from_buddies(
        connection, work.user_id, _traces(state), _cursor(state), _at_once(state, BUDDIES_AT_ONCE)
    )
    return _next(state, "tell_again") if last is None else _again(state, after=str(last))


async def _answers(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    tables = await repository.swept_tables(connection)
    number, block = state.get("table", 0), state.get("block", 0)
    if number >= len(tables):
        return _next(state, "events")
    following = await repository.sweep_words(
        connection, work.user_id, _traces(state), tables[number], block, _at_once(state, BLOCKS_AT_ONCE)
    )
    if following is None:
        return _again(state, table=number + 1, block=0)
    return _again(state, table=number, block=following)


async def _events(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    last = await repository.sweep_events(
        connection, work.user_id, _traces(state), _cursor(state), _at_once(state, EVENTS_AT_ONCE)
    )
    return _next(state, "rows") if last is None else _again(state, after=str(last))


async def _rows(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    gone = await repository.erase_rows(connection, work.user_id, _at_once(state, ROWS_AT_ONCE))
    return _again(state) if gone else _next(state, "hints")


async def _hints(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    if means.redis is None:
        raise HintsUnavailable
    ids = [str(work.user_id), work.user_id.hex]
    words = [trace for trace in _traces(state).wanted if trace not in ids]
    cursor = await forget(means.redis, ids, words, state.get("cursor", 0))
    return _again(state, cursor=cursor) if cursor else _next(state, "analyze")


async def _prepare_analyzing(connection: AsyncConnection, state: State) -> None:
    attempts = state["cuts"]
    if attempts < PATIENT_ATTEMPTS:
        await repository.wait_for_locks(connection, PATIENCE)
    # Fewer rows only when it was not for want of the lock: plans are made by what is kept.
    insisting = max(0, attempts - PATIENT_ATTEMPTS)
    await repository.keep_values(connection, _at_once({"cuts": insisting}, VALUES_KEPT))


async def _analyze(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    await _prepare_analyzing(connection, state)
    analyzed = await repository.analyze_next(connection, state.get("relation", ("", "")))
    return _next(state, "finish") if analyzed is None else _again(state, relation=analyzed)


async def _finish(connection: AsyncConnection, work: Work, state: State, means: Means) -> Step:
    await _prepare_analyzing(connection, state)
    looked = await repository.look_at_events(connection, work.user_id, _at_once(state, EVENTS_AT_ONCE))
    if looked is Looked.MORE:
        return _again(state)
    if looked is Looked.CLEAN and await repository.finish(connection, work.user_id):
        return Step({}, progress=100, gone=True)
    return _next(state, "settle")


_PARTS: dict[str, tuple[Part, int]] = {
    "begin": (_begin, 0),
    "tell": (_telling("settle"), 10),
    "settle": (_settle, 15),
    "words": (_words, 25),
    "tell_again": (_telling("answers"), 40),
    "answers": (_answers, 45),
    "events": (_events, 50),
    "rows": (_rows, 60),
    "hints": (_hints, 85),
    "analyze": (_analyze, 90),
    "finish": (_finish, 95),
}
"""By name: what the step does, and how far the job is before it, in percent."""
