"""What goes over the wire about the user."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from kit.schemas import Body, Bool, SafeStr, Trimmed, View
from session_service.profiles import rules


def _known_zone(name: str) -> str:
    if not rules.is_time_zone(name):
        raise PydanticCustomError(
            "time_zone", "Input should be the name of an IANA time zone, as Europe/Berlin"
        )
    return name


def _absent() -> Any:
    # A field that may be left out and may not be null; `exclude_unset` tells what was given.
    return None


DisplayName = Annotated[Trimmed, Field(min_length=1, max_length=rules.NAME_LENGTH, examples=["Alex"])]
TimeZone = Annotated[SafeStr, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(_known_zone)]
PreferenceName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
_NO_OTHER_NAMES: dict[str, JsonValue] = {"additionalProperties": False}
Preferences = Annotated[
    dict[
        PreferenceName,
        Bool | Annotated[dict[PreferenceName, Bool], Field(max_length=50, json_schema_extra=_NO_OTHER_NAMES)],
    ],
    Field(
        max_length=50,
        json_schema_extra=_NO_OTHER_NAMES,
        examples=[{"email": True, "webhook": False}],
        description="By channel (`email`, `webhook`): wanted or not, or that by kind of notification. "
        "The in-app inbox is always on.",
    ),
]


class ProfileView(View):
    """The user's own profile."""

    id: UUID
    user_number: int = Field(examples=[7], description="The user as a number, in practice sessions.")
    display_name: str = Field(examples=["Alex"])
    email: str | None = Field(examples=["alex@example.com"], description="As the identity provider had it.")
    timezone: str = Field(examples=["Europe/Berlin"], description="IANA time zone.")
    notification_preferences: dict[str, bool | dict[str, bool]] = Field(examples=[{"email": True}])


class ProfileChanges(Body):
    """What is to be changed of the user's own profile; what is left out stays."""

    display_name: DisplayName = Field(default_factory=_absent)
    timezone: TimeZone = Field(default_factory=_absent)
    notification_preferences: Preferences = Field(
        default_factory=_absent, description="Takes the place of all preferences there were."
    )
