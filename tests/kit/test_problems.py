import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, Depends, Header, HTTPException, Query
from redis.exceptions import ConnectionError as RedisConnectionError
from starlette.requests import ClientDisconnect
from starlette.types import Message
from structlog.testing import capture_logs

from kit.callers import CurrentCaller, CurrentOperator
from kit.errors import Conflict, Forbidden, NotFound, Refusal, Unavailable
from kit.problems import (
    MAX_ERRORS,
    InternalErrorMiddleware,
    problem_bytes,
    problem_response,
    refusal_response,
)
from kit.request_ids import bind_request
from kit.schemas import Body, Problem, UtcDatetime
from tests.support.services import ALEX, OPERATOR, client_of, service_of

SECRET = "SELECT password FROM host.internal"
router = APIRouter()


class ThingNotFound(NotFound):
    """Thing not found"""

    code = "thing_not_found"


class Item(Body):
    name: str
    at: UtcDatetime | None = None


@router.get("/refused/{kind}")
async def refused(kind: str) -> None:
    raise {
        "missing": ThingNotFound(),
        "forbidden": Forbidden("Access denied - not yours"),
        "taken": Conflict("Taken", session_status="completed", both_confirmed=True, reason=None),
        "away": Unavailable("Failed to update session completion status"),
        "plain": Refusal("No", headers={"X-Why": "because"}),
        "http": HTTPException(418, "teapot", headers={"X-Tea": "green"}),
        "http-object": HTTPException(400, {"secret": SECRET}),
        "redirect": HTTPException(303, headers={"Location": "/elsewhere"}),
        "redis": RedisConnectionError(SECRET),
        "crash": RuntimeError(SECRET),
        "key": KeyError(SECRET),
        "timeout": TimeoutError(SECRET),
        "group": ExceptionGroup(SECRET, [ValueError(SECRET)]),
    }[kind]


@router.get("/sync-crash")
def sync_crash() -> None:
    raise RuntimeError(SECRET)


@router.post("/items")
async def make_item(body: list[Item]) -> None: ...


@router.get("/numbers/{number}")
async def numbers(number: int, at: UUID | None = None, x_count: Annotated[int, Header()] = 0) -> None: ...


@router.patch("/numbers/{number}")
async def change_number(number: int) -> None: ...


@router.get("/wrong-answer", response_model=Item)
async def wrong_answer() -> dict[str, str]:
    return {"nme": SECRET}


async def refuses_after() -> AsyncIterator[None]:
    yield
    raise ThingNotFound


async def crashes_after() -> AsyncIterator[None]:
    yield
    raise RuntimeError(SECRET)


def crashes_before() -> Iterator[None]:
    raise RuntimeError(SECRET)
    yield


async def crashes_behind() -> AsyncIterator[None]:
    yield
    raise RuntimeError(SECRET)


@router.get("/dependency/refuses-after", dependencies=[Depends(refuses_after, scope="function")])
async def with_refusing_dependency() -> dict[str, bool]:
    return {"sent": True}


@router.get("/dependency/crashes-after", dependencies=[Depends(crashes_after, scope="function")])
async def with_crashing_dependency() -> dict[str, bool]:
    return {"sent": True}


@router.get("/dependency/crashes-before", dependencies=[Depends(crashes_before)])
async def with_broken_dependency() -> None: ...


@router.get("/dependency/crashes-behind", dependencies=[Depends(crashes_behind, scope="request")])
async def with_late_dependency() -> dict[str, bool]:
    return {"sent": True}


@router.get("/me")
async def me(caller: CurrentCaller, number: int) -> dict[str, str]:
    return {"id": str(caller.user_id)}


@router.get("/operators")
async def operators(caller: CurrentOperator, number: Annotated[int, Query()] = 0) -> dict[str, bool]:
    return {"operator": caller.is_operator}


def rule(path: str) -> tuple[int, str, str, dict[str, Any]] | None:
    return (
        (400, "invalid_plan", "Invalid plan data", {"error": "ValidationError"}) if "/items" in path else None
    )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = service_of(
        [router],
        validation=rule,
        members=lambda path, status: {"error": "E"} if path == "/sync-crash" else {},
    )
    async with client_of(app) as one:
        yield one


def told(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, Any] = answer.json()
    Problem.model_validate(body)
    assert body["status"] == answer.status_code
    assert body["instance"] == answer.request.url.raw_path.decode().partition("?")[0]
    assert body["request_id"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text
    return body


@pytest.mark.parametrize(
    ("kind", "status", "code", "detail"),
    [
        ("missing", 404, "thing_not_found", "Thing not found"),
        ("forbidden", 403, "forbidden", "Access denied - not yours"),
        ("taken", 409, "conflict", "Taken"),
        ("away", 503, "unavailable", "Failed to update session completion status"),
        ("plain", 400, "bad_request", "No"),
        ("http", 418, "error", "teapot"),
        ("http-object", 400, "bad_request", "Bad Request"),
        ("redis", 503, "unavailable", "Failed to process request"),
        ("crash", 500, "internal_error", "An unexpected error occurred"),
        ("key", 500, "internal_error", "An unexpected error occurred"),
        ("timeout", 500, "internal_error", "An unexpected error occurred"),
        ("group", 500, "internal_error", "An unexpected error occurred"),
    ],
)
async def test_every_error_is_a_problem(
    client: httpx.AsyncClient, kind: str, status: int, code: str, detail: str
) -> None:
    answer = await client.get(f"/refused/{kind}")
    body = told(answer)
    assert (answer.status_code, body["code"], body["detail"]) == (status, code, detail)


async def test_types_and_titles(client: httpx.AsyncClient) -> None:
    own = (await client.get("/refused/missing")).json()
    assert (own["type"], own["title"]) == ("urn:tandem:problem:thing_not_found", "Thing not found")
    generic = (await client.get("/refused/forbidden")).json()
    assert (generic["type"], generic["title"]) == ("about:blank", "Forbidden")
    invalid = (await client.get("/numbers/x")).json()
    assert (invalid["type"], invalid["title"]) == ("about:blank", "Unprocessable Content")


async def test_extra_members_are_in_the_body_even_when_null(client: httpx.AsyncClient) -> None:
    body = told(await client.get("/refused/taken"))
    assert (body["session_status"], body["both_confirmed"]) == ("completed", True)
    assert body["reason"] is None


async def test_extra_members_cannot_replace_the_standard_ones() -> None:
    refusal = Refusal(
        "No", instance="elsewhere", title="Fine", request_id="forged", status=200, code="x", type="y"
    )
    response = refusal_response(refusal, {"type": "http", "path": "/here", "headers": []})
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "No",
        "instance": "/here",
        "code": "bad_request",
    }


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        ("away", "retry-after", "1"),
        ("redis", "retry-after", "1"),
        ("plain", "x-why", "because"),
        ("http", "x-tea", "green"),
    ],
)
async def test_headers_of_a_refusal(client: httpx.AsyncClient, kind: str, header: str, value: str) -> None:
    assert (await client.get(f"/refused/{kind}")).headers[header] == value


async def test_what_is_no_error_is_no_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused/redirect")
    assert (answer.status_code, answer.headers["location"], answer.content) == (303, "/elsewhere", b"")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/", "/numbers/1/", "//numbers/1", "/é<script>", "/%00", "/%ff"]
)
async def test_an_unknown_path_is_404(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert told_without_instance(answer)["code"] == "not_found"
    assert answer.status_code == 404


def told_without_instance(answer: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert body["instance"].isascii()
    assert "<" not in body["instance"]
    return body


async def test_a_wrong_method_is_405_and_names_all_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/numbers/5")
    assert told(answer)["code"] == "method_not_allowed"
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, PATCH")


@pytest.mark.parametrize(
    ("path", "headers", "loc"),
    [
        ("/numbers/x", {}, ["path", "number"]),
        ("/numbers/1?at=x", {}, ["query", "at"]),
        ("/numbers/1", {"x-count": "many"}, ["header", "x-count"]),
    ],
)
async def test_an_invalid_request_says_where(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], loc: list[str]
) -> None:
    answer = await client.get(path, headers=headers)
    body = told(answer)
    assert (answer.status_code, body["code"], body["detail"]) == (
        422,
        "validation_error",
        "Request validation failed",
    )
    (error,) = body["errors"]
    assert error["loc"] == loc
    assert set(error) == {"loc", "msg", "type"}


async def test_where_the_house_says_otherwise_invalid_requests_are_answered_so(
    client: httpx.AsyncClient,
) -> None:
    body = told(await client.post("/items", json=[{}]))
    assert (body["status"], body["code"], body["detail"], body["error"]) == (
        400,
        "invalid_plan",
        "Invalid plan data",
        "ValidationError",
    )
    assert body["errors"] == [{"loc": ["body", 0, "name"], "msg": "Field required", "type": "missing"}]


async def test_the_input_is_never_echoed(client: httpx.AsyncClient) -> None:
    for item in ({"name": [SECRET]}, {"name": "x", "at": SECRET}, {"name": {"a": SECRET}}):
        assert SECRET not in (await client.post("/items", json=[item])).text


async def test_long_names_and_long_lists_are_cut(client: httpx.AsyncClient) -> None:
    body = told(await client.post("/items", json=[{"x" * 5000: 1} for _ in range(MAX_ERRORS + 1)]))
    assert len(body["errors"]) == MAX_ERRORS
    assert max(len(str(part)) for error in body["errors"] for part in error["loc"]) <= 100


async def test_members_of_a_path_are_on_internal_errors_too(client: httpx.AsyncClient) -> None:
    body = told(await client.get("/sync-crash"))
    assert (body["status"], body["error"]) == (500, "E")


async def test_an_answer_that_breaks_its_own_description_is_500(client: httpx.AsyncClient) -> None:
    assert told(await client.get("/wrong-answer"))["code"] == "internal_error"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dependency/refuses-after", 404),
        ("/dependency/crashes-after", 500),
        ("/dependency/crashes-before", 500),
    ],
)
async def test_dependencies_fail_as_problems(client: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await client.get(path)
    assert told(answer)["status"] == status


async def test_what_fails_behind_the_answer_does_not_spoil_it(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        answer = await client.get("/dependency/crashes-behind")
    assert (answer.status_code, answer.json()) == (200, {"sent": True})
    assert "request_failed" in [line["event"] for line in lines]


async def test_an_internal_error_is_logged_with_its_stack(client: httpx.AsyncClient) -> None:
    with capture_logs() as lines:
        await client.get("/refused/crash")
    (failed,) = [line for line in lines if line["event"] == "request_failed"]
    assert failed["exc_info"]
    assert (failed["method"], failed["path"], failed["log_level"]) == ("GET", "/refused/crash", "error")


@pytest.mark.parametrize("host", ["evil\\@host", "[::1", "a b", "x:notaport", ""])
async def test_a_malformed_host_changes_nothing(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/refused/missing", headers={"host": host})
    assert told(answer)["code"] == "thing_not_found"


class TestIdentity:
    async def test_nobody_is_401_before_anything_else(self) -> None:
        async with client_of(service_of([router])) as stranger:
            answer = await stranger.get("/me?number=nonsense")
            assert told(answer)["code"] == "unauthenticated"
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")

    async def test_two_identities_are_none(self) -> None:
        async with client_of(service_of([router]), caller=ALEX) as alex:
            header = alex.headers["x-tandem-identity"]
            answer = await alex.get("/me?number=1", headers=[("x-tandem-identity", header)] * 2)
            assert answer.status_code == 401

    async def test_the_caller(self) -> None:
        async with client_of(service_of([router]), caller=ALEX) as alex:
            assert (await alex.get("/me?number=1")).json() == {"id": str(ALEX.user_id)}
            assert (await alex.get("/me?number=x")).status_code == 422
            answer = await alex.get("/operators")
            assert (answer.status_code, told(answer)["code"]) == (403, "forbidden")

    async def test_an_operator(self) -> None:
        async with client_of(service_of([router]), caller=OPERATOR) as operator:
            assert (await operator.get("/operators")).json() == {"operator": True}


def test_a_problem_outside_of_a_request_has_no_instance() -> None:
    body = json.loads(problem_bytes(503, "unavailable", "Away"))
    assert "instance" not in body
    assert "request_id" not in body


def test_a_problem_carries_the_request_id_of_its_context() -> None:
    with bind_request("abc", None):
        assert json.loads(problem_bytes(503, "unavailable", "Away"))["request_id"] == "abc"


@pytest.mark.parametrize("value", ["\ud800", 2**70, {1: UUID(int=1)}, {"a", "b"}, float("nan"), object()])
def test_nothing_in_a_problem_breaks_its_json(value: Any) -> None:
    body = json.loads(problem_bytes(400, "odd", "Odd \ud800", member=value))
    assert body["code"] == "odd"


def test_an_unknown_status_has_a_title() -> None:
    assert json.loads(bytes(problem_response(599, "error", "Odd").body))["title"]


async def run(app: Any) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await InternalErrorMiddleware(app)(scope, receive, send)
    return sent


async def test_half_an_answer_is_not_passed_off_as_a_whole_one() -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise RuntimeError(SECRET)

    with pytest.raises(RuntimeError):
        await run(breaks)


async def test_a_client_that_left_is_no_error() -> None:
    async def left(scope: Any, receive: Any, send: Any) -> None:
        raise ClientDisconnect

    with capture_logs() as lines:
        assert await run(left) == []
    assert [(line["event"], line["log_level"]) for line in lines] == [("client_disconnected", "info")]


async def test_a_cancelled_request_stays_cancelled() -> None:
    async def cancelled(scope: Any, receive: Any, send: Any) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await run(cancelled)
