"""The statistics service's HTTP application."""

from fastapi import FastAPI

from kit.web import create_service
from stats_worker.figures.endpoints import router as figures
from stats_worker.freezes.endpoints import router as freezes
from stats_worker.settings import StatsServiceSettings


def create_app(settings: StatsServiceSettings | None = None) -> FastAPI:
    """The application; its settings come from the environment unless they are given. Connects when it starts."""
    settings = settings or StatsServiceSettings.load()
    return create_service(
        "Statistics service",
        settings=settings,
        routers=[figures, freezes],
        schema="stats_worker",
        pool_size=settings.database_pool_size,
    )
