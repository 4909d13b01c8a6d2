"""Keeping what the ledger says of no-shows equal to what is known of them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reputation_service.ledger.penalties import repository
from reputation_service.ledger.penalties.rules import Facts, due, facts_of, facts_of_entry, merged
from reputation_service.ledger.rules import Entry

__all__ = ["Facts", "entries_due", "facts_of", "facts_of_entry"]


async def entries_due(connection: AsyncConnection, facts: Sequence[Facts]) -> list[Entry]:
    """Takes note of facts; the entries that follow from them and have to be booked in this transaction.

    However often and in whatever order facts arrive, what is booked of a no-show comes to the same. Two statements.
    """
    if not facts:
        return []
    noted = await repository.note(connection, merged(facts))
    return [entry for penalty in noted if (entry := due(penalty)) is not None]
