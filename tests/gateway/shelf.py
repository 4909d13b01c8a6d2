"""A service that keeps a few things, names their cache tags, and does what a test wants on the way."""

import asyncio
import json
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send

from kit.cache_tags import PERMISSION_PATH, SUSPENSION_PATH, CacheTags
from kit.etags import etag_of, if_none_match
from kit.identity import IDENTITY_HEADER, Caller, verify
from tests.gateway.running import INTERNAL_SECRET


@dataclass(slots=True)
class Kept:
    """A session, as far as a cache is concerned."""

    users: tuple[UUID, ...]
    notes: str = ""


@dataclass(slots=True)
class Shelf:
    """`GET` and `PATCH` of `/api/session/<id>`, the catalogue of challenges, and the permission to cache.

    A request's `User-Agent` says what goes wrong, in words separated by spaces: `held` (the state was read, and is
    answered once `released` is set), `status=503` (after the change, which stays), `silent` (the tags are neither
    advanced nor told), `untold` (they are told, not advanced), `huge` (an answer too long to be kept), `untagged`.
    """

    redis_url: str
    sessions: dict[str, Kept] = field(default_factory=dict)
    generation: str = "first"
    suspended: bool = False
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    suspensions: int = 0
    tags: CacheTags | None = None
    released: threading.Event = field(default_factory=threading.Event)

    def reads(self, path: str) -> int:
        """How often the resource was asked for."""
        return sum(1 for method, asked, _ in self.asked if method == "GET" and asked == path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            redis: Redis = Redis.from_url(self.redis_url)
            self.tags = CacheTags(redis)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await redis.aclose()
            await send({"type": "lifespan.shutdown.complete"})
            return
        message = await receive()
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, told, body = await self._answer(scope["method"], scope["path"], headers, message["body"])
        content = json.dumps(body).encode() if body is not None else b""
        told.setdefault("content-type", "application/json")
        told["content-length"] = str(len(content))
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in told.items()],
            }
        )
        await send({"type": "http.response.body", "body": content})

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], Any]:
        if path == PERMISSION_PATH:
            return 200, {}, {"generation": self.generation, "suspended": self.suspended, "seconds": 0}
        if path == SUSPENSION_PATH:
            assert verify(headers[IDENTITY_HEADER], INTERNAL_SECRET).role == "gateway"
            self.suspensions += 1
            if not self.suspended:
                self.suspended, self.generation = True, f"after suspension {self.suspensions}"
            return 200, {}, {"generation": self.generation, "suspended": True, "seconds": 30.0}
        self.asked.append((method, path, headers))
        caller = verify(headers[IDENTITY_HEADER], INTERNAL_SECRET)
        orders = dict(part.partition("=")[::2] for part in headers.get("user-agent", "").split())
        if path in ("/api/challenges", "/api/v1/sequences", "/api/v1/sequences/1"):
            tag = path.split("/")[2 if path == "/api/challenges" else 3]
            told = {"cache-control": "public, max-age=300", "cache-tag": tag}
            return self._shown({"items": [path]}, headers, told)
        if not path.startswith("/api/session/"):
            return 200, {}, {"told": "nothing"}
        session_id = path.split("/")[3]
        if method == "GET":
            return await self._read(session_id, caller, headers, orders)
        return await self._change(session_id, json.loads(body)["notes"], orders)

    async def _read(
        self, session_id: str, caller: Caller, headers: dict[str, str], orders: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        kept = self.sessions.get(session_id)
        if kept is None:
            return 404, {}, {"code": "session_not_found"}
        if caller.user_id not in kept.users:
            return 403, {}, {"code": "not_a_participant"}
        body = {"id": session_id, "notes": kept.notes}
        if "huge" in orders:
            body["padding"] = "x" * 300_000
        while "held" in orders and not self.released.is_set():  # noqa: ASYNC110 - set in another thread
            await asyncio.sleep(0.005)
        told = {"cache-control": "private, no-cache"}
        if "untagged" not in orders:
            told["cache-tag"] = ",".join([f"session:{session_id}", *(f"user:{user}" for user in kept.users)])
        return self._shown(body, headers, told)

    def _shown(
        self, body: Any, headers: dict[str, str], told: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        etag = etag_of(json.dumps(body).encode())
        told |= {"etag": etag, "x-request-id": "the service's own"}
        if if_none_match(headers.get("if-none-match"), etag):
            return 304, told, None
        return 200, told, body

    async def _change(
        self, session_id: str, notes: str, orders: dict[str, str]
    ) -> tuple[int, dict[str, str], Any]:
        assert self.tags is not None
        self.sessions[session_id].notes = notes
        tags = [f"session:{session_id}"]
        told: dict[str, str] = {}
        if "untold" in orders:
            told = {"x-tandem-changed": ",".join(tags)}
        elif "silent" not in orders:
            told = await self.tags.told(tags)
        status = int(orders.get("status", 200))
        return status, {} if status >= 500 else told, {"notes": notes}
