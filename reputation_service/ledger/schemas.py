"""Reputation on the wire."""

from uuid import UUID

from pydantic import Field

from kit.schemas import UtcDatetime, View
from reputation_service.badges.service import BadgeView
from reputation_service.ledger.rules import ShownKind


class ReputationView(View):
    """A user's reputation, as everyone who is signed in may see it; without history all zeros."""

    user_id: UUID
    completed_sessions: int = Field(ge=0)
    points: int = Field(description="Sum of all entries; below zero when more was lost than gained.")
    no_shows: int = Field(ge=0)
    rank: int | None = Field(
        ge=1,
        description="One more than the number of users with more completed sessions; null without history.",
    )
    badges: list[BadgeView] = Field(description="Earliest first.")


class LedgerEntryView(View):
    """One entry of the ledger: what one session has given or taken."""

    id: UUID
    kind: ShownKind
    points: int = Field(description="Negative when points were taken.")
    session_id: UUID
    created_at: UtcDatetime


class LedgerPage(View):
    """Entries, newest first, and the cursor of the next page; null on the last."""

    items: list[LedgerEntryView]
    next_cursor: str | None
