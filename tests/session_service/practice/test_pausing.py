"""Pausing and resuming: the client's durations are what counts, the server's clock runs beside them."""

import asyncio
from datetime import datetime
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from kit.contracts import PRACTICE_PAUSED, PRACTICE_RESUMED
from kit.database import Database
from tests.session_service.practice.conftest import (
    SESSIONS,
    assert_problem,
    complete,
    set_back,
    show,
    start,
)


def seconds_between(pause: dict[str, str]) -> float:
    began, ended = (datetime.fromisoformat(pause[name]) for name in ("started_at", "ended_at"))
    return (ended - began).total_seconds()


async def pause(
    client: httpx.AsyncClient, session_id: int, duration: int, **options: object
) -> httpx.Response:
    return await client.put(
        f"{SESSIONS}/{session_id}/pause",
        json={"duration_so_far": duration},
        **options,  # type: ignore[arg-type]  # options of several types
    )


async def resume(client: httpx.AsyncClient, session_id: int) -> httpx.Response:
    return await client.put(f"{SESSIONS}/{session_id}/resume")


async def test_a_pause_saves_the_duration_so_far(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    answer = await pause(ann, session_id, 300)
    assert answer.status_code == 200
    assert answer.json() == {
        "session_id": session_id,
        "duration_seconds": 300,
        "completion_status": "abandoned",
    }
    shown = await show(ann, session_id)
    assert (shown["duration_seconds"], shown["completed_at"]) == (300, None)
    assert shown["paused_at"] is not None
    assert shown["running_since"] is None


async def test_pausing_and_resuming_are_told_when_they_change_something(
    ann: httpx.AsyncClient, owner: Database
) -> None:
    session_id = (await start(ann))["session_id"]
    for duration in (300, 300):
        await pause(ann, session_id, duration)
    for _ in range(2):
        await resume(ann, session_id)
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT e.type, e.data, d.consumer FROM outbox.events e JOIN outbox.deliveries d ON d.event_id = e.id"
                " WHERE e.subject = :subject AND e.type = ANY(:types) ORDER BY e.time"
            ),
            {"subject": f"practice/{session_id}", "types": [PRACTICE_PAUSED, PRACTICE_RESUMED]},
        )
        told = rows.all()
    user_id = str(await owner_of(owner, session_id))
    data = {"session_id": session_id, "user_id": user_id, "duration_seconds": 300}
    assert [tuple(row) for row in told] == [
        (PRACTICE_PAUSED, data, "live"),
        (PRACTICE_RESUMED, data, "live"),
    ]


async def owner_of(owner: Database, session_id: int) -> UUID:
    async with owner.transaction() as connection:
        query = text("SELECT owner_id FROM session_service.practice_sessions WHERE session_id = :id")
        found = await connection.scalar(query, {"id": session_id})
    assert isinstance(found, UUID)
    return found


async def test_the_time_between_is_a_pause_and_no_practice(ann: httpx.AsyncClient, owner: Database) -> None:
    session_id = (await start(ann))["session_id"]
    await set_back(owner, session_id, 100)
    await pause(ann, session_id, 90)
    await set_back(owner, session_id, 1000)
    answer = await resume(ann, session_id)
    assert (answer.status_code, answer.json()["duration_seconds"]) == (200, 90)
    shown = await show(ann, session_id)
    assert shown["paused_at"] is None
    assert 100 <= shown["measured_seconds"] < 160
    (rest,) = shown["pauses"]
    assert 1000 <= seconds_between(rest) < 1060
    await set_back(owner, session_id, 50)
    done = await complete(ann, session_id, duration_seconds=140)
    assert 150 <= done["measured_seconds"] < 240
    assert done["duration_seconds"] == 140


async def test_completing_ends_the_pause_that_it_comes_out_of(
    ann: httpx.AsyncClient, owner: Database
) -> None:
    session_id = (await start(ann))["session_id"]
    await pause(ann, session_id, 10)
    await set_back(owner, session_id, 500)
    done = await complete(ann, session_id)
    assert done["measured_seconds"] < 60
    (rest,) = (await show(ann, session_id))["pauses"]
    assert rest["ended_at"] == done["completed_at"]
    assert 500 <= seconds_between(rest) < 560


async def test_pausing_again_goes_on_with_the_pause(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    await pause(ann, session_id, 10)
    before = await show(ann, session_id)
    assert (await pause(ann, session_id, 20)).json()["duration_seconds"] == 20
    after = await show(ann, session_id)
    assert after == {**before, "duration_seconds": 20, "updated_at": after["updated_at"]}


async def test_the_same_pause_again_changes_nothing(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    first = await pause(ann, session_id, 10)
    before = await show(ann, session_id)
    again = await pause(ann, session_id, 10)
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert await show(ann, session_id) == before


async def test_nothing_below_what_was_saved(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    await pause(ann, session_id, 300)
    for _ in range(2):
        answer = await pause(ann, session_id, 299)
        detail = "Duration cannot be less than what was saved (300 s)"
        assert_problem(answer, 400, detail, "duration_below_saved")
        await resume(ann, session_id)


async def test_a_running_practice_goes_on_anyway(ann: httpx.AsyncClient) -> None:
    practice = await start(ann)
    answer = await resume(ann, practice["session_id"])
    assert answer.status_code == 200
    assert await show(ann, practice["session_id"]) == practice


async def test_one_that_is_over_neither_rests_nor_goes_on(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    await complete(ann, session_id)
    for answer in (
        await pause(ann, session_id, 900),
        await pause(ann, session_id, 0),
        await resume(ann, session_id),
    ):
        assert_problem(answer, 409, "Session is already completed", "session_already_completed")


@pytest.mark.parametrize("bad", [-1, 14_401, 1.5, "5", None, True])
async def test_the_duration_is_up_to_four_hours(ann: httpx.AsyncClient, bad: object) -> None:
    session_id = (await start(ann))["session_id"]
    answer = await ann.put(f"{SESSIONS}/{session_id}/pause", json={"duration_so_far": bad})
    assert answer.status_code == 422


async def test_only_the_version_that_the_client_has_seen(ann: httpx.AsyncClient) -> None:
    session_id = (await start(ann))["session_id"]
    seen = (await ann.get(f"{SESSIONS}/{session_id}")).headers["etag"]
    first = await pause(ann, session_id, 10, headers={"If-Match": seen})
    assert first.status_code == 200
    assert (await pause(ann, session_id, 20, headers={"If-Match": seen})).status_code == 412
    assert (await pause(ann, session_id, 20, headers={"If-Match": first.headers["etag"]})).status_code == 200


async def test_pauses_at_the_same_instant_leave_the_clock_right(
    ann: httpx.AsyncClient, owner: Database
) -> None:
    session_id = (await start(ann))["session_id"]
    await set_back(owner, session_id, 100)
    answers = await asyncio.gather(
        *(pause(ann, session_id, 50) for _ in range(5)), *(resume(ann, session_id) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {200}
    done = await complete(ann, session_id)
    shown = await show(ann, session_id)
    rest = sum(seconds_between(one) for one in shown["pauses"])
    span = datetime.fromisoformat(shown["completed_at"]) - datetime.fromisoformat(shown["started_at"])
    assert done["measured_seconds"] == int(span.total_seconds() - rest)
