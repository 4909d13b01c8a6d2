"""Owners of webhooks, their receivers as real servers on loopback, and a courier's hands."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from kit.contracts import NOTIFICATIONS_CREATED
from kit.database import Database
from kit.identity import Caller
from kit.outbox.events import Event, publish, uuid7
from session_service.main import create_app
from session_service.settings import CourierSettings, SessionServiceSettings
from session_service.webhooks.sending.carrier import WebhookCarrier
from tests.session_service.conformance import Conformance
from tests.session_service.conftest import SignedAs
from tests.session_service.factories import make_profile, rows

LOOPBACK = ("127.0.0.0/8", "::1/128")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def near_service(role_urls: dict[str, str], redis_url: str) -> AsyncIterator[FastAPI]:
    """The session service of a developer: webhooks may lead to loopback."""
    settings = SessionServiceSettings(
        database_url=role_urls["tandem_session"], redis_url=redis_url, webhook_allowed_networks=LOOPBACK
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@dataclass(slots=True)
class Owner:
    """A user with a client."""

    id: UUID
    client: httpx.AsyncClient

    async def add(self, url: str, **fields: Any) -> dict[str, Any]:
        """A new webhook, as it was answered."""
        response = await self.client.post("/api/webhooks", json={"url": url, **fields})
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made

    async def get(self, webhook: dict[str, Any]) -> dict[str, Any]:
        """A webhook as it is."""
        response = await self.client.get(f"/api/webhooks/{webhook['id']}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def deliveries(self, webhook: dict[str, Any]) -> list[dict[str, Any]]:
        """What was sent to it, newest first."""
        response = await self.client.get(f"/api/webhooks/{webhook['id']}/deliveries", params={"limit": 100})
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items


MakeOwner = Callable[..., Awaitable[Owner]]


@pytest_asyncio.fixture(loop_scope="session")
async def make_owner(near_service: FastAPI, owner: Database) -> AsyncIterator[MakeOwner]:
    """`await make_owner()`: somebody whose webhooks may lead to loopback."""
    conformance = Conformance(near_service)
    clients = []

    async def make(**profile: Any) -> Owner:
        user_id = await make_profile(owner, **profile)
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(near_service),
            base_url="http://service",
            auth=SignedAs(Caller(user_id), near_service.state.settings.internal_secret),
            event_hooks={"response": [conformance.check]},
        )
        clients.append(client)
        return Owner(user_id, client)

    yield make
    for client in clients:
        await client.aclose()


Notify = Callable[..., Awaitable[list[UUID]]]


@pytest.fixture
def notify(owner: Database) -> Notify:
    """`await notify(user, times)`: the user's inbox has new entries, and it is told; their ids.

    ``copies`` of the event that tells it.
    """

    async def happen(
        user_id: UUID,
        times: int = 1,
        *,
        kind: str = "session_completed",
        title: str = "Done",
        copies: int = 1,
    ) -> list[UUID]:
        ids = [uuid7() for _ in range(times)]
        async with owner.transaction() as connection:
            for notification_id in ids:
                await connection.execute(
                    text(
                        "INSERT INTO session_service.notifications (id, user_id, event_id, kind, title, body)"
                        " VALUES (:id, :user_id, :event_id, :kind, :title, 'It was so.')"
                    ),
                    {
                        "id": notification_id,
                        "user_id": user_id,
                        "event_id": uuid4(),
                        "kind": kind,
                        "title": title,
                    },
                )
            created = [
                {"id": str(one), "user_id": str(user_id), "kind": kind, "session_id": None} for one in ids
            ]
            events = [
                Event(NOTIFICATIONS_CREATED, "notifications", {"notifications": created})
                for _ in range(copies)
            ]
            await publish(connection, events)
        return ids

    return happen


@dataclass(slots=True)
class Request:
    """What a receiver was sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        """The message."""
        message: dict[str, Any] = json.loads(self.body)
        return message


Behaviour = Callable[["Receiver", asyncio.StreamReader, asyncio.StreamWriter, Request], Awaitable[None]]


@dataclass(slots=True)
class Receiver:
    """A server on loopback that behaves as it is told; ``requests`` are those that it has read whole."""

    port: int = 0
    behaviour: Behaviour | None = None
    connections: int = 0
    requests: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        """The messages' ids, in the order in which they came."""
        return [request.id for request in self.requests]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            request = await read_request(reader)
            self.requests.append(request)
            behaviour = self.behaviour or answers(200)
            await behaviour(self, reader, writer, request)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.at_once -= 1
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> Request:
    """A request, read whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(first.split(" ")[1], headers, body)


def answers(status: int, body: bytes = b"", **headers: str) -> Behaviour:
    """It answers at once."""

    async def behave(
        receiver: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
    ) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Another behaviour for each connection; the last one from then on."""
    left = list(behaviours)

    async def behave(
        receiver: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request
    ) -> None:
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        await behaviour(receiver, reader, writer, request)

    return behave


@asynccontextmanager
async def receiving(behaviour: Behaviour | None = None, **listening: Any) -> AsyncIterator[Receiver]:
    """A receiver, listening on a free port of loopback."""
    receiver = Receiver(behaviour=behaviour)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0, **listening)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver that takes everything."""
    async with receiving() as one:
        yield one


def courier_settings(**values: Any) -> CourierSettings:
    """As the courier of a developer: no pauses, and patience with the machine unless told otherwise."""
    return CourierSettings(
        **{
            "webhook_allowed_networks": LOOPBACK,
            "webhook_retry_seconds": (0, 0, 0, 0),
            "webhook_connect_timeout_seconds": 10.0,
            "webhook_timeout_seconds": 10.0,
            **values,
        }
    )


Work = Callable[..., Awaitable[int]]


@dataclass(slots=True)
class Hands:
    """A carrier without a process around it."""

    carrier: WebhookCarrier

    async def once(self, limit: int = 100) -> int:
        """Takes what is due and carries it; how many endpoints that were."""
        parcels: Sequence[Any] = await self.carrier.take(limit)
        await asyncio.gather(*(self.carrier.carry(parcel) for parcel in parcels))
        return len(parcels)

    async def until_idle(self) -> None:
        """Goes on until nothing is due."""
        while await self.once():
            pass


MakeHands = Callable[..., Hands]


@pytest.fixture
def make_hands(database_for: Callable[[str], Database], others_wait: None) -> MakeHands:
    """`make_hands(**settings)`: a courier's hands, with its login role."""

    def make(look_up: Any = None, **settings: Any) -> Hands:
        database = database_for("tandem_courier")
        return Hands(WebhookCarrier(courier_settings(**settings), database, look_up=look_up))

    return make


@pytest_asyncio.fixture(loop_scope="session")
async def others_wait(owner: Database) -> None:
    """What other tests have left waiting is not sent in this one."""
    async with owner.transaction() as connection:
        await connection.execute(text("DELETE FROM session_service.webhook_endpoints"))
        await connection.execute(
            text("UPDATE outbox.deliveries SET state = 'done', attempts = 0 WHERE consumer = 'webhooks'")
        )


async def endpoint_row(owner: Database, webhook: dict[str, Any]) -> dict[str, Any]:
    """An endpoint as the database has it."""
    (row,) = await rows(
        owner, "SELECT * FROM session_service.webhook_endpoints WHERE id = :id", id=UUID(webhook["id"])
    )
    return row
