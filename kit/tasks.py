"""Celery, set up once: every house's worker is made here, and here alone stand its settings.

A task carries a batch of event ids and no state. A worker child keeps one event loop, one `Database` and one Redis
client for its life, so that every repository exists once, in async. Celery may lose a task or run it twice: the
deliveries in PostgreSQL make that harmless.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from billiard.process import current_process
from celery import Celery, signals
from celery.exceptions import SoftTimeLimitExceeded
from kombu import Exchange, Queue
from redis import Redis as SyncRedis
from redis.asyncio import Redis
from redis.exceptions import RedisError

from kit import announcements, heartbeats
from kit.cache_tags import CacheTags
from kit.database import Database
from kit.logs import configure_logging
from kit.metrics import TaskMetrics, served_metrics
from kit.outbox.consumer import Apply, consume
from kit.request_ids import bind_request
from kit.settings import KitSettings

T = TypeVar("T")
log = structlog.get_logger(__name__)

SOFT_TIME_LIMIT = 20
"""Seconds after which a task is asked to stop."""

TIME_LIMIT = 30
"""Seconds after which its process is ended."""

RARE = timedelta(seconds=10)
"""What is scheduled this often, or less often, is shown in Flower."""


def create_celery(name: str, redis_url: str, *, queue: str | None = None) -> Celery:
    """A Celery application with the house's settings. Connects to nothing until it is used.

    With ``queue``, a worker of it reads that queue; without, it is for publishing.
    """
    app = Celery(name, broker=redis_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=TIME_LIMIT,
        task_soft_time_limit=SOFT_TIME_LIMIT,
        task_publish_retry=False,
        # The anonymous exchange routes by the queue's name alone. A named one keeps its bindings in Redis, and
        # publishing fails for good once they are lost (FLUSHALL).
        task_queues=[_queue(queue)] if queue else [],
        task_default_queue=queue or "unrouted",
        task_default_exchange="",
        task_create_missing_queues=True,
        worker_prefetch_multiplier=1,
        worker_disable_prefetch=True,
        worker_max_tasks_per_child=10_000,
        worker_hijack_root_logger=False,
        worker_send_task_events=True,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=5,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": 120,
            "socket_keepalive": True,
            "socket_connect_timeout": 3,
            "health_check_interval": 10,
            "retry_on_timeout": False,
        },
        timezone="UTC",
        enable_utc=True,
    )
    return app


def _queue(name: str) -> Queue:
    return Queue(name, Exchange("", type="direct"), routing_key=name)


@dataclass(slots=True)
class _Resources:
    runner: asyncio.Runner
    database: Database
    redis: Redis
    cache_tags: CacheTags


class WorkerChild:
    """What one worker process keeps for its life: an event loop, a database, a Redis client.

    Made anew after anything tore through the loop (a time limit, a cold shutdown): what it left behind in the loop is
    then unknown, and the outcome of a commit under way has to be read back from the deliveries.
    """

    def __init__(self, settings: KitSettings, application_name: str):
        self.settings = settings
        self.application_name = application_name
        self._resources: _Resources | None = None
        self.metrics = TaskMetrics()

    def run(self, work: Callable[[Database, Redis], Coroutine[Any, Any, T]]) -> T:
        """Runs ``work`` to its end in this process's loop and gives back what it returned."""
        resources = self._resources or self._open()
        try:
            return resources.runner.run(work(resources.database, resources.redis))
        except SoftTimeLimitExceeded:
            self._resources = None
            raise
        except Exception:
            raise
        except BaseException:
            self._resources = None
            raise

    @property
    def cache_tags(self) -> CacheTags | None:
        """For what `run` is running to advance tags with; None outside of it."""
        return None if self._resources is None else self._resources.cache_tags

    @property
    def redis(self) -> Redis | None:
        """For what `run` is running; None outside of it."""
        return None if self._resources is None else self._resources.redis

    def _open(self) -> _Resources:
        runner = asyncio.Runner()
        redis: Redis = Redis.from_url(self.settings.redis_url, socket_timeout=2, socket_connect_timeout=2)
        database = Database(
            self.settings.required_database_url, application_name=self.application_name, pool_size=2
        )
        self._resources = _Resources(runner, database, redis, CacheTags(redis))
        return self._resources

    def close(self) -> None:
        """Closes what was opened; for an orderly end of the process."""
        resources, self._resources = self._resources, None
        if resources is None:
            return

        async def shut() -> None:
            await resources.database.close()
            await resources.redis.aclose()

        resources.runner.run(shut())
        resources.runner.close()


def create_worker(name: str, settings: KitSettings, *, queue: str) -> tuple[Celery, WorkerChild]:
    """The Celery application and the process state of a house's worker; registers its signals.

    The worker beats its heart under the queue's name, logs as every other process does, and opens its database in
    the child, never before the fork.
    """
    app = create_celery(name, settings.redis_url, queue=queue)
    child = WorkerChild(settings, name)

    @signals.setup_logging.connect(weak=False)
    def set_up_logging(**_: Any) -> None:
        configure_logging(name, settings.log_format)

    ending = threading.Event()

    def show_metrics(number: int) -> None:
        thread = threading.Thread(
            target=_show_metrics, args=(child.metrics, settings, number, ending), name="metrics", daemon=True
        )
        thread.start()

    @signals.worker_process_init.connect(weak=False)
    def open_child(**_: Any) -> None:
        # It is the children who work; with `-c 1` there is one, at METRICS_PORT itself.
        show_metrics(getattr(current_process(), "index", 0))

    @signals.beat_init.connect(weak=False)
    def open_scheduler(**_: Any) -> None:
        show_metrics(0)

        @signals.after_task_publish.connect(weak=False)
        def count_sent(sender: str, **_: Any) -> None:
            child.metrics.sent.labels(sender).inc()

    @signals.worker_process_shutdown.connect(weak=False)
    def close_child(**_: Any) -> None:
        ending.set()
        child.close()

    stop_beating = threading.Event()

    @signals.worker_ready.connect(weak=False)
    def start_beating(**_: Any) -> None:
        thread = threading.Thread(
            target=_beat, args=(settings.redis_url, queue, stop_beating), name="heartbeat", daemon=True
        )
        thread.start()

    @signals.worker_shutting_down.connect(weak=False)
    def stop(**_: Any) -> None:
        stop_beating.set()

    return app, child


def _show_metrics(metrics: TaskMetrics, settings: KitSettings, number: int, ending: threading.Event) -> None:
    # The child before this one may not be gone yet when its worker was killed.
    while not ending.is_set():
        try:
            with served_metrics(metrics.registry, settings, number=number):
                ending.wait()
        except OSError as error:
            log.warning("metrics_not_shown", error=str(error))
            ending.wait(1.0)


def _beat(redis_url: str, queue: str, stopped: threading.Event) -> None:
    member = f"{socket.gethostname()}:{os.getpid()}"
    redis = SyncRedis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=2)
    while True:
        try:
            heartbeats.beat_sync(redis, queue, member)
        except (RedisError, OSError):
            log.debug("heartbeat_lost", queue=queue)
        if stopped.wait(heartbeats.INTERVAL):
            break
    try:
        heartbeats.stop_sync(redis, queue, member)
    except (RedisError, OSError):
        log.debug("heartbeat_lost", queue=queue)


def consumer_task(app: Celery, child: WorkerChild, consumer: str, apply: Apply) -> Any:
    """Registers ``<consumer>.apply``: applies a batch of deliveries exactly once and announces it.

    When the database is away the task fails and nothing is counted: the deliveries' lease brings them back. A task for
    one request's events is in that request's context, by its headers; any other has ids of its own.
    """

    @app.task(name=f"{consumer}.apply", bind=True)  # type: ignore[untyped-decorator, unused-ignore]  # Celery has no types
    def apply_batch(task: Any, event_ids: list[str]) -> dict[str, int]:
        async def work(database: Database, redis: Redis) -> dict[str, int]:
            cause = (getattr(task.request, name, None) for name in ("request_id", "traceparent"))
            with bind_request(*cause):
                outcome = await consume(database, consumer, [UUID(event_id) for event_id in event_ids], apply)
                await announcements.announce(redis, consumer, outcome.applied)
                counts = {
                    "events": len(event_ids),
                    "applied": len(outcome.applied),
                    "failed": len(outcome.failed),
                    "dead": len(outcome.dead),
                }
                log.info("batch_applied", consumer=consumer, **counts)
                child.metrics.count_batch(
                    consumer,
                    size=len(event_ids),
                    applied=len(outcome.applied),
                    failed=len(outcome.failed),
                    dead=len(outcome.dead),
                )
                return counts

        with child.metrics.timed(f"{consumer}.apply"):
            return child.run(work)

    return apply_batch


def scheduled_task(
    app: Celery,
    child: WorkerChild,
    name: str,
    work: Callable[[Database], Awaitable[Any]],
    *,
    in_flower: bool = True,
) -> Any:
    """Registers a task that a scheduler sends (`schedule`), here or in another house.

    ``work`` opens its own transactions, and must be right whether it runs twice at once or not at all for a day. Flower
    is not told of what is not ``in_flower``; metrics and errors in the log are the same.
    """

    @app.task(name=name, send_events=in_flower)  # type: ignore[untyped-decorator, unused-ignore]  # Celery has no types
    def run_periodic() -> None:
        async def run(database: Database, _: Redis) -> None:
            await work(database)

        with child.metrics.timed(name):
            child.run(run)

    return run_periodic


def schedule(app: Celery, name: str, *, queue: str, every: timedelta) -> None:
    """Has Celery beat, where it runs with ``app``, send a task to a queue at a fixed rate.

    One that waited longer than the rate is dropped.
    """
    app.conf.beat_schedule = {
        **(app.conf.beat_schedule or {}),
        name: {
            "task": name,
            "schedule": every,
            "options": {"queue": queue, "expires": every.total_seconds()},
        },
    }


def periodic_task(
    app: Celery,
    child: WorkerChild,
    name: str,
    work: Callable[[Database], Awaitable[Any]],
    *,
    every: timedelta,
) -> Any:
    """`scheduled_task` and `schedule` in one: for the house whose application Celery beat runs with.

    What runs more often than :data:`RARE` is not shown in Flower, where it would bury everything else.
    """
    schedule(app, name, queue=app.conf.task_default_queue, every=every)
    return scheduled_task(app, child, name, work, in_flower=every >= RARE)
