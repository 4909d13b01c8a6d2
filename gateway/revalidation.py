"""Telling a web front end which tags have changed, so that it makes its pages anew (Next.js on-demand revalidation).

A change POSTs `{"tags": […]}` to one configured address, signed as Standard Webhooks has it: the headers
`webhook-id`, `webhook-timestamp` and `webhook-signature`, the latter `v1,` and the base64 of the HMAC-SHA256 of
`id.timestamp.body`. It is sent in the background and tried a few times; no answer ever waits for it.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit.background import end
from kit.cache_tags import UNTOLD

log = structlog.get_logger(__name__)

WAITING_AT_MOST: Final = 1000
"""Changes that wait to be told of; the oldest is given up for another one."""

AT_ONCE: Final = 4
"""Requests to the front end at the same time."""

ATTEMPTS: Final = 5
TIMEOUT_SECONDS: Final = 5.0
FIRST_PAUSE_SECONDS: Final = 0.5
"""Between the first two attempts; each pause is three times as long as the one before."""

LOOK_SECONDS: Final = 1.0
"""How often changes are looked for that no gateway has answered, such as those of the scheduler."""

LAST_SECONDS: Final = 1.0
"""What is left for those that wait when the gateway ends."""

_UNTOLD_AT_ONCE: Final = 100
_TRY_AGAIN: Final = frozenset({408, 425, 429})
_ENCODED: Final = "whsec_"


@dataclass(frozen=True, slots=True)
class _Message:
    id: str
    body: bytes


class Revalidation:
    """Tells one front end."""

    def __init__(
        self,
        url: str,
        secret: str,
        redis: Redis,
        *,
        first_pause: float = FIRST_PAUSE_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Post to `url`, signed with `secret` (its bytes; base64 after `whsec_`); `redis` holds others' changes."""
        self._url = url
        self._key = signing_key(secret)
        self._redis = redis
        self._first_pause = first_pause
        self._clock = clock
        self._waiting: asyncio.Queue[_Message] = asyncio.Queue(WAITING_AT_MOST)

    def tell(self, tags: Sequence[str]) -> None:
        """Have the front end told of these tags. Returns at once."""
        if self._waiting.full():
            self._waiting.get_nowait()
            self._waiting.task_done()
            log.warning("revalidation_given_up", reason="too many are waiting")
        body = orjson.dumps({"tags": list(dict.fromkeys(tags))})
        self._waiting.put_nowait(_Message(f"msg_{secrets.token_urlsafe(18)}", body))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Do the telling in the background."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
            tasks = [asyncio.create_task(self._serve(session)) for _ in range(AT_ONCE)]
            tasks.append(asyncio.create_task(self._look()))
            try:
                yield
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_SECONDS):
                        await self._waiting.join()
            finally:
                await end(tasks)

    async def _serve(self, session: aiohttp.ClientSession) -> None:
        while True:
            message = await self._waiting.get()
            try:
                await self._deliver(session, message)
            finally:
                self._waiting.task_done()

    async def _deliver(self, session: aiohttp.ClientSession, message: _Message) -> None:
        pause = self._first_pause
        for attempt in range(1, ATTEMPTS + 1):
            outcome = await self._post(session, message)
            if outcome is None:
                return
            again, reason = outcome
            if not again or attempt == ATTEMPTS:
                log.warning("revalidation_given_up", reason=reason, attempts=attempt)
                return
            await asyncio.sleep(pause)
            pause *= 3

    async def _post(self, session: aiohttp.ClientSession, message: _Message) -> tuple[bool, str] | None:
        """None once it is told; else whether to try again, and why it was not."""
        try:
            async with session.post(
                self._url,
                data=message.body,
                headers=signed_headers(self._key, message.id, round(self._clock()), message.body),
                allow_redirects=False,
            ) as answer:
                if 200 <= answer.status < 300:
                    return None
                return answer.status >= 500 or answer.status in _TRY_AGAIN, f"status {answer.status}"
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return True, type(error).__name__

    async def _look(self) -> None:
        while True:
            try:
                found: Any = await self._redis.lpop(UNTOLD, _UNTOLD_AT_ONCE)
            except (RedisError, OSError, TimeoutError):
                found = None
            if found:
                self.tell([tag.decode() for tag in found])
            else:
                await asyncio.sleep(LOOK_SECONDS)


def signing_key(secret: str) -> bytes:
    """Return the key that a secret stands for: base64 after `whsec_`, as others write it, else its own bytes.

    Raises `ValueError` for what begins so and is no base64.
    """
    if not secret.startswith(_ENCODED):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)


def signed_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message, with its signature (Standard Webhooks)."""
    signature = hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    return {
        "Content-Type": "application/json",
        "User-Agent": "Tandem",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
