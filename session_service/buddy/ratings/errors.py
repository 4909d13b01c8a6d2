"""Every refusal about ratings: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import Refusal


class NotCompleted(Refusal):
    """Only a completed session can be rated"""

    status: ClassVar[int] = 400
    code = "session_not_completed"


class RatedTooLate(Refusal):
    """Cannot rate later than 14 days after completion"""

    status: ClassVar[int] = 400
    code = "rating_too_late"


class RatingIsFinal(Refusal):
    """This rating is visible to your buddy and cannot be changed any more"""

    status: ClassVar[int] = 400
    code = "rating_final"
