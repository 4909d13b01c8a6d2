"""Loaded by Schemathesis: what values look like, which answers are undocumented, and what "accepted" means here.

Nothing here names an endpoint that could be one of many: whatever is described is taken in.
"""

import json
from typing import Any, Final
from urllib.parse import quote

import schemathesis
from hypothesis import strategies as st
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import positive_data_acceptance

FORM: Final = {
    "validation_error",
    "malformed_request",
    "unsupported_media_type",
    "payload_too_large",
    "not_found",
    "method_not_allowed",
}
"""Codes of what is wrong with a request as such. All others are about what there is at this moment: a schema cannot
tell a session that has begun from one that has not, an Idempotency-Key that was used from a new one, nor which
If-Match is met."""

STATE_IN_A_FIELD: Final = {"invalid_cursor"}
"""Types of validation errors that are about state all the same: a cursor is opaque, and only lists make them."""

NO_HTTP: Final = {"GET /api/live"}
"""Described for people: it answers a WebSocket handshake, which is nothing that Schemathesis sends."""

schemathesis.openapi.format(
    "time-zone", st.sampled_from(["Europe/Berlin", "UTC", "Asia/Kathmandu", "America/Lima"])
)

# Servers that there are none of (RFC 2606): nothing that a fuzzer makes up is ever called.
schemathesis.openapi.format(
    "uri",
    st.text("abcdefghij0123456789-._~%25&=", min_size=0, max_size=30).map(
        lambda path: f"https://hooks.fuzz.invalid/{quote(path)}"
    ),
)


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Takes the `default` responses out: they would let every status pass as documented."""
    for item in raw_schema["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"].pop("default", None)


@schemathesis.check
def accepts_what_is_described(ctx: Any, response: Any, case: Any) -> bool | None:
    """`positive_data_acceptance`, but for refusals that are not about the form of the request."""
    if case.operation.label in NO_HTTP:
        return None
    try:
        accepted: bool | None = positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        if _is_about_form(response):
            raise
        return None
    return accepted


def _is_about_form(response: Any) -> bool:
    try:
        problem = json.loads(response.content)
        code, errors = problem["code"], problem.get("errors") or [{"type": "none"}]
    except (ValueError, KeyError, TypeError):
        return True
    return code in FORM and not {error["type"] for error in errors} <= STATE_IN_A_FIELD
