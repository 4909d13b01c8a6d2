"""What cannot be counted, and what cannot be read yet."""

from kit.errors import Unavailable


class MalformedEvent(Exception):
    """An event does not say what its type promises, so nothing of it can be counted.

    It fails the whole batch on purpose: the consumer then splits the batch until this event stands alone, and
    keeps it as a dead letter with this message.
    """


class StillCounting(Unavailable):
    """Failed to process request"""

    # Somebody else is counting this user's practices, and takes longer than a reader can be kept waiting.
