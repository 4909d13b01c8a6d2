"""A whole life is erased out of the running system: searched for in every table, in Redis, and in every file."""

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import pytest_asyncio
import redis
from psycopg import sql

from deploy.local.ports import free_port
from deploy.tokens import make_token
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import CHALLENGES

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]


@dataclass(frozen=True)
class Person:
    """Somebody, as the gateway knows them."""

    id: UUID
    http: httpx.AsyncClient

    async def get(self, path: str) -> Any:
        return await self.call("GET", path)

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = await self.http.request(method, path, json=body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def person(stack: Stack, name: str, email: str) -> Person:
    user_id = uuid4()
    token = make_token(
        user_id,
        secret=DEVELOPMENT_JWT_SECRET,
        audience="authenticated",
        issuer=None,
        role="authenticated",
        hours=1,
        name=name,
        email=email,
    )
    headers = {"Authorization": f"Bearer {token}"}
    return Person(user_id, httpx.AsyncClient(base_url=stack.base_url, headers=headers, timeout=30))


NAME, FORMER, EMAIL = "Zephyrine Quillfeather", "Zephyrella Quillmouse", "zq.unheard-of@quill.example"


@pytest_asyncio.fixture
async def ann(stack: Stack) -> AsyncIterator[Person]:
    made = person(stack, FORMER, EMAIL)
    yield made
    await made.http.aclose()


@pytest_asyncio.fixture
async def bea(stack: Stack) -> AsyncIterator[Person]:
    made = person(stack, "Bea", "bea@example.com")
    yield made
    await made.http.aclose()


async def live(ann: Person, bea: Person) -> dict[str, str]:
    """All that somebody can do here, as far as it leaves anything."""
    await ann.call("PATCH", "/api/me", {"notification_preferences": {"email": True}})
    await bea.call("PATCH", "/api/me", {"notification_preferences": {"email": True}})
    match = (await ann.call("POST", "/api/matches", {"buddy_id": str(bea.id)}, status=201))["id"]
    await bea.call("POST", f"/api/matches/{match}/accept")
    done, missed, ahead = [
        (
            await one.call(
                "POST",
                "/api/session/create",
                {
                    "match_id": match,
                    "user1_challenge_id": CHALLENGES[0],
                    "user2_challenge_id": CHALLENGES[1],
                    "venue_name": f"{FORMER}'s garden",
                    "scheduled_time": (datetime.now(UTC) + due).isoformat(),
                },
                status=201,
            )
        )["id"]
        for one, due in ((bea, timedelta()), (ann, timedelta(hours=2)), (bea, timedelta(days=3)))
    ]
    for one in (ann, bea):
        await one.call("POST", f"/api/session/{done}/check-in")
    for one in (ann, bea):
        await one.call("POST", f"/api/session/{done}/confirm")
    await bea.call(
        "PATCH", f"/api/session/{done}/notes", {"notes": f"With {FORMER} <3\n{FORMER}: bring water"}
    )
    await ann.call("POST", f"/api/session/{missed}/cancel", {"reason": f"{FORMER} is ill"})
    await bea.call(
        "POST", f"/api/session/{done}/rating", {"rating": 5, "comment": f"{FORMER} is great"}, status=201
    )
    await ann.call("PATCH", "/api/me", {"display_name": NAME, "timezone": "Europe/Paris"})
    await ann.call("POST", f"/api/session/{done}/rating", {"rating": 4, "comment": "Thanks"}, status=201)

    plan = {"exercises": [{"name": "Squat", "sets": [{"reps": 5, "completed": False}]}], "notes": NAME}
    plan_id = (await ann.call("POST", "/api/plans", {"name": "Mine", "structure": plan}, status=201))["id"]
    training = {"plan_id": plan_id, "date": str(datetime.now(UTC).date())}
    training_id = (await ann.call("POST", "/api/sessions", training, status=201))["id"]
    await ann.call("POST", f"/api/sessions/{training_id}/complete")

    practice = (await ann.call("POST", "/api/v1/sessions/start", {"sequence_id": 1}, status=201))[
        "session_id"
    ]
    await ann.call("PUT", f"/api/v1/sessions/{practice}/poses/1", {"held_seconds": 30, "completed": True})
    await ann.call("PUT", f"/api/v1/sessions/{practice}/pause", {"duration_so_far": 60})
    await ann.call("PUT", f"/api/v1/sessions/{practice}/resume")
    await ann.call(
        "POST",
        "/api/v1/sessions/complete",
        {"session_id": practice, "duration_seconds": 600, "completion_status": "completed"},
    )
    await ann.call("PATCH", f"/api/v1/sessions/{practice}/notes", {"notes": "calm", "mood": 5})
    shared = (await ann.call("POST", f"/api/v1/sessions/{practice}/share", status=201))["url"]
    await ann.get("/api/v1/sessions/stats")
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    await ann.call("PUT", f"/api/v1/streak/freezes/{yesterday}")
    # Nobody listens there: what is sent to it reaches no one.
    url = f"http://127.0.0.1:{free_port()}/hook"
    hook = await ann.http.post("/api/webhooks", json={"url": url, "description": NAME})
    assert hook.status_code == 201, hook.text
    await ann.call("POST", "/api/live/tickets", status=201)
    return {"done": done, "missed": missed, "ahead": ahead, "shared": shared}


def count(stack: Stack, statement: str, *parameters: Any) -> int:
    with psycopg.connect(stack.owner_url) as connection:
        (found,) = connection.execute(statement.encode(), parameters).fetchone() or (0,)
        return int(found)


def tables_with(stack: Stack, traces: list[str]) -> dict[str, int]:
    """Every column of every table, as text, in which one of these stands."""
    found = {}
    with psycopg.connect(stack.owner_url) as connection:
        columns = connection.execute(
            """
            SELECT n.nspname, c.relname, a.attname, a.atttypid = 'bytea'::regtype
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'm', 'S') AND a.attnum > 0 AND NOT a.attisdropped
                AND n.nspname NOT IN ('pg_toast', 'information_schema')
            """
        ).fetchall()
        assert len({schema for schema, *_ in columns}) >= 6
        for schema, table, column, is_bytes in columns:
            shown = sql.SQL("encode({}, 'escape')" if is_bytes else "CAST({} AS text)").format(
                sql.Identifier(column)
            )
            (hits,) = connection.execute(
                sql.SQL(
                    "SELECT count(*) FROM {} WHERE EXISTS (SELECT FROM unnest(CAST(%s AS text[])) x"
                    " WHERE position(lower(x) IN lower({})) > 0)"
                ).format(sql.Identifier(schema, table), shown),
                [traces],
            ).fetchone() or (0,)
            if hits:
                found[f"{schema}.{table}.{column}"] = hits
    return found


def redis_with(stack: Stack, traces: list[str]) -> list[str]:
    """Every key, and every value as Redis writes it to a file, in which one of these stands."""
    client: Any = redis.Redis.from_url(stack.redis_url)
    wanted = [trace.encode() for trace in traces]
    found = []
    readers: dict[bytes, Any] = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
        b"none": lambda _: b"",
    }
    for key in client.scan_iter(count=1000):
        value = readers[client.type(key)](key)
        text = key + b" " + repr(value).encode()
        if any(trace in text for trace in wanted):
            found.append(repr(key))
    client.close()
    return found


def files_with(folder: Path, traces: list[bytes]) -> dict[str, list[bytes]]:
    """Every file below the folder in which one of these stands."""
    found = {}
    for path in files(folder):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            continue
        hits = [trace for trace in traces if trace in content]
        if hits:
            found[str(path.relative_to(folder))] = hits
    return found


def files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent) / name
            if path.is_file():
                yield path


async def seen_by(bea: Person, sessions: dict[str, str]) -> dict[str, Any]:
    """What the buddy is shown, in order."""
    shown = {
        path: await bea.get(path)
        for path in (
            f"/api/session/{sessions['done']}",
            f"/api/session/{sessions['missed']}",
            f"/api/session/{sessions['done']}/rating",
            "/api/matches",
            "/api/reputation/me",
            "/api/reputation/me/ledger",
        )
    }
    inbox = (await bea.get("/api/notifications?limit=100"))["items"]
    shown["inbox"] = [item for item in inbox if item["session_id"] != sessions["ahead"]]
    return shown


async def test_nothing_is_left_of_a_user_and_the_buddy_s_history_is_whole(
    stack: Stack, ann: Person, bea: Person
) -> None:
    sessions = await live(ann, bea)
    await eventually(
        lambda: count(stack, "SELECT count(*) FROM outbox.deliveries WHERE state = 'pending'") == 0,
        timeout=60,
    )
    # The first mails have gone out, or are about to.
    await eventually(
        lambda: count(
            stack, "SELECT count(*) FROM session_service.emails WHERE user_id = %s AND state = 'sent'", ann.id
        ),
        timeout=60,
    )
    export = (await ann.call("POST", "/api/me/export", status=202))["job_id"]

    async def exported() -> Any:
        job = await ann.get(f"/api/jobs/{export}")
        return job["url"]

    packed = await ann.http.get(await eventually(exported, timeout=60))
    archive = zipfile.ZipFile(io.BytesIO(packed.content))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for trace in (str(ann.id), NAME, FORMER, EMAIL):
        assert trace.encode() in everything

    before = await seen_by(bea, sessions)
    words = [str(ann.id), ann.id.hex, NAME, FORMER, EMAIL]
    # The planner, too, remembers values, whenever autovacuum comes to analyze a table.
    with psycopg.connect(stack.owner_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    held = tables_with(stack, words)
    assert len(held) > 20
    assert any(column.startswith("pg_catalog.pg_statistic.") for column in held)
    assert redis_with(stack, words)

    job = (await ann.call("DELETE", "/api/me", status=202))["job_id"]
    refused = await ann.http.get("/api/v1/sessions/stats")
    assert (refused.status_code, refused.json()["code"]) in ((409, "account_being_erased"), (200, None))

    async def gone() -> bool:
        answer = await ann.http.get(f"/api/jobs/{job}")
        assert answer.status_code in (200, 404), answer.text
        return answer.status_code == 404

    await eventually(gone, timeout=90, interval=0.3)

    # What limits requests forgets within seconds, by itself.
    await eventually(lambda: redis_with(stack, words) == [], timeout=20, interval=0.5)
    assert tables_with(stack, words) == {}

    after = await seen_by(bea, sessions)
    side = next(
        one
        for key, one in before[f"/api/session/{sessions['done']}"]["participants"].items()
        if one["id"] == str(ann.id)
    )
    stand_in = next(
        one
        for one in after[f"/api/session/{sessions['done']}"]["participants"].values()
        if one["name"] == "Deleted user"
    )
    assert UUID(stand_in["id"]) != ann.id
    assert side["name"] == NAME
    assert after == renamed(
        before, {str(ann.id): stand_in["id"], NAME: "Deleted user", FORMER: "Deleted user"}
    )
    cancelled = await bea.get(f"/api/session/{sessions['ahead']}")
    assert cancelled["status"] == "cancelled"
    assert (await bea.http.get(sessions["shared"])).status_code == 404
    reputation = await bea.get(f"/api/reputation/{ann.id}")
    assert (reputation["completed_sessions"], reputation["points"], reputation["badges"]) == (0, 0, [])
    await eventually(lambda: redis_with(stack, words) == [], timeout=20, interval=0.5)

    data = Path(stack.environment["DATA_DIR"])
    traces = [ann.id.bytes, *(word.encode() for word in words)]
    assert files_with(data, traces), "deleting alone does not take it out of the files"
    scrubbed = await asyncio.to_thread(stack.tandem, "scrub")
    assert scrubbed.returncode == 0, scrubbed.stdout + scrubbed.stderr
    assert files_with(data, traces) == {}
    # It is the search that finds nothing because there is nothing: the buddy is found.
    assert files_with(data, [bea.id.bytes])


def renamed(shown: Any, names: dict[str, str]) -> Any:
    """The same with other names in all its strings."""
    if isinstance(shown, dict):
        return {key: renamed(value, names) for key, value in shown.items()}
    if isinstance(shown, list):
        return [renamed(value, names) for value in shown]
    if isinstance(shown, str):
        for name, instead in names.items():
            shown = shown.replace(name, instead)
    return shown
