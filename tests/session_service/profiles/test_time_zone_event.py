"""Another time zone is told, each change once and with a version that grows."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.contracts import PROFILE_TIMEZONE_CHANGED
from kit.database import Database
from tests.session_service.conftest import AsUser


async def told(owner: Database, user_id: UUID) -> list[dict[str, Any]]:
    """The data of what was told of a user's time zone, for that user's statistics, oldest first."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT e.data FROM outbox.events e JOIN outbox.deliveries d ON d.event_id = e.id"
                " WHERE e.type = :type AND d.user_id = :user_id AND d.consumer = 'statistics' ORDER BY e.id"
            ),
            {"type": PROFILE_TIMEZONE_CHANGED, "user_id": user_id},
        )
        return list(rows.scalars())


async def test_each_change_is_told_with_the_next_version(as_user: AsUser, owner: Database) -> None:
    client = as_user(user_id := uuid4())
    zones = ["Europe/Berlin", "Asia/Kolkata", "Europe/Berlin"]
    for zone in zones:
        assert (await client.patch("/api/me", json={"timezone": zone})).status_code == 200
    assert await told(owner, user_id) == [
        {"user_id": str(user_id), "timezone": zone, "version": version}
        for version, zone in enumerate(zones, 1)
    ]


@pytest.mark.parametrize(
    "changes",
    [{"timezone": "UTC"}, {"display_name": "Ann"}, {"timezone": "UTC", "notification_preferences": {}}],
    ids=str,
)
async def test_what_is_no_other_zone_is_not_told(
    as_user: AsUser, owner: Database, changes: dict[str, Any]
) -> None:
    client = as_user(user_id := uuid4())
    assert (await client.patch("/api/me", json=changes)).status_code == 200
    assert await told(owner, user_id) == []


async def test_a_refused_change_is_not_told(as_user: AsUser, owner: Database) -> None:
    client = as_user(user_id := uuid4())
    answer = await client.patch(
        "/api/me", json={"timezone": "Europe/Berlin"}, headers={"If-Match": '"another"'}
    )
    assert answer.status_code == 412
    assert await told(owner, user_id) == []
