"""The statistics worker counts by itself; what holds without it is in `test_statistics.py`."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, api

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]

SESSIONS = "/api/v1/sessions"


async def practise(client: Api, user: str, duration: int) -> dict[str, Any]:
    """The answer to the completion of a new practice."""
    begun = await client.insist(user, "POST", f"{SESSIONS}/start")
    assert begun.status_code == 201, begun.text
    done = await client.insist(
        user,
        "POST",
        f"{SESSIONS}/complete",
        {
            "session_id": begun.json()["session_id"],
            "duration_seconds": duration,
            "completion_status": "completed",
        },
    )
    assert done.status_code == 200, done.text
    answer: dict[str, Any] = done.json()
    return answer


async def figures(client: Api, user: str) -> dict[str, Any]:
    answer = await client.insist(user, "GET", f"{SESSIONS}/stats")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    del shown["as_of"]
    return shown


def pending(stack: Stack, user: str) -> int:
    with psycopg.connect(stack.owner_url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM outbox.deliveries"
            " WHERE user_id = %s AND consumer = 'statistics' AND state = 'pending'",
            [user],
        ).fetchone()
    assert row is not None
    return int(row[0])


async def test_the_worker_counts_what_nobody_asks_for(stack: Stack) -> None:
    user = str(uuid4())
    async with api(stack.base_url) as client:
        await practise(client, user, 60)
        await eventually(lambda: pending(stack, user) == 0, timeout=20)
        assert (await figures(client, user))["total_sessions"] == 1
