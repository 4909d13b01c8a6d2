"""The Celery application that Flower looks through: the broker, and no task of its own.

`python -m celery -A deploy.flower flower`. Always behind a login (`FLOWER_BASIC_AUTH`) and on loopback: its
`/metrics` and `/healthcheck` do not ask for one.
"""

from kit.settings import KitSettings
from kit.tasks import create_celery

app = create_celery("tandem-flower", KitSettings().redis_url)
