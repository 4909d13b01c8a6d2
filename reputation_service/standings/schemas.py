"""Leaderboards on the wire."""

from uuid import UUID

from pydantic import Field

from kit.schemas import View
from reputation_service.standings.rules import Board


class PlaceView(View):
    """A user on a leaderboard."""

    rank: int = Field(
        ge=1,
        description="One more than the number of users with a higher value: equals share a rank (1, 2, 2, 4).",
        examples=[2],
    )
    user_id: UUID
    completed_sessions: int = Field(ge=0, examples=[12])
    points: int = Field(examples=[140])


class LeaderboardPage(View):
    """Users in the order of their value, equals by who reached it earliest."""

    by: Board
    items: list[PlaceView]
    me: PlaceView | None = Field(description="The caller's own place; null without history.")
    next_cursor: str | None = Field(description="The cursor of the next page; null on the last.")


class BucketView(View):
    """Users whose value lies from `from` to `to`, both included; null stands for no end."""

    lowest: int | None = Field(serialization_alias="from", examples=[5])
    highest: int | None = Field(serialization_alias="to", examples=[9])
    users: int = Field(ge=0)
    completed_sessions: int = Field(ge=0, description="Of all of them together.")
    no_shows: int = Field(ge=0, description="Of all of them together.")
    completion_rate_percent: float | None = Field(
        ge=0,
        le=100,
        description="Completed sessions among those completed or missed, with one decimal; null where there are none.",
        examples=[96.2],
    )


class DistributionView(View):
    """How users are distributed. Who has no history is not counted."""

    by: Board
    users: int = Field(ge=0)
    completed_sessions: int = Field(ge=0)
    no_shows: int = Field(ge=0)
    completion_rate_percent: float | None = Field(ge=0, le=100, description="Of everybody together.")
    buckets: list[BucketView] = Field(description="Lowest values first; empty ones, too.")
