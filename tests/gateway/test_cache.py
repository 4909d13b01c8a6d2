"""The cache as clients see it: two gateways before one service, over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from kit.cache_tags import STATE, CacheTags
from tests.gateway.conftest import Serve
from tests.gateway.running import ServedApp, bearer
from tests.gateway.shelf import Kept, Shelf
from tests.support.waiting import eventually

pytestmark = pytest.mark.usefixtures("patient_tags")

ALEX, BO, STRANGER = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture(scope="module")
def shelf(redis_url: str) -> Shelf:
    return Shelf(redis_url)


@pytest.fixture(scope="module")
def gateways(serve: Serve, shelf: Shelf, sockets: Path, redis_url: str) -> Iterator[list[ServedApp]]:
    """Two gateways before the same service."""
    with ServedApp(shelf, uds=sockets / "shelf.sock") as service:
        yield [
            # The machine may be busy; only one test wants to see the cache give up.
            serve(
                session_service_url=service.url,
                redis_url=redis_url,
                cache_enabled=True,
                cache_timeout_seconds=5,
            )
            for _ in range(2)
        ]


Ask = Callable[..., Coroutine[Any, Any, httpx.Response]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clients(gateways: list[ServedApp]) -> AsyncIterator[list[httpx.AsyncClient]]:
    opened = [httpx.AsyncClient(base_url=gateway.url, timeout=20) for gateway in gateways]
    yield opened
    for client in opened:
        await client.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def ask(clients: list[httpx.AsyncClient], redis: Redis, shelf: Shelf) -> Ask:
    """`ask(path, user=…, gateway=0, method="GET", orders="", …)`; the cache is empty, and in use."""
    # Perhaps a gateway has had it suspended in the test before.
    shelf.suspended = False

    async def ask(
        path: str, *, user: UUID = ALEX, gateway: int = 0, method: str = "GET", orders: str = "-", **more: Any
    ) -> httpx.Response:
        headers = {"X-Test-User-ID": str(user), "User-Agent": orders, **more.pop("headers", {})}
        return await clients[gateway].request(method, path, headers=headers, **more)

    for number in range(2):
        await eventually(lambda number=number: is_in_use(ask, number))  # type: ignore[misc]  # mypy infers no lambda with defaults
    await redis.flushdb()
    return ask


async def is_in_use(ask: Ask, gateway: int) -> bool:
    answers = [await ask("/api/challenges", gateway=gateway) for _ in range(2)]
    return bool(answers[1].headers["x-cache"] == "hit")


@pytest.fixture
def session(shelf: Shelf) -> str:
    """The path of a session of Alex and Bo."""
    session_id = str(uuid4())
    shelf.sessions[session_id] = Kept((ALEX, BO), "as it was")
    return f"/api/session/{session_id}"


async def change(ask: Ask, session: str, notes: str, **more: Any) -> httpx.Response:
    return await ask(f"{session}/notes", method="PATCH", json={"notes": notes}, **more)


def tags_of(session: str) -> list[str]:
    return [f"session:{session.rpartition('/')[2]}", f"user:{ALEX}", f"user:{BO}"]


async def test_the_second_read_is_a_hit_at_any_gateway(ask: Ask, shelf: Shelf, session: str) -> None:
    first = await ask(session)
    others = [await ask(session, gateway=number) for number in (0, 1)]
    assert first.headers["x-cache"] == "miss"
    assert [answer.headers["x-cache"] for answer in others] == ["hit", "hit"]
    assert shelf.reads(session) == 1
    for answer in others:
        assert answer.json() == first.json() == {"id": session.rpartition("/")[2], "notes": "as it was"}
        for name in ("etag", "content-type", "content-length", "cache-control", "cache-tag"):
            assert answer.headers[name] == first.headers[name], name
        assert answer.headers["cache-tag"] == ",".join(tags_of(session))
        assert answer.headers["cache-control"] == "private, no-cache"


async def test_ids_are_those_of_the_request(ask: Ask, session: str) -> None:
    await ask(session, headers={"X-Request-ID": "the-first-one"})
    answer = await ask(session, headers={"X-Request-ID": "the-second-one"})
    assert answer.headers["x-cache"] == "hit"
    assert answer.headers.get_list("x-request-id") == ["the-second-one"]


async def test_nothing_internal_gets_out(ask: Ask, session: str) -> None:
    answers = [await ask(session), await ask(session), await change(ask, session, "new")]
    assert not [name for answer in answers for name in answer.headers if name.startswith("x-tandem")]


@pytest.mark.parametrize("path", ["/api/challenges", "/api/v1/sequences", "/api/v1/sequences/1"])
async def test_catalogues_are_the_same_for_everybody(ask: Ask, shelf: Shelf, path: str) -> None:
    asked_before = shelf.reads(path)
    first = await ask(path, user=ALEX)
    other = await ask(path, user=STRANGER, gateway=1)
    assert (first.headers["x-cache"], other.headers["x-cache"]) == ("miss", "hit")
    assert other.json() == first.json() == {"items": [path]}
    assert other.headers["cache-control"] == "public, max-age=300"
    assert other.headers["cache-tag"] == ("challenges" if path == "/api/challenges" else "sequences")
    assert shelf.reads(path) == asked_before + 1


async def test_who_is_nobody_gets_nothing(ask: Ask, clients: list[httpx.AsyncClient], session: str) -> None:
    for path in (session, "/api/challenges"):
        etag = (await ask(path)).headers["etag"]
        answer = await clients[0].get(path, headers={"If-None-Match": etag})
        assert answer.status_code == 401
        assert "x-cache" not in answer.headers


@pytest.mark.parametrize("condition", [{}, {"If-None-Match": "*"}])
async def test_strangers_are_refused_by_the_service(
    ask: Ask, session: str, condition: dict[str, str]
) -> None:
    etag = (await ask(session)).headers["etag"]
    await ask(session)
    for headers in (condition, {"If-None-Match": etag}):
        for _ in range(2):
            answer = await ask(session, user=STRANGER, headers=headers)
            assert (answer.status_code, answer.headers["x-cache"]) == (403, "miss")
            assert "as it was" not in answer.text


async def test_another_role_of_the_same_user_is_somebody_else(
    ask: Ask, clients: list[httpx.AsyncClient], session: str
) -> None:
    await ask(session)
    answer = await clients[0].get(session, headers=bearer(sub=str(ALEX), role="service_role"))
    assert answer.headers["x-cache"] == "miss"


async def test_refusals_are_not_kept(ask: Ask, shelf: Shelf) -> None:
    session_id = str(uuid4())
    missing = [await ask(f"/api/session/{session_id}") for _ in range(2)]
    assert [answer.status_code for answer in missing] == [404, 404]
    shelf.sessions[session_id] = Kept((ALEX, BO))
    assert (await ask(f"/api/session/{session_id}")).status_code == 200


async def test_each_participant_has_an_entry(ask: Ask, shelf: Shelf, session: str) -> None:
    for user in (ALEX, BO, ALEX, BO):
        await ask(session, user=user)
    assert shelf.reads(session) == 2


@pytest.mark.parametrize("filled", [False, True])
async def test_what_the_client_has_is_304(ask: Ask, session: str, filled: bool) -> None:
    etag = (await ask(session)).headers["etag"]
    if not filled:
        await change(ask, session, "as it was")
    answer = await ask(session, headers={"If-None-Match": f'"another", {etag}'})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["x-cache"] == ("hit" if filled else "miss")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-tag"] == ",".join(tags_of(session))
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "content-type" not in answer.headers
    # The question with a condition has filled the cache for all others.
    assert (await ask(session)).headers["x-cache"] == "hit"


async def test_conditions_in_several_lines_are_one_list(
    ask: Ask, clients: list[httpx.AsyncClient], session: str
) -> None:
    etag = (await ask(session, user=ALEX)).headers["etag"]
    lines = [("If-None-Match", '"another", "more"'), ("If-None-Match", etag)]
    answer = await clients[0].get(session, headers=[("X-Test-User-ID", str(ALEX)), *lines])
    assert answer.status_code == 304


async def test_a_304_too_is_never_of_an_older_state(ask: Ask, session: str) -> None:
    etag = (await ask(session)).headers["etag"]
    await change(ask, session, "new", gateway=1)
    answer = await ask(session, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.json()["notes"]) == (200, "new")


async def test_head_is_get_without_its_body(ask: Ask, shelf: Shelf, session: str) -> None:
    answers = [await ask(session, method="HEAD") for _ in range(2)]
    whole = await ask(session)
    assert shelf.reads(session) == 1
    for answer, how in zip(answers, ("miss", "hit"), strict=True):
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["x-cache"] == how
        assert answer.headers["etag"] == whole.headers["etag"]
        assert answer.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize("suffix", ["?x=1", "?"])
async def test_a_query_asks_the_service(ask: Ask, shelf: Shelf, session: str, suffix: str) -> None:
    await ask(session)
    answer = await ask(session + suffix)
    assert answer.json()["notes"] == "as it was"
    assert shelf.reads(session) == (2 if suffix == "?x=1" else 1)


async def test_preferences_make_no_difference(ask: Ask, session: str) -> None:
    await ask(session)
    for headers in ({"Accept": "text/html"}, {"Prefer": "wait=3"}, {"Cache-Control": "no-cache"}):
        answer = await ask(session, headers=headers)
        assert (answer.headers["x-cache"], answer.headers["content-type"]) == ("hit", "application/json")


@pytest.mark.parametrize("orders", ["untagged", "huge"])
async def test_what_names_no_tags_or_is_too_long_is_not_kept(
    ask: Ask, shelf: Shelf, session: str, orders: str
) -> None:
    for _ in range(2):
        answer = await ask(session, orders=orders)
        assert answer.status_code == 200
        assert answer.json()["notes"] == "as it was"
    assert shelf.reads(session) == 2


@pytest.mark.parametrize("at", [0, 1])
async def test_an_answered_change_is_seen_at_every_gateway(ask: Ask, session: str, at: int) -> None:
    for number in range(5):
        for gateway in (0, 1):
            for user in (ALEX, BO):
                await ask(session, user=user, gateway=gateway)
        await change(ask, session, f"change {number}", gateway=at)
        for gateway in (0, 1):
            for user in (ALEX, BO):
                assert (await ask(session, user=user, gateway=gateway)).json()["notes"] == f"change {number}"


async def held_reader(ask: Ask, shelf: Shelf, session: str) -> asyncio.Task[httpx.Response]:
    """A read at the second gateway: the service has read the state, and answers once the shelf is `released`."""
    shelf.released.clear()
    before = shelf.reads(session)
    reading = asyncio.create_task(ask(session, orders="held", gateway=1))
    await eventually(lambda: shelf.reads(session) > before)
    return reading


async def test_a_slow_reader_cannot_put_the_old_state_back(ask: Ask, shelf: Shelf, session: str) -> None:
    reading = await held_reader(ask, shelf, session)
    await change(ask, session, "new")
    assert (await ask(session)).json()["notes"] == "new"
    shelf.released.set()
    # It began before the change was answered, so it may show either; but nobody else does because of it.
    assert (await reading).json()["notes"] == "as it was"
    for gateway in (0, 1):
        answer = await ask(session, gateway=gateway)
        assert answer.json()["notes"] == "new"
        assert answer.headers["x-cache"] == "hit", "the late answer has not displaced the entry"


async def test_nor_when_the_change_comes_after_it_was_read_and_everything_is_lost(
    ask: Ask, shelf: Shelf, redis: Redis, session: str
) -> None:
    reading = await held_reader(ask, shelf, session)
    await change(ask, session, "new")
    # Of this worker's database alone: the tests of the other one run at the same time.
    await redis.flushdb()
    shelf.released.set()
    await reading
    assert (await ask(session)).json()["notes"] == "new"


async def test_a_name_shown_in_it_changes_it(ask: Ask, redis: Redis, session: str) -> None:
    await ask(session)
    assert await CacheTags(redis).advance([f"user:{BO}"])
    assert (await ask(session)).headers["x-cache"] == "miss"
    assert await CacheTags(redis).advance([f"user:{STRANGER}"])
    assert (await ask(session)).headers["x-cache"] == "hit"


async def test_a_change_that_the_service_could_not_tell_is_told_by_the_gateway(
    ask: Ask, session: str
) -> None:
    await ask(session)
    assert (await change(ask, session, "new", orders="untold")).status_code == 200
    for gateway in (0, 1):
        assert (await ask(session, gateway=gateway)).json()["notes"] == "new"


@pytest.mark.parametrize("action", ["notes", "confirm"])
async def test_a_change_of_unknown_outcome_keeps_the_session_out_for_a_while(
    ask: Ask, shelf: Shelf, session: str, action: str
) -> None:
    await ask(session)
    orders = "status=503" if action == "notes" else "status=500"
    answer = await ask(f"{session}/{action}", method="POST", json={"notes": "perhaps"}, orders=orders)
    assert answer.status_code == int(orders[-3:])
    shelf.sessions[session.rpartition("/")[2]].notes = "perhaps, later"
    reads = shelf.reads(session)
    for gateway in (0, 1, 0, 1):
        assert (await ask(session, gateway=gateway)).json()["notes"] == "perhaps, later"
    assert shelf.reads(session) == reads + 4
    # A certain change in between does not shorten that.
    await change(ask, session, "certain")
    assert [(await ask(session)).headers["x-cache"] for _ in range(2)] == ["miss", "miss"]


async def test_the_session_may_be_named_in_the_body(ask: Ask, session: str) -> None:
    await ask(session)
    body = {"session_id": session.rpartition("/")[2], "notes": "x"}
    # The service knows no such session, and dies of it.
    answer = await ask("/api/session/confirm-completion", method="POST", json=body)
    assert answer.status_code == 500
    assert (await ask(session)).headers["x-cache"] == "miss"


async def test_an_entry_ends_by_itself(ask: Ask, redis: Redis, session: str) -> None:
    await ask(session)
    entries = [key async for key in redis.scan_iter("tandem:cache:entry:*")]
    assert len(entries) == 1
    assert 290_000 < await redis.pttl(entries[0]) <= 300_000


async def test_nothing_is_served_while_the_cache_is_suspended(ask: Ask, shelf: Shelf, session: str) -> None:
    await ask(session)
    shelf.suspended = True
    try:

        async def is_bypassed() -> bool:
            return all(
                [(await ask(session, gateway=gateway)).headers["x-cache"] == "miss" for gateway in (0, 1)]
            )

        await eventually(is_bypassed)
        reads = shelf.reads(session)
        whole = await ask(session)
        assert shelf.reads(session) == reads + 1
        answer = await ask(session, headers={"If-None-Match": whole.headers["etag"]})
        assert (answer.status_code, answer.headers["x-cache"]) == (304, "miss")
    finally:
        shelf.generation += ", another"
        shelf.suspended = False

    async def is_back() -> bool:
        return bool((await ask(session, gateway=1)).headers["x-cache"] == "hit")

    await eventually(is_back)


async def test_what_was_kept_before_a_suspension_is_never_served(
    ask: Ask, shelf: Shelf, session: str
) -> None:
    await ask(session)
    shelf.sessions[session.rpartition("/")[2]].notes = "unknown to the cache"
    assert (await ask(session)).json()["notes"] == "as it was"
    shelf.generation += ", the next"

    async def is_new() -> bool:
        return bool((await ask(session)).json()["notes"] == "unknown to the cache")

    await eventually(is_new)


async def test_broken_state_in_redis_is_a_miss(ask: Ask, redis: Redis, session: str) -> None:
    await ask(session)
    await redis.set(STATE, "what is this")
    assert (await ask(session)).json()["notes"] == "as it was"
    await redis.delete(STATE)
