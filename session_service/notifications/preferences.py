"""What a user wants to be told where and when: the stored preferences, read.

`notification_preferences` of a profile is an object such as ``{"email": true, "webhook": {"no_show": true},
"quiet_hours": {"from": "22:00", "to": "07:00"}, "digest": {"at": "08:00"}}``. A channel is wanted or not, or that by
kind of notification; with ``others`` for the kinds that are not named. Everything here is pure, and takes whatever
is stored: what cannot be understood counts as not said.
"""

from collections.abc import Mapping
from typing import Any

IN_APP = "in_app"
"""The inbox, which cannot be turned off."""

EMAIL = "email"
WEBHOOK = "webhook"

OTHERS = "others"
"""Within a channel: what holds for the kinds that are not named."""


def wants(preferences: Mapping[str, Any], channel: str, kind: str) -> bool:
    """Whether somebody with these preferences wants notifications of this kind through this channel.

    The inbox always; anything else is off until it is asked for.
    """
    if channel == IN_APP:
        return True
    said = preferences.get(channel)
    if isinstance(said, Mapping):
        said = said.get(kind, said.get(OTHERS))
    return said is True
