"""What the inbox refuses."""

from kit.errors import NotFound


class NotificationNotFound(NotFound):
    """Notification not found"""

    # Somebody else's is as unknown as none.
    code = "notification_not_found"
