"""Reversals on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kit.schemas import Body, Trimmed, UtcDatetime, View


class ReversalBody(Body):
    """Which session, and why: the reason is kept in the operators' log."""

    session_id: UUID
    reason: Annotated[Trimmed, Field(min_length=1, max_length=500)] = Field(
        examples=["Both have said that the session never took place."]
    )


class EffectView(View):
    """What the reversal has added to a user's counters."""

    user_id: UUID
    points: int = Field(examples=[-10])
    completed_sessions: int = Field(examples=[-1])
    no_shows: int = Field(examples=[0])


class ReversalView(View):
    """A session whose effects were taken back."""

    session_id: UUID
    reason: str
    reversed_at: UtcDatetime
    users: list[EffectView] = Field(
        description="Empty when everything had been taken back before, by an appeal."
    )
