"""What follows from all that is known of a no-show, in whatever order it has become known.

A no-show counts, unless an appeal is open or has been upheld, or an operator has taken the session's effects back.
What should count and what is booked are compared, and the difference is the one entry that is due. None of the facts is
ever taken back, so each kind of entry is due at most once: no_show, suspension, reinstatement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kit.contracts import APPEAL_DECIDED, NO_SHOW_APPEALED
from reputation_service.ledger.errors import MalformedEvent
from reputation_service.ledger.rules import Entry, Kind, uuid_of


class Facts(NamedTuple):
    """What events have said of one user's no-show in one session; none of what none has said yet.

    ``points`` is what it costs. ``event_id`` and ``occurred_at`` are those of the no-show itself.
    """

    session_id: UUID
    user_id: UUID
    points: int | None = None
    event_id: UUID | None = None
    occurred_at: datetime | None = None
    appeal_event_id: UUID | None = None
    appealed_at: datetime | None = None
    decision_event_id: UUID | None = None
    decided_at: datetime | None = None
    upheld: bool | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """The facts of a no-show, and what the ledger holds of it.

    ``standing`` is the sum of its entries, 0 or 1; ``cost`` the points of the entry no_show, where there is one.
    """

    facts: Facts
    booked: frozenset[Kind]
    standing: int
    cost: int | None
    reversed: bool


def facts_of_entry(entry: Entry) -> Facts:
    """The facts of a no-show that has just become known."""
    return Facts(
        entry.session_id,
        entry.user_id,
        points=-entry.points,
        event_id=entry.event_id,
        occurred_at=entry.occurred_at,
    )


def facts_of(event_type: str, data: Mapping[str, Any], *, event_id: UUID, occurred_at: datetime) -> Facts:
    """The facts of an appeal or its decision. Raises `MalformedEvent`."""
    session_id, user_id = uuid_of(data, "session_id"), uuid_of(data, "user_id")
    if event_type == NO_SHOW_APPEALED:
        return Facts(session_id, user_id, appeal_event_id=event_id, appealed_at=occurred_at)
    if event_type == APPEAL_DECIDED:
        upheld = data.get("upheld")
        if not isinstance(upheld, bool):
            raise MalformedEvent("upheld is neither true nor false")
        return Facts(session_id, user_id, decision_event_id=event_id, decided_at=occurred_at, upheld=upheld)
    raise MalformedEvent(f"{event_type!r} is neither an appeal nor its decision")


def merged(facts: Iterable[Facts]) -> list[Facts]:
    """The facts of each no-show together; of the same fact twice, the first."""
    known: dict[tuple[UUID, UUID], Facts] = {}
    for each in facts:
        before = known.setdefault((each.session_id, each.user_id), each)
        known[each.session_id, each.user_id] = Facts._make(
            new if old is None else old for old, new in zip(before, each, strict=True)
        )
    return list(known.values())


def due(penalty: Penalty) -> Entry | None:
    """The entry that brings the ledger to what is known; none when it is there."""
    facts = penalty.facts
    cost = facts.points if penalty.cost is None else penalty.cost
    if cost is None or penalty.reversed:
        return None
    resting = facts.appealed_at is not None if facts.upheld is None else facts.upheld
    if resting == (penalty.standing == 0):
        return None
    if resting:
        kind, sign = Kind.SUSPENSION, -1
        if facts.appealed_at is None:
            event_id, occurred_at = facts.decision_event_id, facts.decided_at
        else:
            event_id, occurred_at = facts.appeal_event_id, facts.appealed_at
    elif Kind.NO_SHOW in penalty.booked:
        # It stands again as if it had never been suspended, also in what it was the latest of.
        kind, sign = Kind.REINSTATEMENT, 1
        event_id, occurred_at = facts.decision_event_id, facts.occurred_at or facts.decided_at
    else:
        kind, sign = Kind.NO_SHOW, 1
        event_id, occurred_at = facts.event_id, facts.occurred_at
    assert event_id is not None  # noqa: S101 - each of these facts came with its event
    assert occurred_at is not None  # noqa: S101 - as above
    return Entry(facts.user_id, facts.session_id, kind, -sign * cost, 0, sign, event_id, occurred_at)
