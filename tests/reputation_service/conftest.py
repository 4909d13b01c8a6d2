"""Events that reputation is made of, the worker that books them, and a look at what was booked."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from kit.contracts import (
    APPEAL_DECIDED,
    NO_SHOW_APPEALED,
    SESSION_COMPLETED,
    SESSION_NO_SHOW,
    SOURCE,
    STATISTICS_SOURCE,
    STREAKS_REACHED,
)
from kit.database import Database
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import uuid7
from kit.settings import DEVELOPMENT_INTERNAL_SECRET
from reputation_service.ledger.service import apply
from reputation_service.main import create_app
from reputation_service.settings import ReputationServiceSettings

Book = Callable[..., Awaitable[None]]
As = Callable[..., Any]


class Counters(NamedTuple):
    """A user's counters."""

    completed_sessions: int = 0
    points: int = 0
    no_shows: int = 0


def stored(event_type: str, data: dict[str, Any], *, time: datetime | None = None) -> StoredEvent:
    """An event as a consumer gets it."""
    source = STATISTICS_SOURCE if event_type == STREAKS_REACHED else SOURCE
    return StoredEvent(uuid7(), event_type, source, "subject", time or datetime.now(UTC), data, None, None)


def completed(
    *users: UUID, points: int = 10, session_id: UUID | None = None, time: datetime | None = None
) -> StoredEvent:
    """The users (one who did not matter beside them) have completed a session, each for so many points."""
    participants = users if len(users) > 1 else (*users, uuid4())
    data = {
        "session_id": str(session_id or uuid4()),
        "match_id": str(uuid4()),
        "completed_at": "2026-11-21T10:00:00Z",
        "participants": [
            {"user_id": str(user), "challenge_id": str(uuid4()), "points": points} for user in participants
        ],
    }
    return stored(SESSION_COMPLETED, data, time=time)


def no_show(
    *absent: UUID, points: int = 10, session_id: UUID | None = None, time: datetime | None = None
) -> StoredEvent:
    """The users did not come to a session, and lose so many points each."""
    data = {
        "session_id": str(session_id or uuid4()),
        "reported_by": None,
        "user_ids": [str(user) for user in absent],
        "absent": [{"user_id": str(user), "points": points} for user in absent],
    }
    return stored(SESSION_NO_SHOW, data, time=time)


def appealed(user: UUID, session_id: UUID, *, time: datetime | None = None) -> StoredEvent:
    """The user says that it was otherwise."""
    data = {"session_id": str(session_id), "user_id": str(user), "user_ids": [str(user)]}
    return stored(NO_SHOW_APPEALED, data, time=time)


def decided(
    user: UUID, session_id: UUID, *, upheld: bool, points: int = 10, time: datetime | None = None
) -> StoredEvent:
    """An operator has decided on the user's appeal."""
    data = {
        "session_id": str(session_id),
        "user_id": str(user),
        "user_ids": [str(user)],
        "upheld": upheld,
        "points": points,
    }
    return stored(APPEAL_DECIDED, data, time=time)


def streaks(*reached: tuple[UUID, int], time: datetime | None = None) -> StoredEvent:
    """The users' streaks have become so many days long."""
    data = {
        "streaks": [
            {"user_id": str(user), "days": days, "reached_on": "2026-11-20"} for user, days in reached
        ]
    }
    return stored(STREAKS_REACHED, data, time=time)


async def counters_of(owner: Database, users: Sequence[UUID]) -> dict[UUID, Counters]:
    """The counters of those users that have any."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT user_id, completed_sessions, points, no_shows FROM reputation_service.counters"
                " WHERE user_id = ANY(:users)"
            ),
            {"users": list(users)},
        )
        return {user_id: Counters(*figures) for user_id, *figures in rows}


async def sums_of(owner: Database, users: Sequence[UUID]) -> dict[UUID, Counters]:
    """What the ledger's entries of those users add up to."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT user_id, sum(completed_sessions)::int, sum(points)::int, sum(no_shows)::int"
                " FROM reputation_service.ledger WHERE user_id = ANY(:users) GROUP BY user_id"
            ),
            {"users": list(users)},
        )
        return {user_id: Counters(*figures) for user_id, *figures in rows}


async def badges_of(owner: Database, user: UUID) -> dict[str, datetime]:
    """A user's badges and when they were earned."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text("SELECT code, earned_at FROM reputation_service.badges WHERE user_id = :user"),
            {"user": user},
        )
        return {row.code: row.earned_at for row in rows}


async def ledger_of(owner: Database, user: UUID) -> list[tuple[str, int]]:
    """Kind and points of a user's entries, in the order of booking."""
    async with owner.transaction() as connection:
        rows = await connection.execute(
            text(
                "SELECT kind, points FROM reputation_service.ledger WHERE user_id = :user ORDER BY created_at"
            ),
            {"user": user},
        )
        return [(row.kind, row.points) for row in rows]


async def drifts(owner: Database) -> list[Any]:
    """What the boards and buckets have more or less than the counters say; nothing when all is well."""
    async with owner.transaction() as connection:
        boards = await connection.execute(text("SELECT * FROM reputation_service.boards_drift"))
        buckets = await connection.execute(text("SELECT * FROM reputation_service.distribution_drift"))
        return [*boards.all(), *buckets.all()]


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    """The database as the reputation worker has it."""
    return database_for("tandem_reputation_worker")


@pytest.fixture
def book(worker: Database) -> Book:
    """`await book(event, event)`: these events, applied as one batch in one transaction."""

    async def batch(*events: StoredEvent) -> None:
        async with worker.transaction() as connection:
            await apply(connection, events)

    return batch


@pytest.fixture(scope="package")
async def app(role_urls: dict[str, str], servers: Any) -> AsyncIterator[FastAPI]:
    """The reputation service, running under its own role."""
    app = create_app(
        ReputationServiceSettings(
            database_url=role_urls["tandem_reputation"], redis_url=servers.redis_database(0)
        )
    )
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def client(app: FastAPI) -> As:
    """`async with client(user_id, role="service_role") as http`: the service, asked by that user."""

    @asynccontextmanager
    async def signed_in(user_id: UUID, role: str = "authenticated") -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://service",
            headers={IDENTITY_HEADER: sign(Caller(user_id, role), DEVELOPMENT_INTERNAL_SECRET)},
        ) as http:
            yield http

    return signed_in
