"""What is taken for a user's name, and what is only spelt alike."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from kit import contracts
from kit.database import Database
from kit.outbox.events import Event, publish
from session_service.account import service
from session_service.account.erasing.service import Means
from tests.session_service.account.conftest import mentions, ok
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_match, make_session, rows
from tests.support.waiting import eventually

ID = "c0ffee00-0000-4000-8000-000000000001"
STAND_IN = "57a4d141-0000-4000-8000-000000000002"


def renamed(words: str) -> str:
    return words.replace(ID, STAND_IN).replace(ID.replace("-", ""), STAND_IN.replace("-", ""))


async def without(owner: Database, words: str, name: str, type_: str = "text") -> tuple[str, bool]:
    """The words without the user, and whether they mentioned her."""
    (row,) = await rows(
        owner,
        f"SELECT CAST(accounts.without(CAST(:words AS {type_}), wanted, instead) AS text) AS words,"
        " accounts.mentions(CAST(:words AS text), wanted) AS mentioned"
        " FROM (SELECT CAST(:wanted AS text[]) AS wanted, CAST(:instead AS text[]) AS instead) AS traces",
        words=words,
        wanted=[ID, ID.replace("-", ""), name],
        instead=[STAND_IN, STAND_IN.replace("-", ""), "Deleted user"],
    )
    return row["words"], row["mentioned"]


NAMES = [
    "An",
    "Zoë",
    "Łukasz",
    "李雷",
    "रव",
    "Ed (the 1st).*",
    r"a\w",
    "c++",
    "$&",
    "an@quill.example",
    "[a]",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["{}", "({})", "{}'s", "by\n{}", "by “{}”", "{}, {}!", "- {} -", "{}\\"])
async def test_a_name_on_its_own_is_one(owner: Database, name: str, around: str) -> None:
    assert await without(owner, around.replace("{}", name), name) == (
        around.replace("{}", "Deleted user"),
        True,
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("around", ["x{}", "{}na", "{}_", "2{}", "é{}ë", "{}\N{COMBINING DIAERESIS}"])
async def test_a_part_of_a_word_is_none(owner: Database, name: str, around: str) -> None:
    words = around.replace("{}", name)
    assert await without(owner, words, name) == (words, False)


async def test_whoever_is_called_as_a_stand_in_is_goes_once(owner: Database) -> None:
    for name in ("user", "Deleted"):
        once = ("Deleted user, Deleted user", True)
        assert await without(owner, f"{name}, Deleted user", name) == once
        assert await without(owner, once[0], name) == once


async def test_an_id_is_one_wherever_it_stands(owner: Database) -> None:
    words = f"x{ID}x practice_{ID.replace('-', '')}_"
    assert await without(owner, words, "An") == (renamed(words), True)


async def test_a_name_is_one_as_json_writes_it(owner: Database) -> None:
    name = 'Sam "Sammy"\\'
    written = orjson.dumps({"by": [name]}).decode()
    assert await without(owner, f"bad: {written}", name) == ('bad: {"by":["Deleted user"]}', True)
    assert await without(owner, f"bad: {written}", "Sammy") == (
        f"bad: {written.replace('Sammy', 'Deleted user')}",
        True,
    )


@pytest.mark.parametrize("type_", ["text", "json", "jsonb"])
@pytest.mark.parametrize(
    "name", ["30", "true", "null", "data", ":", ",", '"', "{}", "\\", "4000", "2026", "Jo", "-", "n", "done"]
)
async def test_json_stays_json_and_only_its_texts_change(owner: Database, name: str, type_: str) -> None:
    said: dict[str, Any] = {
        "data": [30, True, None, {}, [], {"null": "", "30": 1.5, '"': "\\"}],
        "user_id": ID,
        "by": {ID: [ID.replace("-", "")]},
        "session_id": "bad0ed1d-0000-4000-8000-000000000003",
        "at": "2026-07-01T10:00:00.5Z",
        "day": "2026-07-01",
        "status": "done",
        "text": f"«{name}» said\n{name}",
        "list": ["x", name],
        "name": name,
    }
    changes: dict[str, Any] = {
        "text": "«Deleted user» said\nDeleted user",
        "list": ["x", "Deleted user"],
        "name": "Deleted user",
    }
    if name == "\\":
        changes["data"] = [*said["data"][:-1], {"null": "", "30": 1.5, '"': "Deleted user"}]
    expected = orjson.loads(renamed(orjson.dumps(said).decode())) | changes
    changed, mentioned = await without(owner, orjson.dumps(said).decode(), name, type_)
    assert orjson.loads(changed) == expected
    assert mentioned
    if type_ != "jsonb":
        assert changed == orjson.dumps(expected).decode(), "and in the same order, written in the same way"


@pytest.mark.parametrize(
    "words", ["[30", '{"a":"30"', '["\\u0000", "30"]', "[30] and 30", "30", '"30"', "{30}", "[30] \\"]
)
async def test_what_only_looks_like_json_is_text(owner: Database, words: str) -> None:
    assert (await without(owner, words, "30"))[0] == words.replace("30", "Deleted user")


@pytest.mark.parametrize(
    "name",
    [
        "ed",
        "session",
        "30",
        "true",
        ":",
        ",",
        "2026",
        "completed",
        "points",
        "reputation",
        "Zoë",
        ".*",
        "c++",
    ],
)
async def test_what_is_not_the_user_s_stays_as_it_is_whatever_the_name(
    as_user: AsUser,
    owner: Database,
    database_for: Callable[[str], Database],
    worker: Database,
    means: Means,
    name: str,
) -> None:
    ann_id, bea_id, other_id = uuid4(), uuid4(), uuid4()
    ann = as_user(ann_id, name=name)
    await ok(await ann.get("/api/me"))
    await ok(await as_user(bea_id, name="Bea").get("/api/me"))
    session = await make_session(
        owner, match=await make_match(owner, user1=ann_id, user2=bea_id), status="completed"
    )

    def facts(*people: UUID, subject: UUID, venue: str = "") -> dict[str, Any]:
        return {
            "session_id": str(subject),
            "completed_at": "2026-07-01T10:00:00Z",
            "participants": [{"user_id": str(one), "points": 30, "first": True} for one in people],
            "venue_name": f"edited session_30, x{name} {venue}",
        }

    others = [
        Event(contracts.SESSION_COMPLETED, "session:x", facts(other_id, subject=uuid4())) for _ in range(2)
    ]
    spoken_of = Event(
        contracts.SESSION_COMPLETED, "session:s", facts(other_id, subject=uuid4(), venue=f"at {name}")
    )
    shared = Event(contracts.SESSION_COMPLETED, "session:y", facts(ann_id, bea_id, subject=session.id))
    own = Event(contracts.PRACTICE_COMPLETED, "practice:z", {"user_id": str(ann_id)})
    async with database_for("tandem_session").transaction() as connection:
        await publish(connection, [*others, spoken_of, shared, own])
    async with owner.transaction() as connection:
        await connection.execute(
            text("UPDATE outbox.deliveries SET state = 'done', done_at = now(), user_id = :id"),
            {"id": other_id},
        )
        await connection.execute(
            text(
                "UPDATE outbox.deliveries SET state = 'dead', last_error = :error"
                " WHERE event_id = ANY(:ids) AND consumer = 'reputation'"
            ),
            {
                "ids": [others[0].id, shared.id],
                "error": f"ValueError: x{name} in the way of {ann_id}",
            },
        )
        await connection.execute(
            text(
                "INSERT INTO session_service.idempotency_keys"
                " (user_id, endpoint, key, fingerprint, status, headers, body, settled)"
                " VALUES (:id, 'x', 'key', '', 200, '{}', :body, true)"
            ),
            {"id": bea_id, "body": orjson.dumps({"points": 30, "buddy": {"id": str(ann_id), "name": name}})},
        )
    before = await stored(owner)

    await ok(await ann.delete("/api/me"), 202)

    async def is_over() -> bool:
        await service.work_on_jobs(worker, means.redis, means.cache_tags)
        return not await rows(owner, "SELECT FROM session_service.jobs")

    await eventually(is_over)

    after = await stored(owner)
    assert own.id not in after
    for event in others:
        assert after[event.id] == before[event.id]
    assert {**after[spoken_of.id], "data": None} == {**before[spoken_of.id], "data": None}
    assert after[spoken_of.id]["data"] == {
        **spoken_of.data,
        "venue_name": f"edited session_30, x{name} at Deleted user",
    }
    stand_in = after[shared.id]["data"]["participants"][0]["user_id"]
    assert after[shared.id]["data"] == facts(UUID(stand_in), bea_id, subject=session.id)
    dead = await rows(
        owner, "SELECT event_id, user_id, last_error FROM outbox.deliveries WHERE state = 'dead' ORDER BY 1"
    )
    assert [(row["event_id"], row["user_id"]) for row in dead] == [
        (others[0].id, other_id),
        (shared.id, None),
    ]
    assert dead[1]["last_error"] == f"ValueError: x{name} in the way of {stand_in}"
    (kept,) = await rows(
        owner, "SELECT body FROM session_service.idempotency_keys WHERE user_id = :id", id=bea_id
    )
    assert orjson.loads(kept["body"]) == {"points": 30, "buddy": {"id": stand_in, "name": "Deleted user"}}
    assert await mentions(owner, str(ann_id), ann_id.hex) == {"outbox.deliveries.last_error": 1}, (
        "of an event that has nothing to do with her"
    )


async def stored(owner: Database) -> dict[UUID, dict[str, Any]]:
    return {row["id"]: row for row in await rows(owner, "SELECT * FROM outbox.events")}
