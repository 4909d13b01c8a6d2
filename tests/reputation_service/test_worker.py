"""The worker's housekeeping."""

from uuid import uuid4

from sqlalchemy import text

from kit.contracts import EXPIRE_REPUTATION
from kit.database import Database
from reputation_service import worker as reputation_worker
from session_service import worker as scheduler


async def test_keys_go_after_a_day(worker: Database, owner: Database) -> None:
    ann = uuid4()
    async with owner.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO reputation_service.idempotency_keys"
                " (user_id, endpoint, key, fingerprint, status, headers, body, settled, created_at)"
                " SELECT :ann, 'POST /', age, '', 200, '{}', '', true, now() - CAST(age AS interval)"
                " FROM unnest(ARRAY['23 hours 59 minutes', '24 hours 1 minute', '3 days']) AS age"
            ),
            {"ann": ann},
        )
    assert await reputation_worker.expire(worker) >= 2
    async with owner.transaction() as connection:
        kept = await connection.execute(
            text("SELECT key FROM reputation_service.idempotency_keys WHERE user_id = :ann"), {"ann": ann}
        )
        assert list(kept.scalars()) == ["23 hours 59 minutes"]


def test_the_scheduler_sends_it_to_this_worker() -> None:
    sent = scheduler.app.conf.beat_schedule[EXPIRE_REPUTATION]
    assert sent["task"] in reputation_worker.app.tasks
    assert sent["options"]["queue"] == reputation_worker.app.conf.task_queues[0].name
