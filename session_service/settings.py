"""Settings of the session service's processes."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from kit.settings import KitSettings


class WebhookAddressSettings(KitSettings):
    """Where webhooks may lead: for the process that registers them, and for the one that sends."""

    webhook_allowed_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        description="Networks that are not public and webhooks may lead to nevertheless, separated by commas; "
        "for development and tests, and refused in production. Set: any host name may be used, too.",
    )
    webhook_resolve_timeout_seconds: float = Field(
        3.0,
        gt=0,
        le=30,
        description="How long it may take to look up the host of a webhook that is registered.",
    )

    @field_validator("webhook_allowed_networks", mode="before")
    @classmethod
    def _networks(cls, raw: Any) -> Any:
        return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw

    def production_faults(self) -> list[str]:
        """As of every process; besides, nobody's webhook may lead into networks of the deployment's own."""
        faults = super().production_faults()
        if self.webhook_allowed_networks:
            faults.append("WEBHOOK_ALLOWED_NETWORKS is set")
        return faults


class WebhookSendingSettings(WebhookAddressSettings):
    """How webhooks are sent."""

    webhook_concurrency: int = Field(
        200, ge=1, le=10_000, description="Webhooks that one courier has under way at once."
    )
    webhook_concurrency_per_host: int = Field(8, ge=1, description="The same to one host, of all couriers.")
    webhook_concurrency_per_user: int = Field(3, ge=1, description="The same for one user, of all couriers.")
    webhook_connect_timeout_seconds: float = Field(
        5.0,
        gt=0,
        le=120,
        description="How long it may take to look the host up, to connect and to agree on TLS.",
    )
    webhook_timeout_seconds: float = Field(
        15.0, gt=0, le=120, description="How long an attempt may take in all, until the answer is there."
    )
    webhook_retry_seconds: Annotated[tuple[float, ...], NoDecode] = Field(
        (5, 30, 120, 600, 1800, 3600, 7200, 18000, 36000, 50400, 64800, 79200),
        description="The pauses between the attempts of a delivery, separated by commas; each is prolonged by up to a "
        "tenth, at random. After the last one it is given up. Default: 12 pauses over 3 days.",
    )
    webhook_longest_retry_after_seconds: float = Field(
        3600.0,
        ge=0,
        le=864_000,
        description="The longest pause that a receiver can ask for with `Retry-After`.",
    )
    webhook_disable_after_seconds: float = Field(
        259_200.0,
        gt=0,
        le=31_536_000,
        description="An endpoint that has only failed for so long is switched off.",
    )

    @field_validator("webhook_retry_seconds", mode="before")
    @classmethod
    def _pauses(cls, raw: Any) -> Any:
        return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw

    @field_validator("webhook_retry_seconds")
    @classmethod
    def _not_negative(cls, pauses: tuple[float, ...]) -> tuple[float, ...]:
        if not all(0 <= pause <= 30 * 86_400 for pause in pauses) or len(pauses) > 100:
            raise ValueError("up to 100 pauses, none of them negative or longer than 30 days")
        return pauses


class SessionServiceSettings(WebhookAddressSettings):
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


class MailSettings(KitSettings):
    """How mail is sent, and what is in it besides the news."""

    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        examples=["https://tandem.example"],
        description="Where clients reach the gateway, for the links in mails that stop them.",
    )
    app_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        examples=["https://tandem.example/app"],
        description="Where people use Tandem: the button in mails leads there. Not set: there is none.",
    )
    mail_from: str = Field(
        "Tandem <tandem@localhost>",
        pattern=r"^([^<>@\x00-\x1f\x7f]*<[!-;=?A-~]+@[!-;=?A-~]+>|[!-;=?A-~]+@[!-;=?A-~]+)$",
        description="Who mails come from: an address, or a name and an address.",
    )
    smtp_host: str | None = Field(
        None, description="The mail server. Not set: mails wait, and are dead letters after a day."
    )
    smtp_port: int = Field(
        587, ge=1, le=65535, description="Its port: usually 587, or 465 with implicit TLS."
    )
    smtp_tls: Literal["starttls", "implicit", "none"] = Field(
        "starttls", description="How the connection is encrypted; its certificate is always verified."
    )
    smtp_user: str | None = Field(None, description="Who we are to the mail server, if it asks.")
    smtp_password: str | None = Field(None, description="What proves it.")
    smtp_ca_file: str | None = Field(
        None, description="Certificates to trust instead of the machine's own, in PEM."
    )
    smtp_timeout_seconds: float = Field(
        30.0, gt=0, le=300, description="How long the mail server may take to be ready for a mail's text."
    )
    smtp_answer_timeout_seconds: float = Field(
        120.0,
        gt=0,
        le=900,
        description="How long it may then take to say whether it accepts it. A mail without an answer is not sent "
        "again, since it may have been accepted: rather too long than too short.",
    )
    mail_concurrency: int = Field(8, ge=1, le=100, description="Mails that one courier hands over at once.")
    mail_first_pause_seconds: float = Field(
        30.0,
        gt=0,
        description="The pause after a mail was refused for the time being; it doubles with each attempt, up to 1 h.",
    )
    mail_give_up_after_seconds: float = Field(
        86_400.0, ge=0, description="How long such a mail is tried before it is a dead letter."
    )

    def production_faults(self) -> list[str]:
        """As of every process; besides, what mails must not go out without."""
        faults = super().production_faults()
        if self.smtp_host is not None:
            if self.public_url is None:
                faults.append("SMTP_HOST is set, but PUBLIC_URL is not, where the links that stop mails lead")
            if "mail_from" not in self.model_fields_set:
                faults.append("SMTP_HOST is set, but MAIL_FROM is not")
            if self.smtp_tls == "none" and self.smtp_password is not None:
                faults.append("SMTP_PASSWORD would be sent in the clear: SMTP_TLS is none")
        return faults


class CourierSettings(MailSettings, WebhookSendingSettings):
    """What the courier reads from its environment."""
