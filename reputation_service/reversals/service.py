"""Taking a session's effects back."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from kit import contracts
from kit.outbox.events import publish
from kit.request_ids import current_request_id
from reputation_service.ledger import service as ledger
from reputation_service.reversals import repository
from reputation_service.reversals.schemas import EffectView, ReversalView


async def reverse(
    connection: AsyncConnection, operator_id: UUID, session_id: UUID, reason: str
) -> ReversalView:
    """Takes back all that a session has done, by entries that say the opposite; nothing is booked for it any more.

    Counters, ranks and boards change at once. Badges stay once earned. Raises NothingBooked, AlreadyReversed.
    """
    reversal = await repository.reverse(
        connection, session_id, reason=reason, operator_id=operator_id, request_id=current_request_id()
    )
    if reversal.effects:
        changed = ledger.changed_event({session_id: [effect.user_id for effect in reversal.effects]})
        await publish(connection, [changed], source=contracts.REPUTATION_SOURCE)
    return ReversalView(
        session_id=session_id,
        reason=reason,
        reversed_at=reversal.reversed_at,
        users=[EffectView.model_validate(effect) for effect in reversal.effects],
    )
