"""Freezes on the wire."""

import datetime

from pydantic import Field

from kit.schemas import UtcDatetime, View
from stats_worker.freezes.rules import A_MONTH


class FreezeView(View):
    """A frozen day: it bridges a streak and does not lengthen it."""

    date: datetime.date = Field(examples=["2026-11-21"])
    created_at: UtcDatetime


class FrozenMonth(View):
    """The frozen days of a month."""

    month: str = Field(examples=["2026-11"])
    items: list[FreezeView] = Field(max_length=A_MONTH, description="In order.")
    remaining: int = Field(ge=0, le=A_MONTH, description="How many more days of this month can be frozen.")
