"""Looking out for what falls due: woken by signals, which may be lost, and looking by itself a few times a second."""

import asyncio
import contextlib
import signal
import time
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit import heartbeats
from kit.background import end
from kit.database import DatabaseUnavailable
from kit.metrics import MEASURE_EVERY, LookoutMetrics

log = structlog.get_logger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks when no signal comes."""

LONGEST_PAUSE = 2.0
"""Seconds between two looks, at most, while looking fails."""


class Lookout(ABC):
    """A process that does what is due whenever there is some; any number of the same may run at once.

    It beats its heart under ``heart``. `run` returns after `stop` was called, with nothing half done.
    """

    heart: ClassVar[str]
    signals: ClassVar[tuple[str, ...]]
    """The Redis channels on which it is told that it should look."""
    errors: ClassVar[tuple[type[Exception], ...]] = (
        DatabaseUnavailable,
        RedisError,
        OSError,
        TimeoutError,
    )
    """What is raised while a server is away: it is waited for."""
    again_after: ClassVar[int] = 1
    """So much done in one look means that there may be more: it looks again at once."""

    def __init__(self, redis: Redis, *, name: str):
        self.redis = redis
        self.name = name
        self.metrics = LookoutMetrics()
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()

    @abstractmethod
    async def look(self) -> int:
        """Does what is due; how much that was."""

    async def measure(self) -> None:  # noqa: B027 - most have nothing to ask for
        """Brings those figures of `metrics` up to date that have to be asked for; called every few seconds.

        Raises, as `look`, while a server is away.
        """

    def stop(self) -> None:
        """Asks `run` to return after the round that it is in."""
        self._stopping.set()
        self._woken.set()

    async def run(self) -> None:
        """Serves until `stop`. Whatever fails (server, broker) is logged once a round and tried again."""
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._listen()), group.create_task(self._beat())]
            helpers.append(group.create_task(self._measure()))
            pause = LOOK_EVERY
            while not self._stopping.is_set():
                self._woken.clear()
                try:
                    began = time.perf_counter()
                    done = await self.look()
                    if done:
                        self.metrics.seconds.observe(time.perf_counter() - began)
                    pause = LOOK_EVERY
                except self.errors as error:
                    done = 0
                    pause = min(pause * 2, LONGEST_PAUSE)
                    self.metrics.failures.labels(type(error).__name__).inc()
                    log.warning("lookout_waits", lookout=self.heart, error=type(error).__name__)
                if done < self.again_after:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._woken.wait(), pause)
            await end(helpers)

    async def run_until_told(self) -> None:
        """`run` until the process gets SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        await self.run()

    async def _listen(self) -> None:
        while True:
            try:
                async with self.redis.pubsub(ignore_subscribe_messages=True) as signals:
                    await signals.subscribe(*self.signals)
                    while True:
                        # Bounded below the client's socket timeout, which would otherwise end the read.
                        if await signals.get_message(timeout=2.0) is not None:
                            self._woken.set()
            except self.errors:
                await asyncio.sleep(LOOK_EVERY)

    async def _measure(self) -> None:
        while True:
            with contextlib.suppress(*self.errors):
                await self.measure()
            await asyncio.sleep(MEASURE_EVERY)

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(*self.errors):
                await heartbeats.beat(self.redis, self.heart, self.name)
            await asyncio.sleep(heartbeats.INTERVAL)
