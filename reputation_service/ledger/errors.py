"""What the ledger refuses to book."""


class MalformedEvent(Exception):
    """An event does not say what its type promises, so nothing of it can be booked.

    It fails the whole batch on purpose: the consumer then splits the batch until this event stands alone, and
    keeps it as a dead letter with this message.
    """
