"""The reputation service's HTTP application."""

from fastapi import FastAPI

from kit.web import create_service
from reputation_service.ledger.endpoints import router as ledger
from reputation_service.reversals.endpoints import router as reversals
from reputation_service.settings import ReputationServiceSettings
from reputation_service.standings.endpoints import router as standings


def create_app(settings: ReputationServiceSettings | None = None) -> FastAPI:
    """The application; its settings come from the environment unless they are given. Connects when it starts."""
    settings = settings or ReputationServiceSettings.load()
    return create_service(
        "Reputation service",
        settings=settings,
        # The ledger's last: its /{user_id} takes every name.
        routers=[standings, reversals, ledger],
        schema="reputation_service",
        pool_size=settings.database_pool_size,
    )
