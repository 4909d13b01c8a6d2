"""The statistics worker: ``celery -A stats_worker.worker worker -Q statistics``."""

from kit.contracts import STATISTICS, WARN_OF_STREAKS
from kit.tasks import consumer_task, create_worker, scheduled_task
from stats_worker.counting.service import apply
from stats_worker.settings import StatsServiceSettings
from stats_worker.streaks.service import warn

app, child = create_worker("statistics-worker", StatsServiceSettings.load(), queue=STATISTICS.queue)

apply_batch = consumer_task(app, child, STATISTICS.name, apply)

warn_task = scheduled_task(app, child, WARN_OF_STREAKS, warn)
