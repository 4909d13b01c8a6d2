"""The doors of the catalogue: ``/api/v1/sequences``."""

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from kit.responses import refusals
from kit.schemas import PathId64
from session_service.practice import errors
from session_service.practice.catalogue import service
from session_service.practice.catalogue.schemas import SequenceCatalogue, SequenceView

router = APIRouter(prefix="/api/v1/sequences", tags=["sequences"])

_CACHED = {"Cache-Control": "public, max-age=300", "Cache-Tag": "sequences"}


@router.get("", response_model=SequenceCatalogue, summary="The catalogue of sequences")
async def list_sequences(door: ServiceDoor) -> Response:
    """All sequences with their poses, by id."""

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.sequences(connection)
        catalogue = SequenceCatalogue(items=[SequenceView.model_validate(one) for one in found])
        return Answer(catalogue, headers=dict(_CACHED))

    return await door.read(work)


@router.get(
    "/{sequence_id}",
    response_model=SequenceView,
    summary="A sequence",
    responses=refusals(errors.SequenceNotFound),
)
async def get_sequence(door: ServiceDoor, sequence_id: PathId64) -> Response:
    """One sequence with its poses."""

    async def work(connection: AsyncConnection) -> Answer:
        found = await service.sequence(connection, sequence_id)
        return Answer(SequenceView.model_validate(found), headers=dict(_CACHED))

    return await door.read(work)
