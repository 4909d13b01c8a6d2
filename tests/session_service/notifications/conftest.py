"""People, and what happens to them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.contracts import SESSION_CHECKED_IN, SOURCE
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import uuid7
from session_service.notifications import service

MakeUser = Callable[..., Awaitable[UUID]]
Tell = Callable[..., Awaitable[list[StoredEvent]]]


def stored(event_type: str, data: dict[str, Any]) -> StoredEvent:
    """An event as a consumer gets it."""
    return StoredEvent(uuid7(), event_type, SOURCE, "subject", datetime.now(UTC), data, None, None)


def check_in(user_id: UUID, buddy_id: UUID) -> StoredEvent:
    """The simplest event: it is told to the buddy alone."""
    data = {"session_id": str(uuid4()), "user_id": str(user_id), "buddy_id": str(buddy_id)}
    return stored(SESSION_CHECKED_IN, data)


@pytest.fixture
def make_user(owner: Database) -> MakeUser:
    """`await make_user("Ann")`: the id of a new user of that name."""

    async def make(name: str = "Somebody") -> UUID:
        user_id = uuid4()
        async with owner.transaction() as connection:
            await connection.execute(
                text("INSERT INTO session_service.user_profiles (id, display_name) VALUES (:id, :name)"),
                {"id": user_id, "name": name},
            )
        return user_id

    return make


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    """The database as the notifications worker has it."""
    return database_for("tandem_session_worker")


@pytest.fixture
def tell(worker: Database, make_user: MakeUser) -> Tell:
    """`await tell(user, 3)`: that user's inbox gets three notifications, one transaction each; their events."""

    async def happen(user_id: UUID, times: int = 1) -> list[StoredEvent]:
        buddy_id = await make_user("Buddy")
        events = [check_in(buddy_id, user_id) for _ in range(times)]
        for event in events:
            async with worker.transaction() as connection:
                await service.apply(connection, [event])
        return events

    return happen
