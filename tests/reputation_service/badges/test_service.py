"""Awarding badges on a real PostgreSQL."""

from datetime import UTC, datetime
from uuid import uuid4

from kit.database import Database
from reputation_service.badges import service
from reputation_service.badges.repository import add
from reputation_service.badges.rules import Earned
from tests.reputation_service.conftest import badges_of

FIRST, AGAIN = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


async def test_a_milestone_reached_again_keeps_the_first_time(worker: Database, owner: Database) -> None:
    """As after a session that was taken back."""
    ann = uuid4()
    for time in (FIRST, AGAIN):
        async with worker.transaction() as connection:
            await service.award(connection, [service.Progress(ann, 5, [time])])
    assert await badges_of(owner, ann) == {"sessions_5": FIRST}


async def test_a_badge_without_a_title_is_shown_by_its_code(worker: Database) -> None:
    """As when a newer version has awarded it."""
    ann = uuid4()
    async with worker.transaction() as connection:
        await add(connection, [Earned(ann, "sessions_1000", AGAIN), Earned(ann, "sessions_1", FIRST)])
        badges = await service.badges_of(connection, ann)
    assert [(badge.code, badge.title) for badge in badges] == [
        ("sessions_1", "First session"),
        ("sessions_1000", "sessions_1000"),
    ]
