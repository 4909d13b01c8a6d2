"""The scheduler's word reaches the statistics worker as it is started in earnest."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from sqlalchemy import text

from kit import heartbeats
from kit.contracts import STATISTICS, STREAKS_AT_RISK, WARN_OF_STREAKS
from kit.database import Database
from kit.tasks import create_celery, schedule
from tests.stats_worker.conftest import Apply, events, practice
from tests.support.waiting import eventually

PLACES = [f"Etc/GMT{hours:+d}" for hours in range(-12, 12)]
"""One for each hour of the day."""


async def test_who_is_at_risk_now_is_told_when_the_scheduler_says_so(
    count_events: Apply, owner: Database, redis: Redis, redis_url: str, role_urls: dict[str, str]
) -> None:
    now = datetime.now(UTC)
    place = next(name for name in PLACES if now.astimezone(ZoneInfo(name)).hour == 20)
    today, user = now.astimezone(ZoneInfo(place)), uuid4()
    for days in (1, 2):
        await count_events(*events(practice(user, today - timedelta(days=days), timezone=place)))

    # As the scheduler sends it: what it is told, to a queue that its own application has not.
    celery = create_celery("test", redis_url, queue="notifications")
    schedule(celery, WARN_OF_STREAKS, queue=STATISTICS.queue, every=timedelta(minutes=5))
    entry = celery.conf.beat_schedule[WARN_OF_STREAKS]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "celery", "-A", "stats_worker.worker", "worker", "-Q", STATISTICS.queue),
        *("-c", "1", "-n", f"statistics-test-{os.getpid()}@%h", "--without-gossip", "--without-mingle"),
        env={
            **os.environ,
            "DATABASE_URL": role_urls["tandem_statistics_worker"],
            "REDIS_URL": redis_url,
            "REMAP_SIGTERM": "SIGQUIT",
        },
        start_new_session=True,
    )

    async def told() -> list[dict[str, object]]:
        async with owner.transaction() as connection:
            found = await connection.execute(
                text(
                    "SELECT streak FROM outbox.events, jsonb_array_elements(data -> 'streaks') AS streak"
                    " WHERE type = :type AND streak ->> 'user_id' = :user"
                ),
                {"type": STREAKS_AT_RISK, "user": str(user)},
            )
            return list(found.scalars())

    try:
        await eventually(
            lambda: heartbeats.alive(redis, STATISTICS.queue), timeout=30, because="the heartbeat"
        )
        assert await told() == []
        await asyncio.to_thread(celery.send_task, entry["task"], **entry["options"])
        (streak,) = await eventually(told, because="the warning")
        assert streak == {"user_id": str(user), "days": 2, "local_date": today.date().isoformat()}
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), 20)
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
