"""Every refusal about appeals: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import Conflict, NotFound, Refusal


class NothingToAppeal(Refusal):
    """Only a no-show can be appealed against"""

    status: ClassVar[int] = 400
    code = "session_not_no_show"


class NotAbsent(Refusal):
    """Only who was marked absent can appeal against it"""

    status: ClassVar[int] = 400
    code = "not_marked_absent"


class AlreadyAppealed(Conflict):
    """You have already appealed against this no-show"""

    code = "already_appealed"


class AppealedTooLate(Refusal):
    """Cannot appeal later than 7 days after the session became a no-show"""

    status: ClassVar[int] = 400
    code = "appeal_too_late"


class AppealNotFound(NotFound):
    """Appeal not found"""

    code = "appeal_not_found"


class WhoseAppeal(Refusal):
    """Both buddies have appealed - user_id has to say whose appeal is decided"""

    status: ClassVar[int] = 400
    code = "appeal_ambiguous"


class AlreadyDecided(Conflict):
    """This appeal has already been decided"""

    code = "appeal_already_decided"
