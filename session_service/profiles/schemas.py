"""What goes over the wire about the user."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    model_validator,
)
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


_NO_OTHER_NAMES: dict[str, JsonValue] = {"additionalProperties": False}
_EXAMPLE: dict[str, JsonValue] = {
    "email": {"others": True, "buddy_checked_in": False},
    "webhook": True,
    "quiet_hours": {"from": "22:00", "to": "07:00"},
    "digest": {"at": "08:00", "except": ["session_reminder"]},
}
DisplayName = Annotated[Trimmed, Field(min_length=1, max_length=rules.NAME_LENGTH, examples=["Alex"])]
TimeZone = Annotated[
    SafeStr,
    Field(max_length=64, examples=["Europe/Berlin"], json_schema_extra={"format": "time-zone"}),
    AfterValidator(_known_zone),
]
PreferenceName = Annotated[str, Field(pattern=rules.PREFERENCE_NAME)]
Clock = Annotated[str, Field(pattern=rules.CLOCK, examples=["22:00"])]


class QuietHours(Body):
    """From when to when, by the clock of the profile's time zone, mails wait; over midnight if `to` is the earlier.

    Webhooks are not held back.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    start: Clock = Field(alias="from")
    end: Annotated[Clock, Field(examples=["07:00"])] = Field(alias="to")

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.start == self.end:
            raise PydanticCustomError("quiet_hours", "Quiet hours should end at another time than they begin")
        return self


class Digest(Body):
    """One mail a day at this time, by the same clock, instead of one for each notification."""

    model_config = ConfigDict(serialize_by_alias=True)

    at: Annotated[Clock, Field(examples=["08:00"])]
    without: list[PreferenceName] = Field(
        default_factory=list,
        alias="except",
        max_length=50,
        description="Kinds that are mailed at once all the same.",
    )


Channel = (
    Bool | Annotated[dict[PreferenceName, Bool], Field(max_length=50, json_schema_extra=_NO_OTHER_NAMES)]
)


class Preferences(BaseModel):
    """What is to be told where, and when.

    Any other member is a channel (`email`, `webhook`): wanted or not, or that by kind of notification, with `others`
    for the kinds that are not named. Both are off until they are asked for; the in-app inbox is always on.
    """

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        json_schema_extra={
            "maxProperties": rules.MOST_PREFERENCES,
            "propertyNames": {"pattern": rules.PREFERENCE_NAME},
            "examples": [_EXAMPLE],
        },
    )
    __pydantic_extra__: dict[str, Channel]

    quiet_hours: QuietHours = Field(default_factory=_absent)
    digest: Digest = Field(default_factory=_absent)

    @model_validator(mode="after")
    def _names(self) -> Self:
        if len(self.model_fields_set) > rules.MOST_PREFERENCES:
            raise PydanticCustomError("too_long", "There should be at most 50 preferences")
        for name in self.model_fields_set:
            if not rules.is_preference_name(name):
                raise PydanticCustomError("preference_name", "Names should be like `email` or `quiet_hours`")
        return self


class ProfileView(View):
    """The user's own profile."""

    id: UUID
    user_number: int = Field(examples=[7], description="The user as a number, in practice sessions.")
    display_name: str = Field(examples=["Alex"])
    email: str | None = Field(
        examples=["alex@example.com"],
        description="As the identity provider had it, in the last token that carried one.",
    )
    timezone: str = Field(examples=["Europe/Berlin"], description="IANA time zone.")
    notification_preferences: dict[str, bool | dict[str, bool | str | list[str]]] = Field(
        examples=[_EXAMPLE], description="As they were given."
    )


class ProfileChanges(Body):
    """What is to be changed of the user's own profile; what is left out stays."""

    display_name: DisplayName = Field(default_factory=_absent)
    timezone: TimeZone = Field(default_factory=_absent)
    notification_preferences: Preferences = Field(
        default_factory=_absent, description="Takes the place of all preferences there were."
    )
