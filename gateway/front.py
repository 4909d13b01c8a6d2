"""The way of a request: route, identity, body, and on to the service that answers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.admission import Admission, Answering
from gateway.bodies import ClientGone, linger, read_body
from gateway.cache import Caching
from gateway.description import ApiDescription
from gateway.errors import (
    BodyTooLarge,
    DescriptionUnavailable,
    MalformedRequest,
    MethodNotAllowed,
    RouteNotFound,
)
from gateway.headers import forwarded_headers
from gateway.identity import Identity
from gateway.live.endpoints import IDENTITY
from gateway.proxy import Forwarded, Upstream
from gateway.routes import (
    METHODS,
    OWN,
    RoutingTable,
    Service,
    is_confirmation,
    is_legal_query,
    is_plain,
    problem_members,
    unavailable_detail,
)
from kit.errors import Refusal
from kit.identity import IDENTITY_HEADER
from kit.metrics import ROUTE
from kit.problems import refusal_response
from kit.request_ids import (
    REQUEST_ID_HEADER,
    TRACEPARENT_HEADER,
    current_request_id,
    current_traceparent,
)

API = "/api/"
"""What begins so is answered by a service; all else by the gateway itself."""


class Front:
    """The ASGI application before everything: API requests are passed on, WebSockets go to `live`, the rest to `own`.

    The order of checks is the contract's: unknown path 404, method 405, identity 401, rate limits 429, body 413
    or 415. Everything after that is the service's to decide.
    """

    def __init__(
        self,
        own: ASGIApp,
        *,
        table: RoutingTable,
        admission: Admission,
        caching: Caching,
        live: ASGIApp,
        upstreams: Mapping[Service, Upstream],
        description: ApiDescription,
    ) -> None:
        """Route by `table` to `upstreams`, which may be filled later, when the server starts."""
        self._own = own
        self._table = table
        self._admission = admission
        self._caching = caching
        self._live = live
        self._upstreams = upstreams
        self._description = description

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] == "websocket":
            await self._live(scope, receive, send)
            return
        if scope["type"] != "http" or not scope["path"].startswith(API):
            if scope["type"] == "http" and scope["method"] == "HEAD":
                # The server leaves the body away by itself.
                asked = {**scope, "method": "GET"}
                await self._own(asked, receive, send)
                scope["route"] = asked.get("route")
                return
            await self._own(scope, receive, send)
            return
        answering = Answering(send)
        try:
            await self._serve(scope, receive, answering)
        except ClientGone:
            return
        except Refusal as refusal:
            await _refuse(refusal, scope, receive, answering)

    async def _serve(self, scope: Scope, receive: Receive, send: Answering) -> None:
        method: str = scope["method"]
        raw_path: bytes = scope["raw_path"]
        if not is_plain(raw_path):
            raise RouteNotFound
        path = raw_path.decode("ascii")
        route = self._table.find(method, path)
        if route is None:
            raise RouteNotFound
        scope[ROUTE] = route.prefix
        if method == "OPTIONS" or method not in METHODS:
            allowed = await self._methods_of(path)
            if method != "OPTIONS":
                raise MethodNotAllowed(allowed)
            await send(
                {
                    "type": "http.response.start",
                    "status": 204,
                    "headers": [(b"allow", ", ".join(allowed).encode("ascii"))],
                }
            )
            await send({"type": "http.response.body", "body": b""})
            return
        headers = scope["headers"]
        identity: list[tuple[str, str]] = []
        asking: Identity | None = None
        if route.needs_identity:
            asking = await self._admission.admit_user(scope, send, confirms=is_confirmation(method, path))
            identity.append((IDENTITY_HEADER, asking.signed))
        else:
            await self._admission.admit_address(scope, send)
        query: bytes = scope["query_string"]
        if not is_legal_query(query):
            raise MalformedRequest
        body = await read_body(headers, receive, any_kind=route.takes_any_body)
        if route.takes_any_body:
            body = b""
        if route.service == OWN:
            await self._own({**scope, IDENTITY: asking}, _replay(body), send)
            return
        await self._caching.forward(
            self._upstreams[route.service],
            Forwarded(
                method=method,
                path=path,
                query=query.decode("ascii"),
                headers=[
                    *identity,
                    (REQUEST_ID_HEADER, current_request_id() or ""),
                    (TRACEPARENT_HEADER, current_traceparent() or ""),
                    *forwarded_headers(headers),
                ],
                body=body,
                unavailable=unavailable_detail(method, path),
            ),
            None if asking is None else asking.caller,
            send,
        )

    async def _methods_of(self, path: str) -> Sequence[str]:
        try:
            methods = await self._description.methods(path)
        except DescriptionUnavailable:
            # What may be somewhere, then.
            return METHODS
        if methods is None:
            raise RouteNotFound
        return methods


def _replay(body: bytes) -> Receive:
    """A `receive` for a body that has been read."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    refusal.extra = {**problem_members(scope["path"], refusal.status), **refusal.extra}
    response = refusal_response(refusal, scope)
    if not isinstance(refusal, BodyTooLarge):
        await response(scope, receive, send)
        return
    # The rest of the body is still on its way. The answer goes out at once, the connection ends a little later.
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": [*response.raw_headers, (b"connection", b"close")],
        }
    )
    await send({"type": "http.response.body", "body": bytes(response.body), "more_body": True})
    await linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})
