"""SQL of the history: a user's practices by the time at which they were started."""

# ruff: noqa: S608 - statements are put together of this room's constants, never of what comes from outside

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.practice.repository import COLUMNS, facts_of
from session_service.practice.rules import CompletionStatus, Practice


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which practices are wanted. A date goes by ``local_date``, a time by ``started_at``; both are inclusive."""

    since: date | None = None
    until: date | None = None
    completion_status: CompletionStatus | None = None
    sequence_id: int | None = None


# A date also bounds `started_at`, by which the index is ordered: no place is more than a day away from UTC. It is
# cast, because comparing a time with a date is not leakproof, and row-level security keeps such conditions from the
# index. `coalesce` hides from the planner that both say much the same: it would expect next to nothing to be left, and
# rather read and sort it all.
_CONDITIONS: Mapping[str, str] = {
    "since_date": (
        "coalesce(p.local_date >= :since_date, false)"
        " AND p.started_at >= CAST(CAST(:since_date AS date) - 1 AS timestamptz)"
    ),
    "since_time": "p.started_at >= :since_time",
    "until_date": (
        "coalesce(p.local_date <= :until_date, false)"
        " AND p.started_at < CAST(CAST(:until_date AS date) + 2 AS timestamptz)"
    ),
    "until_time": "p.started_at <= :until_time",
    "completion_status": "p.completion_status = :completion_status",
    "sequence_id": "p.sequence_id = :sequence_id",
    "before_time": "(p.started_at, p.session_id) < (:before_time, :before_id)",
}


@cache
def _paging(conditions: tuple[str, ...]) -> TextClause:
    # Only what is asked for stands in the statement, so that each walks the index that fits.
    wanted = "".join(f" AND {_CONDITIONS[name]}" for name in conditions)
    return text(
        f"SELECT {COLUMNS} FROM session_service.practice_sessions p WHERE p.owner_id = :owner_id{wanted}"
        " ORDER BY p.started_at DESC, p.session_id DESC LIMIT :limit"
    )


def paging(
    owner_id: UUID, wanted: HistoryFilter, *, before: tuple[datetime, int] | None, limit: int
) -> tuple[TextClause, dict[str, Any]]:
    """The statement of a page, and its parameters."""
    given: dict[str, Any] = {
        "completion_status": wanted.completion_status and wanted.completion_status.value,
        "sequence_id": wanted.sequence_id,
        "before_time": before and before[0],
    }
    for name, bound in (("since", wanted.since), ("until", wanted.until)):
        given[f"{name}_{'time' if isinstance(bound, datetime) else 'date'}"] = bound
    conditions = tuple(name for name in _CONDITIONS if given.get(name) is not None)
    parameters = {name: given[name] for name in conditions} | {"owner_id": owner_id, "limit": limit}
    if before is not None:
        parameters["before_id"] = before[1]
    return _paging(conditions), parameters


async def page(
    connection: AsyncConnection,
    owner_id: UUID,
    wanted: HistoryFilter,
    *,
    before: tuple[datetime, int] | None,
    limit: int,
) -> list[Practice]:
    """The user's practices, those started last first, from ``before`` (exclusive) on."""
    rows = await connection.execute(*paging(owner_id, wanted, before=before, limit=limit))
    return [facts_of(row) for row in rows]
