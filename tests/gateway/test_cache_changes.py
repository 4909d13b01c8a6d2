"""What has to be done before an answer to a change is sent, and for which answers."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from gateway.cache_changes import HOLD_SECONDS, Changes
from gateway.proxy import Forwarded
from kit.identity import Caller

ID = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"
TAG = f"session:{ID}"
ALEX = Caller(UUID(int=1))


class Tags:
    """Stands where Redis is reached, to be away."""

    def __init__(self) -> None:
        self.works = True
        self.advanced: list[tuple[list[str], float]] = []

    async def advance(self, tags: Sequence[str], *, hold_seconds: float = 0) -> bool:
        self.advanced.append((list(tags), hold_seconds))
        return self.works


class Lease:
    """Stands where the session service is asked."""

    def __init__(self) -> None:
        self.suspensions = 0

    async def suspend(self) -> bool:
        self.suspensions += 1
        return True


class Sight:
    def __init__(self) -> None:
        self.tags = Tags()
        self.lease = Lease()
        self.told: list[list[str]] = []
        self.changes = Changes(
            self.tags,  # type: ignore[arg-type]  # stands in for it
            self.lease,  # type: ignore[arg-type]  # stands in for it
            tell=lambda tags: self.told.append(list(tags)),
        )


@pytest.fixture
def sight() -> Sight:
    return Sight()


def request(method: str = "POST", path: str = f"/api/session/{ID}/confirm") -> Forwarded:
    return Forwarded(method=method, path=path, query="", headers=[], body=b"")


ADVANCED = [(b"Content-Type", b"x"), (b"X-Tandem-Advanced", b"a:1,b:2")]
CHANGED = [(b"x-tandem-changed", b"a:1,b:2")]


async def test_what_the_service_has_done_needs_nothing_more(sight: Sight) -> None:
    await sight.changes.settle(request(), ALEX, 200, ADVANCED)
    assert sight.tags.advanced == []
    assert sight.told == [["a:1", "b:2"]]


async def test_what_it_could_not_do_is_done_here(sight: Sight) -> None:
    await sight.changes.settle(request(), ALEX, 200, CHANGED)
    assert sight.tags.advanced == [(["a:1", "b:2"], 0)]
    assert sight.lease.suspensions == 0
    assert sight.told == [["a:1", "b:2"]]


async def test_where_neither_can_the_cache_is_suspended(sight: Sight) -> None:
    sight.tags.works = False
    await sight.changes.settle(request(), ALEX, 200, CHANGED)
    assert sight.lease.suspensions == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 422])
async def test_refusals_are_made_known_too_but_are_no_news(sight: Sight, status: int) -> None:
    await sight.changes.settle(request(), ALEX, status, CHANGED)
    assert sight.tags.advanced == [(["a:1", "b:2"], 0)]
    assert sight.told == []


@pytest.mark.parametrize("status", [200, 201, 400, 404, 409, 422])
async def test_what_names_no_tags_changes_none(sight: Sight, status: int) -> None:
    await sight.changes.settle(request(), ALEX, status, [(b"content-type", b"x")])
    assert sight.tags.advanced == []
    assert sight.told == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("works", [True, False])
async def test_an_open_outcome_is_taken_for_a_change_that_may_still_come(
    sight: Sight, status: int, works: bool
) -> None:
    sight.tags.works = works
    await sight.changes.settle(request(), ALEX, status, [])
    assert sight.tags.advanced == [([TAG], HOLD_SECONDS)]
    assert sight.lease.suspensions == (0 if works else 1)
    assert sight.told == [[TAG]]


async def test_a_service_that_is_lost_leaves_the_outcome_open(sight: Sight) -> None:
    await sight.changes.doubt(request(), ALEX)
    assert sight.tags.advanced == [([TAG], HOLD_SECONDS)]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_a_question_changes_nothing(sight: Sight, method: str) -> None:
    await sight.changes.doubt(request(method), ALEX)
    await sight.changes.settle(request(method), ALEX, 503, [])
    assert sight.tags.advanced == []


async def test_unless_the_service_says_so(sight: Sight) -> None:
    """Whoever is here for the first time gets a name of their own, even by a question."""
    await sight.changes.settle(request("GET", "/api/me"), ALEX, 200, CHANGED)
    assert sight.tags.advanced == [(["a:1", "b:2"], 0)]
