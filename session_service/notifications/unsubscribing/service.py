"""The use case behind a link in a mail: its reader wants no more of them."""

from uuid import UUID

from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncConnection

from session_service.notifications import preferences as wishes
from session_service.notifications.preferences import EMAIL
from session_service.profiles import service as profiles


async def stop(connection: AsyncConnection, user_id: UUID, kind: str | None) -> None:
    """Turns mails of this kind off, or all mails (None), in the user's preferences; the rest stays as it is.

    Once more changes nothing. Somebody who is gone gets no mails anyway. The transaction is the user's.
    """
    try:
        profile = await profiles.load_locked(connection, user_id)
    except NoResultFound:
        return
    changed = wishes.without(profile.notification_preferences, EMAIL, kind)
    await profiles.change(connection, profile, {"notification_preferences": changed})
