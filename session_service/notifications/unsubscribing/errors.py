"""What a link that stops mails is refused with."""

from kit.errors import NotFound


class UnknownLink(NotFound):
    """This link is not known: mails can be stopped in the preferences, too"""

    code = "unknown_link"
