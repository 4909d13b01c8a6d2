"""The session service's HTTP application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from kit.announcements import EffectWaiter
from kit.web import create_service
from session_service.account.endpoints import router as account
from session_service.buddy.appeals.endpoints import router as appeals
from session_service.buddy.endpoints import router as buddy
from session_service.buddy.ratings.endpoints import router as ratings
from session_service.caching.endpoints import router as caching
from session_service.matches.endpoints import router as matches
from session_service.notifications.endpoints import router as notifications
from session_service.notifications.unsubscribing.endpoints import router as unsubscribing
from session_service.practice.endpoints import routers as practice
from session_service.profiles.endpoints import router as profiles
from session_service.profiles.service import ensure
from session_service.settings import SessionServiceSettings
from session_service.training import errors as training
from session_service.training.importing.endpoints import router as training_imports
from session_service.training.plans.endpoints import router as plans
from session_service.training.sessions.endpoints import router as training_sessions
from session_service.webhooks.endpoints import router as webhooks
from session_service.webhooks.resolving import Names


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with EffectWaiter(app.state.database, app.state.redis) as effects:
        app.state.effects = effects
        app.state.webhook_names = Names(app.state.settings.webhook_allowed_networks)
        yield


def create_app(settings: SessionServiceSettings | None = None) -> FastAPI:
    """The application; its settings come from the environment unless they are given. Connects when it starts."""
    settings = settings or SessionServiceSettings.load()
    return create_service(
        "Session service",
        settings=settings,
        routers=[
            profiles,
            account,
            matches,
            # Before the sessions: `/api/session/appeals` is no session's address.
            appeals,
            ratings,
            buddy,
            caching,
            notifications,
            unsubscribing,
            plans,
            training_sessions,
            training_imports,
            *practice,
            webhooks,
        ],
        schema="session_service",
        first_use=ensure,
        lifespan=_lifespan,
        validation=training.validation,
        members=training.members,
        pool_size=settings.database_pool_size,
    )
