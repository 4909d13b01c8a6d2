"""A name may be any printable text: also one that JSON, or what others have to do with one another, is made of."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from kit.database import Database
from tests.session_service.account.conftest import RunJobs, apply_pending, ok
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_challenge, rows

NAMES = [
    ":",
    ",",
    "true",
    "1",
    "null",
    'Sam "Sammy"',
    "a.b*c",
    "Zoë",
    "\\",
    "\\1",
    "%",
    "_",
    "a",
    "points",
    "session_status",
    "completed",
    "user",
    "Deleted",
    "2025",
    "{}",
    '"',
    "O'Brien",
    "$1 & \\0",
]

SINCE = "2025-08-17T15:30:00Z"
SOMEBODY = "11111111-2025-4111-8111-111111111111"


def without(words: str, name: str) -> str:
    """What has to become of somebody's words, said once more."""
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: "Deleted user", words)


@dataclass
class World:
    ann: UUID
    client: httpx.AsyncClient
    bea: UUID
    bea_client: httpx.AsyncClient
    done: str


async def buddies(as_user: AsUser, owner: Database, name: str, notes: str) -> World:
    """Two who have done a session; the first is called so."""
    ann, bea = uuid4(), uuid4()
    client, bea_client = as_user(ann, name="Somebody else"), as_user(bea, name="Bea")
    await ok(await client.patch("/api/me", json={"display_name": name}))
    await ok(await bea_client.get("/api/me"))
    match = await ok(await client.post("/api/matches", json={"buddy_id": str(bea)}), 201)
    await ok(await bea_client.post(f"/api/matches/{match['id']}/accept"))
    challenge = str(await make_challenge(owner))
    answer = await bea_client.post(
        "/api/session/create",
        json={
            "match_id": match["id"],
            "user1_challenge_id": challenge,
            "user2_challenge_id": challenge,
            "venue_name": f"Park of {name} here",
            "scheduled_time": (datetime.now(UTC) + timedelta(minutes=2)).isoformat(),
        },
        headers={"Idempotency-Key": "a-key"},
    )
    done = str((await ok(answer, 201))["id"])
    for each in (client, bea_client):
        await ok(await each.post(f"/api/session/{done}/check-in"))
    for each in (client, bea_client):
        await ok(await each.post(f"/api/session/{done}/confirm", headers={"Prefer": "wait=0"}))
    await ok(await bea_client.patch(f"/api/session/{done}/notes", json={"notes": notes}))
    return World(ann, client, bea, bea_client, done)


async def add_sent(owner: Database, user_id: UUID, payloads: list[str]) -> None:
    """Webhook deliveries of these bodies, in this order."""
    endpoint = uuid4()
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO session_service.webhook_endpoints (id, user_id, url, host)"
                " VALUES (:id, :user_id, 'https://example.com/', 'example.com')"
            ),
            {"id": endpoint, "user_id": user_id},
        )
        for number, payload in enumerate(payloads):
            await connection.execute(
                text(
                    "INSERT INTO session_service.webhook_deliveries (id, endpoint_id, user_id, type, payload, due_at)"
                    " VALUES (gen_random_uuid(), :endpoint, :user_id, 'test', :payload,"
                    " now() + make_interval(days => 1 + :number))"
                ),
                {"endpoint": endpoint, "user_id": user_id, "payload": payload, "number": number},
            )


async def everything(owner: Database) -> dict[str, set[str]]:
    """Each table's rows, of the houses."""
    tables = await rows(
        owner,
        "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables"
        " WHERE table_type = 'BASE TABLE' AND table_schema IN"
        " ('session_service', 'reputation_service', 'stats_worker')",
    )
    return {
        table["name"]: {
            row["shown"]
            for row in await rows(owner, f"SELECT row_to_json(t)::text AS shown FROM {table['name']} t")
        }
        for table in tables
    }


def erased(value: Any, name: str, ids: dict[str, str], key: str = "") -> Any:
    """What has to become of JSON: other values, and no other keys."""
    if isinstance(value, dict):
        return {key: erased(each, name, ids, key) for key, each in value.items()}
    if isinstance(value, list):
        return [erased(each, name, ids, key) for each in value]
    if not isinstance(value, str) or key == "status" or key == "session_status":
        return value
    if value in ids:
        return ids[value]
    try:
        UUID(value)
    except ValueError:
        pass
    else:
        return value
    return value if re.match(r"\d{4}-\d\d-\d\dT", value) else without(value, name)


@pytest.mark.parametrize("name", NAMES)
async def test_whatever_the_name_is_others_keep_what_is_theirs(
    as_user: AsUser, owner: Database, worker: Database, run_jobs: RunJobs, name: str
) -> None:
    notes = f'1, 2: {name} said "{name}" (true, null) of\n{name}\n50% _ \\ a user'
    world = await buddies(as_user, owner, name, notes)
    strangers = await buddies(as_user, owner, name, notes)
    payload = {
        "type": "session",
        "true": True,
        "points": [1, 10, None, 1.50, True],
        "since": SINCE,
        "who": SOMEBODY,
        "title": f"{name} met {name}",
        "data": {name: name, "buddy": str(world.ann), "escaped": f'"{name}"\n{name}\t\\{name}'},
    }
    as_sent = orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode()
    await add_sent(owner, world.bea, [as_sent, f'no JSON: {{"{name}" of {world.ann}', "[1.50]"])
    await add_sent(owner, strangers.bea, [as_sent.replace(str(world.ann), SOMEBODY)])
    await apply_pending(owner, worker)
    tied = (str(world.ann), str(world.bea), world.done)
    before = await everything(owner)
    answers = await rows(
        owner, "SELECT body FROM session_service.idempotency_keys WHERE user_id = :id", id=world.bea
    )
    noted = await rows(
        owner,
        "SELECT id, data FROM session_service.audit_log WHERE subject_id = :id AND actor_id = :bea ORDER BY id",
        id=world.done,
        bea=world.bea,
    )
    assert answers
    assert noted
    told = await ok(await world.bea_client.get("/api/notifications"))

    job = (await ok(await world.client.delete("/api/me"), 202))["job_id"]
    await run_jobs()
    assert (await world.client.get(f"/api/jobs/{job}")).status_code == 404

    after = await everything(owner)
    for table, there in before.items():
        if table not in ("session_service.jobs", "session_service.export_chunks"):
            others = {row for row in there if not any(one in row for one in tied)}
            assert others <= after[table], table
    session = await ok(await world.bea_client.get(f"/api/session/{world.done}"))
    (stand_in,) = [one["id"] for one in session["participants"].values() if one["id"] != str(world.bea)]
    ids = {str(world.ann): stand_in}
    assert session["notes"] == without(notes, name)
    assert session["venue_name"] == without(f"Park of {name} here", name)
    assert [
        (entry["title"], entry["body"])
        for entry in (await ok(await world.bea_client.get("/api/notifications")))["items"]
    ] == [(without(entry["title"], name), without(entry["body"], name)) for entry in told["items"]]
    sent = await rows(
        owner,
        "SELECT payload FROM session_service.webhook_deliveries WHERE user_id = :id ORDER BY due_at",
        id=world.bea,
    )
    assert orjson.loads(sent[0]["payload"]) == erased(payload, name, ids)
    # Nothing but the words is written in another way.
    assert re.sub(r'"(\\.|[^"\\])*"', '""', sent[0]["payload"]) == re.sub(r'"(\\.|[^"\\])*"', '""', as_sent)
    assert sent[1]["payload"] == without(f'no JSON: {{"{name}" of ', name) + stand_in
    assert sent[2]["payload"] == "[1.50]"
    for was, answer in zip(
        answers,
        await rows(
            owner, "SELECT body FROM session_service.idempotency_keys WHERE user_id = :id", id=world.bea
        ),
        strict=True,
    ):
        assert orjson.loads(bytes(answer["body"])) == erased(orjson.loads(bytes(was["body"])), name, ids)
    for entry in noted:
        (now,) = await rows(
            owner, "SELECT data FROM session_service.audit_log WHERE id = :id", id=entry["id"]
        )
        assert now["data"] == erased(entry["data"], name, ids)
