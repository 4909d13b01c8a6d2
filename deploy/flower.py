"""The Celery application that Flower looks through: the broker, and no task of its own.

`python -m celery -A deploy.flower flower --url_prefix=flower`. Always behind a login (`FLOWER_BASIC_AUTH`) and on
loopback: its `/healthcheck` alone does not ask for one.
"""

from flower import urls
from flower.views.monitor import Metrics
from flower.views.workers import WorkersView
from tornado import web

from kit.settings import KitSettings
from kit.tasks import create_celery


class _Metrics(Metrics):  # type: ignore[misc]  # Flower has no types
    """Flower's own metrics, which it would show to everybody."""

    @web.authenticated
    async def get(self) -> None:
        await super().get()


urls.handlers[urls.handlers.index((r"/metrics", Metrics))] = (r"/metrics", _Metrics)
# The prefix alone is a page, too, and so is the root, where people look first.
urls.handlers.insert(0, (r"$|/", WorkersView))

app = create_celery("tandem-flower", KitSettings().redis_url)
