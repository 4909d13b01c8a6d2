"""The page of the sink: an inbox of everybody's mails, with nothing on it that a mail could make act."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.mail_sink.store import Mail, Store

_FOLDER = Path(__file__).parent
_SCRIPT = (_FOLDER / "page.js").read_text()
_STYLE = (_FOLDER / "page.css").read_text()

HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""Names under which the page answers: a page of the web that calls itself something else gets nothing."""

_COMMON = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

VIEWS = ("html", "text", "source")


def _digest(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'sha256-{_digest(_SCRIPT)}'",
        f"style-src 'sha256-{_digest(_STYLE)}'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; frame-ancestors 'self'"
)
"""A mail's own HTML may look as it likes, and can do nothing: no scripts, no forms, nothing fetched from anywhere."""


def create_page(store: Store) -> Starlette:
    """The page's application."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    template = environment.get_template("page.html.j2")

    def show(mail: Mail | None, view: str) -> HTMLResponse:
        content = template.render(
            mails=store.all(), mail=mail, view=view, version=store.version, script=_SCRIPT, style=_STYLE
        )
        return HTMLResponse(content, headers={**_COMMON, "Content-Security-Policy": PAGE_POLICY})

    def find(request: Request) -> Mail:
        mail = store.find(request.path_params["number"])
        if mail is None:
            raise HTTPException(404)
        return mail

    async def inbox(_: Request) -> Response:
        return show(None, "html")

    async def one(request: Request) -> Response:
        mail = store.find(request.path_params["number"])
        if mail is None:
            return RedirectResponse("/", 303)
        view = request.query_params.get("view", "html")
        return show(mail, view if view in VIEWS else "html")

    async def body(request: Request) -> Response:
        mail = find(request)
        # Links of a mail open beside the page.
        content = f'<base target="_blank">{mail.html or ""}'
        return HTMLResponse(content, headers={**_COMMON, "Content-Security-Policy": MAIL_POLICY})

    async def listed(_: Request) -> Response:
        return JSONResponse({"version": store.version, "mails": [_told(mail) for mail in store.all()]})

    async def version(_: Request) -> Response:
        return JSONResponse(store.version, headers=_COMMON)

    async def clear(_: Request) -> Response:
        store.clear()
        return RedirectResponse("/", 303)

    return Starlette(
        routes=[
            Route("/", inbox),
            Route("/mails.json", listed),
            Route("/version.json", version),
            Route("/clear", clear, methods=["POST"]),
            Route("/mails/{number:int}", one),
            Route("/mails/{number:int}/html", body),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS))],
    )


def _told(mail: Mail) -> dict[str, Any]:
    return {
        "number": mail.number,
        "taken_at": mail.taken_at.isoformat(),
        "sender": mail.sender,
        "recipients": list(mail.recipients),
        "subject": mail.subject,
        "headers": dict(mail.headers),
        "text": mail.text,
        "html": mail.html,
    }
