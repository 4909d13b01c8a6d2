import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kit.database import Database
from session_service import worker as house
from session_service.account import repository, rules, service
from session_service.account.exporting import service as exporting
from session_service.account.exporting.rules import csv_cell
from tests.session_service.account.conftest import RunJobs, ok
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_match, make_session, rows

People = tuple[UUID, httpx.AsyncClient]


async def ask(client: httpx.AsyncClient) -> str:
    answer = await client.post("/api/me/export")
    body = await ok(answer, 202)
    assert answer.headers["location"] == f"/api/jobs/{body['job_id']}"
    return str(body["job_id"])


async def unpack(client: httpx.AsyncClient, job_id: str) -> zipfile.ZipFile:
    job = await ok(await client.get(f"/api/jobs/{job_id}"))
    answer = await client.get(job["url"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert int(answer.headers["content-length"]) == len(answer.content)
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def table(archive: zipfile.ZipFile, name: str) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    as_json = json.loads(archive.read(f"{name}.json"))
    as_csv = list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode(), newline="")))
    assert len(as_json) == len(as_csv)
    return as_json, as_csv


async def test_all_that_is_held_is_in_one_zip(
    ann: People, as_user: AsUser, owner: Database, run_jobs: RunJobs
) -> None:
    ann_id, client = ann
    match = await make_match(owner, user1=ann_id)
    await make_session(owner, match=match, notes='=HYPERLINK("x")\nTom & "Jerry"')
    await ok(await client.patch("/api/me", json={"display_name": "=Ann"}))
    plan = {"exercises": [{"name": "Squat", "sets": [{"reps": 5, "weight_kg": 62.5, "completed": False}]}]}
    await ok(await client.post("/api/plans", json={"name": "Mine", "structure": plan}), 201)
    practice = await ok(await client.post("/api/v1/sessions/start", json={}), 201)
    await ok(await client.post(f"/api/v1/sessions/{practice['session_id']}/share"), 201)

    job_id = await ask(client)
    assert await ask(client) == job_id
    queued = await ok(await client.get(f"/api/jobs/{job_id}"))
    assert (queued["status"], queued["progress"], queued["url"]) == ("queued", 0, None)
    assert (await client.get(f"/api/jobs/{job_id}/download")).json()["code"] == "export_not_available"
    await run_jobs()
    done = await ok(await client.get(f"/api/jobs/{job_id}"))
    assert (done["status"], done["progress"], done["error"]) == ("completed", 100, None)
    assert datetime.fromisoformat(done["expires_at"]) > datetime.now(UTC) + timedelta(days=6)

    archive = await unpack(client, job_id)
    (profile,), (profile_csv,) = table(archive, "profile")
    assert (profile["id"], profile["display_name"]) == (str(ann_id), "=Ann")
    assert profile_csv["display_name"] == "'=Ann"
    (session,), (session_csv,) = table(archive, "buddy_sessions")
    assert session["notes"] == '=HYPERLINK("x")\nTom & "Jerry"'
    assert session_csv["notes"] == "'" + session["notes"]
    assert session["buddy"] == {"id": str(match.user2), "name": "Somebody"}
    (training,), _ = table(archive, "training_plans")
    assert training["structure"] == plan
    assert len(table(archive, "practice_sessions")[0]) == 1
    (link,), _ = table(archive, "practice_shares")
    assert "token_hash" not in link
    listed = archive.read("README.txt").decode()
    planned = await rows(owner, "SELECT count(*) AS n FROM accounts.erasure_plan WHERE exported")
    assert len(archive.namelist()) == 1 + 2 * (planned[0]["n"] + 3)
    for name in archive.namelist():
        assert name == "README.txt" or name.rpartition(".")[0] in listed
    undescribed = [line for line in listed.splitlines() if line.endswith(")")]
    assert undescribed == [], "each file is explained"
    parts = await rows(owner, "SELECT DISTINCT part FROM session_service.export_chunks")
    assert parts == [{"part": 0}]


async def test_nothing_of_anybody_else_is_in_it(
    ann: People, as_user: AsUser, owner: Database, run_jobs: RunJobs
) -> None:
    ann_id, client = ann
    bob_id = uuid4()
    bob = as_user(bob_id, name="Bob Secretive", email="bob@secretive.example")
    await ok(await bob.post("/api/v1/sessions/start", json={}), 201)
    match = await make_match(owner, user1=ann_id, user2=bob_id, status="declined")
    await make_match(owner, user1=bob_id)
    job_id = await ask(client)
    await run_jobs()
    archive = await unpack(client, job_id)
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Secretive" not in everything
    assert table(archive, "matches")[0][0]["buddy"] == {"id": str(match.user2), "name": None}
    assert everything.count(str(bob_id)) == 2  # JSON and CSV

    for path in (f"/api/jobs/{job_id}", f"/api/jobs/{job_id}/download"):
        assert (await bob.get(path)).status_code == 404


async def test_a_large_export_is_stored_in_pieces_and_comes_back_whole(
    ann: People, owner: Database, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PIECE", 1000)
    ann_id, client = ann
    await ok(await client.get("/api/me"))
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO session_service.audit_log (actor_id, action, subject_type, subject_id)"
                " SELECT :id, 'something', 'test', CAST(n AS text) || md5(CAST(n AS text))"
                " FROM generate_series(1, 3000) n"
            ),
            {"id": ann_id},
        )
    job_id = await ask(client)
    await run_jobs()
    archive = await unpack(client, job_id)
    assert len(table(archive, "audit")[0]) == 3000
    pieces = await rows(
        owner,
        "SELECT max(octet_length(content)) AS longest, count(*) AS n FROM session_service.export_chunks"
        " WHERE job_id = :id",
        id=job_id,
    )
    assert pieces[0]["longest"] == 1000
    assert pieces[0]["n"] > 50


async def test_of_two_who_work_on_it_each_step_is_done_by_one(
    ann: People, worker: Database, run_jobs: RunJobs, owner: Database
) -> None:
    _, client = ann
    job_id = await ask(client)
    slow = await worker.run(lambda connection: repository.take(connection, timedelta(0)))
    quick = await worker.run(lambda connection: repository.take(connection, rules.LEASE))
    assert slow is not None
    assert quick is not None
    assert (slow.id, quick.id) == (UUID(job_id), UUID(job_id))
    assert await worker.run(lambda connection: repository.hold(connection, slow)) is None
    assert await worker.run(lambda connection: repository.hold(connection, quick)) == {}
    await worker.run(lambda connection: repository.put_back(connection, slow, timedelta(0)))
    assert await worker.run(lambda connection: repository.take(connection, rules.LEASE)) is None


async def test_it_goes_on_where_whoever_died_had_come_to(
    ann: People, worker: Database, owner: Database, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, client = ann
    job_id = await ask(client)
    gathered: list[str] = []
    gather = exporting._gather

    class Killed(BaseException):
        """As a SIGKILL: nothing gets to say anything."""

    async def dying(connection: Any, work: Any, dataset: Any, number: int) -> int:
        count = await gather(connection, work, dataset, number)
        if dataset.name not in gathered:
            gathered.append(dataset.name)
            raise Killed
        gathered.append(dataset.name)
        return count

    monkeypatch.setattr(exporting, "_gather", dying)
    monkeypatch.setattr(rules, "LEASE", timedelta(0))
    monkeypatch.setattr(rules, "MOST_ATTEMPTS", 3)
    while True:
        try:
            await service.work_on_jobs(worker, None, None)
        except Killed:
            continue
        if (await ok(await client.get(f"/api/jobs/{job_id}")))["status"] == "completed":
            break
    # Each of them was begun twice, and is in the ZIP once.
    assert sorted(gathered) == sorted([name for name in set(gathered) for _ in range(2)])
    names = (await unpack(client, job_id)).namelist()
    assert len(names) == len(set(names))


async def test_what_fails_too_often_has_failed(
    ann: People, worker: Database, owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, client = ann
    job_id = await ask(client)

    async def broken(*_: Any) -> int:
        raise ValueError("something internal")

    monkeypatch.setattr(exporting, "_pack", broken)
    monkeypatch.setattr(rules, "LONGEST_PAUSE", timedelta(0))
    for _ in range(40):
        await service.work_on_jobs(worker, None, None)
    job = await ok(await client.get(f"/api/jobs/{job_id}"))
    assert (job["status"], job["error"], job["url"]) == ("failed", "The export could not be made", None)
    assert await rows(owner, "SELECT FROM session_service.export_chunks WHERE job_id = :id", id=job_id) == []
    assert await ask(client) != job_id


async def test_whoever_was_overtaken_takes_nothing_from_the_other(
    ann: People, worker: Database, run_jobs: RunJobs
) -> None:
    """The last attempt of one fails when its lease is gone, and another has got on with it meanwhile."""
    _, client = ann
    job_id = await ask(client)
    slow = await worker.run(lambda connection: repository.take(connection, timedelta(0)))
    quick = await worker.run(lambda connection: repository.take(connection, timedelta(0)))
    assert slow is not None
    assert quick is not None
    step = await worker.run(lambda connection: exporting.step(connection, quick, {}))
    await worker.run(lambda connection: repository.keep(connection, quick, step, timedelta(0)))
    await worker.run(lambda connection: repository.fail(connection, slow, "Too often"))
    await run_jobs()
    assert all(content for content in _contents(await unpack(client, job_id)).values())


def _contents(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The JSON files: each holds an array at least."""
    return {name: archive.read(name) for name in archive.namelist() if name.endswith(".json")}


async def test_no_export_stays_past_its_time_however_many_there_are(
    ann: People, worker: Database, owner: Database, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann_id, client = ann
    kept = await ask(client)
    await run_jobs()
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "WITH made AS (INSERT INTO session_service.jobs (id, user_id, kind, status, completed_at, expires_at)"
                " SELECT gen_random_uuid(), :id, 'export', 'completed', now() - interval '7 days', now()"
                " FROM generate_series(1, 50) RETURNING id, user_id)"
                " INSERT INTO session_service.export_chunks (job_id, user_id, part, position, content)"
                " SELECT id, user_id, 0, n, 'x' FROM made, generate_series(0, 2) n"
            ),
            {"id": ann_id},
        )
    monkeypatch.setattr(house, "PIECES_AT_ONCE", 7)
    assert await house.forget_exports(worker) == 150
    left = await rows(owner, "SELECT DISTINCT job_id FROM session_service.export_chunks")
    assert [str(row["job_id"]) for row in left] == [kept]


async def test_five_a_day(ann: People, owner: Database, run_jobs: RunJobs) -> None:
    ann_id, client = ann
    for _ in range(rules.EXPORTS_A_DAY):
        await ask(client)
        await run_jobs()
    refused = await client.post("/api/me/export")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_exports")
    assert 86_000 < int(refused.headers["retry-after"]) <= 86_400
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE session_service.jobs SET created_at = now() - interval '25 hours' WHERE id ="
                " (SELECT id FROM session_service.jobs WHERE user_id = :id ORDER BY created_at LIMIT 1)"
            ),
            {"id": ann_id},
        )
    await ask(client)


async def test_it_expires(ann: People, worker: Database, owner: Database, run_jobs: RunJobs) -> None:
    _, client = ann
    job_id = await ask(client)
    await run_jobs()

    async def age(days: int) -> None:
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "UPDATE session_service.jobs SET completed_at = completed_at - :age, expires_at = expires_at - :age"
                    " WHERE id = :id"
                ),
                {"id": job_id, "age": timedelta(days=days)},
            )

    await house.forget_exports(worker)
    assert (await ok(await client.get(f"/api/jobs/{job_id}")))["url"]
    await age(8)
    assert (await ok(await client.get(f"/api/jobs/{job_id}")))["url"] is None
    assert (await client.get(f"/api/jobs/{job_id}/download")).json()["code"] == "export_not_available"
    await house.forget_exports(worker)
    assert await rows(owner, "SELECT FROM session_service.export_chunks WHERE job_id = :id", id=job_id) == []
    await age(23)
    await house.forget_exports(worker)
    assert (await client.get(f"/api/jobs/{job_id}")).status_code == 404


async def test_row_level_security_shows_nobody_else_s_jobs(
    ann: People, database_for: Callable[[str], Database], run_jobs: RunJobs
) -> None:
    ann_id, client = ann
    await ask(client)
    await run_jobs()
    database = database_for("tandem_session")
    for user_id, sees in ((ann_id, 1), (uuid4(), 0)):
        async with database.transaction(user_id) as connection:
            for table_name in ("jobs", "export_chunks"):
                found = await connection.scalar(text(f"SELECT count(*) FROM session_service.{table_name}"))
                assert found == sees, table_name


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a=1", "a=1"),
        (-5, "-5"),
        (2.5, "2.5"),
        (True, "true"),
        (None, ""),
        ({"a": [1]}, '{"a":[1]}'),
    ],
)
def test_no_cell_is_a_formula(value: Any, cell: str) -> None:
    assert csv_cell(value) == cell
