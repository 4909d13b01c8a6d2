"""Token buckets in a real Redis: exact whoever asks at once, and gone when Redis is."""

import asyncio
import os
import secrets
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from deploy.local.ports import free_port
from deploy.local.servers import EmbeddedRedis
from gateway import rate_limits
from gateway.metrics import GatewayMetrics
from gateway.rate_limits import Bucket, Policy, RateLimits, Verdict, open_limits_redis
from tests.support.servers import launch
from tests.support.waiting import eventually

PATIENT = 10.0
"""A timeout for what must be exact: a busy machine is no Redis that is away."""

NEVER = 0.001
"""A second's tokens of a bucket that does not fill while a test looks."""


def bucket(*, per_second: float = NEVER, burst: int = 50, name: str = "requests") -> Bucket:
    return Bucket(Policy(name, per_second, burst), f"user:{uuid4()}")


def headers(verdict: Verdict | None) -> dict[str, str]:
    assert verdict is not None
    return {name.decode(): value.decode() for name, value in verdict.headers}


def allowed(verdicts: list[Verdict | None]) -> int:
    assert None not in verdicts
    return sum(verdict is not None and verdict.empty is None for verdict in verdicts)


@pytest_asyncio.fixture
async def limits(redis_url: str, redis: Redis) -> AsyncIterator[RateLimits]:
    """A gateway's limits."""
    async with opened(redis_url) as found:
        yield found[0]


class opened:
    """The limits of so many gateways, until the context ends."""

    def __init__(self, url: str, *, count: int = 1, timeout: float = PATIENT) -> None:
        self.metrics = [GatewayMetrics() for _ in range(count)]
        self._limits = [
            RateLimits(open_limits_redis(url, timeout), timeout=timeout, metrics=metrics)
            for metrics in self.metrics
        ]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> list[RateLimits]:
        for each in self._limits:
            await self._stack.enter_async_context(each.running())
        return self._limits

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()


class TestBuckets:
    async def test_a_full_bucket_gives_its_burst_and_no_more(self, limits: RateLimits) -> None:
        own = bucket(burst=5)
        verdicts = [await limits.take(own) for _ in range(8)]
        assert [verdict is not None and verdict.empty is None for verdict in verdicts] == [True] * 5 + [
            False
        ] * 3
        remaining = [headers(verdict)["ratelimit"].split(";")[1] for verdict in verdicts]
        assert remaining == ["r=4", "r=3", "r=2", "r=1", "r=0", "r=0", "r=0", "r=0"]

    async def test_gateways_share_it_and_are_exact_under_concurrency(
        self, redis_url: str, redis: Redis
    ) -> None:
        own, others = bucket(burst=70), bucket(burst=70)
        async with opened(redis_url, count=3) as gateways:
            answers = await asyncio.gather(
                *(gateway.take(each) for _ in range(50) for gateway in gateways for each in (own, others))
            )
        for position in (0, 1):
            assert allowed(list(answers[position::2])) == 70

    async def test_tokens_come_back_at_their_rate(self, limits: RateLimits) -> None:
        own = bucket(per_second=50, burst=10)
        began = time.monotonic()
        assert allowed([await limits.take(own) for _ in range(10)]) == 10
        got = 10
        while got < 30:
            got += allowed([await limits.take(own)])
        spent = time.monotonic() - began
        assert spent >= (got - 10) / 50 - 0.05
        await asyncio.sleep(0.25)
        verdict = await limits.take(own)
        assert verdict is not None
        assert headers(verdict)["ratelimit"].startswith('"requests";r=9')

    async def test_a_refusal_says_when_to_come_back(self, limits: RateLimits) -> None:
        own = bucket(per_second=0.1, burst=2)
        for _ in range(2):
            await limits.take(own)
        refused = await limits.take(own)
        assert refused is not None
        assert refused.empty == own.policy
        assert 9 < refused.wait <= 10

    async def test_all_or_none(self, limits: RateLimits) -> None:
        """Where one bucket is empty, nothing is taken from the others."""
        wide, narrow = bucket(burst=10), bucket(burst=2, name="confirmations")
        answers = [await limits.take(wide, narrow) for _ in range(6)]
        assert [verdict.empty and verdict.empty.name for verdict in answers if verdict] == [
            None,
            None,
            *["confirmations"] * 4,
        ]
        assert headers(answers[-1])["ratelimit"].startswith('"requests";r=8;')
        assert allowed([await limits.take(wide) for _ in range(9)]) == 8
        drained = await limits.take(wide, bucket(burst=2, name="confirmations"))
        assert drained is not None
        assert drained.empty == wide.policy

    async def test_looking_takes_nothing(self, limits: RateLimits) -> None:
        own = bucket(burst=1)
        assert allowed([await limits.look(own) for _ in range(5)]) == 5
        assert allowed([await limits.take(own)]) == 1
        assert allowed([await limits.look(own), await limits.take(own)]) == 0

    async def test_headers_are_in_the_form_of_the_draft(self, limits: RateLimits) -> None:
        owner = f"user:{uuid4()}"
        requests, confirmations = Policy("requests", 100, 200), Policy("confirmations", 5, 20)
        told = headers(await limits.take(Bucket(requests, owner), Bucket(confirmations, owner)))
        assert told == {
            "ratelimit-policy": '"requests";q=200;w=2, "confirmations";q=20;w=4',
            "ratelimit": '"requests";r=199;t=1, "confirmations";r=19;t=1',
        }

    async def test_a_bucket_is_forgotten_once_it_is_full(self, limits: RateLimits, redis: Redis) -> None:
        own = bucket(per_second=1, burst=20)
        await limits.take(own)
        assert 0 < await redis.pttl(own.key) <= 1001
        await eventually(lambda: _is_gone(redis, own.key))

    async def test_a_clock_that_was_set_back_closes_no_bucket(self, limits: RateLimits, redis: Redis) -> None:
        own = bucket(per_second=1, burst=3)
        await redis.set(own.key, str((int(time.time()) + 86_400) * 1_000_000))
        refused = await limits.take(own)
        assert refused is not None
        assert refused.empty is not None
        assert refused.wait <= 1

    async def test_a_script_that_redis_has_forgotten_is_sent_again(
        self, limits: RateLimits, redis: Redis
    ) -> None:
        own = bucket(burst=10)
        await limits.take(own)
        await redis.script_flush()
        assert headers(await limits.take(own))["ratelimit"].startswith('"requests";r=8;')

    async def test_everybody_in_a_step_gets_their_own_answer(
        self, limits: RateLimits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rate_limits, "MAX_TOGETHER", 7)
        owned = [bucket(burst=number) for number in range(1, 41)]
        answers = await asyncio.gather(*(limits.take(each) for each in owned))
        remaining = [headers(verdict)["ratelimit"].split(";")[1] for verdict in answers]
        assert remaining == [f"r={number}" for number in range(40)]

    async def test_one_who_goes_away_does_not_disturb_the_others(self, limits: RateLimits) -> None:
        own = bucket(burst=10)
        leaving, staying = (asyncio.create_task(limits.take(own)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying is not None
        assert allowed([await limits.take(own)]) == 1


async def _is_gone(redis: Redis, key: str) -> bool:
    return not await redis.exists(key)


class OwnRedis:
    """A Redis that a test may stop, kill and start again."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedRedis(
            folder / "redis", port=free_port(), password=secrets.token_urlsafe(8), durable=False
        )
        self._log = folder / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self._server.url

    def start(self) -> None:
        self._process = launch(self._server, self._log)
        assert self._process is not None

    def send(self, sign: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, sign)
        if sign == signal.SIGKILL:
            self._process.wait()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[OwnRedis]:
    """A Redis of the test's own."""
    server = OwnRedis(tmp_path)
    server.start()
    yield server
    server.send(signal.SIGKILL)


TIMEOUT = 1.0
"""Of a Redis that is to be found away; one that is there answers far sooner, even on a machine that stands still."""


class TestWithoutRedis:
    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
    async def test_everything_goes_through_at_once_until_it_is_back(
        self, own_redis: OwnRedis, sign: signal.Signals
    ) -> None:
        own = bucket(burst=5)
        using = opened(own_redis.url, timeout=TIMEOUT)
        async with using as (limits,):
            assert allowed([await limits.take(own) for _ in range(7)]) == 5
            own_redis.send(sign)
            began = time.monotonic()
            assert await limits.take(own) is None
            assert time.monotonic() - began < TIMEOUT + 2
            assert not limits.available
            # From now on nobody waits for it: two hundred times the timeout would be minutes.
            began = time.monotonic()
            assert [await limits.take(own) for _ in range(200)] == [None] * 200
            assert time.monotonic() - began < 1
            assert _metric(using, "tandem_gateway_rate_limits_available") == 0
            assert _metric(using, "tandem_gateway_rate_limit_decisions_total", "unchecked") == 201
            if sign == signal.SIGSTOP:
                own_redis.send(signal.SIGCONT)
            else:
                own_redis.start()
            await eventually(lambda: limits.available)
            assert _metric(using, "tandem_gateway_rate_limits_available") == 1
            fresh = bucket(burst=5)
            assert allowed([await limits.take(fresh) for _ in range(7)]) == 5

    async def test_those_who_wait_when_it_stops_wait_once(
        self, own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rate_limits, "MAX_TOGETHER", 5)
        async with opened(own_redis.url, timeout=TIMEOUT) as (limits,):
            await limits.take(bucket())
            own_redis.send(signal.SIGSTOP)
            began = time.monotonic()
            answers = await asyncio.gather(*(limits.take(bucket()) for _ in range(200)))
            assert time.monotonic() - began < 2 * TIMEOUT + 1
            assert set(answers) == {None}
            own_redis.send(signal.SIGCONT)

    async def test_it_may_be_away_from_the_start(self) -> None:
        async with opened(f"redis://127.0.0.1:{free_port()}/0", timeout=TIMEOUT) as (limits,):
            assert await limits.take(bucket()) is None

    async def test_one_that_refuses_to_write_limits_nobody(self, own_redis: OwnRedis) -> None:
        admin: Redis = Redis.from_url(own_redis.url)
        await admin.config_set("maxmemory", "1")
        async with opened(own_redis.url, timeout=TIMEOUT) as (limits,):
            assert await limits.take(bucket()) is None
        await admin.aclose()

    async def test_a_connection_that_was_closed_while_idle_is_replaced(self, own_redis: OwnRedis) -> None:
        async with opened(own_redis.url, timeout=PATIENT) as (limits,):
            own = bucket(burst=10)
            await limits.take(own)
            admin: Redis = Redis.from_url(own_redis.url)
            await admin.client_kill_filter(_type="normal", skipme=True)
            await admin.aclose()
            assert headers(await limits.take(own))["ratelimit"].startswith('"requests";r=8;')

    async def test_a_process_that_had_no_time_still_takes_the_answer(self, own_redis: OwnRedis) -> None:
        async with opened(own_redis.url, timeout=TIMEOUT) as (limits,):
            own = bucket()
            await limits.take(own)
            asking = asyncio.create_task(limits.take(own))
            for _ in range(5):
                await asyncio.sleep(0)
            # The whole process stands still for longer than Redis may take.
            time.sleep(2 * TIMEOUT)  # noqa: ASYNC251 - nothing else is to go on meanwhile
            assert await asking is not None


def _metric(using: opened, name: str, outcome: str | None = None) -> float | None:
    labels = {"policy": "requests", "outcome": outcome} if outcome else {}
    return using.metrics[0].registry.get_sample_value(name, labels)
