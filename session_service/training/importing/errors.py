"""The refusals of an import. Its detail is that of any invalid request here; ``errors`` says where it is wrong."""

from collections.abc import Sequence
from typing import ClassVar

from kit.errors import Refusal
from session_service.training.importing.exports.table import UnreadableFile
from session_service.training.importing.exports.workouts import Fault

MOST_FAULTS = 100
"""How many faults an answer lists at most."""


class InvalidImport(Refusal):
    """Invalid session data"""

    # Nothing was imported.
    status: ClassVar[int] = 400
    code = "invalid_import"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Refuse for these faults, each of which is named by its row."""
        super().__init__(
            errors=[
                {
                    "loc": ["body", "csv", fault.row, *([fault.column] if fault.column else [])],
                    "msg": fault.message,
                    "type": "invalid_row",
                    "row": fault.row,
                }
                for fault in faults[:MOST_FAULTS]
            ],
            error_count=len(faults),
        )


class UnreadableImport(Refusal):
    """Invalid session data"""

    # Not a file of any application that is known.
    status: ClassVar[int] = 400
    code = "unreadable_import"

    def __init__(self, reason: UnreadableFile) -> None:
        """Refuse the file as a whole."""
        row = [] if reason.row is None else [reason.row]
        super().__init__(
            errors=[{"loc": ["body", "csv", *row], "msg": reason.message, "type": "unreadable_file"}],
            error_count=1,
        )
