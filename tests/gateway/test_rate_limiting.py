"""Rate limits as clients of real gateways meet them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from deploy.local.ports import free_port
from tests.gateway.conftest import Serve
from tests.gateway.running import Echo, ServedApp, bearer
from tests.gateway.test_forwarding import problem
from tests.gateway.test_rate_limits import NEVER, PATIENT

CONFIRM = "/api/session/6f1c/confirm"
BAD = {"Authorization": "Bearer a.b.c"}


@pytest.fixture(scope="module")
def service(sockets: Path) -> Iterator[ServedApp]:
    with ServedApp(Echo(), uds=sockets / "limited.sock") as running:
        yield running


@pytest.fixture(scope="module")
def pair(serve: Serve, service: ServedApp, redis_url: str) -> list[ServedApp]:
    """Two gateways with small buckets that do not fill while a test looks."""
    return [
        serve(
            session_service_url=service.url,
            redis_url=redis_url,
            rate_limit_enabled=True,
            rate_limit_timeout_seconds=PATIENT,
            rate_limit_per_second=NEVER,
            rate_limit_burst=40,
            rate_limit_confirmations_per_second=NEVER,
            rate_limit_confirmations_burst=6,
            rate_limit_failures_per_second=NEVER,
            rate_limit_failures_burst=10,
            trusted_proxies="1",
        )
        for _ in range(2)
    ]


@pytest.fixture(scope="module")
def usual(serve: Serve, service: ServedApp, redis_url: str) -> ServedApp:
    """A gateway with the limits of the contract, which trusts no proxy."""
    return serve(
        session_service_url=service.url,
        redis_url=redis_url,
        rate_limit_enabled=True,
        rate_limit_timeout_seconds=PATIENT,
    )


@asynccontextmanager
async def clients(*served: ServedApp) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A client of each gateway, all from an address that nobody else has."""
    address = f"10.{uuid4().int % 256}.{uuid4().int % 256}.{uuid4().int % 256}"
    opened = [
        httpx.AsyncClient(
            base_url=gateway.url,
            headers={"X-Forwarded-For": address},
            timeout=30,
            verify=False,
            limits=httpx.Limits(max_connections=20),
        )
        for gateway in served
    ]
    try:
        yield opened
    finally:
        for client in opened:
            await client.aclose()


def user() -> dict[str, str]:
    return bearer(sub=str(uuid4()))


def decisions(shown: str) -> dict[tuple[str, str], float]:
    """How often which policy has decided what, in a page of metrics."""
    return {
        (sample.labels["policy"], sample.labels["outcome"]): sample.value
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
        if sample.name == "tandem_gateway_rate_limit_decisions_total"
    }


def statuses(answers: list[httpx.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


async def test_every_gateway_takes_from_the_same_bucket(pair: list[ServedApp]) -> None:
    mine, yours = user(), user()
    async with clients(*pair) as both:
        answers = await asyncio.gather(
            *(
                both[number % 2].get("/api/session", headers=whose)
                for number in range(50)
                for whose in (mine, yours)
            )
        )
        assert statuses(answers[0::2]) == {200: 40, 429: 10}
        assert statuses(answers[1::2]) == {200: 40, 429: 10}


async def test_a_refusal_is_a_problem_that_says_when_to_come_back(pair: list[ServedApp]) -> None:
    mine = user()
    async with clients(pair[0]) as (client,):
        for _ in range(40):
            await client.get("/api/session", headers=mine)
        answer = await client.get("/api/session", headers=mine)
        body = problem(answer, 429, "rate_limited")
        assert (body["detail"], body["policy"]) == ("Too many requests", "requests")
        assert 900 <= int(answer.headers["retry-after"]) <= 1000
        assert answer.headers["ratelimit"].startswith('"requests";r=0;t=')
        assert answer.headers["ratelimit-policy"] == '"requests";q=40;w=40000'
        assert answer.headers["cache-control"] == "no-store"
        # Below plans and sessions every problem carries the kind of error.
        assert "error" in problem(await client.get("/api/sessions", headers=mine), 429, "rate_limited")


@pytest.mark.usefixtures("redis")
async def test_by_default_the_limits_are_the_contracts(usual: ServedApp) -> None:
    mine = user()
    async with clients(usual) as (client,):
        answer = await client.get("/api/session", headers=mine)
        assert answer.headers["ratelimit-policy"] == '"requests";q=200;w=2'
        assert answer.headers["ratelimit"] == '"requests";r=199;t=1'
        confirmed = await client.post(CONFIRM, headers=mine)
        assert confirmed.headers["ratelimit-policy"] == '"requests";q=200;w=2, "confirmations";q=20;w=4'
        assert '"confirmations";r=19;t=1' in confirmed.headers["ratelimit"]
        failed = await client.get("/api/session", headers=BAD)
        assert failed.headers["ratelimit-policy"] == '"failed-authentication";q=50;w=10'


async def test_every_answer_says_how_much_is_left(pair: list[ServedApp]) -> None:
    mine = user()
    async with clients(pair[0]) as (client,):
        answers = [
            await client.get("/api/session?status=304", headers=mine),
            await client.get("/api/session?status=404", headers=mine),
            await client.head("/api/session", headers=mine),
            await client.post("/api/session", content=b"<a/>", headers={**mine, "Content-Type": "text/xml"}),
            await client.post(
                "/api/session", content=b"x" * 1_200_000, headers={**mine, "Content-Type": "application/json"}
            ),
            await client.get("/api/reputation/me", headers=mine),
        ]
    assert [answer.status_code for answer in answers] == [304, 404, 200, 415, 413, 503]
    for left, answer in zip(range(39, 33, -1), answers, strict=True):
        assert answer.headers.get_list("ratelimit")[0].startswith(f'"requests";r={left};')
        assert len(answer.headers.get_list("ratelimit")) == 1


async def test_confirmations_are_limited_besides(pair: list[ServedApp]) -> None:
    mine = user()
    targets = (CONFIRM, "/api/session/confirm-completion")
    async with clients(*pair) as both:
        answers = await asyncio.gather(
            *(both[number % 2].post(targets[number % 2], headers=mine) for number in range(16))
        )
        assert statuses(answers) == {200: 6, 429: 10}
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert problem(refused, 429, "rate_limited")["policy"] == "confirmations"
        # A refused confirmation has cost nothing else.
        answer = await both[0].get("/api/session", headers=mine)
        assert answer.headers["ratelimit"].startswith('"requests";r=33;')
        # To look at a confirmation is no confirmation.
        assert (await both[0].get(CONFIRM, headers=mine)).status_code == 200


async def test_failures_are_limited_for_an_address(pair: list[ServedApp]) -> None:
    known, fresh = user(), user()
    async with clients(*pair) as both, clients(pair[0]) as (elsewhere,):
        for client in both:
            assert (await client.get("/api/session", headers=known)).status_code == 200
        answers = await asyncio.gather(
            *(both[number % 2].get("/api/session", headers=BAD) for number in range(30))
        )
        assert statuses(answers) == {401: 10, 429: 20}
        for answer in answers:
            assert answer.headers["ratelimit-policy"].startswith('"failed-authentication";')
            if answer.status_code == 401:
                problem(answer, 401, "invalid_token")
            else:
                assert problem(answer, 429, "rate_limited")["policy"] == "failed-authentication"
        # Before a token is verified, so a good one that nobody knows yet is not verified either …
        problem(await both[0].get("/api/session", headers=fresh), 429, "rate_limited")
        # … but who is known stays so, and another address is another matter.
        assert (await both[0].get("/api/session", headers=known)).status_code == 200
        assert (await elsewhere.get("/api/session", headers=fresh)).status_code == 200


async def test_a_good_token_is_no_failure(pair: list[ServedApp]) -> None:
    async with clients(pair[0]) as (client,):
        answers = [await client.get("/api/session", headers=user()) for _ in range(15)]
        assert statuses(answers) == {200: 15}
        assert (
            (await client.get("/api/session", headers=BAD))
            .headers["ratelimit"]
            .startswith('"failed-authentication";r=9;')
        )


async def test_where_there_is_no_user_an_address_is_limited(pair: list[ServedApp]) -> None:
    async with clients(*pair) as both, clients(pair[0]) as (elsewhere,):
        answers = await asyncio.gather(
            *(both[number % 2].get("/api/v1/shared/token") for number in range(45))
        )
        assert statuses(answers) == {200: 40, 429: 5}
        # No token at all is a request of nobody: refused as such until the address has made too many.
        problem(await both[0].get("/api/session"), 429, "rate_limited")
        missing = await elsewhere.get("/api/session")
        problem(missing, 401, "missing_token")
        assert missing.headers["ratelimit"].startswith('"requests";r=39;')
        # Whoever has a token is not held to it.
        assert (await both[0].get("/api/session", headers=user())).status_code == 200


async def test_a_client_cannot_choose_its_address(
    serve: Serve, service: ServedApp, redis: Redis, redis_url: str
) -> None:
    """Without trusted proxies the peer counts, whatever it says."""
    served = serve(
        session_service_url=service.url,
        redis_url=redis_url,
        rate_limit_enabled=True,
        rate_limit_timeout_seconds=PATIENT,
        rate_limit_failures_per_second=NEVER,
    )
    async with clients(served) as (one,), clients(served) as (other,):
        left = [
            (await client.get("/api/session", headers=BAD)).headers["ratelimit"] for client in (one, other)
        ]
    remaining = [int(value.split(";")[1].removeprefix("r=")) for value in left]
    assert remaining == [49, 48]


async def test_what_the_gateway_answers_itself_is_not_limited(pair: list[ServedApp]) -> None:
    async with clients(pair[0]) as (client,):
        for target, status in (("/healthz", 200), ("/api/nowhere", 404)):
            answers = [await client.get(target) for _ in range(45)]
            assert statuses(answers) == {status: 45}
            assert "ratelimit" not in answers[0].headers


async def test_it_can_be_turned_off(serve: Serve, service: ServedApp, redis_url: str, redis: Redis) -> None:
    served = serve(
        session_service_url=service.url, redis_url=redis_url, rate_limit_enabled=False, rate_limit_burst=1
    )
    mine = user()
    async with clients(served) as (client,):
        answers = [await client.get("/api/session", headers=mine) for _ in range(5)]
        failures = [await client.get("/api/session", headers=BAD) for _ in range(60)]
    assert statuses(answers) == {200: 5}
    assert statuses(failures) == {401: 60}
    assert "ratelimit" not in answers[0].headers
    assert not [key async for key in redis.scan_iter("tandem:limits:*")]


async def test_without_redis_it_serves_on_and_says_so_in_its_metrics(
    serve: Serve, service: ServedApp
) -> None:
    port = free_port()
    served = serve(
        session_service_url=service.url,
        redis_url=f"redis://127.0.0.1:{free_port()}/0",
        rate_limit_enabled=True,
        rate_limit_burst=1,
        metrics_port=port,
    )
    mine = user()
    async with clients(served) as (client,):
        answers = [await client.get("/api/session", headers=mine) for _ in range(5)]
        assert statuses(answers) == {200: 5}
        assert "ratelimit" not in answers[0].headers
        shown = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        assert (await client.get("/metrics")).status_code == 404
    assert "tandem_gateway_rate_limits_available 0.0" in shown
    assert decisions(shown) == {("requests", "unchecked"): 5}


@pytest.mark.usefixtures("redis")
async def test_its_metrics_count_what_was_decided(serve: Serve, service: ServedApp, redis_url: str) -> None:
    port = free_port()
    served = serve(
        session_service_url=service.url,
        redis_url=redis_url,
        rate_limit_enabled=True,
        rate_limit_timeout_seconds=PATIENT,
        rate_limit_per_second=NEVER,
        rate_limit_burst=3,
        metrics_port=port,
    )
    mine = user()
    async with clients(served) as (client,):
        answers = [await client.get("/api/session", headers=mine) for _ in range(5)]
        shown = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    assert statuses(answers) == {200: 3, 429: 2}
    assert "tandem_gateway_rate_limits_available 1.0" in shown
    assert decisions(shown) == {("requests", "allowed"): 3, ("requests", "refused"): 2}
