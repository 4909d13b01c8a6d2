"""The door of imports: ``/api/sessions/import``."""

import asyncio

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.door import Answer, ServiceDoor
from session_service.training.importing import service
from session_service.training.importing.errors import MOST_FAULTS
from session_service.training.importing.rules import DistanceUnit, History, WeightUnit
from session_service.training.importing.schemas import (
    ImportedSession,
    ImportFault,
    ImportReport,
    ImportRequest,
    Outcome,
)
from session_service.training.importing.service import Imported

router = APIRouter(tags=["training sessions"])


@router.post("/api/sessions/import", response_model=ImportReport, summary="Bring a history along")
async def import_training_sessions(door: ServiceDoor, body: ImportRequest) -> Response:
    """Imports the CSV export of Hevy or Strong as completed sessions, all of it or nothing.

    The same file again adds nothing. A workout is known by its application, start and title; one that is there stays
    as it is. A dry run always answers 200, with everything that is wrong. Otherwise a fault is 400, unless
    `skip_invalid` says to leave such workouts out.
    """
    # In a thread, and before there is a transaction: neither other requests nor the database wait for it.
    history = await asyncio.to_thread(
        service.read,
        body.csv,
        body.source,
        in_pounds=body.weight_unit is WeightUnit.LBS,
        in_miles=body.distance_unit is DistanceUnit.MILES,
        tolerant=body.dry_run or body.skip_invalid,
    )

    async def work(connection: AsyncConnection) -> Answer:
        imported = await service.bring(
            connection, door.caller.user_id, history, timezone=body.timezone, dry_run=body.dry_run
        )
        return Answer(_report(history, imported, dry_run=body.dry_run))

    return await door.change(work)


def _report(history: History, imported: Imported, *, dry_run: bool) -> ImportReport:
    new = Outcome.WOULD_BE_IMPORTED if dry_run else Outcome.IMPORTED
    count = sum(is_new for _, _, is_new in imported.workouts)
    return ImportReport(
        source=history.source,
        timezone=imported.timezone,
        dry_run=dry_run,
        rows=history.rows,
        imported=count,
        already_there=len(imported.workouts) - count,
        invalid=history.invalid,
        error_count=len(history.faults),
        errors=[ImportFault.model_validate(fault) for fault in history.faults[:MOST_FAULTS]],
        sessions=[
            ImportedSession(
                id=session_id,
                row=workout.row,
                name=workout.name,
                date=workout.date,
                started_at=workout.started_at,
                outcome=new if is_new else Outcome.ALREADY_THERE,
            )
            for workout, session_id, is_new in imported.workouts
        ],
    )
