"""Why a session is not taken back."""

from kit.errors import Conflict, NotFound


class NothingBooked(NotFound):
    """Nothing was booked for this session"""

    code = "session_not_found"


class AlreadyReversed(Conflict):
    """This session's effects have already been taken back"""

    code = "already_reversed"
