"""`tandem recompute` for reputation: out of the ledger, whatever stood there before; and what differs is found."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from deploy import recompute as deployed
from deploy.cli import app as tandem
from deploy.recompute import check_reputation, recompute_reputation
from kit.database import Database
from reputation_service.ledger.service import apply
from reputation_service.recounting import repository
from tests.reputation_service.conftest import (
    Book,
    Counters,
    appealed,
    badges_of,
    completed,
    counters_of,
    drifts,
    no_show,
    streaks,
    sums_of,
)

TABLES = ("counters", "badges", "boards", "distribution")


async def recompute(owner_url: str) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    count = await asyncio.to_thread(
        recompute_reputation, owner_url, lambda done, total: told.append((done, total))
    )
    assert told[-1] == (count, count)
    return told


async def check(owner_url: str) -> dict[str, int]:
    return {found.what: found.count for found in await asyncio.to_thread(check_reputation, owner_url)}


async def dump(owner: Database, users: list[UUID]) -> list[Any]:
    """All that is kept of the users, but for when it was changed; and the boards without their stripes."""
    async with owner.transaction() as connection:
        counters = await connection.execute(
            text(
                "SELECT user_id, completed_sessions, points, no_shows, completed_sessions_reached_at, points_reached_at"
                " FROM reputation_service.counters WHERE user_id = ANY(:users) ORDER BY user_id"
            ),
            {"users": users},
        )
        badges = await connection.execute(
            text("SELECT * FROM reputation_service.badges WHERE user_id = ANY(:users) ORDER BY 1, 2"),
            {"users": users},
        )
        return [*counters.all(), *badges.all()]


@pytest.fixture
async def users(book: Book, owner: Database, owner_url: str) -> list[UUID]:
    """Some with a past of every kind, where nothing is left of what other tests have made up."""
    await recompute(owner_url)
    people = [uuid4() for _ in range(4)]
    ann, ben, cal, dan = people
    await book(*(completed(ann, ben, points=points) for points in (5, 10, 0, 20, 15, 5)))
    taken_back = completed(ann, cal, points=30)
    missed = uuid4()
    await book(taken_back, no_show(dan, cal, points=8, session_id=missed), streaks((ben, 7)))
    await book(appealed(cal, missed))
    async with owner.transaction() as connection:
        await connection.execute(
            text("SELECT FROM reputation_service.reverse_session(:session, 'why', :ann, NULL)"),
            {"session": taken_back.data["session_id"], "ann": ann},
        )
    return people


async def test_it_comes_to_the_same_as_step_by_step(
    users: list[UUID], owner: Database, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployed, "AT_ONCE", 3)
    before = await dump(owner, users)
    assert await check(owner_url) == {}
    told = await recompute(owner_url)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) > 3
    assert await dump(owner, users) == before
    assert await check(owner_url) == {}


@pytest.mark.parametrize(
    ("breakage", "what"),
    [
        (
            "UPDATE reputation_service.counters SET points = points + 1 WHERE user_id = :user",
            "counters that are not the ledger's sums",
        ),
        (
            "UPDATE reputation_service.counters SET no_shows = 70 WHERE user_id = :user",
            "counters that are not the ledger's sums",
        ),
        (
            "DELETE FROM reputation_service.counters WHERE user_id = :user",
            "counters that are not the ledger's sums",
        ),
        (
            "INSERT INTO reputation_service.counters (user_id, completed_sessions) VALUES (gen_random_uuid(), 3)",
            "counters that are not the ledger's sums",
        ),
        (
            "UPDATE reputation_service.counters SET points_reached_at = now() WHERE user_id = :user",
            "times of values that are not the ledger's",
        ),
        (
            "UPDATE reputation_service.boards SET users = users + 2 WHERE board = 'points' AND shift = 8",
            "ranks' counts that are not the counters'",
        ),
        ("DELETE FROM reputation_service.boards", "ranks' counts that are not the counters'"),
        ("DELETE FROM reputation_service.distribution", "buckets that are not the counters'"),
        (
            "UPDATE reputation_service.distribution SET no_shows = no_shows - 1 WHERE bucket = 1",
            "buckets that are not the counters'",
        ),
        (
            "DELETE FROM reputation_service.badges WHERE user_id = :user AND code = 'sessions_5'",
            "badges that are missing",
        ),
        (
            "INSERT INTO reputation_service.badges VALUES (:user, 'sessions_10', now())",
            "badges that nothing has earned",
        ),
        (
            "INSERT INTO reputation_service.badges VALUES (gen_random_uuid(), 'sessions_1', now())",
            "badges that nothing has earned",
        ),
    ],
)
async def test_what_is_broken_is_found_and_mended(
    users: list[UUID], owner: Database, owner_url: str, breakage: str, what: str
) -> None:
    ann = users[0]
    before = await dump(owner, users)
    async with owner.transaction() as connection:
        await connection.execute(text(breakage), {"user": ann})
    assert what in await check(owner_url)
    await recompute(owner_url)
    assert await check(owner_url) == {}
    assert await dump(owner, users) == before
    assert await drifts(owner) == []


async def test_a_badge_stays_though_its_session_was_taken_back(
    users: list[UUID], owner: Database, owner_url: str
) -> None:
    cal = users[2]
    assert await counters_of(owner, [cal]) == {cal: Counters()}
    earned = await badges_of(owner, cal)
    assert set(earned) == {"sessions_1"}
    async with owner.transaction() as connection:
        await connection.execute(
            text("DELETE FROM reputation_service.badges WHERE user_id = :cal"), {"cal": cal}
        )
    await recompute(owner_url)
    assert await badges_of(owner, cal) == earned


async def test_it_runs_beside_the_workers(worker: Database, owner: Database, owner_url: str) -> None:
    await recompute(owner_url)
    people = [uuid4() for _ in range(30)]
    batches = [
        [completed(one, other, points=points) for one, other in zip(people[::2], people[1::2], strict=True)]
        for points in range(25)
    ]

    async def work(mine: list[Any]) -> None:
        for batch in mine:
            # Not `run`: that would try again after a deadlock, and none may happen.
            async with worker.transaction() as connection:
                await apply(connection, batch)

    async with owner.transaction() as connection:
        await connection.execute(text("UPDATE reputation_service.boards SET users = users + 1"))
    await asyncio.gather(
        work(batches[:12]),
        work(batches[12:]),
        recompute(owner_url),
        recompute(owner_url),
        check_often(owner_url),
    )
    assert await check(owner_url) == {}
    assert await sums_of(owner, people) == await counters_of(owner, people)
    assert {counters.completed_sessions for counters in (await counters_of(owner, people)).values()} == {25}


async def test_two_who_mend_the_boards_at_once_add_what_is_missing_once(
    users: list[UUID], owner: Database
) -> None:
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE reputation_service.boards SET users = users - 1 WHERE shift = 60")
        )

    async def mend() -> None:
        async with owner.transaction() as connection:
            await repository.mend_boards(connection)

    async with owner.transaction() as connection:
        await repository.mend_boards(connection)
        waiting = asyncio.create_task(mend())
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
    await waiting
    assert await drifts(owner) == []


async def check_often(owner_url: str) -> None:
    """What is booked meanwhile never looks like a difference."""
    for _ in range(5):
        found = await check(owner_url)
        assert set(found) <= {
            "ranks' counts that are not the counters'",
            "buckets that are not the counters'",
        }


async def test_who_would_be_shown_nothing_changes_nothing(
    users: list[UUID], owner: Database, bound_owner_url: str
) -> None:
    before = await dump(owner, users)
    for attempt in (recompute, check):
        with pytest.raises(Exception, match="row-level security"):
            await attempt(bound_owner_url)
    assert await dump(owner, users) == before


@pytest.fixture
async def bound_owner_url(owner: Database, owner_url: str) -> AsyncIterator[str]:
    """A user with all rights on the tables, whom row-level security binds, as a managed database's owner is."""
    name, password = f"owner_{uuid4().hex}", uuid4().hex
    async with owner.transaction() as connection:
        for statement in (
            f"CREATE ROLE {name} LOGIN PASSWORD '{password}'",
            f"GRANT USAGE ON SCHEMA reputation_service TO {name}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA reputation_service TO {name}",
        ):
            await connection.exec_driver_sql(statement)
    prefix, _, rest = owner_url.partition("://")
    yield f"{prefix}://{name}:{password}@{rest.rpartition('@')[2]}"
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(f"DROP OWNED BY {name}")
        await connection.exec_driver_sql(f"DROP ROLE {name}")


async def test_the_command_line_says_what_differs(
    users: list[UUID], owner: Database, owner_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", owner_url)

    async def run(*arguments: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, tandem, ["recompute", *arguments])

    well = await run("--check")
    assert (well.exit_code, well.stdout) == (0, "reputation is as its ledger says\n")
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE reputation_service.counters SET points = points + 1 WHERE user_id = :ann"),
            {"ann": users[0]},
        )
    found = await run("--check")
    assert found.exit_code == 1
    assert f"1 counters that are not the ledger's sums; {users[0]}: the ledger says (6,55,0)" in found.stdout
    mended = await run()
    assert mended.exit_code == 0, mended.output
    assert "reputation of" in mended.stdout
    assert (await run("--check")).exit_code == 0
