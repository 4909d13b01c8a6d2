"""What the leaderboards refuse."""

from kit.errors import Unprocessable


class AroundHasNoCursor(Unprocessable):
    """A window around somebody begins where that user is: it takes no cursor"""

    code = "around_has_no_cursor"
