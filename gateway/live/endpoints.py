"""`/api/live` as far as it is HTTP: one-time tickets, and the description of the WebSocket."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.identity import Identity
from gateway.live.handshake import PATH, LiveUpdates
from gateway.live.schemas import TicketView
from gateway.openapi import PROBLEM
from kit import idempotency
from kit.errors import Refusal
from kit.problems import MEDIA_TYPE
from kit.schemas import NoFields

router = APIRouter(prefix=PATH, tags=["live updates"])

IDENTITY: Final = "tandem.identity"
"""The member of the scope with the identity that has been found out."""

_NO_STORE: Final = {"Cache-Control": "no-store"}
_IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same body answers what the first call answered. Kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"},
}


class UpgradeRequired(Refusal):
    """Live updates are a WebSocket: ask for an upgrade"""

    status = 426
    code = "upgrade_required"
    default_headers: ClassVar = {"Upgrade": "websocket", "Connection": "Upgrade"}


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}}}


@router.post(
    "/tickets",
    response_model=TicketView,
    status_code=201,
    operation_id="create_live_ticket",
    summary="A ticket for a browser's WebSocket",
    responses={
        422: _problem("Request validation failed; This Idempotency-Key was used with another request body")
    },
    openapi_extra={"parameters": [_IDEMPOTENCY_KEY]},
)
async def create_ticket(request: Request, body: NoFields | None = None) -> Response:
    """A browser's WebSocket cannot carry a token: this ticket opens one in its place, once, within 30 seconds."""
    identity: Identity = request.scope[IDENTITY]
    live: LiveUpdates = request.app.state.live
    keys = request.headers.getlist(idempotency.HEADER)
    key = idempotency.parse(
        None if not keys else keys[0] if len(keys) == 1 else "",
        user_id=identity.caller.user_id,
        endpoint="POST /api/live/tickets",
        body=await request.body(),
    )
    made = await live.tickets.issue(identity, key)
    replayed = {"Idempotent-Replayed": "true"} if made.replayed else {}
    return Response(
        TicketView(ticket=made.ticket, expires_at=made.expires_at).model_dump_json(),
        status_code=201,
        headers={**_NO_STORE, **replayed},
        media_type="application/json",
    )


@router.get(
    "",
    operation_id="live",
    summary="Live updates, by WebSocket",
    status_code=101,
    response_class=Response,
    responses={
        101: {"description": "The WebSocket is open"},
        426: _problem("This is no WebSocket handshake"),
    },
    openapi_extra={
        "parameters": [
            {
                "name": "ticket",
                "in": "query",
                "required": False,
                "description": "A one-time ticket, in place of `Authorization`.",
                "schema": {"type": "string"},
            }
        ]
    },
)
async def live_updates() -> Response:
    """Open a WebSocket here, by `Authorization` or a ticket; a handshake without either is refused with 401.

    Send `{"subscribe": ["session:<id>", "practice", "notifications"]}`; from then on come messages `{"id", "type",
    "topic", "time", "data"}`. With `"after": "<id>"`, the id of the last message that was read, what was missed in
    the last 10 minutes comes first, in order, none twice; if that is not known any more, `{"type": "reset"}` comes in
    its place: fetch again what is shown. So it does whenever something may have been missed.

    Who is to know from when on nothing is missed adds `"acknowledge": true`: the first answer is then `{"type":
    "subscribed", "topics": […], "after": "<id>"}`, whose `after` is where to go on if no message came. Without it
    nothing is sent for a subscription itself. `{"unsubscribe": […]}` ends one, and is answered with `{"type":
    "unsubscribed", "topics": […]}`.

    What cannot be done is `{"type": "error", "code", "detail", "topics"}`: `forbidden` for what is not yours,
    `unavailable` for what cannot be told just now, `too_many_topics`, and `invalid_message`.

    The server pings every 20 seconds. It closes with 4401 when the token is no longer good, 1013 when the client
    is too slow to read, 1008 after too many invalid messages, 1012 when it is about to restart: come back with `after`.
    """
    raise UpgradeRequired
