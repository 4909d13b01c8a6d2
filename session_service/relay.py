"""The relay process: ``python -m session_service.relay``. Publishes the session service's deliveries to Celery."""

import asyncio
import os
import socket

from redis.asyncio import Redis

from kit.database import Database
from kit.logs import configure_logging
from kit.metrics import served_metrics
from kit.outbox.relay import Relay
from kit.settings import KitSettings
from kit.tasks import create_celery


async def main(settings: KitSettings) -> None:
    """Runs one relay until SIGTERM or SIGINT."""
    # All that it writes are leases, which may be lost.
    database = Database(settings.required_database_url, application_name="relay", pool_size=2, durable=False)
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=4, socket_connect_timeout=2)
    relay = Relay(
        database,
        redis,
        create_celery("tandem-relay", settings.redis_url),
        name=f"{socket.gethostname()}:{os.getpid()}",
        measured=bool(settings.metrics_port),
    )
    try:
        with served_metrics(relay.metrics.registry, settings):
            await relay.run_until_told()
    finally:
        await redis.aclose()
        await database.close()


if __name__ == "__main__":
    settings = KitSettings.load()
    configure_logging("relay", settings.log_format)
    asyncio.run(main(settings))
