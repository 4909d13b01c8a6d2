"""What a webhook is made of, and how many there may be. Nothing here does I/O."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from session_service.notifications.preferences import OTHERS, WEBHOOK, wants

DisabledReason = Literal["by_owner", "gone", "failing"]

ENDPOINTS_AT_MOST = 10
"""Webhooks that one user may have."""

SECRETS_AT_MOST = 5
"""Secrets that sign at the same time: the newest, and those that were replaced less than `SIGNS_ON` ago."""

TESTS_AT_MOST = 5
"""Tests of one webhook that may be waiting to be sent."""

SIGNS_ON = timedelta(hours=24)
"""How long a secret that was replaced still signs beside the new one."""

DESCRIPTION_LENGTH = 200
"""Characters of the longest description."""

_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105 - Standard Webhooks: what every secret begins with


@dataclass(frozen=True, slots=True)
class Webhook:
    """A user's endpoint as it is. ``kinds`` None: all."""

    id: UUID
    url: str
    kinds: list[str] | None
    description: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_reason: DisabledReason | None

    @property
    def enabled(self) -> bool:
        """Whether anything is sent to it."""
        return self.disabled_at is None


def new_secret() -> str:
    """A secret of 256 random bits, as Standard Webhooks writes it."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_wanted(preferences: Mapping[str, Any], kind: str) -> bool:
    """Whether the owner of an endpoint wants such notifications by webhook.

    Who has an endpoint has asked for it: what the preferences do not mention is wanted, unlike with other channels.
    """
    said = preferences.get(WEBHOOK)
    if isinstance(said, Mapping):
        return wants({WEBHOOK: {OTHERS: True, **said}}, WEBHOOK, kind)
    return wants({WEBHOOK: said if isinstance(said, bool) else True}, WEBHOOK, kind)
