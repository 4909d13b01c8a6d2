"""The catalogue, two people, and practices with valid defaults: a test states only what matters to it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from deploy.seed.sequences import seed_sequences
from kit.database import Database
from tests.session_service.conftest import AsUser

SESSIONS = "/api/v1/sessions"

EventsOf = Callable[[int], Awaitable[list[dict[str, Any]]]]
"""``await events_of(session_id)``: what the statistics are told of a practice, oldest first."""


@pytest.fixture(scope="session")
def catalogue(owner_url: str) -> int:
    """The sequences of the demo; how many there are."""
    return seed_sequences(owner_url)


@pytest.fixture
def ann_id() -> UUID:
    """Somebody's id."""
    return uuid4()


@pytest.fixture
def ann(as_user: AsUser, ann_id: UUID, catalogue: int) -> httpx.AsyncClient:
    """Somebody."""
    return as_user(ann_id, name="Ann Example", email="ann@private.example")


@pytest.fixture
def ben(as_user: AsUser, catalogue: int) -> httpx.AsyncClient:
    """Somebody else."""
    return as_user(uuid4(), name="Ben Example")


@pytest.fixture
def events_of(owner: Database) -> EventsOf:
    """What was published about a practice."""

    async def find(session_id: int) -> list[dict[str, Any]]:
        async with owner.transaction() as connection:
            rows = await connection.execute(
                text(
                    "SELECT e.type, e.data, d.user_id, d.consumer FROM outbox.events e"
                    " JOIN outbox.deliveries d ON d.event_id = e.id WHERE e.subject = :subject"
                    " AND d.consumer = 'statistics' ORDER BY e.id"
                ),
                {"subject": f"practice/{session_id}"},
            )
            return [dict(row._mapping) for row in rows]

    return find


async def start(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """A new practice of the client's user."""
    answer = await client.post(f"{SESSIONS}/start", json=fields)
    assert answer.status_code == 201, answer.text
    practice: dict[str, Any] = answer.json()
    return practice


def completion(session_id: int, **fields: Any) -> dict[str, Any]:
    """What completes a practice."""
    return {
        "session_id": session_id,
        "duration_seconds": 900,
        "poses_completed": 10,
        "completion_status": "completed",
        **fields,
    }


async def complete(client: httpx.AsyncClient, session_id: int, **fields: Any) -> dict[str, Any]:
    """The practice, completed."""
    answer = await client.post(f"{SESSIONS}/complete", json=completion(session_id, **fields))
    assert answer.status_code == 200, answer.text
    completed: dict[str, Any] = answer.json()
    return completed


async def show(client: httpx.AsyncClient, session_id: int) -> dict[str, Any]:
    """The practice as GET shows it."""
    answer = await client.get(f"{SESSIONS}/{session_id}")
    assert answer.status_code == 200, answer.text
    practice: dict[str, Any] = answer.json()
    return practice


def assert_problem(answer: httpx.Response, status: int, detail: str, code: str) -> None:
    """The answer is this problem."""
    body = answer.json()
    assert (answer.status_code, body["detail"], body["code"]) == (status, detail, code), body
    assert answer.headers["content-type"] == "application/problem+json"


async def set_back(owner: Database, session_id: int, seconds: float) -> None:
    """Lets the practice have begun, or have been paused, so many seconds earlier than it was."""
    async with owner.transaction() as connection:
        changed = await connection.execute(
            text(
                "UPDATE session_service.practice_sessions SET"
                " started_at = started_at - make_interval(secs => :seconds),"
                " running_since = running_since - make_interval(secs => :seconds),"
                " paused_at = paused_at - make_interval(secs => :seconds) WHERE session_id = :id"
            ),
            {"id": session_id, "seconds": seconds},
        )
        assert changed.rowcount == 1
