"""Use cases of the catalogue of sequences: look at it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice import errors, repository_catalogue
from session_service.practice.repository_catalogue import Sequence


async def sequences(connection: AsyncConnection) -> list[Sequence]:
    """The whole catalogue, by id."""
    return await repository_catalogue.sequences(connection)


async def sequence(connection: AsyncConnection, sequence_id: int) -> Sequence:
    """One sequence. Raises SequenceNotFound."""
    found = await repository_catalogue.sequence(connection, sequence_id)
    if found is None:
        raise errors.SequenceNotFound
    return found
