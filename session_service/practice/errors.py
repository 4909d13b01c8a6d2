"""Every refusal of the practice room: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import Conflict, Forbidden, NotFound, Refusal


class SequenceNotFound(NotFound):
    """Sequence not found"""

    code = "sequence_not_found"


class PracticeNotFound(NotFound):
    """Session not found"""

    code = "session_not_found"


class NotYourPractice(Forbidden):
    """Access denied - this session belongs to another user"""

    code = "not_your_session"


class NoActivePractice(NotFound):
    """No active session found"""

    code = "no_active_session"


class AlreadyCompleted(Conflict):
    """Session is already completed"""

    code = "session_already_completed"


class DurationBelowSaved(Refusal):
    """Duration cannot be less than what was saved"""

    status: ClassVar[int] = 400
    code = "duration_below_saved"


class PoseNotFound(NotFound):
    """Pose not found in this session's sequence"""

    code = "pose_not_found"


class SharedPracticeNotFound(NotFound):
    """Shared session not found

    Nobody is told whether there ever was one: unknown, revoked and expired links look alike.
    """

    code = "shared_session_not_found"


ACCESS: tuple[type[Refusal], ...] = (PracticeNotFound, NotYourPractice)
"""What every endpoint of one practice can refuse."""
