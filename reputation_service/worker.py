"""The reputation worker: ``celery -A reputation_service.worker worker -Q reputation``."""

import time

import structlog

from kit.contracts import EXPIRE_REPUTATION, REPUTATION
from kit.database import Database
from kit.idempotency import IdempotencyKeys
from kit.tasks import consumer_task, create_worker, scheduled_task
from reputation_service.ledger.service import apply
from reputation_service.settings import ReputationServiceSettings

log = structlog.get_logger(__name__)

EXPIRED_AT_ONCE = 5000
"""Idempotency keys that one transaction deletes at most."""

ROUND = 6.0
"""Seconds after which the housekeeping leaves the rest to its next run: well within a task's time limit."""


async def expire(database: Database) -> int:
    """Deletes idempotency keys that are past their time; how many."""
    keys = IdempotencyKeys("reputation_service")
    deadline = time.monotonic() + ROUND
    total = 0
    while True:
        deleted = await database.run(lambda connection: keys.expire(connection, EXPIRED_AT_ONCE))
        total += deleted
        if deleted < EXPIRED_AT_ONCE or time.monotonic() > deadline:
            log.info("expired", idempotency_keys=total)
            return total


app, child = create_worker("reputation-worker", ReputationServiceSettings.load(), queue=REPUTATION.queue)

apply_batch = consumer_task(app, child, REPUTATION.name, apply)

expire_task = scheduled_task(app, child, EXPIRE_REPUTATION, expire)
