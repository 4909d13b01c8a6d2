"""What goes over the wire about webhooks."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Bool, SafeStr, Trimmed, UtcDatetime, View
from session_service.notifications.preferences import KINDS
from session_service.webhooks import rules
from session_service.webhooks.addresses import URL_LENGTH


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise PydanticCustomError("kind", "Input should be a kind of notification, as session_scheduled")
    return kind


def _distinct(kinds: list[str] | None) -> list[str] | None:
    if kinds is not None and len(set(kinds)) != len(kinds):
        raise PydanticCustomError("kinds_repeated", "Each kind should be named once")
    return kinds


def _absent() -> Any:
    # A field that may be left out and may not be null; `exclude_unset` tells what was given.
    return None


Url = Annotated[
    SafeStr,
    Field(
        min_length=1,
        max_length=URL_LENGTH,
        examples=["https://example.com/hooks/tandem"],
        description="`https://`, a public host, perhaps a port (80, 443, or 8000 and above) and a path.",
    ),
]
Kind = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)}), AfterValidator(_known)]
Kinds = Annotated[
    list[Kind] | None,
    Field(
        min_length=1,
        max_length=50,
        examples=[["session_scheduled", "session_cancelled"]],
        json_schema_extra={"uniqueItems": True},
        description="The kinds of notification that are wanted, as the inbox names them; null: all, those that are yet "
        "to come as well.",
    ),
    AfterValidator(_distinct),
]
Description = Annotated[
    Trimmed, Field(max_length=rules.DESCRIPTION_LENGTH, examples=["The club's notice board"])
]


class NewWebhook(Body):
    """Where to send what happens."""

    url: Url
    kinds: Kinds = None
    description: Description = ""


class WebhookChanges(Body):
    """What is to be different; what is left out stays."""

    url: Url = Field(default_factory=_absent)
    kinds: Kinds = None
    description: Description = Field(default_factory=_absent)
    enabled: Bool = Field(
        default_factory=_absent,
        description="false: nothing is sent any more, and what was waiting is given up. true: sent from now on.",
    )

    @property
    def changes(self) -> dict[str, Any]:
        """What was given."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class WebhookView(View):
    """A webhook. Its secret is shown when it is made, and never again."""

    id: UUID
    url: str = Field(examples=["https://example.com/hooks/tandem"])
    kinds: list[str] | None = Field(description="The kinds of notification that are sent; null: all.")
    description: str
    enabled: bool
    created_at: UtcDatetime
    disabled_at: UtcDatetime | None
    disabled_reason: rules.DisabledReason | None = Field(
        description="`by_owner`; `gone`: the receiver answered 410; `failing`: nothing but failures for 3 days."
    )


SecretField = Annotated[
    str,
    Field(
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
        description="What signatures are verified with (Standard Webhooks). Shown this once.",
    ),
]


class CreatedWebhookView(WebhookView):
    """A new webhook, with its secret."""

    secret: SecretField


class RotatedSecretView(View):
    """The new secret of a webhook."""

    id: UUID
    secret: SecretField
    previous_expires_at: UtcDatetime = Field(
        description="Until then messages carry signatures by the new secret and by the one before."
    )


class WebhookList(View):
    """The user's webhooks, oldest first. There are so few that there are no pages."""

    items: list[WebhookView]


class AttemptView(View):
    """One attempt to deliver."""

    number: int = Field(examples=[1])
    started_at: UtcDatetime
    duration_ms: int | None = Field(
        examples=[120], description="Null while it is under way, and when it was cut off on this side."
    )
    status: int | None = Field(examples=[503], description="What the receiver answered, if it did.")
    error: str | None = Field(examples=["The receiver answered 503"])


class DeliveryView(View):
    """Something that is to be sent, or was."""

    id: UUID = Field(description="The message's `webhook-id`, the same in every attempt.")
    notification_id: UUID | None = Field(description="The notification that it tells of; null for a test.")
    type: str = Field(examples=["notification.session_completed"])
    state: Literal["pending", "delivered", "failed"] = Field(
        description="`failed`: given up, for the reason in `last_error`. It can be sent again."
    )
    attempts: int = Field(examples=[1], description="How often it was tried.")
    last_status: int | None = Field(examples=[503])
    last_error: str | None = Field(examples=["The receiver answered 503"])
    next_attempt_at: UtcDatetime | None = Field(
        description="When it is tried again, at the earliest; null when it is not."
    )
    created_at: UtcDatetime
    delivered_at: UtcDatetime | None
    log: list[AttemptView] = Field(description="The attempts, the latest first, at most 20 of them.")


class DeliveryList(View):
    """A page of a webhook's deliveries, newest first."""

    items: list[DeliveryView]
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")
