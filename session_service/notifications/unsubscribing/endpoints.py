"""The door of links in mails that stop mails: ``/api/unsubscribe``. Needs no identity, as RFC 8058 wants it."""

from html import escape
from pathlib import Path
from string import Template
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from kit.database import Database
from kit.responses import refusals
from session_service.notifications.preferences import KINDS
from session_service.notifications.unsubscribing import service
from session_service.notifications.unsubscribing.errors import UnknownLink
from session_service.notifications.unsubscribing.tokens import read_token

router = APIRouter(prefix="/api/unsubscribe", tags=["notifications"])

# No template engine for two pages of one sentence: every import makes the service start later.
_page = Template((Path(__file__).parent / "page.html").read_text())
_FORM_OF_THE_PAGE = '<form method="post"><button>Stop these mails</button></form>'

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_OPEN: dict[str, Any] = {"security": []}
_FORM: dict[str, Any] = {
    "requestBody": {
        "description": "What mail providers send; nobody looks at it, and it may be left out.",
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"List-Unsubscribe": {"type": "string", "examples": ["One-Click"]}},
                }
            }
        },
    }
}


@router.get(
    "/{token}",
    response_class=HTMLResponse,
    summary="Ask whether mails are to be stopped",
    responses=refusals(UnknownLink),
    openapi_extra=_OPEN,
)
async def ask_to_unsubscribe(request: Request, token: str) -> HTMLResponse:
    """A page with one button, which stops mails. Looking at it changes nothing: scanners of mail follow every link."""
    _, kind = _read(request, token)
    if kind is None:
        words = "You will get no more mails from Tandem. The inbox in the app stays."
        return _answer("No more mails?", words, asks=True)
    words = f"You will get no more mails about {_named(kind)}. They stay in your inbox in the app."
    return _answer(f"No more mails about {_named(kind)}?", words, asks=True)


@router.post(
    "/{token}",
    response_class=HTMLResponse,
    summary="Stop mails",
    responses=refusals(UnknownLink),
    openapi_extra={**_OPEN, **_FORM},
)
async def unsubscribe(request: Request, token: str) -> HTMLResponse:
    """Turns off the mails that the link is for: of one kind, or all. Again changes nothing."""
    user_id, kind = _read(request, token)
    database: Database = request.app.state.database
    await database.run(lambda connection: service.stop(connection, user_id, kind), user_id=user_id)
    about = "" if kind is None else f" about {_named(kind)}"
    return _answer(
        "Done", f"You will get no more mails{about}. In your preferences you can ask for them again."
    )


def _read(request: Request, token: str) -> tuple[UUID, str | None]:
    read = read_token(token, request.app.state.settings.internal_secret)
    if read is None:
        raise UnknownLink
    return read


def _named(kind: str) -> str:
    return KINDS.get(kind, "this")


def _answer(title: str, words: str, *, asks: bool = False) -> HTMLResponse:
    page = _page.substitute(title=escape(title), words=escape(words), form=_FORM_OF_THE_PAGE if asks else "")
    return HTMLResponse(page, headers=_HEADERS)
