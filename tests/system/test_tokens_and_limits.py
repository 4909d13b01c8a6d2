"""What `tandem up` is told: an issuer, rate limits, and servers that are there already. One stack shows all three."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from uuid import uuid4

import httpx
import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from deploy.local.processes import PROCESSES
from tests.gateway.issuer import Issuer, published, signed_by
from tests.gateway.running import ServedApp
from tests.support.databases import empty_database
from tests.support.servers import ROLE_SECRET, Servers
from tests.support.stack import Stack

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

KEY = ed25519.Ed25519PrivateKey.generate()


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Stack]:
    """A stack on the tests' servers, with an issuer, and limits that let a test come to their end."""
    with (
        ServedApp(Issuer(published(KEY, "issuers"))) as keys,
        empty_database(servers, f"told_of_{uuid4().hex[:8]}") as database,
    ):
        running = Stack(
            tmp_path_factory.mktemp("limited"),
            {
                "DATABASE_URL": database,
                "REDIS_URL": servers.redis_database(14),
                "ROLE_PASSWORD_SECRET": ROLE_SECRET,
                "JWT_JWKS_URL": f"{keys.url}/jwks.json",
                "RATE_LIMIT_PER_SECOND": "0.01",
                "RATE_LIMIT_BURST": "30",
                "RATE_LIMIT_FAILURES_PER_SECOND": "0.01",
                # A busy machine is no Redis that is away.
                "RATE_LIMIT_TIMEOUT_SECONDS": "10",
                "METRICS_BASE_PORT": "0",
            },
        )
        try:
            yield running.start()
        finally:
            running.stop()


def test_it_uses_the_servers_that_it_is_told_of(limited: Stack) -> None:
    rows = limited.status()
    assert {row["name"] for row in rows} == {entry.name for entry in PROCESSES}
    assert not (limited.folder / "data" / "postgres").exists()
    service = psutil.Process(limited.pid("session-service")).environ()
    database = limited.environment["DATABASE_URL"]
    assert service["DATABASE_URL"].startswith("postgresql://tandem_session:")
    assert service["DATABASE_URL"].endswith(database.rpartition("@")[2])
    assert service["REDIS_URL"] == limited.environment["REDIS_URL"]


def test_without_a_port_for_them_nobody_shows_metrics(limited: Stack) -> None:
    assert {row["metrics"] for row in limited.status()} == {None}


async def test_an_issuers_token_opens_the_door_and_so_does_the_secrets(limited: Stack) -> None:
    mine = signed_by(KEY, "issuers", sub=str(uuid4()))
    async with httpx.AsyncClient(base_url=limited.base_url) as client:
        for token in (mine, limited.tandem("token", "ada").stdout.strip()):
            answer = await client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text
        stranger = signed_by(ed25519.Ed25519PrivateKey.generate(), "issuers", sub=str(uuid4()))
        answer = await client.get("/api/me", headers={"Authorization": f"Bearer {stranger}"})
        assert answer.status_code == 401


async def test_a_user_gets_their_burst_and_no_more(limited: Stack) -> None:
    mine = {"Authorization": f"Bearer {signed_by(KEY, 'issuers', sub=str(uuid4()))}"}
    async with httpx.AsyncClient(base_url=limited.base_url, timeout=30) as client:
        answers = await asyncio.gather(*(client.get("/api/challenges", headers=mine) for _ in range(40)))
    assert Counter(answer.status_code for answer in answers) == {200: 30, 429: 10}


async def test_nobody_speaks_for_another_address(limited: Stack) -> None:
    """The server in front of the application must not believe `X-Forwarded-For` on its own account."""
    async with httpx.AsyncClient(base_url=limited.base_url, timeout=30) as client:
        left = []
        for number in range(3):
            headers = {"Authorization": "Bearer a.b.c", "X-Forwarded-For": f"203.0.113.{number}"}
            answer = await client.get("/api/me", headers=headers)
            left.append(int(answer.headers["ratelimit"].split(";")[1].removeprefix("r=")))
    assert left == [left[0], left[0] - 1, left[0] - 2]
