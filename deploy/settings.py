"""What the command line reads from its environment."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field

from deploy.local.data_dir import DataDir
from gateway.key_set_address import KeySetAddress
from kit.settings import DEVELOPMENT_JWT_SECRET, KitSettings, refuse


class StackSettings(KitSettings):
    """Settings of `tandem`. Here `DATABASE_URL` is the owner's, and so never handed on to a process."""

    needs_database: ClassVar[bool] = True

    gateway_port: int = Field(8000, ge=1, le=65535, description="Where the gateway listens, on loopback.")
    flower_port: int = Field(5555, ge=1, le=65535, description="Where Flower listens, on loopback.")
    mail_sink_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Where the local mail server listens, on loopback, that delivers to nobody. Default: 1025, "
        "or a free one.",
    )
    mail_inbox_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Where the page listens, on loopback, that shows what it was given. Default: 8025, or a free one.",
    )
    smtp_host: str | None = Field(
        None, description="The mail server. Set, or in production: there is no local one."
    )
    metrics_base_port: int = Field(
        9100,
        ge=0,
        le=65_000,
        description="Where the local stack's processes show their Prometheus metrics: each has the next free port from "
        "this one on, as `tandem status` tells. 0: nowhere.",
    )
    data_dir: Path | None = Field(
        None, description="The local stack's folder. Default: `.data` in the checkout."
    )
    jwt_jwks_url: KeySetAddress | None = Field(
        None, description="Keys that tokens are verified with besides `JWT_SECRET`."
    )
    jwt_audience: str = Field("authenticated", description="The audience that tokens are made for.")
    jwt_issuer: str | None = Field(None, description="The issuer that tokens name, if any.")
    flower_password: str | None = Field(
        None, description="Of the user `operator` in Flower. Default: a random one for each data folder."
    )

    demo_history: bool = Field(
        True, description="Whether the demo's people have a year of practice and training behind them."
    )

    @property
    def folder(self) -> DataDir:
        """The data folder; not made by asking for it."""
        return DataDir(self.data_dir)

    @property
    def has_mail_sink(self) -> bool:
        """Whether mails go to the local mail server, which delivers to nobody."""
        return not self.is_production and self.smtp_host is None

    @property
    def wanted_ports(self) -> dict[str, int]:
        """The ports that were asked for, by the name of their setting: it must be these."""
        wanted = {"GATEWAY_PORT": self.gateway_port, "FLOWER_PORT": self.flower_port}
        if self.has_mail_sink:
            mail = {"MAIL_SINK_PORT": self.mail_sink_port, "MAIL_INBOX_PORT": self.mail_inbox_port}
            wanted |= {name: port for name, port in mail.items() if port is not None}
        return wanted

    @property
    def token_secret(self) -> str:
        """What `tandem token` signs with; in development there is a default."""
        return self.jwt_secret or DEVELOPMENT_JWT_SECRET

    @property
    def external_redis_url(self) -> str | None:
        """The Redis to use instead of an embedded one."""
        return self.redis_url if "redis_url" in self.model_fields_set else None

    def secret(self, name: str) -> str:
        """`internal_secret` or `role_password_secret`: from the environment, else the data folder's own."""
        if name in self.model_fields_set:
            return str(getattr(self, name))
        folder = self.folder
        folder.make()
        return folder.secret(name)

    def refuse_unsafe_migration(self) -> None:
        """What a command for the database alone needs in production; else it ends with status 2 and one line."""
        if self.is_production:
            needed = {"DATABASE_URL": "database_url", "ROLE_PASSWORD_SECRET": "role_password_secret"}
            faults = [
                f"{name} is not set" for name, field in needed.items() if field not in self.model_fields_set
            ]
            if faults:
                refuse(f"ENVIRONMENT=production, but {'; '.join(faults)}")

    def production_faults(self) -> list[str]:
        """See `KitSettings`. `tandem` makes an internal secret of its own where there is none."""
        faults = [fault for fault in super().production_faults() if fault != "INTERNAL_SECRET is not set"]
        if self.jwt_secret is None and self.jwt_jwks_url is None:
            faults.append("JWT_SECRET is not set, nor is JWT_JWKS_URL")
        return faults
