"""Every refusal of the matches room: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import Conflict, Forbidden, NotFound, Refusal


class MatchNotFound(NotFound):
    """Match not found"""

    code = "match_not_found"


class NotInMatch(Forbidden):
    """Access denied - user is not a participant in this match"""

    code = "not_in_match"


class NotTheInvited(Forbidden):
    """Access denied - only the invited user can answer this match"""

    code = "not_the_invited"


class SelfMatch(Refusal):
    """Cannot match with yourself"""

    status: ClassVar[int] = 400
    code = "self_match"


class MatchAlreadyOpen(Conflict):
    """An open match with this user already exists"""

    code = "match_already_open"


class MatchAlreadyAnswered(Conflict):
    """This match has already been answered"""

    code = "match_already_answered"
