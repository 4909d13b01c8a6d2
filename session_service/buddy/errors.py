"""Every refusal of the buddy room: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import Conflict, Forbidden, NotFound, Refusal


class SessionNotFound(NotFound):
    """Session not found"""

    code = "session_not_found"


class NotAParticipant(Forbidden):
    """Access denied - user is not a participant in this session"""

    code = "not_a_participant"


class SelfConfirmation(Refusal):
    """Cannot confirm your own completion - only your buddy can confirm you"""

    status: ClassVar[int] = 400
    code = "self_confirmation"


class ConfirmedUserNotParticipant(Refusal):
    """Cannot confirm this user - not a participant in this session"""

    status: ClassVar[int] = 400
    code = "confirmed_user_not_participant"


class AlreadyConfirmed(Conflict):
    """You have already confirmed completion for this session

    The problem's body carries the session's state as it is: ``session_status``, ``both_confirmed`` and
    ``reputation_updated``.
    """

    code = "already_confirmed"


class CannotComplete(Refusal):
    """Session cannot be completed"""

    status: ClassVar[int] = 400
    code = "session_not_open"


class ConfirmedTooEarly(Refusal):
    """Cannot confirm completion before scheduled time"""

    status: ClassVar[int] = 400
    code = "confirmation_too_early"


class CannotCheckIn(Refusal):
    """Cannot check in"""

    status: ClassVar[int] = 400
    code = "session_not_open"


class CheckedInTooEarly(Refusal):
    """Cannot check in earlier than 60 minutes before scheduled time"""

    status: ClassVar[int] = 400
    code = "check_in_too_early"


class CannotCancel(Refusal):
    """Session cannot be cancelled"""

    status: ClassVar[int] = 400
    code = "session_not_cancellable"


class CannotReportNoShow(Refusal):
    """Cannot report a no-show"""

    status: ClassVar[int] = 400
    code = "no_show_not_reportable"


class NoShowReportedTooEarly(Refusal):
    """Cannot report a no-show earlier than 15 minutes after scheduled time"""

    status: ClassVar[int] = 400
    code = "no_show_too_early"


class CannotReschedule(Refusal):
    """Session cannot be rescheduled"""

    status: ClassVar[int] = 400
    code = "session_not_reschedulable"


class MatchNotAccepted(Refusal):
    """Match is not accepted"""

    status: ClassVar[int] = 400
    code = "match_not_accepted"


class BuddyIsGone(Refusal):
    """Your buddy has deleted the account"""

    status: ClassVar[int] = 400
    code = "buddy_is_gone"


class UnknownChallenge(Refusal):
    """Challenge not found"""

    status: ClassVar[int] = 400
    code = "challenge_not_found"


class ScheduledInThePast(Refusal):
    """Scheduled time cannot be more than 5 minutes in the past"""

    status: ClassVar[int] = 400
    code = "scheduled_time_past"


class ScheduledTooFarAhead(Refusal):
    """Scheduled time cannot be more than a year ahead"""

    status: ClassVar[int] = 400
    code = "scheduled_time_too_far"
