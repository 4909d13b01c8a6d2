"""Settings of the session service's processes."""

from pathlib import Path

from pydantic import Field

from kit.settings import KitSettings


class SessionServiceSettings(KitSettings):
    """What the HTTP process reads from its environment."""

    database_pool_size: int = Field(
        10,
        ge=1,
        le=100,
        description="Connections to PostgreSQL that one HTTP process of the service holds at most.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        examples=["https://tandem.example"],
        description="Where clients reach the gateway, for links that are handed on. Not set: links are paths.",
    )


class SessionWorkerSettings(KitSettings):
    """What the notifications worker and the scheduler read from their environment."""

    beat_schedule_path: Path | None = Field(
        None,
        description="The file in which the scheduler remembers when each periodic task last ran. "
        "Default: it remembers nothing, and counts from its start.",
    )


class CourierSettings(KitSettings):
    """What the courier reads from its environment."""

    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        examples=["https://tandem.example"],
        description="Where clients reach the gateway, for the links in mails.",
    )
