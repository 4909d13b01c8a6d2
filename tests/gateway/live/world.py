"""A live gateway's surroundings: a session service that knows who takes part, a stream to publish to, and clients."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect

from kit.identity import IDENTITY_HEADER, verify
from kit.live.messages import BEGINNING, Message, Position, session_address, user_address
from kit.live.stream import publish
from tests.gateway.running import INTERNAL_SECRET


class SessionService:
    """Shows a session to those who take part in it, as the real one does; `away` makes it fail."""

    def __init__(self) -> None:
        self.participants: dict[UUID, set[UUID]] = {}
        self.asked = 0
        self.away = False

    def session_of(self, *users: UUID) -> UUID:
        """A new session of these users."""
        session_id = uuid4()
        self.participants[session_id] = set(users)
        return session_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.asked += 1
        signed = dict(scope["headers"])[IDENTITY_HEADER.encode()].decode()
        caller = verify(signed, INTERNAL_SECRET)
        participants = self.participants.get(UUID(scope["path"].removeprefix("/api/session/")))
        status = 404 if participants is None else 200 if caller.user_id in participants else 403
        await send(
            {
                "type": "http.response.start",
                "status": 503 if self.away else status,
                "headers": [(b"content-length", b"2"), (b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": b"{}"})


class Teller:
    """Publishes messages as the publisher of live updates does."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.last = BEGINNING

    async def session(self, session_id: UUID, *numbers: int, padding: int = 0) -> Position:
        """Messages of a session with these numbers in their data."""
        return await self._tell(session_address(session_id), numbers, "session.confirmed", padding)

    async def own(self, topic: str, user_id: UUID, *numbers: int) -> Position:
        """Messages of a topic of a user's own."""
        return await self._tell(user_address(topic, user_id), numbers, f"{topic}.told", 0)

    async def _tell(self, address: str, numbers: tuple[int, ...], kind: str, padding: int) -> Position:
        messages = [
            Message(
                address, kind, datetime.now(UTC), {"number": number, "padding": "x" * padding}, uuid4().hex
            )
            for number in numbers
        ]
        self.last = await publish(self.redis, messages, after=self.last)
        return self.last


class Client:
    """A client of live updates that says what it got."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, frame: Any) -> None:
        """Send a frame as JSON."""
        await self.socket.send(json.dumps(frame))

    async def receive(self, *, seconds: float = 10.0) -> dict[str, Any]:
        """The next frame. Raises TimeoutError when there is none in time."""
        async with asyncio.timeout(seconds):
            frame: dict[str, Any] = json.loads(await self.socket.recv())
        return frame

    async def subscribe(self, *topics: str, after: str | None = None) -> dict[str, Any]:
        """Subscribe; the acknowledgement, which is asked for and must be the next frame."""
        asked = {} if after is None else {"after": after}
        await self.send({"subscribe": list(topics), "acknowledge": True, **asked})
        answer = await self.receive()
        assert answer["type"] == "subscribed", answer
        return answer

    async def numbers(self, count: int) -> list[int]:
        """The numbers in the next so many messages."""
        return [(await self.receive())["data"]["number"] for _ in range(count)]

    async def has_nothing(self) -> bool:
        """Whether nothing was sent before the answer to what is asked now."""
        await self.send({"unsubscribe": []})
        return await self.receive() == {"type": "unsubscribed", "topics": []}

    async def close_code(self, *, seconds: float = 10.0) -> int | None:
        """Read on until the server closes the connection; with which code."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    await self.socket.recv()
                except Exception:
                    return self.socket.close_code


def as_user(user_id: UUID) -> dict[str, str]:
    """The header by which a test says who it is."""
    return {"X-Test-User-ID": str(user_id)}


@asynccontextmanager
async def live(
    url: str, headers: Mapping[str, str] | None = None, *, query: str = "", **options: Any
) -> AsyncIterator[Client]:
    """A connection to the gateway at `url`. Raises InvalidStatus when it is refused."""
    address = url.replace("http", "ws", 1) + "/api/live" + query
    async with connect(
        address, additional_headers=dict(headers or {}), compression=None, **options
    ) as socket:
        yield Client(socket)
