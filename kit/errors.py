"""Refusals: the one way in which this code says no.

A refusal is an exception that knows its own answer: status, stable code, and the text a client reads. Rules and
services raise them; :mod:`kit.problems` turns them into RFC 9457 problem details. Nothing here knows HTTP
libraries, so pure rules may import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """The request cannot be carried out."""

    # The docstring's first line is the default detail, so that an `errors.py` reads as the list of its messages.
    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    default_detail: ClassVar[str] = "The request cannot be carried out."
    default_headers: ClassVar[Mapping[str, str]] = {}

    detail: str
    headers: dict[str, str]
    extra: dict[str, Any]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        text = (cls.__dict__.get("__doc__") or "").strip()
        if text and "default_detail" not in cls.__dict__:
            cls.default_detail = text.splitlines()[0].strip()

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        """Refuse with `detail` (default: the docstring's first line).

        `headers` are added to the answer, `extra` become members of the problem body; they must be JSON-able.
        """
        self.detail = self.default_detail if detail is None else detail
        self.headers = {**self.default_headers, **(headers or {})}
        self.extra = extra
        super().__init__(self.detail)


class Unauthenticated(Refusal):
    """Authentication required"""

    status = 401
    code = "unauthenticated"
    default_headers: ClassVar[Mapping[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(Refusal):
    """Access denied"""

    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """Not found"""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    """The request conflicts with the current state"""

    status = 409
    code = "conflict"


class AccountClosed(Conflict):
    """The account is being erased"""

    code = "account_being_erased"


class Unprocessable(Refusal):
    """Request validation failed"""

    status = 422
    code = "validation_error"


class Unavailable(Refusal):
    """Failed to process request"""

    # Something that is needed is away or too slow; the same request may well succeed in a moment.
    status = 503
    code = "unavailable"
    default_headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


def error_name(status: int) -> str:
    """Return the member `error` of a problem, where clients expect one: which of four kinds it is."""
    if status >= 500:
        return "InternalServerError"
    return {404: "NotFound", 409: "ConflictError", 412: "ConflictError"}.get(status, "ValidationError")
