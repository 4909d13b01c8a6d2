"""Structured logs: one line an event, with a static name and its facts as fields.

Everything goes to standard output: our own events, and what libraries say through the standard library's `logging`.
`request_id`, `trace_id` and `user_id` come from the context (see :mod:`kit.request_ids`, :mod:`kit.identity`).
"""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any, Literal

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.types import EventDict, Processor, WrappedLogger

from kit.contracts import SECRET_PATHS

LogFormat = Literal["json", "console"]

_QUIET = (
    *("httpx", "httpcore", "sqlalchemy.engine", "sqlalchemy.pool", "kombu", "amqp", "asyncio"),
    # Celery says of each task that it came, and that it went well, without a request's id. Ours say what it did.
    *("celery.beat", "celery.worker.strategy", "celery.app.trace"),
)
"""Loggers of libraries that are heard from warnings upward."""

_SECRETS = re.compile(rf"((?:{'|'.join(map(re.escape, SECRET_PATHS))})|[?&]ticket=)[^/?&\s\"'<>]+")
_REDACTED = r"\1[redacted]"

log = structlog.get_logger(__name__)


class _StandardOutput:
    """The end of our own events' way: a line on standard output, past the standard library, which is slow.

    A log that nobody reads any more (a closed pipe) must not fail the request that it is about.
    """

    def msg(self, message: str) -> None:
        try:
            sys.stdout.write(message + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            return

    debug = info = warning = warn = error = critical = exception = fatal = log = msg


class _LibraryHandler(logging.StreamHandler[Any]):
    """Marks the handler as ours, so that configuring again replaces it and touches no other."""


# The loggers keep this very list once they are in use: it is changed in place when configured again.
_processors: list[Processor] = []


def configure_logging(process_name: str, log_format: LogFormat = "json", *, level: str = "INFO") -> None:
    """Set up logging for this process; `process_name` is in every line. May be called again.

    `log_format` is `json` (a JSON object a line) or `console` (for people). Handlers that others have put on the
    root logger stay; uvicorn's own are removed, since it would say everything twice.
    """

    def add_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process_name
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        add_process,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    renderers: list[Processor] = [structlog.processors.format_exc_info, _redact]
    if log_format == "json":
        renderers.append(_render_json)
    else:
        renderers.append(
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(),
                timestamp_key="time",
                # Local variables, which the rich form would show, may be secrets.
                exception_formatter=structlog.dev.plain_traceback,
            )
        )
    _processors[:] = [*shared, *renderers]
    structlog.configure(
        processors=_processors,
        logger_factory=lambda *_: _StandardOutput(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = _LibraryHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _LibraryHandler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take out of every text what lets whoever reads it in: tokens in addresses."""
    for name, value in event.items():
        if isinstance(value, str) and ("/" in value or "ticket=" in value):
            event[name] = _SECRETS.sub(_REDACTED, value)
    return event


def _render_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    try:
        return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a lone surrogate, a number beyond 64 bits
        return orjson.dumps({key: ascii(value) for key, value in event.items()}).decode()


class AccessLogMiddleware:
    """Write one line a request: `request_handled` with method, path, status and milliseconds.

    Paths in `quiet` are left out: what is asked every second would drown everything else.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        quiet: frozenset[str] = frozenset(),
    ) -> None:
        self.app = app
        self.quiet = quiet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http" or scope["path"] in self.quiet:
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0  # stays 0 when the client left before there was an answer

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        finally:
            log.info(
                "request_handled",
                method=scope["method"],
                path=scope["path"],
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 2),
            )
