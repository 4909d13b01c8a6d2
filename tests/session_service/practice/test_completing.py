"""Completing a practice: once, counted, told, and answered with the figures."""

import asyncio
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kit.contracts import PRACTICE_COMPLETED
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.practice.conftest import (
    SESSIONS,
    EventsOf,
    assert_problem,
    complete,
    completion,
    set_back,
    show,
    start,
)

DONE = "Session is already completed"


async def test_a_completed_practice_keeps_what_the_client_measured(ann: httpx.AsyncClient) -> None:
    practice = await start(ann, sequence_id=1)
    done = await complete(ann, practice["session_id"])
    assert done.pop("statistics") == {
        "total_sessions": 1,
        "total_practice_time_seconds": 900,
        "average_duration_seconds": 900,
        "completion_rate_percent": 100.0,
    }
    shown = await show(ann, practice["session_id"])
    assert done == {name: shown[name] for name in done}
    assert done["completed_at"] is not None
    assert (done["duration_seconds"], done["completion_status"], done["poses_completed"]) == (
        900,
        "completed",
        10,
    )
    assert (done["running_since"], done["paused_at"]) == (None, None)


async def test_the_figures_count_completed_ones_against_all_started(ann: httpx.AsyncClient) -> None:
    sessions = [await start(ann) for _ in range(6)]
    for practice, seconds in zip(sessions, (100, 100, 101), strict=False):
        done = await complete(ann, practice["session_id"], duration_seconds=seconds)
    await complete(ann, sessions[3]["session_id"], completion_status="partial", duration_seconds=500)
    done = await complete(ann, sessions[4]["session_id"], completion_status="abandoned", duration_seconds=7)
    assert done["statistics"] == {
        "total_sessions": 3,
        "total_practice_time_seconds": 301,
        "average_duration_seconds": 100,
        "completion_rate_percent": 50.0,
    }
    assert done["completion_status"] == "abandoned"
    assert done["completed_at"] is not None


async def test_nothing_completed_gives_zeros(ann: httpx.AsyncClient) -> None:
    done = await complete(ann, (await start(ann))["session_id"], completion_status="abandoned")
    assert set(done["statistics"].values()) == {0}


async def test_the_figures_are_ones_own(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    for _ in range(2):
        await complete(ann, (await start(ann))["session_id"])
    done = await complete(ben, (await start(ben))["session_id"], duration_seconds=60)
    assert done["statistics"]["total_practice_time_seconds"] == 60


@pytest.mark.parametrize("seconds", [0, 14_400])
async def test_up_to_four_hours_can_be_told(ann: httpx.AsyncClient, seconds: int) -> None:
    done = await complete(ann, (await start(ann))["session_id"], duration_seconds=seconds)
    assert done["duration_seconds"] == seconds


@pytest.mark.parametrize(
    "bad",
    [
        {"duration_seconds": -1},
        {"duration_seconds": 14_401},
        {"duration_seconds": 900.5},
        {"duration_seconds": "900"},
        {"duration_seconds": True},
        {"duration_seconds": None},
        {"duration_seconds": 10**400},
        {"poses_completed": -1},
        {"poses_completed": 1001},
        {"poses_completed": "10"},
        {"completion_status": "done"},
        {"completion_status": None},
        {"session_id": 0},
        {"session_id": -1},
        {"session_id": 2**63},
        {"session_id": "1"},
        {"session_id": 1.5},
        {"mood": 5},
    ],
    ids=lambda bad: str(bad)[:40],
)
async def test_anything_else_is_not_what_it_takes(ann: httpx.AsyncClient, bad: dict[str, object]) -> None:
    practice = await start(ann)
    answer = await ann.post(f"{SESSIONS}/complete", json={**completion(practice["session_id"]), **bad})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert await show(ann, practice["session_id"]) == practice


@pytest.mark.parametrize("missing", ["session_id", "duration_seconds", "completion_status"])
async def test_what_is_needed_cannot_be_left_out(ann: httpx.AsyncClient, missing: str) -> None:
    body = completion((await start(ann))["session_id"])
    del body[missing]
    assert (await ann.post(f"{SESSIONS}/complete", json=body)).status_code == 422


async def test_an_unknown_practice_is_not_found(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(f"{SESSIONS}/complete", json=completion(2**63 - 1))
    assert_problem(answer, 404, "Session not found", "session_not_found")


async def test_nobody_completes_somebody_elses(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    practice = await start(ann)
    answer = await ben.post(f"{SESSIONS}/complete", json=completion(practice["session_id"]))
    assert_problem(answer, 403, "Access denied - this session belongs to another user", "not_your_session")
    assert await show(ann, practice["session_id"]) == practice


async def test_the_same_again_gets_the_same_answer(ann: httpx.AsyncClient, events_of: EventsOf) -> None:
    practice = await start(ann)
    first = await complete(ann, practice["session_id"])
    await complete(ann, (await start(ann))["session_id"], duration_seconds=5)
    assert await complete(ann, practice["session_id"]) == first
    assert len(await events_of(practice["session_id"])) == 2


async def test_the_answer_carries_the_session_s_own_version(ann: httpx.AsyncClient) -> None:
    """Of one that rests, with a pause behind it and a pose recorded: all that is only shown counts as well."""
    practice = await start(ann, sequence_id=1)
    url = f"{SESSIONS}/{practice['session_id']}"
    for action, body in (
        ("poses/1", {"held_seconds": 30, "completed": True}),
        ("pause", {"duration_so_far": 10}),
        ("resume", {}),
        ("pause", {"duration_so_far": 20}),
    ):
        assert (await ann.put(f"{url}/{action}", json=body)).status_code == 200
    first = await ann.post(f"{SESSIONS}/complete", json=completion(practice["session_id"]))
    shown = await ann.get(url)
    assert len(shown.json()["pauses"]) == 2
    assert first.headers["etag"] == shown.headers["etag"]
    noted = await ann.patch(
        f"{url}/notes", json={"notes": "Calm"}, headers={"If-Match": first.headers["etag"]}
    )
    assert noted.status_code == 200, noted.text
    again = await ann.post(f"{SESSIONS}/complete", json=completion(practice["session_id"]))
    assert again.headers["etag"] == noted.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "other",
    [
        {"duration_seconds": 901},
        {"poses_completed": 11},
        {"poses_completed": None},
        {"completion_status": "partial"},
    ],
    ids=str,
)
async def test_anything_else_finds_it_completed(ann: httpx.AsyncClient, other: dict[str, object]) -> None:
    practice = await start(ann)
    await complete(ann, practice["session_id"])
    answer = await ann.post(f"{SESSIONS}/complete", json={**completion(practice["session_id"]), **other})
    assert_problem(answer, 409, DONE, "session_already_completed")


async def test_a_key_replays_the_answer_to_the_letter(ann: httpx.AsyncClient) -> None:
    body = completion((await start(ann))["session_id"])
    headers = {"Idempotency-Key": str(uuid4())}
    first = await ann.post(f"{SESSIONS}/complete", json=body, headers=headers)
    again = await ann.post(f"{SESSIONS}/complete", json=body, headers=headers)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    other = await ann.post(f"{SESSIONS}/complete", json={**body, "duration_seconds": 1}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_recorded_poses_count_when_no_number_is_told(ann: httpx.AsyncClient) -> None:
    practice = await start(ann, sequence_id=1)
    for position, completed in ((1, True), (2, False), (3, True)):
        await ann.put(
            f"{SESSIONS}/{practice['session_id']}/poses/{position}",
            json={"held_seconds": 30, "completed": completed},
        )
    body = completion(practice["session_id"])
    del body["poses_completed"]
    answer = await ann.post(f"{SESSIONS}/complete", json=body)
    assert answer.json()["poses_completed"] == 2
    assert (await ann.post(f"{SESSIONS}/complete", json=body)).json() == answer.json()


async def test_it_is_told_with_its_final_figures(
    ann: httpx.AsyncClient, ann_id: UUID, events_of: EventsOf
) -> None:
    practice = await start(ann, sequence_id=4)
    done = await complete(ann, practice["session_id"], completion_status="partial", duration_seconds=77)
    _, event = await events_of(practice["session_id"])
    assert (event["type"], event["consumer"], event["user_id"]) == (PRACTICE_COMPLETED, "statistics", ann_id)
    assert event["data"] == {
        "session_id": practice["session_id"],
        "user_id": str(ann_id),
        "sequence_id": 4,
        "started_at": practice["started_at"],
        "completed_at": done["completed_at"],
        "local_date": practice["local_date"],
        "timezone": "UTC",
        "duration_seconds": 77,
        "completion_status": "partial",
    }


async def test_the_servers_clock_is_kept_beside_the_clients(ann: httpx.AsyncClient, owner: Database) -> None:
    practice = await start(ann)
    await set_back(owner, practice["session_id"], 600)
    done = await complete(ann, practice["session_id"], duration_seconds=30)
    assert done["duration_seconds"] == 30
    assert 600 <= done["measured_seconds"] < 660


class TestConcurrently:
    async def test_twenty_completions_of_one_practice_have_one_effect(
        self, ann: httpx.AsyncClient, events_of: EventsOf
    ) -> None:
        practice = await start(ann)
        body = completion(practice["session_id"])
        answers = await asyncio.gather(*(ann.post(f"{SESSIONS}/complete", json=body) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert answers[0].json()["statistics"]["total_sessions"] == 1
        assert [event["type"] for event in await events_of(practice["session_id"])].count(
            PRACTICE_COMPLETED
        ) == 1
        after = await complete(ann, (await start(ann))["session_id"])
        assert after["statistics"]["total_practice_time_seconds"] == 1800

    async def test_of_twenty_different_completions_one_counts(
        self, ann: httpx.AsyncClient, events_of: EventsOf
    ) -> None:
        practice = await start(ann)
        answers = await asyncio.gather(
            *(
                ann.post(
                    f"{SESSIONS}/complete",
                    json=completion(practice["session_id"], duration_seconds=100 + number),
                )
                for number in range(20)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
        (won,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert (await show(ann, practice["session_id"]))["duration_seconds"] == won["duration_seconds"]
        events = await events_of(practice["session_id"])
        assert [event["data"]["duration_seconds"] for event in events[1:]] == [won["duration_seconds"]]

    async def test_each_of_many_practices_is_counted_once_and_in_some_order(
        self, ann: httpx.AsyncClient
    ) -> None:
        sessions = [await start(ann) for _ in range(20)]
        answers = await asyncio.gather(
            *(complete(ann, practice["session_id"], duration_seconds=10) for practice in sessions)
        )
        figures = [answer["statistics"] for answer in answers]
        assert sorted(one["total_sessions"] for one in figures) == list(range(1, 21))
        assert {one["total_practice_time_seconds"] for one in figures} == {10 * n for n in range(1, 21)}

    async def test_starts_and_completions_leave_the_totals_exact(
        self, as_user: AsUser, owner: Database, catalogue: int
    ) -> None:
        user_id = uuid4()
        client = as_user(user_id)

        async def practise(number: int) -> None:
            practice = await start(client)
            if number % 3:
                status = "completed" if number % 2 else "partial"
                await complete(
                    client, practice["session_id"], duration_seconds=number, completion_status=status
                )

        await asyncio.gather(*(practise(number) for number in range(30)))
        async with owner.transaction() as connection:
            kept, counted = (
                await connection.execute(
                    text(
                        "SELECT (SELECT (sessions_started, sessions_completed, practice_seconds)::text"
                        " FROM session_service.practice_totals WHERE owner_id = :id),"
                        " (SELECT (count(*), count(*) FILTER (WHERE completion_status = 'completed'),"
                        " sum(duration_seconds) FILTER (WHERE completion_status = 'completed'))::text"
                        " FROM session_service.practice_sessions WHERE owner_id = :id)"
                    ),
                    {"id": user_id},
                )
            ).one()
        assert kept == counted
