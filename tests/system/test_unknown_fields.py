"""A body field that an endpoint does not know is refused, also by an endpoint that needs no body."""

from typing import Any
from uuid import uuid4

import orjson
import pytest

from deploy.documents import API_DESCRIPTION
from tests.support.stack import Stack
from tests.system.buddies import api

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

UNKNOWN = "no_such_field"

FORMS = ("/api/unsubscribe/{token}",)
"""What mail providers call: a form, which nobody looks at."""


def _example(schema: dict[str, Any]) -> str:
    if schema.get("type") == "integer":
        return "1"
    return "2026-11-21" if schema.get("format") == "date" else str(uuid4())


def _changes() -> list[Any]:
    """Every POST, PUT and PATCH that is described, with a path that names nothing that there is."""
    found = []
    for path, operations in orjson.loads(API_DESCRIPTION.read_bytes())["paths"].items():
        for method, operation in operations.items():
            if method in ("post", "put", "patch") and path not in FORMS:
                parameters = [one for one in operation.get("parameters", []) if one["in"] == "path"]
                values = {one["name"]: _example(one["schema"]) for one in parameters}
                found.append(pytest.param(method, path.format(**values), id=f"{method} {path}"))
    assert len(found) > 30
    return found


@pytest.mark.parametrize(("method", "path"), _changes())
async def test_an_unknown_field_is_refused(stack: Stack, method: str, path: str) -> None:
    async with api(stack.base_url) as client:
        answer = await client.call(str(uuid4()), method, path, {UNKNOWN: 1})
    is_training = path.startswith(("/api/sessions", "/api/plans"))
    assert answer.status_code == (400 if is_training else 422), answer.text
    problem = answer.json()
    assert problem["code"] == "validation_error"
    assert problem.get("error") == ("ValidationError" if is_training else None)
    assert ("extra_forbidden", ["body", UNKNOWN]) in [
        (error["type"], error["loc"]) for error in problem["errors"]
    ]
