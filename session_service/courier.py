"""The courier process: ``python -m session_service.courier``. Carries mail and webhooks to the world outside.

No Celery worker: hundreds of connections to slow servers are waited for at once, which is what an event loop is for.
"""

import asyncio
import os
import socket
from collections.abc import Sequence

from redis.asyncio import Redis

from kit.courier import Carrier, Courier
from kit.database import Database
from kit.logs import configure_logging
from kit.metrics import served_metrics
from session_service.notifications.mail.carrier import MailCarrier
from session_service.settings import CourierSettings
from session_service.webhooks.sending.carrier import WebhookCarrier


def carriers(settings: CourierSettings, database: Database) -> Sequence[Carrier]:
    """What there is to carry: a line for each kind."""
    return (MailCarrier(settings, database), WebhookCarrier(settings, database))


async def main(settings: CourierSettings) -> None:
    """Runs one courier until SIGTERM or SIGINT."""
    database = Database(settings.required_database_url, application_name="courier", pool_size=4)
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=4, socket_connect_timeout=2)
    courier = Courier(redis, carriers(settings, database), name=f"{socket.gethostname()}:{os.getpid()}")
    try:
        with served_metrics(courier.metrics.registry, settings):
            await courier.run_until_told()
    finally:
        await redis.aclose()
        await database.close()


if __name__ == "__main__":
    settings = CourierSettings.load()
    configure_logging("courier", settings.log_format)
    asyncio.run(main(settings))
