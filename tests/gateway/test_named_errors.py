"""Where clients expect the member `error`, the gateway's own problems have it as well."""

import httpx
import pytest

from tests.gateway.conftest import Serve


@pytest.mark.parametrize(
    ("path", "headers", "status", "error"),
    [
        ("/api/sessions", {}, 401, "ValidationError"),
        ("/api/plans/6f1c", {}, 401, "ValidationError"),
        (
            "/api/sessions",
            {"X-Test-User-ID": "7d1f3f0a-58ab-4f0a-9f0c-6d5b7f6f8a11"},
            503,
            "InternalServerError",
        ),
        ("/api/session", {}, 401, None),
    ],
)
async def test_the_error_is_named(
    serve: Serve, path: str, headers: dict[str, str], status: int, error: str | None
) -> None:
    async with httpx.AsyncClient(base_url=serve().url) as client:
        answer = await client.get(path, headers=headers)
    assert (answer.status_code, answer.json().get("error")) == (status, error)
