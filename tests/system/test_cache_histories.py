"""No read is stale: short versions of ``make histories``, and the check that finds those that are."""

from pathlib import Path
from typing import Any

import pytest

from kit.migrations import role_url
from tests.histories.checker import Fault, History, Outcome, Read, Write
from tests.histories.clients import SESSIONS_OF_A_WRITER, WRITERS, Run
from tests.histories.faults import FAULTS
from tests.histories.sessions import make_sessions
from tests.histories.world import World
from tests.support.databases import fresh_database
from tests.support.servers import ROLE_SECRET, Servers

pytestmark = pytest.mark.xdist_group("histories")

OPERATIONS = 1000

MILD: list[str | None] = [
    None,
    "Redis emptied",
    "Redis set back",
    "a gateway killed",
    "a session service killed before it could tell",
    # The last one, since the cache stays suspended after it.
    "Redis cut off from one side",
]


@pytest.mark.system
@pytest.mark.parametrize("names", [MILD, ["Redis hangs"]], ids=["mild", "Redis hangs"])
async def test_no_read_is_stale(
    servers: Servers, worker_number: int, tmp_path: Path, names: list[str | None]
) -> None:
    owner_url = fresh_database(servers, f"tandem_histories_{worker_number}")
    database_url = role_url(owner_url, "tandem_session", ROLE_SECRET)
    # The full length is that of `make histories`.
    async with World(tmp_path, database_url, pause=0.5, times=1) as world:
        for name in names:
            run = Run(world, make_sessions(owner_url, WRITERS * SESSIONS_OF_A_WRITER), OPERATIONS)
            await world.ready()
            await run.run(None if name is None else FAULTS[name])
            assert [str(fault) for fault in run.history.faults()] == [], name
            hits = run.how["hit"]
            assert hits > (OPERATIONS / 10 if name is None else 0), (
                f"{name}: nothing could be stale\n{world.logs()}"
            )


def write(value: int, start: float, end: float, outcome: Outcome = "done") -> Write:
    return Write("x", value, start, end, outcome)


def read(value: int, start: float, end: float) -> Read:
    return Read("x", value, start, end)


def faults(*history: Read | Write) -> list[Fault]:
    return History(
        [one for one in history if isinstance(one, Read)],
        [one for one in history if isinstance(one, Write)],
    ).faults()


GOOD: dict[str, list[Any]] = {
    "nothing was written": [read(0, 1, 2)],
    "what was answered is shown": [write(1, 1, 2), read(1, 3, 4)],
    "during a write either is": [write(1, 1, 10), read(0, 2, 3), read(1, 2, 4), read(0, 5, 6)],
    "a read that began before the answer may be late": [write(1, 1, 2), read(0, 1.9, 50)],
    "a write that was never answered need not have happened": [write(1, 1, 2, "none"), read(0, 3, 4)],
    "nor be seen by all at once": [write(1, 1, 2, "none"), read(1, 3, 4), read(0, 5, 6), write(1, 7, 8)],
    "an answer that says nothing need not mean that it happened": [write(1, 1, 2, "open"), read(0, 3, 4)],
    "it may happen later": [write(1, 1, 2, "open"), read(0, 3, 4), read(1, 3, 4), read(1, 5, 6)],
    "registers are apart": [Write("y", 5, 1, 2, "done"), read(0, 3, 4)],
    "newer is good": [write(1, 1, 2), write(2, 3, 9), read(2, 4, 5), read(1, 4, 5)],
}
BAD: dict[str, list[Any]] = {
    "older than what was answered": [write(1, 1, 2), read(0, 3, 4)],
    "by a hair": [write(1, 1, 2), read(0, 2.0001, 4)],
    "older than the last but one": [write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)],
    "even while another is written": [write(1, 1, 2), write(2, 3, 9), read(0, 4, 5)],
    "back again": [write(1, 1, 2), read(1, 3, 4), read(0, 5, 6)],
    "open, but seen to have happened": [write(1, 1, 2, "open"), read(1, 3, 4), read(0, 5, 6)],
    "open, seen before the answer": [write(1, 1, 4, "open"), read(1, 2, 3), read(0, 5, 6)],
    "never written": [read(1, 3, 4)],
    "not begun to be written": [write(1, 5, 6), read(1, 3, 4)],
    "a late attempt does not excuse it": [write(1, 1, 2), write(1, 10, 11, "open"), read(0, 5, 6)],
}


@pytest.mark.parametrize("history", GOOD.values(), ids=GOOD)
def test_a_good_history_has_no_faults(history: list[Any]) -> None:
    assert faults(*history) == []


@pytest.mark.parametrize("history", BAD.values(), ids=BAD)
def test_a_bad_history_has_one(history: list[Any]) -> None:
    assert len(faults(*history)) == 1
