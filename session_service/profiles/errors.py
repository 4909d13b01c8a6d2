"""Every refusal of the profiles room: code, status, and the exact text, which is the docstring's first line."""

from kit.errors import Conflict


class CannotBeInvited(Conflict):
    """This user cannot be invited"""

    code = "cannot_be_invited"
