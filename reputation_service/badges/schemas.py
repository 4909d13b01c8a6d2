"""Badges on the wire."""

from pydantic import Field

from kit.schemas import UtcDatetime, View


class BadgeView(View):
    """A badge that a user has earned, and the time of the session or the day that earned it. It stays."""

    code: str = Field(description="Stable name of the badge.", examples=["sessions_5"])
    title: str = Field(description="What a person reads.", examples=["5 sessions"])
    earned_at: UtcDatetime
