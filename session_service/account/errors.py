"""Every refusal of the account room: code, status, and the exact text, which is the docstring's first line."""

from typing import ClassVar

from kit.errors import NotFound, Refusal


class JobNotFound(NotFound):
    """Job not found"""

    code = "job_not_found"


class ExportNotAvailable(NotFound):
    """There is no export to download: it is not completed, or has expired"""

    code = "export_not_available"


class TooManyExports(Refusal):
    """Too many exports within a day"""

    status: ClassVar[int] = 429
    code = "too_many_exports"
