"""What anybody may ask for: passed on without an identity, whoever claims to be asking."""

from typing import Any

import httpx
import pytest

from kit.identity import IDENTITY_HEADER
from tests.gateway.running import bearer


@pytest.mark.parametrize(
    "headers",
    [{}, bearer(), bearer(exp=1), {"Authorization": "Bearer x"}, {"X-Tandem-Identity": "v1.forged.forged"}],
    ids=["none", "good", "expired", "broken", "forged"],
)
async def test_a_shared_link_needs_no_identity_and_carries_none(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await client.get("/api/v1/shared/q0b1", headers=headers)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    assert told["raw_path"] == "/api/v1/shared/q0b1"
    assert IDENTITY_HEADER not in {name for name, _ in told["headers"]}


@pytest.mark.parametrize(
    "path", ["/api/v1/sessions/current", "/api/v1/sequences", "/api/v1/sessions/1/share", "/api/v1/sharedx"]
)
async def test_nothing_beside_it_is_open(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code in {401, 404}


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
async def test_a_link_that_stops_mails_takes_what_mail_providers_post_and_passes_nothing_on(
    client: httpx.AsyncClient, content_type: str
) -> None:
    posted = await client.post(
        "/api/unsubscribe/t0k3n",
        content=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": content_type},
    )
    assert posted.status_code == 200
    told: dict[str, Any] = posted.json()
    assert (told["method"], told["raw_path"], told["body"]) == ("POST", "/api/unsubscribe/t0k3n", "")
    too_large = await client.post(
        "/api/unsubscribe/t0k3n", content=b"x" * (2**20 + 1), headers={"Content-Type": content_type}
    )
    assert too_large.status_code == 413
