"""The settings that every process has, and the refusal to run production on development's secrets.

A setting is an environment variable of the same name in capitals. A house adds its own in `settings.py` by
inheriting from `KitSettings`, and calls `load()`, which ends the process with one clear line when a value
is wrong.
"""

import sys
from typing import ClassVar, Literal, NoReturn, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

DEVELOPMENT_JWT_SECRET = "tandem-development-secret-never-use-it-in-production"  # noqa: S105 - no secret: what stands in for one in development, and says so
"""Signs tokens in development only; public, and refused in production."""

DEVELOPMENT_INTERNAL_SECRET = "tandem-development-internal-secret-never-use-it"  # noqa: S105 - no secret: what stands in for one in development, and says so
"""Signs the identity between gateway and services in development only."""

DEVELOPMENT_ROLE_PASSWORD_SECRET = "tandem-development-role-passwords-never-use-it"  # noqa: S105 - no secret: what stands in for one in development, and says so
"""The passwords of the database's login roles are derived from it, in development only."""

REFUSED = 2
"""Exit status of a process that refuses its settings."""

SHORTEST_SECRET = 32
"""Characters that a secret has at least in production."""


class KitSettings(BaseSettings):
    """What every process reads from its environment. Empty variables count as not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True, frozen=True)

    needs_database: ClassVar[bool] = True
    """Whether a process of this kind is of no use without `DATABASE_URL`."""

    environment: Literal["development", "production"] = Field(
        "development", description="`production` refuses development's secrets and test identities."
    )
    database_url: str | None = Field(
        None, description="PostgreSQL, with this process's own login role. Only `tandem` has the owner's."
    )
    redis_url: str = Field(
        "redis://127.0.0.1:6379/0", description="Queues, signals, cache: hints, never truth."
    )
    internal_secret: str = Field(
        DEVELOPMENT_INTERNAL_SECRET,
        description="Shared by gateway and services; signs the caller's identity.",
    )
    role_password_secret: str = Field(
        DEVELOPMENT_ROLE_PASSWORD_SECRET,
        description="The login roles' passwords are derived from it. Only `tandem` needs it.",
    )
    jwt_secret: str | None = Field(
        None, description="Verifies HS256 tokens; only the gateway and `tandem token` need it."
    )
    allow_test_identities: bool | None = Field(
        None, description="Whether `X-Test-User-ID` stands in for a token. Default: in development only."
    )
    log_format: Literal["json", "console"] = Field("json", description="JSON lines, or lines for people.")
    metrics_host: str = Field(
        "127.0.0.1",
        description="The address at which the process shows its Prometheus metrics; never a public one.",
    )
    metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="The port of `/metrics`, one for each process of a machine. 0: no metrics.",
    )

    @property
    def is_production(self) -> bool:
        """Whether this is the real thing."""
        return self.environment == "production"

    @property
    def test_identities_allowed(self) -> bool:
        """Whether the gateway takes `X-Test-User-ID`; never in production."""
        return self.allow_test_identities is not False and not self.is_production

    @property
    def required_database_url(self) -> str:
        """The database's URL. Ends the process with a clear line when there is none."""
        return self.database_url or refuse("DATABASE_URL is not set")

    def production_faults(self) -> list[str]:
        """What is unsafe about these values in production: a line each. Houses add theirs."""
        faults = []
        if self.jwt_secret == DEVELOPMENT_JWT_SECRET:
            faults.append("JWT_SECRET is the development secret")
        elif self.jwt_secret is not None and len(self.jwt_secret) < SHORTEST_SECRET:
            faults.append(f"JWT_SECRET is shorter than {SHORTEST_SECRET} characters")
        if self.allow_test_identities:
            faults.append("ALLOW_TEST_IDENTITIES is on")
        if self.needs_database and not self.database_url:
            faults.append("DATABASE_URL is not set")
        if self.internal_secret == DEVELOPMENT_INTERNAL_SECRET:
            faults.append("INTERNAL_SECRET is not set")
        return faults

    def refuse_unsafe_production(self) -> None:
        """Ends the process with status 2 and one line if it is production and a value is unsafe for it."""
        if self.is_production:
            faults = self.production_faults()
            if faults:
                refuse(f"ENVIRONMENT=production, but {'; '.join(faults)}")

    @classmethod
    def read(cls) -> Self:
        """The settings out of the environment; a bad value ends the process with a line."""
        try:
            return cls()
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            name = ".".join(str(part) for part in wrong["loc"]).upper() or "the settings"
            refuse(f"{name}: {wrong['msg']}")

    @classmethod
    def load(cls) -> Self:
        """`read`, for a process that is going to serve: a value that is unsafe in production ends it, too."""
        settings = cls.read()
        settings.refuse_unsafe_production()
        return settings


def refuse(reason: str) -> NoReturn:
    """One line on standard error, and the end of the process with status 2."""
    sys.stderr.write(f"tandem refuses to start: {reason}\n")
    sys.stderr.flush()
    raise SystemExit(REFUSED)
