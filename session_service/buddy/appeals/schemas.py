"""What goes over the wire about appeals."""

from uuid import UUID

from pydantic import Field

from kit.schemas import Body, Bool, UtcDatetime, View
from session_service.buddy.appeals.rules import AppealStatus
from session_service.buddy.schemas import OptionalRemark, Remark


class NewAppeal(Body):
    """Why it was otherwise."""

    reason: Remark = Field(examples=["I was at the other gate."])


class Decision(Body):
    """What an operator decides. Whoever was right, both buddies are told."""

    upheld: Bool = Field(description="Whether the no-show is taken back; otherwise it counts.")
    reason: OptionalRemark = Field(default=None, examples=["The venue has two gates."])
    user_id: UUID | None = Field(
        default=None, description="Whose appeal; has to be said where both buddies have appealed."
    )


class AppealView(View):
    """An appeal against a no-show."""

    session_id: UUID
    user_id: UUID = Field(description="Who appeals.")
    status: AppealStatus = Field(
        examples=["open"], description="`upheld`: the no-show does not count; `rejected`: it does."
    )
    reason: str = Field(examples=["I was at the other gate."])
    created_at: UtcDatetime
    decided_at: UtcDatetime | None
    decision_reason: str | None = Field(examples=["The venue has two gates."])


class AppealPage(View):
    """One page of the appeals that are to be decided."""

    items: list[AppealView]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")
