"""The notifications worker and the scheduler.

``celery -A session_service.worker worker -Q notifications`` tells events to inboxes and does the scheduler's work;
``celery -A session_service.worker beat`` is the scheduler, which only sends. Periodic tasks are right whether they run
twice at once or not at all for a day, so neither the scheduler nor its memory is ever in the way of correctness.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.cache_tags import take_changed
from kit.contracts import EXPIRE_REPUTATION, NOTIFICATIONS, REPUTATION, STATISTICS, WARN_OF_STREAKS
from kit.database import Database
from kit.idempotency import IdempotencyKeys
from kit.outbox import deliveries
from kit.outbox.deliveries import StoredEvent
from kit.tasks import consumer_task, create_worker, periodic_task, schedule
from session_service.account import service as account
from session_service.buddy import service as buddy
from session_service.notifications import service as notifications
from session_service.settings import SessionWorkerSettings
from session_service.webhooks.deliveries import service as webhooks

log = structlog.get_logger(__name__)

SWEPT_AT_ONCE = 500
"""Sessions that one transaction of the no-show sweep closes at most."""

REMINDED_AT_ONCE = 500
"""Reminders that one transaction settles at most."""

EXPIRED_AT_ONCE = 5000
"""Rows that one transaction of the housekeeping deletes at most."""

PIECES_AT_ONCE = 200
"""Pieces of exports, of 256 KiB each, that one transaction deletes at most."""

EXPIRED_JOBS_AT_ONCE = 1000
"""Jobs that one transaction deletes at most."""

ROUND = 6.0
"""Seconds after which a periodic task leaves the rest to its next run: well within a task's time limit."""

Step = Callable[[AsyncConnection, int], Awaitable[int]]
"""Does up to so much in one transaction, and says how much it was."""


async def sweep_no_shows(database: Database) -> int:
    """Closes every session that nobody finished 24 h after its time; how many."""
    closed = await _exhaust(
        database, lambda connection, limit: buddy.sweep_no_shows(connection, limit=limit), SWEPT_AT_ONCE
    )
    if closed:
        log.info("no_shows_swept", sessions=closed)
    return closed


async def remind(database: Database) -> int:
    """Reminds of every session that is about to begin; how many reminders were settled, told or let go."""
    settled = await _exhaust(database, notifications.remind, REMINDED_AT_ONCE)
    if settled:
        log.info("reminders_settled", reminders=settled)
    return settled


async def work_on_jobs(database: Database) -> int:
    """Works on exports and erasures that are due; how many steps that were."""
    return await account.work_on_jobs(database, child.redis, child.cache_tags)


async def forget_exports(database: Database) -> int:
    """Deletes exports that have expired, all of them, and jobs that have long been over; how many pieces and jobs."""
    pieces = await _exhaust(database, account.forget_exports, PIECES_AT_ONCE)
    return pieces + await _exhaust(database, account.forget_jobs, EXPIRED_JOBS_AT_ONCE)


async def expire(database: Database) -> tuple[int, int]:
    """Deletes idempotency keys and applied events that are past their time, how many of each; and what was sent."""
    keys = await _exhaust(database, IdempotencyKeys("session_service").expire, EXPIRED_AT_ONCE)
    events = await _exhaust(database, deliveries.expire, EXPIRED_AT_ONCE)
    await _exhaust(database, notifications.expire, EXPIRED_AT_ONCE)
    await _exhaust(database, webhooks.expire, EXPIRED_AT_ONCE)
    log.info("expired", idempotency_keys=keys, events=events)
    return keys, events


async def _exhaust(database: Database, step: Step, limit: int) -> int:
    """Repeats ``step``, a transaction each, until it finds less than it may do, or the round is over."""
    total = 0
    deadline = time.monotonic() + ROUND
    while True:
        done, tags = await database.run(lambda connection: _noting_tags(connection, step, limit))
        if child.cache_tags is not None:
            await child.cache_tags.advance_untold(sorted(tags))
        total += done
        if done < limit or time.monotonic() > deadline:
            return total


async def _noting_tags(connection: AsyncConnection, step: Step, limit: int) -> tuple[int, set[str]]:
    return await step(connection, limit), take_changed(connection)


async def apply_events(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Tells events to inboxes; what they say has changed is certainly known to the caches from then on.

    Whoever made a change has seen to that already, unless he was killed in between.
    """
    if child.cache_tags is not None:
        await child.cache_tags.catch_up(buddy.changed_at(events))
    await notifications.apply(connection, events)


settings = SessionWorkerSettings.load()

app, child = create_worker("notifications-worker", settings, queue=NOTIFICATIONS.queue)

if settings.beat_schedule_path is None:
    app.conf.beat_scheduler = "celery.beat:Scheduler"
else:
    app.conf.beat_schedule_filename = str(settings.beat_schedule_path)

apply_batch = consumer_task(app, child, NOTIFICATIONS.name, apply_events)

sweep_task = periodic_task(app, child, "sessions.sweep_no_shows", sweep_no_shows, every=timedelta(seconds=60))
remind_task = periodic_task(app, child, "notifications.remind", remind, every=timedelta(seconds=20))
jobs_task = periodic_task(app, child, "account.work_on_jobs", work_on_jobs, every=timedelta(seconds=1))
forget_task = periodic_task(app, child, "account.forget", forget_exports, every=timedelta(minutes=5))
expire_task = periodic_task(app, child, "housekeeping.expire", expire, every=timedelta(hours=1))

# Other houses' workers': the scheduler sends for every house.
schedule(app, WARN_OF_STREAKS, queue=STATISTICS.queue, every=timedelta(minutes=5))
schedule(app, EXPIRE_REPUTATION, queue=REPUTATION.queue, every=timedelta(hours=1))
