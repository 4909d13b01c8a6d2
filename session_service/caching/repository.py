"""All SQL of the caching room: one row that every gateway goes by."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Permission:
    """What the gateways may do: nothing while ``suspended``, else serve what was cached under ``generation``."""

    generation: str
    suspended: bool


_READ = text(
    "SELECT CAST(generation AS text), suspended_until > clock_timestamp() AS suspended"
    " FROM session_service.cache_suspension"
)

# A suspension that has hardly any time left may be over, in the eyes of somebody who reads at this very moment,
# before its extension is committed: then it is another one, and has to be waited for like the first.
_SUSPEND = text(
    """
    UPDATE session_service.cache_suspension
    SET generation = CASE WHEN suspended_until > clock_timestamp() + :overlap THEN generation
                          ELSE gen_random_uuid() END,
        suspended_until = greatest(suspended_until, clock_timestamp() + :duration)
    RETURNING CAST(generation AS text), true
    """
)


async def read(connection: AsyncConnection) -> Permission:
    """The permission as it is now."""
    return Permission(*(await connection.execute(_READ)).one())


async def suspend(connection: AsyncConnection, duration: timedelta, overlap: timedelta) -> Permission:
    """Suspends for ``duration`` from now; the generation is another one unless that goes on without a gap.

    There is a gap when the suspension before has less than ``overlap`` left.
    """
    row = await connection.execute(_SUSPEND, {"duration": duration, "overlap": overlap})
    return Permission(*row.one())
