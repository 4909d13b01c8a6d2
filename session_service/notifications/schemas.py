"""What goes over the wire of the inbox."""

from uuid import UUID

from pydantic import Field

from kit.schemas import UtcDatetime, View
from session_service.notifications.preferences import KINDS


class NotificationView(View):
    """One entry of the inbox. `title` and `body` are plain text."""

    id: UUID
    kind: str = Field(
        description=f"What happened: {', '.join(f'`{kind}`' for kind in KINDS)}. More kinds may be added.",
        examples=["session_completed"],
    )
    title: str = Field(examples=["You completed your session with Ben"])
    body: str = Field(examples=["You both confirmed it: +10 reputation."])
    session_id: UUID | None = Field(description="The buddy session that it is about, if it is about one.")
    created_at: UtcDatetime
    read_at: UtcDatetime | None = Field(description="When it was first read; null while it is unread.")


class InboxView(View):
    """A page of the inbox, newest first."""

    items: list[NotificationView]
    unread: int = Field(
        ge=0, description="How many of all entries are unread, on whatever page.", examples=[3]
    )
    next_cursor: str | None = Field(description="`cursor` of the next page; null on the last one.")


class ReadAllView(View):
    """What has become of the inbox after everything in it was read."""

    updated: int = Field(ge=0, description="How many entries were unread until now.", examples=[3])
    unread: int = Field(description="How many still are.", examples=[0])
