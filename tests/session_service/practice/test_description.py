"""The API description tells the truth about what is answered."""

from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from jsonschema import Draft202012Validator

from tests.session_service.practice.conftest import SESSIONS, completion, start

ROOM = ("/api/v1/sequences", "/api/v1/sessions", "/api/v1/shared")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def document(service: FastAPI) -> dict[str, Any]:
    return service.openapi()


def check(document: dict[str, Any], path: str, answer: httpx.Response, status: int) -> None:
    """Fails unless it is the answer of this status, is described, and is as it is described."""
    assert answer.status_code == status, answer.text
    response = document["paths"][path][answer.request.method.lower()]["responses"][str(status)]
    if status == 204:
        assert "content" not in response
        return
    media = answer.headers["content-type"].partition(";")[0]
    schema = {**response["content"][media]["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json())


async def test_answers_are_as_described(
    ann: httpx.AsyncClient, ben: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    session_id = (await start(ann, sequence_id=1))["session_id"]
    one = f"{SESSIONS}/{session_id}"
    path = f"{SESSIONS}/{{session_id}}"
    pose = {"held_seconds": 5, "completed": True}
    link = await ann.post(f"{one}/share")
    answers = [
        ("/api/v1/sequences", await ann.get("/api/v1/sequences"), 200),
        ("/api/v1/sequences/{sequence_id}", await ann.get("/api/v1/sequences/1"), 200),
        ("/api/v1/sequences/{sequence_id}", await ann.get("/api/v1/sequences/0"), 422),
        (f"{SESSIONS}/start", await ann.post(f"{SESSIONS}/start"), 201),
        (f"{SESSIONS}/start", await ann.post(f"{SESSIONS}/start", json={"sequence_id": 10**6}), 404),
        (f"{SESSIONS}/current", await ann.get(f"{SESSIONS}/current"), 200),
        (f"{SESSIONS}/current", await ben.get(f"{SESSIONS}/current"), 404),
        (f"{path}/poses/{{position}}", await ann.put(f"{one}/poses/1", json=pose), 200),
        (f"{path}/poses/{{position}}", await ann.put(f"{one}/poses/999", json=pose), 404),
        (f"{path}/pause", await ann.put(f"{one}/pause", json={"duration_so_far": 5}), 200),
        (f"{path}/pause", await ann.put(f"{one}/pause", json={"duration_so_far": 4}), 400),
        (path, await ann.get(one), 200),
        (f"{path}/resume", await ann.put(f"{one}/resume"), 200),
        (f"{path}/notes", await ann.patch(f"{one}/notes", json={"notes": "x", "mood": 1}), 200),
        (
            f"{path}/notes",
            await ann.patch(f"{one}/notes", json={"notes": "y"}, headers={"If-Match": '"x"'}),
            412,
        ),
        (f"{SESSIONS}/complete", await ann.post(f"{SESSIONS}/complete", json=completion(session_id)), 200),
        (f"{SESSIONS}/complete", await ben.post(f"{SESSIONS}/complete", json=completion(session_id)), 403),
        (f"{SESSIONS}/complete", await ann.post(f"{SESSIONS}/complete", json={}), 422),
        (f"{path}/pause", await ann.put(f"{one}/pause", json={"duration_so_far": 5}), 409),
        (path, await ann.get(one), 200),
        (path, await ben.get(one), 403),
        (f"{SESSIONS}/history", await ann.get(f"{SESSIONS}/history"), 200),
        (f"{SESSIONS}/history", await ann.get(f"{SESSIONS}/history?from=x"), 422),
        (f"{path}/share", link, 201),
        ("/api/v1/shared/{token}", await ann.get(f"/api/v1/shared/{link.json()['token']}"), 200),
        ("/api/v1/shared/{token}", await ann.get("/api/v1/shared/x"), 404),
        (f"{path}/share", await ann.delete(f"{one}/share"), 204),
        (f"{path}/share", await ann.delete(f"{SESSIONS}/{2**63 - 1}/share"), 404),
    ]
    for described, answer, status in answers:
        check(document, described, answer, status)


def test_every_endpoint_is_described_for_people(document: dict[str, Any]) -> None:
    found = 0
    for path, item in document["paths"].items():
        if not path.startswith(ROOM):
            continue
        for operation in item.values():
            found += 1
            assert operation["summary"], path
            assert operation["description"], path
            assert operation.get("security") == ([] if "/shared/" in path else None)
    assert found == 14


@pytest.mark.parametrize("path", ["/start", "/complete", "/{session_id}/share"])
def test_posts_are_described_with_their_key(document: dict[str, Any], path: str) -> None:
    parameters = document["paths"][f"{SESSIONS}{path}"]["post"]["parameters"]
    assert "Idempotency-Key" in {one["name"] for one in parameters}
