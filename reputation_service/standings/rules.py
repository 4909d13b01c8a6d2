"""Which boards there are, what a window around somebody holds, and completion rates."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Board(StrEnum):
    """What users are ranked by. The values are the names of counters."""

    COMPLETED_SESSIONS = "completed_sessions"
    POINTS = "points"

    @property
    def lowest(self) -> int | None:
        """The lowest value there can be; points may fall below zero without an end."""
        return 0 if self is Board.COMPLETED_SESSIONS else None


def window(ahead: int, rest: int, limit: int) -> tuple[int, int]:
    """How many of those ahead and of the rest (oneself first) a window of ``limit`` shows.

    One stands in the middle; near an end the other side fills the window up.
    """
    shown_ahead = min(ahead, (limit - 1) // 2)
    shown_rest = min(rest, limit - shown_ahead)
    return min(ahead, limit - shown_rest), shown_rest


def completion_rate_percent(completed: int, no_shows: int) -> float | None:
    """Completed sessions among those that were completed or missed, with one decimal, half up; none of none."""
    if completed + no_shows == 0:
        return None
    rate = Decimal(100 * completed) / Decimal(completed + no_shows)
    return float(rate.quantize(Decimal("0.1"), ROUND_HALF_UP))
