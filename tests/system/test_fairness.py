"""A no-show, an appeal and its decision, and ratings, at the running system: caches, reputation, inboxes."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, Pair, api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]


def long_past(stack: Stack, session: str) -> None:
    """The session should have begun an hour ago."""
    with psycopg.connect(stack.owner_url) as connection:
        connection.execute(
            "UPDATE session_service.wingman_sessions SET scheduled_time = now() - interval '1 hour' WHERE id = %s",
            [session],
        )


async def delta(client: Api, pair: Pair, session: str) -> int:
    """What the session means for the other one, as both are shown it, out of the cache where it is there."""
    shown = [
        (await client.call(user, "GET", f"/api/session/{session}")).json()["reputation_preview"][
            "user2_delta"
        ]
        for user in (pair.one, pair.other) * 2
    ]
    assert len(set(shown)) == 1
    return int(shown[0])


async def points(client: Api, user: str) -> int:
    return int((await client.call(user, "GET", "/api/reputation/me")).json()["points"])


@pytest.mark.parametrize("upheld", [True, False])
async def test_an_appeal_suspends_the_penalty(stack: Stack, upheld: bool) -> None:
    token = stack.tandem("token", str(uuid4()), "--role", "service_role").stdout.strip()
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
        long_past(stack, session)
        url = f"/api/session/{session}"
        assert (await client.call(pair.one, "POST", f"{url}/no-show")).status_code == 200
        penalty = await delta(client, pair, session)
        assert penalty < 0

        async def cached() -> bool:
            answers = [await client.call(user, "GET", url) for user in (pair.one, pair.other)]
            return all(answer.headers["x-cache"] == "hit" for answer in answers)

        await eventually(cached, because="it comes out of the cache")

        async def settled(expected: int) -> None:
            async def booked() -> bool:
                return await points(client, pair.other) == expected

            await eventually(booked, timeout=20, because=f"{expected} points")

        await settled(penalty)
        made = await client.call(pair.other, "POST", f"{url}/appeal", {"reason": "I was there."})
        assert made.status_code == 201, made.text
        assert await delta(client, pair, session) == 0
        await settled(0)
        body: dict[str, Any] = {"upheld": upheld, "reason": "We have asked the venue."}
        decided = await client.http.post(
            f"{url}/appeal/decision", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        assert decided.status_code == 200, decided.text
        assert await delta(client, pair, session) == (0 if upheld else penalty)
        await settled(0 if upheld else penalty)
        with psycopg.connect(stack.owner_url) as connection:
            dead = connection.execute(
                "SELECT d.consumer, d.last_error FROM outbox.deliveries d JOIN outbox.events e ON e.id = d.event_id"
                " WHERE e.data ->> 'session_id' = %s AND d.state = 'dead'",
                [session],
            ).fetchall()
        assert dead == []


async def test_ratings_are_blind_until_both_are_there(stack: Stack) -> None:
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
        url = f"/api/session/{session}"
        early = await client.call(pair.one, "POST", f"{url}/rating", {"rating": 5})
        assert early.status_code == 400
        for user in (pair.one, pair.other):
            assert (await client.call(user, "POST", f"{url}/confirm")).status_code == 200
        assert (await client.call(pair.one, "PUT", f"{url}/rating", {"rating": 5})).status_code == 201
        blind = (await client.call(pair.other, "GET", f"{url}/rating")).json()
        assert (blind["visible"], blind["mine"], blind["theirs"]) == (False, None, None)
        last = await client.call(pair.other, "POST", f"{url}/rating", {"rating": 4, "comment": "Kind"})
        assert (last.status_code, last.json()["theirs"]["rating"]) == (201, 5)
        seen = (await client.call(pair.one, "GET", f"{url}/rating")).json()
        assert (seen["visible"], seen["theirs"]["comment"]) == (True, "Kind")
