"""The histogram of users and their completion rates, for operators."""

from typing import Any
from uuid import uuid4

import pytest

from tests.reputation_service.conftest import As, Book, completed, no_show

BOUNDS = {
    "completed_sessions": [
        (0, 0), (1, 4), (5, 9), (10, 24), (25, 49), (50, 99), (100, 249), (250, None),
    ],
    "points": [
        (None, -1), (0, 0), (1, 49), (50, 99), (100, 249), (250, 499), (500, 999), (1000, 2499), (2500, 4999),
        (5000, 9999), (10_000, None),
    ],
}  # fmt: skip


async def distribution(client: As, by: str) -> Any:
    async with client(uuid4(), role="service_role") as http:
        response = await http.get("/api/reputation/distribution", params={"by": by})
        assert response.status_code == 200, response.text
        return response.json()


def grown(before: Any, after: Any) -> dict[tuple[Any, Any], tuple[int, int, int]]:
    """By how much each bucket has grown: users, completed sessions, no-shows; those alone that have."""
    changes = {}
    for old, new in zip(before["buckets"], after["buckets"], strict=True):
        figures = tuple(new[name] - old[name] for name in ("users", "completed_sessions", "no_shows"))
        if figures != (0, 0, 0):
            changes[new["from"], new["to"]] = figures
    return changes


@pytest.mark.parametrize("by", BOUNDS)
async def test_buckets_follow_one_another_and_add_up(client: As, book: Book, by: str) -> None:
    await book(completed(uuid4()), no_show(uuid4()))
    found = await distribution(client, by)
    assert found["by"] == by
    assert [(bucket["from"], bucket["to"]) for bucket in found["buckets"]] == BOUNDS[by]
    for name in ("users", "completed_sessions", "no_shows"):
        assert found[name] == sum(bucket[name] for bucket in found["buckets"])
    assert found["completion_rate_percent"] == pytest.approx(
        100 * found["completed_sessions"] / (found["completed_sessions"] + found["no_shows"]), abs=0.05
    )


async def test_users_are_counted_where_their_values_are(client: As, book: Book) -> None:
    ann, ben, cal = uuid4(), uuid4(), uuid4()
    before = {by: await distribution(client, by) for by in BOUNDS}
    await book(*(completed(ann, ben, points=10) for _ in range(5)), no_show(ben, points=70))
    await book(no_show(cal, points=1))
    after = {by: await distribution(client, by) for by in BOUNDS}
    assert grown(before["completed_sessions"], after["completed_sessions"]) == {
        (0, 0): (1, 0, 1),
        (5, 9): (2, 10, 1),
    }
    assert grown(before["points"], after["points"]) == {(None, -1): (2, 5, 2), (50, 99): (1, 5, 0)}


async def test_a_user_who_moves_takes_everything_along(client: As, book: Book) -> None:
    ann, ben = uuid4(), uuid4()
    await book(*(completed(ann, ben, points=10) for _ in range(4)), no_show(ann, points=0))
    before = await distribution(client, "completed_sessions")
    await book(completed(ann, ben, points=10))
    after = await distribution(client, "completed_sessions")
    assert grown(before, after) == {(1, 4): (-2, -8, -1), (5, 9): (2, 10, 1)}


@pytest.mark.parametrize(("query", "status"), [("", 403), ("?by=rank", 422)])
async def test_it_is_for_operators(client: As, query: str, status: int) -> None:
    async with client(uuid4()) as http:
        response = await http.get(f"/api/reputation/distribution{query}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
