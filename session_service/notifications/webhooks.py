"""How it is told that a webhook was switched off: to its owner. Nothing here does I/O."""

from typing import Literal
from uuid import UUID

from session_service.notifications.notices import Happening, Names, Notice


class WebhookSwitchedOff(Happening):
    """A receiver did not want any more, or was gone for too long."""

    user_id: UUID
    reason: Literal["gone", "failing"]

    def people(self) -> tuple[UUID, ...]:
        """The owner."""
        return (self.user_id,)

    def notices(self, names: Names) -> list[Notice]:
        """The owner learns why, and what can be done about it."""
        why = (
            "It answered that it is gone."
            if self.reason == "gone"
            else "For days it has done nothing but fail."
        )
        return [
            Notice(
                self.user_id,
                "webhook_disabled",
                "One of your webhooks was switched off",
                f"{why} Switch it on again once its receiver works; what was not delivered can then be sent again.",
            )
        ]
