"""What goes over the wire about matches."""

from uuid import UUID

from pydantic import Field

from kit.schemas import Body, UtcDatetime, View
from session_service.matches.rules import Status


class MatchView(View):
    """A match: `user1_id` has invited `user2_id`."""

    id: UUID
    user1_id: UUID = Field(description="Who invited.")
    user2_id: UUID = Field(description="Who was invited, and answers.")
    status: Status = Field(examples=["pending"])
    created_at: UtcDatetime


class MatchPage(View):
    """One page of the user's matches."""

    items: list[MatchView]
    next_cursor: str | None = Field(description="Where the next page begins; null on the last one.")


class Invitation(Body):
    """Whom to invite."""

    buddy_id: UUID = Field(
        description="The id of any user of the identity provider, even one who never came here."
    )
