"""Use cases of imports: a history that somebody brings along."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.profiles import service as profiles
from session_service.training.importing import errors, repository, rules
from session_service.training.importing.rules import History, Import, Source, UnreadableFile


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import has done: each workout with its session, and whether that is new.

    In a dry run the new ones have no session.
    """

    timezone: str
    workouts: list[tuple[Import, UUID | None, bool]]


def read(text: str, source: Source | None, *, in_pounds: bool, in_miles: bool, tolerant: bool) -> History:
    """The workouts of a file. Raises UnreadableImport; and InvalidImport for any fault unless ``tolerant``.

    It asks nobody anything, and takes a while for a large file.
    """
    try:
        history = rules.read(text, source, in_pounds=in_pounds, in_miles=in_miles)
    except UnreadableFile as reason:
        raise errors.UnreadableImport(reason) from reason
    if history.faults and not tolerant:
        raise errors.InvalidImport(history.faults)
    return history


async def bring(
    connection: AsyncConnection, user_id: UUID, history: History, *, timezone: str | None, dry_run: bool
) -> Imported:
    """Adds the workouts as completed sessions; those that are there already stay as they are."""
    zone = timezone or (await profiles.load(connection, user_id)).timezone
    workouts = rules.imports(history.source, history.workouts, zone)
    added = {} if dry_run else await repository.add(connection, user_id, history.source, workouts)
    # In a statement of its own: it sees what another import has just committed, for which `add` has waited.
    there = await repository.known(connection, user_id, {workout.key for workout in workouts})
    new = set(added) if not dry_run else {workout.key for workout in workouts} - set(there)
    shown: list[tuple[Import, UUID | None, bool]] = []
    for workout in workouts:
        # The same workout twice in one file is new once.
        shown.append((workout, there.get(workout.key), workout.key in new))
        new.discard(workout.key)
    return Imported(zone, shown)
