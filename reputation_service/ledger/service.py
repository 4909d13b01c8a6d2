"""Booking events, and showing what was booked."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import Event, publish
from kit.pages import decode_cursor, page
from reputation_service.badges import service as badges
from reputation_service.ledger import repository
from reputation_service.ledger.penalties import service as penalties
from reputation_service.ledger.rules import Entry, Kind, entries_of, reached_streaks
from reputation_service.ledger.schemas import LedgerEntryView, LedgerPage, ReputationView
from reputation_service.standings import service as standings

__all__ = ["apply", "changed_event", "ledger_of", "lock_users", "reputation_of"]


async def apply(connection: AsyncConnection, events: Sequence[StoredEvent]) -> None:
    """Books a batch of events and says so: at most four statements, and three more for no-shows and appeals.

    The same event again, in this batch or in another one, books nothing, and the order of events does not matter.
    Raises `MalformedEvent`, with nothing booked, when one of the events is not what its type promises.
    """
    entries: list[Entry] = []
    facts: list[penalties.Facts] = []
    streaks: list[badges.Streak] = []
    for event in events:
        if event.type == contracts.STREAKS_REACHED:
            streaks += [badges.Streak(*reached, event.time) for reached in reached_streaks(event.data)]
        elif event.type in (contracts.NO_SHOW_APPEALED, contracts.APPEAL_DECIDED):
            facts.append(
                penalties.facts_of(event.type, event.data, event_id=event.id, occurred_at=event.time)
            )
        else:
            for entry in entries_of(event.type, event.data, event_id=event.id, occurred_at=event.time):
                if entry.kind is Kind.NO_SHOW:
                    facts.append(penalties.facts_of_entry(entry))
                else:
                    entries.append(entry)
    entries += await penalties.entries_due(connection, facts)
    passed = await _book(connection, entries) if entries else []
    earned = await badges.award(
        connection,
        [badges.Progress(user.user_id, user.completed_sessions, user.completed_at) for user in passed],
        streaks,
    )
    news = [changed_event(_users_by_session(entries))] if entries else []
    if earned:
        news.append(badges.earned_event(earned))
    await publish(connection, news, source=contracts.REPUTATION_SOURCE)


async def _book(connection: AsyncConnection, entries: Sequence[Entry]) -> list[repository.Passed]:
    await repository.lock_counters(connection, {entry.user_id for entry in entries})
    passed = await repository.book(connection, entries, notable=badges.COUNTS)
    suspended = {entry.user_id for entry in entries if entry.kind is Kind.SUSPENSION}
    if suspended:
        await repository.settle_reached(connection, suspended)
    return passed


async def lock_users(connection: AsyncConnection, user_ids: Collection[UUID]) -> None:
    """Nobody books for these users until the transaction ends."""
    await repository.lock_counters(connection, user_ids)


async def reputation_of(connection: AsyncConnection, user_id: UUID) -> ReputationView:
    """A user's reputation; anyone may have none yet, so nobody is unknown."""
    # In this order a badge may be seen a moment before its session is counted, but never be missing after it.
    standing = await standings.standing_of(connection, user_id)
    held = await badges.badges_of(connection, user_id)
    return ReputationView(
        user_id=user_id,
        completed_sessions=standing.completed_sessions if standing else 0,
        points=standing.points if standing else 0,
        no_shows=standing.no_shows if standing else 0,
        rank=standing.rank if standing else None,
        badges=held,
    )


async def ledger_of(
    connection: AsyncConnection, user_id: UUID, *, limit: int, cursor: str | None
) -> LedgerPage:
    """A page of a user's entries, newest first; its cost does not depend on how deep it is.

    Raises `kit.pages.InvalidCursor` for a cursor that no page gave out.
    """
    # One more than asked for tells whether there is a next page.
    if cursor is None:
        entries = await repository.newest(connection, user_id, limit=limit + 1)
    else:
        created_at, id = decode_cursor(cursor, (datetime, UUID))
        entries = await repository.older_than(
            connection, user_id, created_at=created_at, id=id, limit=limit + 1
        )
    shown, next_cursor = page(entries, limit, lambda entry: (entry.created_at, entry.id))
    return LedgerPage(
        items=[
            LedgerEntryView(
                id=entry.id,
                kind=entry.kind.shown,
                points=entry.points,
                session_id=entry.session_id,
                created_at=entry.created_at,
            )
            for entry in shown
        ],
        next_cursor=next_cursor,
    )


def changed_event(users_by_session: Mapping[UUID, Iterable[UUID]]) -> Event:
    """What is published when something was booked: one event for all sessions."""
    data: contracts.ReputationChangedData = {
        "sessions": [
            {"session_id": str(session_id), "user_ids": sorted(map(str, user_ids))}
            for session_id, user_ids in users_by_session.items()
        ]
    }
    return Event(contracts.REPUTATION_CHANGED, subject="reputation", data=data)


def _users_by_session(entries: Sequence[Entry]) -> dict[UUID, set[UUID]]:
    users: dict[UUID, set[UUID]] = {}
    for entry in entries:
        users.setdefault(entry.session_id, set()).add(entry.user_id)
    return users
