"""What somebody is called, and which time zones there are."""

import re
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

NAME_LENGTH = 100
"""Characters of the longest display name."""

EMAIL_LENGTH = 320
"""Characters of the longest address (RFC 3696, erratum 1690)."""

PREFERENCE_NAME = r"^[a-z][a-z0-9_]{0,63}$"
"""What preferences, and the kinds within them, are called."""

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
"""A time of day, on a 24-hour clock."""

MOST_PREFERENCES = 50

_PREFERENCE_NAME = re.compile(PREFERENCE_NAME)
_NO_PLACES = {"Factory", "localtime", "posixrules"}


def default_name(user_id: UUID) -> str:
    """What somebody is called of whom only the id is known."""
    return f"User {str(user_id)[:8]}"


def first_name(user_id: UUID, token_name: str | None, email: str | None) -> str:
    """What somebody is called at first: the token's name, else what stands before the @, else the default.

    The identity provider's text is taken as it comes, apart from what cannot be shown on one line.
    """
    local_part = (email or "").partition("@")[0]
    return _one_line(token_name or "") or _one_line(local_part) or default_name(user_id)


def kept_email(email: str | None) -> str | None:
    """The token's address when it looks like one; None otherwise."""
    if email is None or len(email) > EMAIL_LENGTH or "@" not in email or not email.isprintable():
        return None
    return email


def _one_line(raw: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in raw)
    return " ".join(printable.split())[:NAME_LENGTH].rstrip()


def is_time_zone(name: str) -> bool:
    """Whether the IANA time zone database knows a zone of exactly this name."""
    return name in _time_zones()


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACES)


def is_preference_name(name: str) -> bool:
    """Whether a preference can be called so."""
    return _PREFERENCE_NAME.fullmatch(name) is not None
