"""The reputation worker: ``celery -A reputation_service.worker worker -Q reputation``."""

from kit.contracts import REPUTATION
from kit.tasks import consumer_task, create_worker
from reputation_service.ledger.service import apply
from reputation_service.settings import ReputationServiceSettings

app, child = create_worker("reputation-worker", ReputationServiceSettings.load(), queue=REPUTATION.queue)

apply_batch = consumer_task(app, child, REPUTATION.name, apply)
