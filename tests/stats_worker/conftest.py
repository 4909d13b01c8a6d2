"""Practices and their events, whoever counts them, and the statistics service."""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text

from kit.contracts import PRACTICE_COMPLETED, PRACTICE_STARTED, PROFILE_TIMEZONE_CHANGED, SOURCE, STATISTICS
from kit.database import Database
from kit.identity import IDENTITY_HEADER, Caller, sign
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish, uuid7
from kit.schemas import format_time
from session_service.practice.rules import local_date
from stats_worker.counting.service import apply
from stats_worker.figures import service as figures
from stats_worker.freezes import service as freezes
from stats_worker.main import create_app
from stats_worker.settings import StatsServiceSettings
from tests.session_service.conformance import Conformance
from tests.stats_worker.reference import Practice, noon

Apply = Callable[..., Awaitable[None]]
AsUser = Callable[[UUID], httpx.AsyncClient]

TABLES = ("counted", "totals", "days", "weekdays", "sequences", "runs", "freezes")

_numbers = count(1)


def practice(
    user_id: UUID,
    started: datetime | date,
    *,
    status: str | None = "completed",
    duration: int = 600,
    sequence: int | None = None,
    timezone: str = "UTC",
) -> Practice:
    """A practice of that user: of ten minutes, completed, of no sequence, started at noon UTC unless told."""
    moment = started if isinstance(started, datetime) else noon(started)
    return Practice(user_id, next(_numbers), moment, timezone, status, duration if status else 0, sequence)


def started(one: Practice) -> Event:
    """What the session service publishes when the practice is started."""
    data = {
        "session_id": one.session_id,
        "user_id": str(one.user_id),
        "sequence_id": one.sequence_id,
        "started_at": format_time(one.started_at),
        "local_date": local_date(one.started_at, one.timezone).isoformat(),
        "timezone": one.timezone,
    }
    return Event(PRACTICE_STARTED, f"practice/{one.session_id}", data, one.user_id)


def completed(one: Practice) -> Event:
    """What the session service publishes when the practice is completed."""
    data = {
        **started(one).data,
        "completed_at": format_time(datetime.now(UTC)),
        "duration_seconds": one.duration_seconds,
        "completion_status": one.status,
    }
    return Event(PRACTICE_COMPLETED, f"practice/{one.session_id}", data, one.user_id)


def events(*practices: Practice) -> list[Event]:
    """Everything that is published about these practices."""
    return [event for one in practices for event in [started(one), *([completed(one)] if one.status else [])]]


def zone_changed(user_id: UUID, timezone: str, version: int) -> Event:
    """What is published when a profile's time zone changes."""
    data = {"user_id": str(user_id), "timezone": timezone, "version": version}
    return Event(PROFILE_TIMEZONE_CHANGED, f"profile/{user_id}", data, user_id)


def stored(event: Event) -> StoredEvent:
    """The event as a consumer gets it, under an id of its own each time."""
    return StoredEvent(
        uuid7(), event.type, SOURCE, event.subject, datetime.now(UTC), dict(event.data), None, None
    )


async def publish_all(database: Database, published: Sequence[Event]) -> list[UUID]:
    """Publishes the events, as the session service does; their ids."""
    async with database.transaction() as connection:
        await publish(connection, published)
    return [event.id for event in published]


async def shown(
    database: Database, user_id: UUID, now: datetime, timezone: str | None = None
) -> dict[str, Any]:
    """The user's statistics at that moment, without `as_of`, as the service reads them."""
    async with database.transaction(user_id) as connection:
        view = await figures.statistics_at(connection, user_id, now, timezone)
    return view.model_dump(mode="json", exclude={"as_of"})


async def shown_month(database: Database, user_id: UUID, month: date) -> dict[str, Any]:
    """The user's calendar of that month, as the service reads it."""
    async with database.transaction(user_id) as connection:
        return (await figures.calendar(connection, user_id, month)).model_dump(mode="json")


async def freeze(database: Database, user_id: UUID, day: date) -> None:
    """Freezes a day on that very day."""
    async with database.transaction(user_id) as connection:
        await freezes.freeze_at(connection, user_id, day, noon(day), "UTC")


async def dump(owner: Database, user_id: UUID) -> dict[str, list[Any]]:
    """Every row that there is of the user."""
    rows: dict[str, list[Any]] = {}
    async with owner.transaction() as connection:
        for table in TABLES:
            found = await connection.execute(
                text(f"SELECT to_jsonb(t) AS row FROM stats_worker.{table} t WHERE user_id = :user"),
                {"user": user_id},
            )
            rows[table] = sorted((row.row for row in found), key=str)
    return rows


async def delivery(owner: Database, event_id: UUID) -> Any:
    """State and attempts of an event's delivery to the statistics."""
    async with owner.transaction() as connection:
        row = await connection.execute(
            text("SELECT state, attempts FROM outbox.deliveries WHERE event_id = :id AND consumer = :name"),
            {"id": event_id, "name": STATISTICS.name},
        )
        return row.one()


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sqlalchemy_event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sqlalchemy_event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture
def worker(database_for: Callable[[str], Database]) -> Database:
    """The database as the statistics worker has it."""
    return database_for("tandem_statistics_worker")


@pytest.fixture
def reader(database_for: Callable[[str], Database]) -> Database:
    """The database as the statistics service has it."""
    return database_for("tandem_statistics")


@pytest.fixture
def publisher(database_for: Callable[[str], Database]) -> Database:
    """The database as the session service has it."""
    return database_for("tandem_session")


@pytest.fixture
def count_events(worker: Database) -> Apply:
    """`await count_events(event, event)`: these events, counted as one batch in one transaction."""

    async def batch(*batched: Event) -> None:
        async with worker.transaction() as connection:
            await apply(connection, [stored(event) for event in batched])

    return batch


class _SignedAs(httpx.Auth):
    """Signs each request as the gateway does, for the identity to be fresh."""

    def __init__(self, user_id: UUID, secret: str):
        self.user_id = user_id
        self.secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers[IDENTITY_HEADER] = sign(Caller(self.user_id), self.secret)
        yield request


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def app(role_urls: dict[str, str], redis_url: str) -> AsyncIterator[FastAPI]:
    """The statistics service, running under its own role."""
    app = create_app(StatsServiceSettings(database_url=role_urls["tandem_statistics"], redis_url=redis_url))
    async with app.router.lifespan_context(app):
        yield app


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def as_user(app: FastAPI) -> AsyncIterator[AsUser]:
    """Clients, one a user. What they are answered has to be as the API description says."""
    conformance = Conformance(app)
    transport = httpx.ASGITransport(app)
    opened: list[httpx.AsyncClient] = []

    def client(user_id: UUID) -> httpx.AsyncClient:
        made = httpx.AsyncClient(
            transport=transport,
            base_url="http://service",
            auth=_SignedAs(user_id, app.state.settings.internal_secret),
            event_hooks={"response": [conformance.check]},
        )
        opened.append(made)
        return made

    yield client
    for each in opened:
        await each.aclose()
