"""Use cases of the catalogue of sequences: look at it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice import errors
from session_service.practice.catalogue import repository
from session_service.practice.catalogue.repository import Sequence


async def sequences(connection: AsyncConnection) -> list[Sequence]:
    """The whole catalogue, by id."""
    return await repository.sequences(connection)


async def sequence(connection: AsyncConnection, sequence_id: int) -> Sequence:
    """One sequence. Raises SequenceNotFound."""
    found = await repository.sequence(connection, sequence_id)
    if found is None:
        raise errors.SequenceNotFound
    return found
