"""Loaded by Schemathesis: what values look like, which answers are undocumented, and what "accepted" means here.

Nothing here names an endpoint that could be one of many: whatever is described is taken in.
"""

import json
from typing import Any, Final

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

BEYOND_A_SCHEMA: Final = {
    "invalid_cursor": "opaque: only lists make them",
    "quiet_hours": "two times of day that must not be the same",
    "string_too_short": "of what is left of a text once it is trimmed and made plain",
    "time_zone": "a name in the IANA database, which grows; the coverage phase pads names until they are long",
}
"""Types of validation errors about what no schema can say, and why."""

LARGEST: Final = str(2**63 - 1)
"""Schemathesis compares numbers as doubles, of which there is one for this bound and for what is 200 beyond it."""

NO_HTTP: Final = {"GET /api/live"}
"""Described for people: it answers a WebSocket handshake, which is nothing that Schemathesis sends."""

schemathesis.openapi.format(
    "time-zone", st.sampled_from(["Europe/Berlin", "UTC", "Asia/Kathmandu", "America/Lima"])
)

NOBODY: Final = "127.0.0.1:8443"
"""In place of the hosts in examples: nothing that is tried out here is sent to anybody."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Keeps the addresses that are registered on this machine."""
    if isinstance(case.body, dict) and isinstance(case.body.get("url"), str):
        case.body["url"] = case.body["url"].replace("example.com", NOBODY)


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
    return code in FORM and not all(
        error["type"] in BEYOND_A_SCHEMA or LARGEST in error.get("msg", "") for error in errors
    )
