"""The publisher of live updates: ``python -m session_service.publisher``. Tells gateways what happened, in order.

No Celery worker: a message is to be there before the page is looked at, and in the order of what happened. One that
reads its deliveries itself has both without asking anybody, and a lost task or a killed worker cannot change it.
"""

import asyncio
import os
import socket

from redis.asyncio import Redis

from kit import announcements, heartbeats
from kit.cache_tags import CacheTags
from kit.contracts import LIVE
from kit.database import Database
from kit.logs import configure_logging
from kit.metrics import served_metrics
from kit.outbox.events import WAKE_CHANNEL
from kit.outbox.lookout import Lookout
from kit.settings import KitSettings
from session_service.live import service

BATCH = 500
"""At most so many events a transaction."""

NICENESS = 5
"""By how much its priority is below that of the other processes."""


class Publisher(Lookout):
    """One publisher; with several, they take turns. Workers' announcements wake it, too: they may have published."""

    heart = heartbeats.LIVE
    signals = (WAKE_CHANNEL, announcements.CHANNEL)
    again_after = BATCH

    def __init__(self, database: Database, redis: Redis, *, name: str):
        super().__init__(redis, name=name)
        self.cache_tags = CacheTags(redis)
        self.database = database

    async def look(self) -> int:
        """Tells what nobody was told of yet, up to `BATCH` events; how many they were."""
        told = await self.database.run(
            lambda connection: service.tell(connection, self.redis, self.cache_tags, BATCH)
        )
        self.metrics.done.labels(LIVE.name).inc(told)
        return told


async def main(settings: KitSettings) -> None:
    """Runs one publisher until SIGTERM or SIGINT."""
    # Rather told a moment later than what is told of slowed down, where both share a machine.
    os.nice(NICENESS)
    # What it writes may be forgotten when the server crashes: the messages are then published again, and taken once.
    database = Database(
        settings.required_database_url, application_name="live-publisher", pool_size=2, durable=False
    )
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=4, socket_connect_timeout=2)
    publisher = Publisher(database, redis, name=f"{socket.gethostname()}:{os.getpid()}")
    try:
        with served_metrics(publisher.metrics.registry, settings):
            await publisher.run_until_told()
    finally:
        await redis.aclose()
        await database.close()


if __name__ == "__main__":
    settings = KitSettings.load()
    configure_logging("live-publisher", settings.log_format)
    asyncio.run(main(settings))
