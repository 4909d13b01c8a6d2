"""Every refusal to freeze a day: code, status, and the exact text, which is the docstring's first line."""

from kit.errors import Refusal


class TooLongAgo(Refusal):
    """Cannot freeze a day older than 2 days"""

    code = "freeze_too_long_ago"


class TooFarAhead(Refusal):
    """Cannot freeze a day more than 366 days ahead"""

    code = "freeze_too_far_ahead"


class AlreadyPractised(Refusal):
    """Cannot freeze a practice day"""

    code = "day_already_practised"


class NoFreezesLeft(Refusal):
    """Cannot freeze more than 3 days of a month"""

    code = "no_freezes_left"


FREEZING: tuple[type[Refusal], ...] = (TooLongAgo, TooFarAhead, AlreadyPractised, NoFreezesLeft)
"""What freezing a day can be refused with, in the order in which it is looked at."""
