"""The API description tells the truth about what is answered."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from tests.session_service.training.conftest import a_structure, an_exercise, make_plan, start


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def document(service: FastAPI) -> dict[str, Any]:
    return service.openapi()


def check(document: dict[str, Any], path: str, answer: httpx.Response) -> None:
    """Fails unless the answer is described, and is as it is described."""
    operation = document["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    media = answer.headers["content-type"].partition(";")[0]
    schema = {**response["content"][media]["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json())


async def test_answers_are_as_described(ann: httpx.AsyncClient, document: dict[str, Any]) -> None:
    sparse = a_structure(
        exercises=[an_exercise(notes=None, sets=[{"completed": True, "rpe": 7.5}, {"completed": False}])]
    )
    plan = await make_plan(ann, structure=sparse)
    session = await start(ann, plan)
    for path, url in [
        ("/api/plans", "/api/plans"),
        ("/api/plans/{plan_id}", f"/api/plans/{plan['id']}"),
        ("/api/plans/{plan_id}", "/api/plans/none"),
        ("/api/sessions", "/api/sessions"),
        ("/api/sessions", "/api/sessions?limit=0"),
        ("/api/sessions/{session_id}", f"/api/sessions/{session['id']}"),
        ("/api/sessions/{session_id}", "/api/sessions/none"),
        ("/api/sessions/{session_id}/audit", f"/api/sessions/{session['id']}/audit"),
    ]:
        check(document, path, await ann.get(url))
    body = {"plan_id": plan["id"], "date": "2025-08-17"}
    check(document, "/api/sessions", await ann.post("/api/sessions", json=body))
    check(document, "/api/sessions", await ann.post("/api/sessions", json={}))
    check(
        document,
        "/api/sessions/{session_id}/complete",
        await ann.post(f"/api/sessions/{session['id']}/complete"),
    )


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/plans", "post"),
        ("/api/plans/{plan_id}", "patch"),
        ("/api/sessions", "post"),
        ("/api/sessions", "get"),
        ("/api/sessions/{session_id}", "patch"),
        ("/api/sessions/{session_id}/complete", "post"),
    ],
)
def test_invalid_requests_are_described_as_400(document: dict[str, Any], path: str, method: str) -> None:
    responses = document["paths"][path][method]["responses"]
    assert "400" in responses
    # What is 422 here is only an Idempotency-Key that was used for something else.
    assert ("422" in responses) == (method == "post")
