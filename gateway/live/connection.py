"""One client's connection: what it asks for, what it is told, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import structlog
from starlette.types import Receive, Send

from gateway.errors import GatewayTimeout, ServiceUnavailable
from gateway.live import frames
from gateway.live.access import Access, address_of
from gateway.live.frames import ClientFrame, InvalidFrame
from gateway.live.hub import Hub
from gateway.live.tickets import Holder
from kit.live.messages import BEGINNING, Position, Published

EXPIRED: Final = 4401
"""Close code: the token is no longer good. The client is to come back with another one."""

TOO_SLOW: Final = 1013
"""Close code: more has happened than the client has read. It may come back, and be told on."""

MISBEHAVING: Final = 1008
"""Close code: too much of what the client has sent made no sense."""

MAX_INVALID: Final = 20
FRAMES_PER_SECOND: Final = 10.0
FRAMES_BURST: Final = 100.0
"""What a client may send; more is read later. A topic counts as much as a frame."""

BEGIN_SECONDS: Final = 2.0
"""How long a gateway that has just started may take to learn what was told lately."""

MAX_MISSED: Final = 5_000
"""So many missed messages are told; a client that has missed more fetches anew what it shows, which is less."""

CLOSE_SECONDS: Final = 5.0

DROPPED: Final = "tandem.dropped"
"""The type of the event that the server has dropped the client, with a code and a reason, on its own account."""

Drop = Callable[[int, str], None]
"""Ends a connection with a close code although its client does not read (see `gateway.live.protocol`)."""

_log = structlog.get_logger(__name__)


class Connection:
    """A connection that was accepted. `serve` it; it is over when that returns."""

    def __init__(
        self,
        holder: Holder,
        hub: Hub,
        access: Access,
        *,
        queue_length: int,
        drop: Drop | None = None,
    ) -> None:
        """Tell `holder` what `hub` brings and `access` allows, at most `queue_length` messages behind.

        What it has missed before it came does not count against it.
        """
        self._holder = holder
        self._hub = hub
        self._access = access
        self._queue_length = queue_length
        self._limit = queue_length
        self._came_at = hub.now
        self._drop = drop
        self._told_since: dict[str, Position] = {}
        """What is subscribed to; of each, everything after this position has been told here, or will be."""
        self._queue: deque[str] = deque()
        self._filled = asyncio.Event()
        self._end: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._pace = _Pace(FRAMES_PER_SECOND, FRAMES_BURST)

    async def serve(self, receive: Receive, send: Send) -> int | None:
        """Serve until either side ends it; the close code if it was this one."""
        tasks: set[asyncio.Future[Any]] = {
            asyncio.create_task(self._read(receive)),
            asyncio.create_task(self._write(send)),
            asyncio.create_task(self._expire()),
            self._end,
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            ended = self._end.result() if self._end.done() else None
        finally:
            self._hub.unsubscribe(self, self._told_since)
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        if ended is None:
            for outcome in outcomes:
                if isinstance(outcome, Exception) and not isinstance(outcome, OSError):
                    raise outcome
            return None
        await self._close(send, *ended)
        return ended[0]

    def tell(self, message: Published) -> None:
        """Pass a message on, unless this client has had it, by whatever gateway."""
        if message.position > self._told_since.get(message.address, message.position):
            if message.position.milliseconds <= self._came_at:
                # This gateway was behind, not the client.
                self._excuse(1)
            self._enqueue(message.text)

    def reset(self, since: Position) -> None:
        """Something may have been missed, but nothing after `since`."""
        for address in self._told_since:
            self._told_since[address] = since
        self._enqueue(frames.RESET)

    def _enqueue(self, *texts: str) -> None:
        self._queue.extend(texts)
        self._filled.set()
        if len(self._queue) > self._limit:
            self._close_with(TOO_SLOW, "too slow")

    def _excuse(self, count: int) -> None:
        """So many messages that are about to be queued do not count against the client."""
        self._limit = max(self._limit, len(self._queue) + count + self._queue_length)

    def _close_with(self, code: int, reason: str) -> None:
        if not self._end.done():
            self._end.set_result((code, reason))

    async def _write(self, send: Send) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._queue:
                try:
                    await send({"type": "websocket.send", "text": self._queue[0]})
                except (OSError, RuntimeError):
                    # Gone, or given up by the server; either way there is nobody to tell.
                    return
                # Not before: who is stuck with one is behind by that one.
                self._queue.popleft()
                self._limit = max(self._queue_length, min(self._limit, len(self._queue) + self._queue_length))

    async def _read(self, receive: Receive) -> None:
        invalid = 0
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if message["type"] == DROPPED:
                self._close_with(message["code"], message["reason"])
                return
            try:
                frame = frames.read_frame(message.get("text"))
            except InvalidFrame:
                invalid += 1
                if invalid > MAX_INVALID:
                    self._close_with(MISBEHAVING, "invalid messages")
                self._enqueue(frames.refusal(frames.INVALID))
                await self._pace.wait(1)
                continue
            await self._pace.wait(1 + len(frame.subscribe or ()))
            if frame.subscribe is not None:
                await self._subscribe(frame.subscribe, frame)
            else:
                self._unsubscribe(frame.unsubscribe or [])

    async def _subscribe(self, topics: list[str], frame: ClientFrame) -> None:
        granted: dict[str, str] = {}
        refused: dict[frames.Refused, list[str]] = {}
        for topic in dict.fromkeys(topics):
            address = address_of(topic, self._holder.caller)
            why = await self._refusal(address)
            if address is not None and why is None:
                if len(self._told_since.keys() | {*granted.values(), address}) <= frames.MAX_TOPICS:
                    granted[topic] = address
                    continue
                why = frames.TOO_MANY
            refused.setdefault(why or frames.FORBIDDEN, []).append(topic)
        await self._hub.wait_until_begun(BEGIN_SECONDS)
        # From here on nothing waits: no message comes in between.
        for why, which in refused.items():
            self._enqueue(frames.refusal(why, which))
        if granted or not refused:
            self._begin(granted, frame)

    async def _refusal(self, address: str | None) -> frames.Refused | None:
        try:
            allowed = address is not None and await self._access.allows(address, self._holder.caller)
        except (ServiceUnavailable, GatewayTimeout):
            return frames.UNAVAILABLE
        return None if allowed else frames.FORBIDDEN

    def _begin(self, granted: dict[str, str], frame: ClientFrame) -> None:
        addresses = set(granted.values())
        self._hub.subscribe(self, addresses - self._told_since.keys())
        newest = known = self._hub.newest
        missed: list[Published] | None = []
        if frame.after is not None:
            after = Position.parse(frame.after)
            missed = None if after is None else self._missed(after, addresses)
            if after is not None and missed is not None:
                known = after
                for address in addresses:
                    # Later than all that has come here if another gateway, that was faster, has told the client.
                    self._told_since[address] = min(after, self._told_since.get(address, after))
        for address in addresses:
            self._told_since.setdefault(address, newest or BEGINNING)
        if frame.acknowledge:
            self._enqueue(frames.subscribed(list(granted), known))
        if missed is None:
            self._enqueue(frames.RESET)
        else:
            self._excuse(len(missed))
            self._enqueue(*(message.text for message in missed))

    def _missed(self, after: Position, addresses: set[str]) -> list[Published] | None:
        """What came `after` that position, but for what this connection has had; None if nobody knows for sure."""
        since = self._told_since
        came = self._hub.missed(
            after, [each for each in addresses if each not in since or after < since[each]]
        )
        if came is None:
            return None
        missed = [each for each in came if each.address not in since or each.position <= since[each.address]]
        return missed if len(missed) <= MAX_MISSED else None

    def _unsubscribe(self, topics: list[str]) -> None:
        leaving = {address_of(topic, self._holder.caller) for topic in topics}
        addresses = [address for address in leaving if address in self._told_since]
        self._hub.unsubscribe(self, addresses)
        for address in addresses:
            del self._told_since[address]
        self._enqueue(frames.unsubscribed(list(dict.fromkeys(topics))))

    async def _expire(self) -> None:
        while (left := self._holder.good_until - time.time()) > 0:  # noqa: ASYNC110 - nothing signals the time
            # In steps, since the clock may be set meanwhile.
            await asyncio.sleep(min(left, 60.0))
        self._close_with(EXPIRED, "the access token has expired")

    async def _close(self, send: Send, code: int, reason: str) -> None:
        if self._drop is not None:
            self._drop(code, reason)
            return
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await send({"type": "websocket.close", "code": code, "reason": reason})


class _Pace:
    """A token bucket that makes wait instead of refusing."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = burst
        self._at = time.monotonic()

    async def wait(self, cost: int) -> None:
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second) - cost
        self._at = now
        if self._left < 0:
            await asyncio.sleep(-self._left / self._per_second)
