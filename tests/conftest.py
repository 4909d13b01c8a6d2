"""What every test may ask for: a real PostgreSQL, a real Redis, a migrated database.

The servers belong to the test run alone: free ports, their own folder, gone at the end. Under pytest-xdist
the controller starts them once and tells its workers; each worker has its own database, and its own number in
Redis. A file's tests, and those of one ``xdist_group``, are one worker's, in their order, so that what they share is
started once and a run is much like the next; what takes longest begins first.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis
from xdist.scheduler import LoadGroupScheduling

from deploy.local.ports import free_port
from kit import cache_tags
from kit.database import Database
from kit.migrations import LOGIN_ROLES, role_url
from tests.support.databases import fresh_database
from tests.support.servers import ROLE_SECRET, Servers, TestServers
from tests.support.stack import Stack

_KEY = pytest.StashKey[tuple[TestServers, Servers]]()
_TOLD = "tandem_servers"

LONG = ("stack", "up", "histories", "typescript")
"""The groups that are begun before everything else, the longest first."""

logging.getLogger("asyncio").setLevel(logging.WARNING)

WITH_STACK = 300
"""Seconds for a test of the running system: the first of them starts it, which may take two minutes by itself."""

# How long an example takes, to draw or to try, says more about the machine than about the code.
settings.register_profile("tandem", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tandem")


def _started(config: pytest.Config) -> Servers:
    if _KEY not in config.stash:
        starting = TestServers()
        config.stash[_KEY] = (starting, starting.start())
    return config.stash[_KEY][1]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist, in the controller: a worker is about to start."""
    node.workerinput[_TOLD] = _started(node.config).to_worker()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """pytest-xdist: the scheduler that goes by groups, to which a file is a group as well."""
    config.option.loadscopereorder = False
    scheduler = LoadGroupScheduling(config, log)
    group_of = scheduler._split_scope
    scheduler._split_scope = lambda nodeid: group_of(nodeid).partition("::")[0]
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long groups in front; otherwise the order stays. Give those who need it the time for their stack."""

    def rank(item: pytest.Item) -> int:
        mark = item.get_closest_marker("xdist_group")
        return len(LONG) if mark is None else LONG.index(mark.args[0])

    items.sort(key=rank)
    for item in items:
        if item.get_closest_marker("system") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(WITH_STACK))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The end of the run, in the process that started the servers."""
    if _KEY in config.stash:
        config.stash[_KEY][0].stop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The test run's PostgreSQL and Redis."""
    told = getattr(pytestconfig, "workerinput", {}).get(_TOLD)
    return Servers.from_controller(told) if told else _started(pytestconfig)


@pytest.fixture(scope="session")
def worker_number(worker_id: str) -> int:
    """0 for the first worker (or the only one), 1 for the next."""
    return 0 if worker_id == "master" else int(worker_id.removeprefix("gw"))


@pytest.fixture(scope="session")
def owner_url(servers: Servers, worker_number: int) -> str:
    """The owner's URL of this worker's database; it is migrated, and holds what tests have put there."""
    return fresh_database(servers, f"tandem_test_{worker_number}")


@pytest.fixture(scope="session")
def role_secret() -> str:
    """What the login roles' passwords derive from."""
    return ROLE_SECRET


@pytest.fixture(scope="session")
def role_urls(owner_url: str, role_secret: str) -> dict[str, str]:
    """This worker's database as each login role reaches it."""
    return {role: role_url(owner_url, role, role_secret) for role in LOGIN_ROLES}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def database_for(role_urls: dict[str, str]) -> AsyncIterator[Callable[[str], Database]]:
    """`database_for("tandem_session")`: this worker's database under that role, closed at the end."""
    opened: dict[str, Database] = {}

    def database(role: str) -> Database:
        if role not in opened:
            opened[role] = Database(role_urls[role], application_name=f"test {role}", pool_size=10)
        return opened[role]

    yield database
    for each in opened.values():
        await each.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def owner(owner_url: str) -> AsyncIterator[Database]:
    """This worker's database as its owner: to arrange what no process may do, and to look at everything."""
    database = Database(owner_url, application_name="test owner", pool_size=5)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def redis_url(servers: Servers, worker_number: int) -> str:
    """This worker's own database in Redis."""
    return servers.redis_database(worker_number + 1)


@pytest_asyncio.fixture(loop_scope="session")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of this worker's Redis database, which is empty when the test starts."""
    client: Redis = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@pytest.fixture
def patient_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the advance of cache tags take its time: on a busy machine, too, it is to succeed where Redis is there."""
    monkeypatch.setattr(cache_tags, "TIMEOUT", 5.0)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The complete system, running, shared by the tests of a worker that ask for it.

    Mark such tests ``system`` and put them into the xdist group ``stack``, so that one worker has them all. Who
    breaks it mends it: wait until it is ready again.
    """
    # Its tests ask more often than people do.
    running = Stack(
        tmp_path_factory.mktemp("stack"),
        {
            "RATE_LIMIT_ENABLED": "false",
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "METRICS_BASE_PORT": str(free_port()),
        },
    )
    try:
        yield running.start()
    finally:
        running.stop()
