"""Live updates through the running system: what buddies see of each other, and that faults cost them nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from websockets.exceptions import InvalidStatus

from tests.crowd.crowd import Size, gather_crowd
from tests.gateway.live.world import Client, live
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, Pair, api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

CROWD = Size(clients=50, sessions=5, reconnects=10, notes=4)


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[Api]:
    async with api(stack.base_url) as opened:
        yield opened


@pytest.fixture
async def pair(client: Api) -> Pair:
    return await new_pair(client)


@pytest.fixture
async def session(stack: Stack, client: Api, pair: Pair) -> str:
    """A new session, of which everything has been told: whoever subscribes now is told of what comes next."""
    async with connected(stack, pair.one) as watching:
        before = (await watching.subscribe("practice"))["after"]
        created = await new_session(client, pair)
        # From before it was there, so that it makes no difference whether it has been told of by now.
        await watching.subscribe(f"session:{created}", after=before)
        assert await types(watching, 1) == ["session.scheduled"]
    return created


def connected(stack: Stack, user: str) -> Any:
    return live(stack.base_url, {"X-Test-User-ID": user})


async def do(client: Api, user: str, method: str, path: str, body: Any = None) -> Any:
    answer = await client.insist(user, method, path, body, Prefer="wait=5")
    assert answer.is_success, answer.text
    return answer.json()


async def change_notes(client: Api, pair: Pair, session: str, *numbers: int) -> None:
    for number in numbers:
        await do(client, pair.one, "PATCH", f"/api/session/{session}/notes", {"notes": f"note {number}"})


async def types(client: Client, count: int) -> list[str]:
    return [(await client.receive(seconds=30))["type"] for _ in range(count)]


@asynccontextmanager
async def by_ticket(stack: Stack, client: Api, user: str) -> AsyncIterator[Client]:
    """A connection as a browser opens it."""
    ticket = (await do(client, user, "POST", "/api/live/tickets"))["ticket"]
    async with live(stack.base_url, query=f"?ticket={ticket}") as opened:
        yield opened


async def test_both_buddies_see_a_session_come_to_its_end(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    topic = f"session:{session}"
    async with connected(stack, pair.one) as one, by_ticket(stack, client, pair.other) as other:
        await one.subscribe(topic)
        await other.subscribe(topic)
        await change_notes(client, pair, session, 1)
        for action in ("check-in", "confirm"):
            for user in (pair.one, pair.other):
                await do(client, user, "POST", f"/api/session/{session}/{action}")
        told = [await one.receive() for _ in range(7)]
        assert [message["type"] for message in told] == [
            "session.notes_changed",
            "session.checked_in",
            "session.checked_in",
            "session.confirmed",
            "session.confirmed",
            "session.completed",
            "session.reputation_updated",
        ]
        assert [await other.receive() for _ in range(7)] == told
    assert {message["topic"] for message in told} == {topic}
    assert told[3]["data"] == {
        "session_id": session,
        "confirmed_by": pair.one,
        "confirmed_user_id": pair.other,
    }
    assert told[5]["data"]["session_status"] == "completed"
    assert told[6]["data"]["user_ids"] == sorted([pair.one, pair.other])


async def test_whoever_looks_when_told_sees_what_was_told(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    path = f"/api/session/{session}"
    async with connected(stack, pair.one) as one:
        await one.subscribe(f"session:{session}")
        for user in (pair.one, pair.other):
            # It is in the cache before the change, and the change waits for its effects after it.
            await do(client, pair.one, "GET", path)
            confirming = asyncio.create_task(do(client, user, "POST", f"{path}/confirm"))
            assert await types(one, 1) == ["session.confirmed"]
            shown = await do(client, pair.one, "GET", path)
            confirmed = [shown["participants"][side]["confirmed"] for side in ("user1", "user2")]
            assert sum(confirmed) == (1 if user == pair.one else 2)
            await confirming
        assert await types(one, 2) == ["session.completed", "session.reputation_updated"]
        shown = (await client.call(pair.one, "GET", "/api/reputation/me")).json()
        assert shown["completed_sessions"] == 1


async def test_what_is_scheduled_moved_and_called_off_is_told(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    async with connected(stack, pair.other) as other:
        await other.subscribe(f"session:{session}", "notifications")
        await do(client, pair.one, "PATCH", f"/api/session/{session}", {"venue_name": "Elsewhere"})
        await do(client, pair.one, "POST", f"/api/session/{session}/cancel", {"reason": "rain"})
        told = {message["type"]: message for message in [await other.receive() for _ in range(4)]}
    assert set(told) == {"session.rescheduled", "session.cancelled", "notification.created"}
    assert told["session.cancelled"]["data"] == {
        "session_id": session,
        "session_status": "cancelled",
        "actor_id": pair.one,
    }
    created = told["notification.created"]["data"]
    inbox = await do(client, pair.other, "GET", "/api/notifications")
    entry = next(item for item in inbox["items"] if item["id"] == created["id"])
    assert created == {name: entry[name] for name in ("id", "kind", "title", "session_id")}


async def test_a_practice_is_told_to_its_owner_alone(stack: Stack, client: Api) -> None:
    ann, ben = str(uuid4()), str(uuid4())
    async with connected(stack, ann) as mine, connected(stack, ben) as theirs:
        await mine.subscribe("practice")
        await theirs.subscribe("practice")
        base = "/api/v1/sessions"
        practice = (await do(client, ann, "POST", f"{base}/start"))["session_id"]
        await do(client, ann, "PUT", f"{base}/{practice}/pause", {"duration_so_far": 60})
        await do(client, ann, "PUT", f"{base}/{practice}/resume")
        done = {"session_id": practice, "duration_seconds": 90, "completion_status": "completed"}
        await do(client, ann, "POST", f"{base}/complete", done)
        told = [await mine.receive() for _ in range(4)]
        assert [message["type"] for message in told] == [
            "practice.started",
            "practice.paused",
            "practice.resumed",
            "practice.completed",
        ]
        assert told[3]["data"] == done
        assert await theirs.has_nothing()


async def test_others_sessions_are_forbidden(stack: Stack, session: str) -> None:
    async with connected(stack, str(uuid4())) as stranger:
        await stranger.send({"subscribe": [f"session:{session}"]})
        assert (await stranger.receive())["code"] == "forbidden"


async def test_without_identity_there_is_no_connection(stack: Stack) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with live(stack.base_url):
            pass
    assert caught.value.response.status_code == 401


async def test_a_crowd_is_told_everything_once_and_in_order(stack: Stack) -> None:
    outcome = await gather_crowd(stack.base_url, CROWD)
    assert outcome.reconnects == CROWD.reconnects


async def test_what_happens_while_the_publisher_is_dead_is_told_when_it_is_back(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    async with connected(stack, pair.other) as other:
        await other.subscribe(f"session:{session}")
        for number in range(0, 30, 3):
            if number == 15:
                stack.kill("live-publisher")
            await change_notes(client, pair, session, number)
        for action in ("check-in", "confirm"):
            await do(client, pair.one, "POST", f"/api/session/{session}/{action}")
        assert await types(other, 12) == [
            *["session.notes_changed"] * 10,
            "session.checked_in",
            "session.confirmed",
        ]
        assert await other.has_nothing()


async def test_who_comes_back_after_the_gateway_was_killed_has_missed_nothing(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    topic = f"session:{session}"
    async with connected(stack, pair.other) as other:
        await other.subscribe(topic)
        await change_notes(client, pair, session, 1)
        after = (await other.receive())["id"]
        stack.kill("gateway")
        assert await other.close_code() is not None
    await change_notes(client, pair, session, 2, 3)
    async with connected(stack, pair.other) as other:
        await other.subscribe(topic, after=after)
        assert await types(other, 2) == ["session.notes_changed"] * 2
        assert await other.has_nothing()


async def test_an_emptied_redis_costs_who_is_connected_nothing(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    async with connected(stack, pair.other) as other:
        after = (await other.subscribe(f"session:{session}"))["after"]
        await change_notes(client, pair, session, 1)
        assert await types(other, 1) == ["session.notes_changed"]
        redis: Redis = Redis.from_url(stack.redis_url)
        await redis.flushall()
        await redis.aclose()
        await change_notes(client, pair, session, 2)
        assert await types(other, 1) == ["session.notes_changed"]
    async with connected(stack, pair.other) as other:
        await other.subscribe(f"session:{session}", after=after)
        assert await types(other, 2) == ["session.notes_changed"] * 2


async def test_a_killed_redis_costs_nothing_that_is_not_said(
    stack: Stack, client: Api, pair: Pair, session: str
) -> None:
    async with connected(stack, pair.other) as other:
        await other.subscribe(f"session:{session}")
        await change_notes(client, pair, session, 1)
        assert await types(other, 1) == ["session.notes_changed"]
        await do(client, pair.one, "POST", "/api/live/tickets")
        stack.kill("redis")
        await change_notes(client, pair, session, 2)
        told = [*await types(other, 1)]
        if told == ["reset"]:
            told = await types(other, 1)
        assert told == ["session.notes_changed"]
    await eventually(lambda: asyncio.to_thread(stack.is_ready), timeout=60)
    # At the first attempt, though the connections that the gateway had are gone.
    ticket = await client.call(pair.one, "POST", "/api/live/tickets")
    assert ticket.status_code == 201, ticket.text
