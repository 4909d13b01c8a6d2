"""What can come of handing a mail over."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken it upon itself to deliver it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server has not accepted it. ``for_good``: nor ever will. The reason names no address."""

    reason: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """It was handed over, and there was no answer: it may have been accepted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """It was held back at the last moment, by whoever was asked for the text."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """We broke it off ourselves before the text: nothing has happened, and it can begin anew at any time."""


Outcome = Accepted | Refused | Unknown | Held | BrokenOff
