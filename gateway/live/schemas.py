"""What goes over the wire of tickets."""

from __future__ import annotations

from pydantic import Field

from kit.schemas import UtcDatetime, View


class TicketView(View):
    """A ticket for one live connection."""

    ticket: str = Field(
        description="For `?ticket=` of `/api/live`, once.",
        examples=["iN3YdUyeQwJkGkTn0Zb5mN2vW8rYx1s4t7u9a0b3c6d"],
    )
    expires_at: UtcDatetime = Field(description="30 seconds after it was made.")
