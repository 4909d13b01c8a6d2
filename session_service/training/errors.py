"""Every refusal of the training room: code, status, and the exact text, which is the docstring's first line.

Under ``/api/plans`` and ``/api/sessions`` an invalid request is 400, and every problem carries ``error`` as well, one
of four names: `validation` and `members` say so to `kit.problems`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from kit.errors import Conflict, NotFound, Refusal, error_name


class PlanNotFound(NotFound):
    """Plan not found"""

    code = "plan_not_found"


class SessionNotFound(NotFound):
    """Session not found"""

    code = "session_not_found"


class UnknownPlan(Refusal):
    """Plan not found or access denied"""

    status: ClassVar[int] = 400
    code = "unknown_plan"


class SessionAlreadyOpen(Conflict):
    """An in-progress session already exists"""

    code = "session_in_progress"


class SessionCompleted(Refusal):
    """Cannot update completed session"""

    status: ClassVar[int] = 400
    code = "session_completed"


def validation(path: str) -> tuple[int, str, str, dict[str, Any]] | None:
    """What an invalid request is answered here: (status, code, detail, extra members); None elsewhere."""
    if _is_under(path, "/api/sessions"):
        return 400, "validation_error", "Invalid session data", {}
    if _is_under(path, "/api/plans"):
        return 400, "validation_error", "Invalid plan data", {}
    return None


def members(path: str, status: int) -> Mapping[str, Any]:
    """``error``: which of the four kinds a problem under these paths is; nothing elsewhere."""
    if not (_is_under(path, "/api/sessions") or _is_under(path, "/api/plans")):
        return {}
    return {"error": error_name(status)}


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
