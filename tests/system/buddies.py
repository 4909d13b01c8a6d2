"""People of a system test: pairs of buddies, their sessions, and calls that are tried until they are answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

CHALLENGES = ("c4a11e00-0000-4000-8000-000000000001", "c4a11e00-0000-4000-8000-000000000002")

TRY_AGAIN = {502, 503, 504}


class Api:
    """The gateway, as users call it."""

    def __init__(self, http: httpx.AsyncClient):
        self.http = http

    async def call(
        self, user: str, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One call as a user; header names with underscores for dashes."""
        return await self.http.request(
            method,
            path,
            json=body,
            headers={
                "X-Test-User-ID": user,
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )

    async def insist(
        self, user: str, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """The same call until it is answered by more than "not now"; with a key, so that it happens once."""
        headers.setdefault("Idempotency_Key", uuid4().hex)
        while True:
            try:
                answer = await self.call(user, method, path, body, **headers)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            in_progress = answer.status_code == 409 and answer.json()["code"] == "idempotency_in_progress"
            if answer.status_code not in TRY_AGAIN and not in_progress:
                return answer
            await asyncio.sleep(0.05)


@asynccontextmanager
async def api(base_url: str) -> AsyncIterator[Api]:
    """A client of the gateway at this address."""
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx.AsyncClient(base_url=base_url, timeout=20, limits=limits) as http:
        yield Api(http)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two buddies with an accepted match; ``one`` has invited ``other``."""

    one: str
    other: str
    match_id: str


async def new_pair(api: Api) -> Pair:
    """Two new users who are buddies."""
    one, other = str(uuid4()), str(uuid4())
    invited = await api.insist(one, "POST", "/api/matches", {"buddy_id": other})
    assert invited.status_code == 201, invited.text
    match_id = invited.json()["id"]
    accepted = await api.insist(other, "POST", f"/api/matches/{match_id}/accept")
    assert accepted.status_code == 200, accepted.text
    return Pair(one, other, match_id)


async def new_session(api: Api, pair: Pair, *, starts_in: timedelta = timedelta(minutes=-1)) -> str:
    """A scheduled session of the two; by default it has just begun, so that it can be confirmed at once."""
    created = await api.insist(
        pair.one,
        "POST",
        "/api/session/create",
        {
            "match_id": pair.match_id,
            "user1_challenge_id": CHALLENGES[0],
            "user2_challenge_id": CHALLENGES[1],
            "venue_name": "Café Central",
            "scheduled_time": (datetime.now(UTC) + starts_in).isoformat(),
        },
    )
    assert created.status_code == 201, created.text
    return str(created.json()["id"])
