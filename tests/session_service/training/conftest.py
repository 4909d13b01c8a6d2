"""Plans and sessions with valid defaults: a test states only what matters to it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.session_service.conftest import AsUser


def a_set(**fields: Any) -> dict[str, Any]:
    """One set, valid unless `fields` say otherwise."""
    return {"reps": 8, "weight_kg": 82.5, "completed": False, **fields}


def an_exercise(**fields: Any) -> dict[str, Any]:
    """One exercise with one set."""
    return {"name": "Bench Press (Barbell)", "sets": [a_set()], **fields}


def a_structure(**fields: Any) -> dict[str, Any]:
    """A structure with one exercise."""
    return {"exercises": [an_exercise()], **fields}


async def make_plan(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    """A new plan of the client's user."""
    answer = await client.post("/api/plans", json={"name": "Push day", "structure": a_structure(), **fields})
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


async def start(
    client: httpx.AsyncClient, plan: dict[str, Any] | None = None, **fields: Any
) -> dict[str, Any]:
    """A new open session of the client's user."""
    plan = plan or await make_plan(client)
    answer = await client.post("/api/sessions", json={"plan_id": plan["id"], "date": "2025-08-17", **fields})
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    return session


async def complete(client: httpx.AsyncClient, session: dict[str, Any]) -> dict[str, Any]:
    """The session, completed."""
    answer = await client.post(f"/api/sessions/{session['id']}/complete")
    assert answer.status_code == 200, answer.text
    completed: dict[str, Any] = answer.json()
    return completed


def assert_problem(answer: httpx.Response, status: int, detail: str, error: str) -> dict[str, Any]:
    """The answer is this problem, in the form that holds under /api/plans and /api/sessions; its body."""
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["detail"], body["error"]) == (status, detail, error), body
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    return body


@pytest.fixture
def ann(as_user: AsUser) -> httpx.AsyncClient:
    """Somebody."""
    return as_user(uuid4())


@pytest.fixture
def ben(as_user: AsUser) -> httpx.AsyncClient:
    """Somebody else."""
    return as_user(uuid4())
