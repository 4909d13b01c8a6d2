"""The statistics worker: ``celery -A stats_worker.worker worker -Q statistics``."""

from kit.contracts import STATISTICS
from kit.tasks import consumer_task, create_worker
from stats_worker.counting.service import apply
from stats_worker.settings import StatsServiceSettings

app, child = create_worker("statistics-worker", StatsServiceSettings.load(), queue=STATISTICS.queue)

apply_batch = consumer_task(app, child, STATISTICS.name, apply)
