"""Settings of the statistics service's processes."""

from pydantic import Field

from kit.settings import KitSettings


class StatsServiceSettings(KitSettings):
    """What the HTTP process and the worker read from their environment."""

    database_pool_size: int = Field(
        10,
        ge=1,
        le=100,
        description="Connections to PostgreSQL that one HTTP process of the service holds at most.",
    )
