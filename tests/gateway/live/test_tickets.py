"""One-time tickets, for browsers: who gets one, and that it opens one connection, soon."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis
from websockets.exceptions import InvalidStatus

from gateway.live import tickets
from tests.gateway.live.conftest import Gateway
from tests.gateway.live.world import Teller, as_user, live
from tests.gateway.running import ServedApp, bearer
from tests.gateway.test_rate_limits import PATIENT

TICKETS = "/api/live/tickets"


@pytest.fixture
async def http(gateway: ServedApp) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        yield client


async def ticket(http: httpx.AsyncClient, user: UUID) -> str:
    answer = await http.post(TICKETS, headers=as_user(user))
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["ticket"]
    return made


async def refusal(gateway: ServedApp, query: str) -> dict[str, Any]:
    with pytest.raises(InvalidStatus) as caught:
        async with live(gateway.url, query=query):
            pass
    problem: dict[str, Any] = json.loads(caught.value.response.body or b"{}")
    return problem


async def test_a_ticket_opens_one_connection_as_its_user(
    gateway: ServedApp, http: httpx.AsyncClient, teller: Teller, ann: UUID
) -> None:
    made = await ticket(http, ann)
    async with live(gateway.url, query=f"?ticket={made}") as client:
        await client.subscribe("practice")
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]
    problem = await refusal(gateway, f"?ticket={made}")
    assert (problem["status"], problem["code"]) == (401, "invalid_ticket")


async def test_of_many_who_use_it_at_once_one_gets_in(
    gateway: ServedApp, http: httpx.AsyncClient, ann: UUID
) -> None:
    made = await ticket(http, ann)

    async def use() -> bool:
        try:
            async with live(gateway.url, query=f"?ticket={made}"):
                return True
        except InvalidStatus:
            return False

    assert sum(await asyncio.gather(*(use() for _ in range(10)))) == 1


async def test_any_gateway_takes_it(gateway_with: Gateway, http: httpx.AsyncClient, ann: UUID) -> None:
    other = gateway_with()
    async with live(other.url, query=f"?ticket={await ticket(http, ann)}") as client:
        await client.subscribe("practice")


async def test_it_is_valid_for_half_a_minute(http: httpx.AsyncClient, redis: Redis, ann: UUID) -> None:
    began = datetime.now(UTC)
    answer = await http.post(TICKETS, headers=as_user(ann))
    expires_at = datetime.fromisoformat(answer.json()["expires_at"])
    assert began + timedelta(seconds=29) < expires_at < datetime.now(UTC) + timedelta(seconds=31)
    (key,) = await redis.keys("tandem:live:tickets:*")
    assert 28_000 < await redis.pttl(key) <= 30_000


async def test_afterwards_it_opens_nothing(
    gateway: ServedApp, http: httpx.AsyncClient, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets, "VALID_FOR", timedelta(milliseconds=1))
    made = await ticket(http, ann)
    await asyncio.sleep(0.01)
    assert (await refusal(gateway, f"?ticket={made}"))["code"] == "invalid_ticket"


async def test_the_connection_ends_with_the_token_that_the_ticket_was_made_with(
    gateway: ServedApp, http: httpx.AsyncClient
) -> None:
    soon = int(datetime.now(UTC).timestamp()) - 25
    answer = await http.post(TICKETS, headers=bearer(exp=soon))
    async with live(gateway.url, query=f"?ticket={answer.json()['ticket']}") as client:
        assert await client.close_code() == 4401


@pytest.mark.parametrize(
    "query",
    ["?ticket=", "?ticket=x", "?ticket=" + "A" * 43, "?ticket=a&ticket=b", "?ticket=%00", "?ticket=*"],
)
async def test_what_is_no_ticket(gateway: ServedApp, query: str) -> None:
    assert (await refusal(gateway, query))["code"] == "invalid_ticket"


async def test_guessing_is_held_back(gateway_with: Gateway, teller: Teller) -> None:
    limited = gateway_with(
        rate_limit_enabled=True,
        rate_limit_failures_per_second=0.01,
        rate_limit_failures_burst=3,
        rate_limit_timeout_seconds=PATIENT,
    )
    codes = [(await refusal(limited, "?ticket=x"))["code"] for _ in range(4)]
    assert codes == ["invalid_ticket"] * 3 + ["rate_limited"]


async def test_redis_holds_neither_the_ticket_nor_an_identity_that_could_be_made_up(
    gateway: ServedApp, http: httpx.AsyncClient, redis: Redis, ann: UUID, ben: UUID
) -> None:
    made = await ticket(http, ann)
    (key,) = await redis.keys("tandem:live:tickets:*")
    kept: Any = await redis.get(key)
    assert made not in f"{key!r} {kept!r}"
    signed, until = json.loads(kept)
    payload, _, signature = signed.removeprefix("v1.").partition(".")
    await redis.set(key, json.dumps([f"v1.{payload}.{signature[::-1]}", until]))
    assert (await refusal(gateway, f"?ticket={made}"))["code"] == "invalid_ticket"


async def test_without_identity_there_is_none(http: httpx.AsyncClient) -> None:
    answer = await http.post(TICKETS)
    assert (answer.status_code, answer.json()["code"]) == (401, "missing_token")


async def test_its_answer_is_kept_nowhere(http: httpx.AsyncClient, ann: UUID) -> None:
    answer = await http.post(TICKETS, headers=as_user(ann), json={})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"ticket", "expires_at"}


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b'{"more": 1}', "application/json", 422),
        (b"[]", "application/json", 422),
        (b"{", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b" " * 1_100_000, "application/json", 413),
    ],
)
async def test_bodies(
    http: httpx.AsyncClient, ann: UUID, content: bytes, media_type: str, status: int
) -> None:
    answer = await http.post(TICKETS, headers={**as_user(ann), "Content-Type": media_type}, content=content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_other_methods(http: httpx.AsyncClient, ann: UUID, method: str) -> None:
    answer = await http.request(method, TICKETS, headers=as_user(ann))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_the_same_key_gets_the_same_ticket(http: httpx.AsyncClient, ann: UUID, ben: UUID) -> None:
    headers = {**as_user(ann), "Idempotency-Key": "key-1"}
    first = await http.post(TICKETS, headers=headers)
    again = await http.post(TICKETS, headers=headers)
    assert again.status_code == 201
    assert again.content == first.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    others = await http.post(TICKETS, headers={**headers, **as_user(ben)})
    assert others.json()["ticket"] != first.json()["ticket"]
    with_body = await http.post(TICKETS, headers=headers, json={})
    assert (with_body.status_code, with_body.json()["code"]) == (422, "idempotency_key_reused")


async def test_the_same_key_many_times_at_once_gets_one_ticket(http: httpx.AsyncClient, ann: UUID) -> None:
    headers = {**as_user(ann), "Idempotency-Key": "key-2"}
    answers = await asyncio.gather(*(http.post(TICKETS, headers=headers) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["ticket"] for answer in answers}) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "with space"])
async def test_keys_that_are_none(http: httpx.AsyncClient, ann: UUID, key: str) -> None:
    answer = await http.post(TICKETS, headers={**as_user(ann), "Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_idempotency_key")


async def test_without_redis_there_is_none_now(gateway_with: Gateway) -> None:
    away = gateway_with(redis_url="redis://127.0.0.1:1/0")
    async with httpx.AsyncClient(base_url=away.url) as http:
        answer = await http.post(TICKETS, headers=as_user(uuid4()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert (await refusal(away, "?ticket=" + "A" * 43))["status"] == 503


async def test_what_is_no_handshake_is_told_how_to_begin_one(http: httpx.AsyncClient, ann: UUID) -> None:
    answer = await http.get("/api/live", headers=as_user(ann))
    assert (answer.status_code, answer.headers["upgrade"]) == (426, "websocket")
