"""Who is let in while an account is erased, and what comes back afterwards."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kit import contracts
from kit.cache_tags import ADVANCED_HEADER
from kit.database import Database
from kit.errors import AccountClosed
from kit.outbox.events import Event, publish
from session_service.account import repository, rules, service
from session_service.account.erasing import service as erasing
from session_service.account.erasing.service import Means
from tests.session_service.account.conftest import RunJobs, mentions, ok
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_match, make_profile, make_session, rows
from tests.support.waiting import eventually

People = tuple[UUID, httpx.AsyncClient]


async def test_closing_waits_for_what_is_under_way_and_then_nothing_gets_in(
    ann: People, database_for: Callable[[str], Database]
) -> None:
    ann_id, client = ann
    await ok(await client.get("/api/me"))
    database = database_for("tandem_session")
    async with database.transaction(ann_id) as connection:
        closing = asyncio.create_task(client.delete("/api/me"))
        await asyncio.sleep(0.3)
        assert not closing.done()
        await connection.execute(
            text("INSERT INTO session_service.plans (user_id, name, structure) VALUES (:id, 'Last', '{}')"),
            {"id": ann_id},
        )
    answer = await closing
    assert answer.status_code == 202
    # No gateway goes on to show them what it keeps for them.
    assert answer.headers[ADVANCED_HEADER] == f"user:{ann_id}"
    with pytest.raises(AccountClosed):
        async with database.transaction(ann_id):
            raise AssertionError("let in")
    for method, path in (
        ("GET", "/api/me"),
        ("PATCH", "/api/me"),
        ("POST", "/api/me/export"),
        ("GET", "/api/notifications"),
        ("POST", "/api/v1/sessions/start"),
    ):
        refused = await client.request(method, path, json={} if method != "GET" else None)
        assert (refused.status_code, refused.json()["code"]) == (409, "account_being_erased"), path


@pytest.mark.parametrize("role", ["tandem_session", "tandem_reputation", "tandem_statistics"])
async def test_no_house_lets_them_in(ann: People, database_for: Callable[[str], Database], role: str) -> None:
    ann_id, client = ann
    await ok(await client.delete("/api/me"), 202)
    with pytest.raises(AccountClosed):
        async with database_for(role).transaction(ann_id):
            raise AssertionError("let in")
    async with database_for(role).transaction(uuid4()):
        pass


async def test_asked_for_again_it_is_the_same_job(ann: People) -> None:
    _, client = ann
    answers = await asyncio.gather(*(client.delete("/api/me") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["job_id"] for answer in answers}) == 1


async def test_who_comes_back_is_new_here(
    ann: People, as_user: AsUser, run_jobs: RunJobs, owner: Database
) -> None:
    ann_id, client = ann
    before = await ok(await client.get("/api/me"))
    await ok(await client.patch("/api/me", json={"timezone": "Europe/Paris"}))
    job = (await ok(await client.delete("/api/me"), 202))["job_id"]
    await run_jobs()
    # Looking whether it is done makes nobody a profile.
    assert (await client.get(f"/api/jobs/{job}")).status_code == 404
    assert await mentions(owner, str(ann_id)) == {}
    after = await ok(await client.get("/api/me"))
    assert after["user_number"] > before["user_number"]
    assert after["timezone"] == "UTC"
    # The process remembers again that there is a profile.
    assert (await ok(await client.get("/api/me"))) == after


async def test_whoever_has_never_been_here_can_be_erased(as_user: AsUser, run_jobs: RunJobs) -> None:
    client = as_user(uuid4())
    job = (await ok(await client.delete("/api/me"), 202))["job_id"]
    await run_jobs()
    assert (await client.get(f"/api/jobs/{job}")).status_code == 404


async def test_nothing_can_be_planned_with_the_deleted(
    ann: People, as_user: AsUser, owner: Database, run_jobs: RunJobs
) -> None:
    ann_id, client = ann
    bea_id = uuid4()
    bea = as_user(bea_id)
    await ok(await bea.get("/api/me"))
    match = await make_match(owner, user1=ann_id, user2=bea_id)
    invitation = await make_match(owner, user1=ann_id, status="pending")
    session = await make_session(owner, match=match)
    await ok(await client.delete("/api/me"), 202)
    assert (await bea.post("/api/matches", json={"buddy_id": str(ann_id)})).json()[
        "code"
    ] == "cannot_be_invited"
    await run_jobs()
    planned = await bea.post(
        "/api/session/create",
        json={
            "match_id": str(match.id),
            "user1_challenge_id": str(session.challenge1),
            "user2_challenge_id": str(session.challenge2),
            "venue_name": "Park",
            "scheduled_time": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        },
    )
    assert (planned.status_code, planned.json()["code"]) == (400, "buddy_is_gone")
    shown = await ok(await bea.get(session.url))
    assert shown["status"] == "cancelled"
    stand_in = shown["participants"]["user1"]
    assert stand_in["name"] == "Deleted user"
    invited = await bea.post("/api/matches", json={"buddy_id": stand_in["id"]})
    assert invited.json()["code"] == "cannot_be_invited"
    (declined,) = await rows(
        owner, "SELECT status FROM session_service.wingman_matches WHERE id = :id", id=invitation.id
    )
    assert declined["status"] == "declined"


async def test_a_session_that_is_planned_at_that_moment_is_cancelled_or_refused(
    ann: People, as_user: AsUser, owner: Database, run_jobs: RunJobs, database_for: Callable[[str], Database]
) -> None:
    """The buddy's transaction has seen the match before the stand-in took its place."""
    ann_id, client = ann
    bea_id = uuid4()
    bea = as_user(bea_id)
    await ok(await bea.get("/api/me"))
    session = await make_session(owner, match=await make_match(owner, user1=ann_id, user2=bea_id))
    body = {
        "match_id": str(session.match.id),
        "user1_challenge_id": str(session.challenge1),
        "user2_challenge_id": str(session.challenge2),
        "venue_name": "Park",
        "scheduled_time": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
    }
    await ok(await client.delete("/api/me"), 202)

    async def plan() -> set[int]:
        answered = set()
        while True:
            answer = await bea.post("/api/session/create", json=body)
            answered.add(answer.status_code)
            if answer.status_code == 400:
                return answered

    planning = [asyncio.create_task(plan()) for _ in range(4)]
    await run_jobs()
    for each in await asyncio.gather(*planning):
        assert each <= {201, 400}
    open_ones = await rows(
        owner,
        "SELECT FROM session_service.wingman_sessions WHERE match_id = :id AND status <> 'cancelled'",
        id=session.match.id,
    )
    assert open_ones == []


async def test_what_two_deleted_users_had_is_nobody_s(
    ann: People, as_user: AsUser, owner: Database, run_jobs: RunJobs
) -> None:
    ann_id, client = ann
    bea_id = uuid4()
    match = await make_match(owner, user1=ann_id, user2=bea_id)
    session = await make_session(owner, match=match, status="completed")
    for each in (client, as_user(bea_id)):
        await ok(await each.delete("/api/me"), 202)
        await run_jobs()
    assert (
        await rows(owner, "SELECT FROM session_service.wingman_sessions WHERE id = :id", id=session.id) == []
    )
    assert await rows(owner, "SELECT FROM session_service.wingman_matches WHERE id = :id", id=match.id) == []
    left = await rows(owner, "SELECT id FROM session_service.user_profiles WHERE stands_in")
    kept = await rows(owner, "SELECT user1_id, user2_id FROM session_service.wingman_matches")
    assert {row["id"] for row in left} <= {person for row in kept for person in row.values()}


async def event(owner: Database, kind: str, data: dict[str, Any], state: str) -> UUID:
    async with owner.transaction() as connection:
        made = Event(kind, "test", data)
        await publish(connection, [made])
        await connection.execute(
            text("UPDATE outbox.deliveries SET state = :state, last_error = :error WHERE event_id = :id"),
            {"state": state, "id": made.id, "error": str(data)},
        )
    return made.id


async def test_events_are_settled_before_anything_is_looked_through(
    ann: People, owner: Database, worker: Database, means: Means
) -> None:
    """Of others: applied first. One's own: dropped. Done: deleted. Dead: kept for the buddy, naming nobody."""
    ann_id, client = ann
    await make_profile(owner, ann_id)
    bea_id = await make_profile(owner)
    shared = {
        "session_id": str(uuid4()),
        "confirmed_by": str(ann_id),
        "confirmed_user_id": str(bea_id),
    }
    pending = await event(owner, contracts.SESSION_CONFIRMED, shared, "pending")
    done = await event(owner, contracts.SESSION_CONFIRMED, shared, "done")
    dead = await event(owner, contracts.SESSION_CONFIRMED, shared, "dead")
    own = await event(owner, contracts.PRACTICE_PAUSED, {"user_id": str(ann_id)}, "pending")
    foreign = await event(owner, contracts.PRACTICE_PAUSED, {"user_id": str(bea_id)}, "pending")
    await ok(await client.delete("/api/me"), 202)

    async def step_name() -> str:
        await service.work_on_jobs(worker, means.redis, means.cache_tags)
        (job,) = await rows(owner, "SELECT state FROM session_service.jobs WHERE user_id = :id", id=ann_id)
        return str(job["state"].get("step"))

    await eventually(lambda: is_at(step_name, "settle"), interval=0.1)
    for _ in range(3):
        await asyncio.sleep(0.3)
        assert await step_name() == "settle"

    async def stored(event_id: UUID) -> list[dict[str, Any]]:
        return await rows(owner, "SELECT data FROM outbox.events WHERE id = :id", id=event_id)

    assert await stored(own) == []
    assert len(await stored(foreign)) == 1
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET state = 'done' WHERE event_id = :id"), {"id": pending}
        )

    async def is_over() -> bool:
        await service.work_on_jobs(worker, means.redis, means.cache_tags)
        return not await rows(owner, "SELECT FROM session_service.jobs WHERE user_id = :id", id=ann_id)

    await eventually(is_over, interval=0.1)
    assert await stored(pending) == []
    assert await stored(done) == []
    (kept,) = await stored(dead)
    assert kept["data"]["confirmed_user_id"] == str(bea_id)
    assert UUID(kept["data"]["confirmed_by"]) != ann_id
    assert await mentions(owner, str(ann_id)) == {}


async def is_at(step_name: Callable[[], Any], name: str) -> bool:
    return bool(await step_name() == name)


async def test_it_goes_on_from_every_step_at_which_whoever_did_it_dies(
    ann: People, owner: Database, worker: Database, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann_id, client = ann
    match = await make_match(owner, user1=ann_id)
    session = await make_session(owner, match=match)
    await ok(await client.post("/api/v1/sessions/start", json={}), 201)
    async with owner.transaction() as connection:
        await connection.execute(text("UPDATE outbox.deliveries SET state = 'done'"))
    died: list[str] = []
    real = erasing.step

    class Killed(BaseException):
        """As a SIGKILL: nothing gets to say anything."""

    async def dying(connection: Any, work: Any, state: Any, means: Any) -> Any:
        step = await real(connection, work, state, means)
        name = state.get("step", "begin")
        if name not in died:
            died.append(name)
            raise Killed
        return step

    monkeypatch.setattr(erasing, "step", dying)
    monkeypatch.setattr(rules, "LEASE", timedelta(0))
    await ok(await client.delete("/api/me"), 202)

    async def is_over() -> bool:
        try:
            await service.work_on_jobs(worker, means.redis, means.cache_tags)
        except Killed:
            return False
        async with owner.transaction() as connection:
            await connection.execute(text("UPDATE outbox.deliveries SET state = 'done'"))
        return not await rows(owner, "SELECT FROM session_service.jobs WHERE user_id = :id", id=ann_id)

    await eventually(is_over, timeout=30)
    assert set(died) == set(erasing._PARTS)
    assert await mentions(owner, str(ann_id)) == {}
    told = await rows(
        owner,
        "SELECT FROM outbox.events WHERE type = :type AND data->>'session_id' = :id",
        type=contracts.SESSION_CANCELLED,
        id=str(session.id),
    )
    assert len(told) == 1


async def test_what_turns_up_at_the_last_moment_does_not_stay(
    ann: People, owner: Database, worker: Database, means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was that wrote it: the account goes only when nothing is left."""
    ann_id, client = ann
    await make_profile(owner, ann_id)
    await ok(await client.delete("/api/me"), 202)
    late = iter([True, False])
    finish = erasing._PARTS["finish"]

    async def finishing(connection: Any, work: Any, state: Any, means: Any) -> Any:
        if next(late, False):
            async with owner.transaction() as other:
                await other.execute(
                    text(
                        "INSERT INTO session_service.notifications (id, user_id, event_id, kind, title, body)"
                        " VALUES (gen_random_uuid(), :id, gen_random_uuid(), 'test', 'late', 'late')"
                    ),
                    {"id": ann_id},
                )
                await publish(other, [Event(contracts.PRACTICE_PAUSED, "late", {"user_id": str(ann_id)})])
        return await finish[0](connection, work, state, means)

    monkeypatch.setitem(erasing._PARTS, "finish", (finishing, 95))

    async def is_over() -> bool:
        await service.work_on_jobs(worker, means.redis, means.cache_tags)
        return not await rows(owner, "SELECT FROM session_service.jobs WHERE user_id = :id", id=ann_id)

    await eventually(is_over, interval=0.1)
    assert await mentions(owner, str(ann_id)) == {}


@pytest.mark.parametrize(
    "call",
    [
        "session_service.begin_erasure(:id)",
        "session_service.finish_erasure(:id)",
        "session_service.erase_from_buddies(:id, '{x}', '{y}', :id, 10)",
        "accounts.erase_rows(:id, 10)",
        "accounts.settle_events(:id)",
        "accounts.look_at_events(:id, 10)",
        "accounts.sweep_events(:id, '{x}', '{y}', :id, 10)",
        "accounts.sweep_words(:id, '{x}', '{y}', 'session_service', 'idempotency_keys', 0, 10)",
    ],
)
async def test_nobody_is_erased_whose_account_is_open(owner: Database, worker: Database, call: str) -> None:
    user_id = await make_profile(owner)
    with pytest.raises(DBAPIError) as refused:
        async with worker.transaction() as connection:
            await connection.execute(text(f"SELECT {call}"), {"id": user_id})
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


async def test_the_definer_itself_can_delete_nobody_whose_account_is_open(owner: Database) -> None:
    user_id = await make_profile(owner)
    async with owner.transaction() as connection:
        await connection.execute(
            text("INSERT INTO session_service.plans (user_id, name, structure) VALUES (:id, 'Plan', '{}')"),
            {"id": user_id},
        )
        await connection.execute(text("SET LOCAL ROLE tandem_definer"))
        for table in ("session_service.plans", "reputation_service.counters", "stats_worker.totals"):
            await connection.execute(text(f"DELETE FROM {table}"))
    assert await rows(owner, "SELECT name FROM session_service.plans WHERE user_id = :id", id=user_id)


async def test_a_user_s_lease_ends_with_the_worker_that_has_it(ann: People, worker: Database) -> None:
    _, client = ann
    await ok(await client.delete("/api/me"), 202)
    work = await worker.run(lambda connection: repository.take(connection, timedelta(0)))
    assert work is not None
    assert not rules.is_given_up(
        rules.Work(**{**{s: getattr(work, s) for s in work.__slots__}, "attempts": 10**6})
    )
