"""The account room's share of the worker: jobs, and what is past its time."""

from kit.database import Database
from kit.tasks import WorkerChild
from session_service.account import service

FORGOTTEN_AT_ONCE = 1000
"""Jobs that one transaction deletes at most."""


async def work_on_jobs(database: Database, child: WorkerChild) -> int:
    """Works on exports and erasures for a second; how many steps that were."""
    return await service.work_on_jobs(database, child.redis, child.cache_tags)


async def forget(database: Database) -> int:
    """Deletes exports that have expired and jobs of long ago; how much of it. The rest is for the next time."""
    return await database.run(lambda connection: service.forget(connection, FORGOTTEN_AT_ONCE))
