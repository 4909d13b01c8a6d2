"""What the gateway reads from its environment."""

from __future__ import annotations

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from gateway.addresses import TrustedProxies, read_trusted_proxies
from gateway.key_set_address import KeySetAddress
from gateway.rate_limits import Policy
from gateway.revalidation import signing_key
from gateway.routes import Service
from kit.settings import DEVELOPMENT_JWT_SECRET, KitSettings

SHORTEST_SIGNING_KEY = 24
"""Bytes that the key of a webhook has at least in production (Standard Webhooks)."""


class GatewaySettings(KitSettings):
    """The gateway's settings; it needs no database."""

    needs_database: ClassVar[bool] = False

    jwt_jwks_url: KeySetAddress | None = Field(
        None,
        description="The issuer's public keys (a JSON Web Key Set), for tokens with ES256, RS256 or EdDSA. "
        "`https://…`, or `http://…` on this machine.",
    )
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
        description="How long a service may take to answer, or stand still in the middle of a long answer; then it is "
        "504. A confirmation may wait for 10 s.",
    )
    cors_allowed_origins: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None,
        description="Origins whose pages may call the API, separated by commas; `*` for any. "
        "Default: any in development, none in production.",
    )

    rate_limit_enabled: bool = Field(True, description="Whether there are rate limits.")
    rate_limit_per_second: float = Field(
        100.0,
        gt=0,
        description="Requests a second that a user may make, or an address where there is no user.",
    )
    rate_limit_burst: int = Field(200, ge=1, description="Requests that may come at once after a pause.")
    rate_limit_confirmations_per_second: float = Field(
        5.0, gt=0, description="Confirmations a second that a user may send."
    )
    rate_limit_confirmations_burst: int = Field(20, ge=1, description="Confirmations that may come at once.")
    rate_limit_failures_per_second: float = Field(
        5.0, gt=0, description="Tokens a second that an address may send which are not valid."
    )
    rate_limit_failures_burst: int = Field(50, ge=1, description="The same at once.")
    rate_limit_timeout_seconds: float = Field(
        0.1,
        gt=0,
        description="How long Redis may take to decide; then requests go through unlimited until it is back.",
    )
    trusted_proxies: Annotated[TrustedProxies, NoDecode] = Field(
        0,
        description="Whose `X-Forwarded-For` is believed: how many proxies every request has come through, or the "
        "networks that they are in (`10.0.0.0/8,fd00::/8`). 0: nobody's.",
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _read_trusted_proxies(cls, raw: object) -> object:
        return read_trusted_proxies(raw) if isinstance(raw, str) else raw

    cache_enabled: bool = Field(
        True,
        description="Whether this gateway answers reads out of the cache. What changes is made known to others anyway.",
    )
    cache_seconds: float = Field(
        300.0, gt=0, le=1800, description="How long an answer is kept, unless what it shows changes before."
    )
    cache_timeout_seconds: float = Field(
        0.1, gt=0, description="How long the cache may take to answer; then the service is asked instead."
    )
    revalidate_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s@]+(/[^#\s]*)?$",
        description="Where the cache tags of each change are POSTed, for a front end that keeps pages of its own. "
        "Not set: nowhere.",
    )
    revalidate_secret: str | None = Field(
        None,
        min_length=1,
        description="Signs these requests as Standard Webhooks has it; base64 after `whsec_`, else used as it is. "
        "Default: the development's internal secret; in production it must be set with `REVALIDATE_URL`.",
    )
    live_queue_length: int = Field(
        256,
        ge=2,
        le=100_000,
        description="How many live messages a client may be behind; then its connection is closed (1013).",
    )
    live_open_files: int = Field(
        65_536,
        ge=1,
        description="The limit of open files that the gateway asks for: each live connection is one. "
        "It gets no more than the system's hard limit.",
    )
    tasks_url: str | None = Field(
        None,
        description="Where operators find Flower: `/flower` sends them there. The local stack sets it. Not set: 404. "
        "(Flower itself takes every variable that begins with `FLOWER_` for an option.)",
    )
    demo_page: bool | None = Field(
        None, description="Whether the demo page is served at `/app`. Default: in development only."
    )

    @field_validator("revalidate_secret")
    @classmethod
    def _is_signing_secret(cls, secret: str | None) -> str | None:
        try:
            if secret is not None:
                signing_key(secret)
        except ValueError:
            # The reason is shown, the secret never is.
            raise ValueError("must be base64 after whsec_") from None
        return secret

    @field_validator("cors_allowed_origins", mode="before")
    @classmethod
    def _split_origins(cls, raw: object) -> object:
        return tuple(part.strip() for part in raw.split(",") if part.strip()) if isinstance(raw, str) else raw

    @field_validator("tasks_url")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is not None and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname):
            raise ValueError("must be http:// or https:// and a host")
        return url

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
    def token_secret(self) -> str | None:
        """Return the secret that HS256 tokens are verified with, if any; in development there is a default."""
        return self.jwt_secret or (None if self.is_production else DEVELOPMENT_JWT_SECRET)

    @property
    def request_policy(self) -> Policy:
        """Return how often a user, or an address, may ask for anything at all."""
        return Policy("requests", self.rate_limit_per_second, self.rate_limit_burst)

    @property
    def confirmation_policy(self) -> Policy:
        """Return how often a user may confirm."""
        return Policy(
            "confirmations", self.rate_limit_confirmations_per_second, self.rate_limit_confirmations_burst
        )

    @property
    def failure_policy(self) -> Policy:
        """Return how often an address may fail to authenticate."""
        return Policy(
            "failed-authentication", self.rate_limit_failures_per_second, self.rate_limit_failures_burst
        )

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
        """Return what is unsafe in production; the gateway also needs something of its own to verify tokens with."""
        faults = super().production_faults()
        if self.jwt_secret is None and self.jwt_jwks_url is None:
            faults.append("JWT_SECRET is not set, nor is JWT_JWKS_URL")
        if self.revalidate_url is not None:
            if self.revalidate_secret is None:
                faults.append("REVALIDATE_URL is set, and REVALIDATE_SECRET is not")
            elif len(signing_key(self.revalidate_secret)) < SHORTEST_SIGNING_KEY:
                faults.append(f"REVALIDATE_SECRET is shorter than {SHORTEST_SIGNING_KEY} bytes")
        return faults
