"""What the gateway reads from its environment."""

from __future__ import annotations

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from gateway.routes import Service
from kit.settings import DEVELOPMENT_JWT_SECRET, KitSettings


class GatewaySettings(KitSettings):
    """The gateway's settings; it needs no database."""

    needs_database: ClassVar[bool] = False

    jwt_audience: str = Field(
        "authenticated", min_length=1, description="The audience that a token must be made for (`aud`)."
    )
    jwt_issuer: str | None = Field(
        None, description="The issuer that a token must come from (`iss`). Not set: any issuer."
    )
    session_service_url: str = Field(
        "http://127.0.0.1:8001",
        description="Where the session service listens: `http://host:port`, or `unix:/path` of a socket.",
    )
    reputation_service_url: str = Field(
        "http://127.0.0.1:8002", description="Where the reputation service listens, in the same forms."
    )
    stats_service_url: str = Field(
        "http://127.0.0.1:8003", description="Where the statistics service listens, in the same forms."
    )
    upstream_connections: int = Field(
        512, ge=1, description="Connections to one service at the same time; more requests wait for one."
    )
    upstream_keep_alive_seconds: float = Field(
        4.0,
        gt=0,
        description="How long an idle connection is kept. Must be shorter than the service keeps it (5 s).",
    )
    upstream_connect_timeout_seconds: float = Field(
        1.0, gt=0, description="How long connecting to a service may take; then the answer is 503."
    )
    upstream_retry_pause_seconds: float = Field(
        0.1,
        ge=0,
        description="How long to wait before trying a second time to reach a service that could not be reached; "
        "a service that is started anew is away for a moment.",
    )
    upstream_timeout_seconds: float = Field(
        15.0,
        gt=0,
        description="How long a service may take to answer; then it is 504. A confirmation may wait for 10 s.",
    )
    cors_allowed_origins: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        description="Origins whose pages may call the API, separated by commas; `*` for any. "
        "Default: any in development, none in production.",
    )

    demo_page: bool | None = Field(
        None, description="Whether the demo page is served at `/app`. Default: in development only."
    )

    @field_validator("cors_allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, raw: object) -> object:
        return tuple(part.strip() for part in raw.split(",") if part.strip()) if isinstance(raw, str) else raw

    @field_validator("session_service_url", "reputation_service_url", "stats_service_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return url
        if parts.scheme == "http" and parts.hostname and parts.path in ("", "/") and not parts.query:
            return url.rstrip("/")
        raise ValueError("must be http://host:port or unix:/path")

    @property
    def service_urls(self) -> dict[Service, str]:
        """Return the address of every service."""
        return {
            "session": self.session_service_url,
            "reputation": self.reputation_service_url,
            "stats": self.stats_service_url,
        }

    @property
    def token_secret(self) -> str:
        """Return the secret that HS256 tokens are verified with; in development there is a default."""
        return self.jwt_secret or DEVELOPMENT_JWT_SECRET

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Return the origins that CORS allows."""
        if self.cors_allowed_origins is not None:
            return self.cors_allowed_origins
        return () if self.is_production else ("*",)

    @property
    def demo_page_served(self) -> bool:
        """Return whether `/app` is there."""
        return self.demo_page if self.demo_page is not None else not self.is_production

    def production_faults(self) -> list[str]:
        """Return what is unsafe in production; the gateway also needs a secret of its own to verify tokens with."""
        faults = super().production_faults()
        if self.jwt_secret is None:
            faults.append("JWT_SECRET is not set")
        return faults
