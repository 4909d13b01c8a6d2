"""Problem details (RFC 9457): every error answer, whoever finds the error, looks the same and leaks nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.errors import Refusal
from kit.request_ids import current_request_id

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 50
"""How many validation errors an answer lists at most; more help nobody and make a large answer of a small request."""

_MAX_LOC = 100
_STANDARD = frozenset({"type", "title", "status", "detail", "instance", "code", "request_id"})
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # renamed in Python 3.13
_GENERIC_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "validation_error",
    429: "rate_limited",
    500: "internal_error",
    501: "not_implemented",
    502: "bad_gateway",
    503: "unavailable",
    504: "gateway_timeout",
}

Validation = Callable[[str], tuple[int, str, str, dict[str, Any]] | None]
"""What an invalid request is answered under a path: (status, code, detail, extra members); None: 422 as everywhere."""

Members = Callable[[str, int], Mapping[str, Any]]
"""Members that every problem under a path carries besides, given the path and the status."""


@dataclass(frozen=True, slots=True)
class ProblemRules:
    """Where a house deviates from the common form of problems; kept in `app.state.problem_rules`."""

    validation: Validation | None = None
    members: Members | None = None


def problem_bytes(
    status: int,
    code: str,
    detail: str,
    *,
    request: HTTPConnection | Scope | None = None,
    title: str | None = None,
    **extra: Any,
) -> bytes:
    """Return the JSON of a problem, for places that have no :class:`Response`.

    `request` (or its scope) gives `instance`, its path. `extra` members never replace the standard ones.
    """
    return _problem(status, code, detail, _scope_of(request), title, extra)


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    request: HTTPConnection | Scope | None = None,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """Return a problem as an `application/problem+json` response. See :func:`problem_bytes`."""
    return _response(status, _problem(status, code, detail, _scope_of(request), title, extra), headers or {})


def refusal_response(refusal: Refusal, request: HTTPConnection | Scope | None = None) -> Response:
    """Return a refusal as a response."""
    body = _problem(refusal.status, refusal.code, refusal.detail, _scope_of(request), None, refusal.extra)
    return _response(refusal.status, body, refusal.headers)


def validation_response(errors: Iterable[Mapping[str, Any]], request: HTTPConnection | Scope) -> Response:
    """Return how an invalid request is answered: 422, or what the house's rule says for the path.

    Of each error only where, what and which kind is told; never the input, nor the context, which may hold it.
    """
    told: list[dict[str, Any]] = []
    for error in errors:
        if len(told) == MAX_ERRORS:
            break
        told.append(
            {
                "loc": [
                    part if isinstance(part, int) else str(part)[:_MAX_LOC] for part in error.get("loc", ())
                ],
                "msg": str(error.get("msg", "")),
                "type": str(error.get("type", "")),
            }
        )
    scope = _scope_of(request)
    rule = _rules_of(scope).validation
    overridden = rule(scope["path"]) if rule is not None and scope is not None else None
    status, code, detail, extra = overridden or (422, "validation_error", "Request validation failed", {})
    return problem_response(status, code, detail, request=request, **{**extra, "errors": told})


def install_problem_handlers(
    app: FastAPI, *, validation: Validation | None = None, members: Members | None = None
) -> None:
    """Answer every refusal, invalid request and HTTP exception of `app` as a problem.

    `validation` says where invalid requests are answered otherwise than by 422; `members` adds members to every
    problem. What nobody expects is answered by :class:`InternalErrorMiddleware`.
    """
    app.state.problem_rules = ProblemRules(validation, members)
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_refusal(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for this type
    return refusal_response(refusal, request)


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type
    return validation_response(error.errors(), request)


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    code = _GENERIC_CODES.get(error.status_code, "error")
    detail = error.detail if isinstance(error.detail, str) else _title(error.status_code)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request.scope)) or headers.get("Allow", "")
    return problem_response(error.status_code, code, detail, request=request, headers=headers)


def _allowed_methods(scope: Scope) -> list[str]:
    # The exception knows the methods of one route only; a path may have several. One that is spelled out in full is
    # nobody's id, whatever else it matches.
    matching: list[set[str]] = []
    literal: list[set[str]] = []
    for route in iter_route_contexts(scope["app"].routes):
        pattern = getattr(route, "path_regex", None)
        if pattern is not None and route.include_in_schema and pattern.match(scope["path"]):
            (literal if route.path == scope["path"] else matching).append(set(route.methods or ()))
    return sorted(set().union(*(literal or matching)))


class InternalErrorMiddleware:
    """Answer what nobody expected with 500 `internal_error`, and log it with its stack.

    Nothing of the exception gets into the answer. Where an answer has already begun, it cannot be taken back: the
    connection is closed then, so that the client does not mistake a part for the whole.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = complete = False

        async def send_watched(message: Message) -> None:
            nonlocal begun, complete
            if message["type"] == "http.response.start":
                begun = True
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                complete = True
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except ClientDisconnect:
            log.info("client_disconnected", path=scope["path"])
        except Exception:
            log.exception("request_failed", method=scope["method"], path=scope["path"])
            if not begun:
                response = problem_response(
                    500, "internal_error", "An unexpected error occurred", request=scope
                )
                await response(scope, receive, send)
            elif not complete:
                raise


def _problem(
    status: int, code: str, detail: str, scope: Scope | None, title: str | None, extra: Mapping[str, Any]
) -> bytes:
    generic = _GENERIC_CODES.get(status) == code
    body: dict[str, Any] = {
        "type": "about:blank" if generic else f"urn:tandem:problem:{code}",
        "title": title or (_title(status) if generic else code.replace("_", " ").capitalize()),
        "status": status,
        "detail": detail,
    }
    if scope is not None:
        # Of the scope, never of the request's URL: a malformed Host spoils that one.
        body["instance"] = quote(scope["path"], safe="/:@!$&'()*+,;=~", errors="replace")
    body["code"] = code
    request_id = current_request_id()
    if request_id is not None:
        body["request_id"] = request_id
    rules = _rules_of(scope)
    own = rules.members(scope["path"], status) if scope is not None and rules.members else {}
    for name, value in {**own, **extra}.items():
        if name not in _STANDARD:
            body[name] = value
    try:
        return orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Lone surrogates, or numbers beyond 64 bits: escaped, they are valid JSON all the same.
        return json.dumps(body, default=str).encode("ascii")


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> Response:
    return Response(body, status, headers={"Cache-Control": "no-store", **headers}, media_type=MEDIA_TYPE)


def _scope_of(request: HTTPConnection | Scope | None) -> Scope | None:
    return request.scope if isinstance(request, HTTPConnection) else request


def _rules_of(scope: Scope | None) -> ProblemRules:
    app = None if scope is None else scope.get("app")
    rules = None if app is None else getattr(app.state, "problem_rules", None)
    return rules if isinstance(rules, ProblemRules) else ProblemRules()


def _title(status: int) -> str:
    known = _TITLES.get(status)
    if known is not None:
        return known
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
