"""Starting, looking at, and finding the active practice."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kit.contracts import PRACTICE_STARTED
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.practice.conftest import (
    SESSIONS,
    EventsOf,
    assert_problem,
    complete,
    set_back,
    show,
    start,
)


async def test_a_new_practice_runs_and_is_abandoned_until_it_is_completed(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{SESSIONS}/start", json={"sequence_id": 3})
    practice = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{SESSIONS}/{practice['session_id']}"
    profile = (await ann.get("/api/me")).json()
    assert practice == {
        **practice,
        "user_id": profile["user_number"],
        "sequence_id": 3,
        "completed_at": None,
        "duration_seconds": 0,
        "measured_seconds": 0,
        "running_since": practice["started_at"],
        "paused_at": None,
        "completion_status": "abandoned",
        "poses_completed": 0,
        "timezone": "UTC",
        "notes": None,
        "mood": None,
        "poses": [],
        "pauses": [],
    }
    assert practice["started_at"].endswith("Z")


async def test_what_is_started_is_what_is_shown(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{SESSIONS}/start", json={})
    shown = await ann.get(answer.headers["location"])
    assert shown.json() == answer.json()
    assert shown.headers["etag"] == answer.headers["etag"]
    again = await ann.get(answer.headers["location"], headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("body", [None, b"{}", b'{"sequence_id": null}'])
async def test_a_free_practice_needs_no_body(ann: httpx.AsyncClient, body: bytes | None) -> None:
    headers = {"Content-Type": "application/json"} if body else {}
    answer = await ann.post(f"{SESSIONS}/start", content=body, headers=headers)
    assert (answer.status_code, answer.json()["sequence_id"]) == (201, None)


async def test_the_sequence_has_to_exist(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{SESSIONS}/start", json={"sequence_id": 9_999_999})
    assert_problem(answer, 404, "Sequence not found", "sequence_not_found")


@pytest.mark.parametrize("bad", [0, -1, 2**63, 10**30, 1.5, "1", True, [1]])
async def test_a_sequence_is_named_by_a_positive_64_bit_number(ann: httpx.AsyncClient, bad: object) -> None:
    answer = await ann.post(f"{SESSIONS}/start", json={"sequence_id": bad})
    assert answer.status_code == 422


async def test_unknown_fields_are_refused(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{SESSIONS}/start", json={"sequence": 1})
    assert answer.status_code == 422


async def test_it_keeps_the_date_and_zone_in_which_it_was_started(ann: httpx.AsyncClient) -> None:
    await ann.patch("/api/me", json={"timezone": "Pacific/Kiritimati"})
    ahead = await start(ann)
    await ann.patch("/api/me", json={"timezone": "Pacific/Pago_Pago"})
    behind = await start(ann)
    # UTC+14 and UTC-11: never the same date.
    assert ahead["local_date"] > behind["local_date"]
    assert (ahead["timezone"], behind["timezone"]) == ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    assert (await show(ann, ahead["session_id"]))["local_date"] == ahead["local_date"]
    done = await complete(ann, ahead["session_id"])
    assert (done["local_date"], done["timezone"]) == (ahead["local_date"], ahead["timezone"])


async def test_it_is_told_to_the_statistics(
    ann: httpx.AsyncClient, ann_id: UUID, events_of: EventsOf
) -> None:
    practice = await start(ann, sequence_id=2)
    (event,) = await events_of(practice["session_id"])
    assert (event["type"], event["consumer"], event["user_id"]) == (PRACTICE_STARTED, "statistics", ann_id)
    assert event["data"] == {
        "session_id": practice["session_id"],
        "user_id": str(ann_id),
        "sequence_id": 2,
        "started_at": practice["started_at"],
        "local_date": practice["local_date"],
        "timezone": "UTC",
    }


async def test_starting_again_under_a_key_starts_nothing(ann: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": str(uuid4())}
    first = await ann.post(f"{SESSIONS}/start", json={"sequence_id": 1}, headers=headers)
    second = await ann.post(f"{SESSIONS}/start", json={"sequence_id": 1}, headers=headers)
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert len((await ann.get(f"{SESSIONS}/history")).json()["items"]) == 1


class TestCurrent:
    async def test_there_is_none_at_first(self, ann: httpx.AsyncClient) -> None:
        assert_problem(
            await ann.get(f"{SESSIONS}/current"), 404, "No active session found", "no_active_session"
        )

    async def test_is_the_active_one_that_was_started_last(
        self, ann: httpx.AsyncClient, owner: Database
    ) -> None:
        first, second, third = [await start(ann) for _ in range(3)]
        current = await ann.get(f"{SESSIONS}/current")
        assert current.json() == third
        await complete(ann, third["session_id"])
        assert (await ann.get(f"{SESSIONS}/current")).json() == second
        # Later by its number, earlier by its start.
        await set_back(owner, second["session_id"], 3600)
        assert (await ann.get(f"{SESSIONS}/current")).json() == first

    async def test_may_be_paused(self, ann: httpx.AsyncClient) -> None:
        practice = await start(ann)
        await ann.put(f"{SESSIONS}/{practice['session_id']}/pause", json={"duration_so_far": 300})
        current = (await ann.get(f"{SESSIONS}/current")).json()
        assert (current["session_id"], current["duration_seconds"]) == (practice["session_id"], 300)

    async def test_is_never_somebody_elses(self, ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
        await start(ann)
        assert (await ben.get(f"{SESSIONS}/current")).status_code == 404


class TestAccess:
    METHODS = (
        ("GET", "", None),
        ("PUT", "/pause", {"duration_so_far": 1}),
        ("PUT", "/resume", None),
        ("PUT", "/poses/1", {"held_seconds": 1, "completed": True}),
        ("PATCH", "/notes", {"notes": "x"}),
        ("POST", "/share", None),
        ("DELETE", "/share", None),
    )

    @pytest.mark.parametrize(("method", "path", "body"), METHODS)
    async def test_somebody_elses_is_forbidden(
        self, ann: httpx.AsyncClient, ben: httpx.AsyncClient, method: str, path: str, body: object
    ) -> None:
        practice = await start(ann)
        answer = await ben.request(method, f"{SESSIONS}/{practice['session_id']}{path}", json=body)
        detail = "Access denied - this session belongs to another user"
        assert_problem(answer, 403, detail, "not_your_session")
        assert await show(ann, practice["session_id"]) == practice

    @pytest.mark.parametrize(("method", "path", "body"), METHODS)
    async def test_an_unknown_one_is_not_found(
        self, ann: httpx.AsyncClient, method: str, path: str, body: object
    ) -> None:
        answer = await ann.request(method, f"{SESSIONS}/{2**63 - 1}{path}", json=body)
        assert_problem(answer, 404, "Session not found", "session_not_found")

    @pytest.mark.parametrize(("method", "path", "body"), METHODS)
    @pytest.mark.parametrize(
        "odd", ["0", "-1", str(2**63), "1e3", "%EF%BC%91", "01", "+1", "1.0", "1_0", "%201", "abc", "9" * 30]
    )
    async def test_an_id_is_a_positive_64_bit_number_in_one_spelling(
        self, ann: httpx.AsyncClient, method: str, path: str, body: object, odd: str
    ) -> None:
        answer = await ann.request(method, f"{SESSIONS}/{odd}{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")

    async def test_a_body_is_looked_at_before_the_practice(self, ann: httpx.AsyncClient) -> None:
        answer = await ann.put(f"{SESSIONS}/{2**63 - 1}/pause", json={"duration_so_far": -1})
        assert answer.status_code == 422


async def test_the_totals_count_every_start(
    as_user: AsUser, owner: Database, ann: httpx.AsyncClient, ann_id: UUID
) -> None:
    for _ in range(3):
        await start(ann)
    async with owner.transaction() as connection:
        row = (
            await connection.execute(
                text("SELECT * FROM session_service.practice_totals WHERE owner_id = :id"), {"id": ann_id}
            )
        ).one()
    assert (row.sessions_started, row.sessions_completed, row.practice_seconds) == (3, 0, 0)
