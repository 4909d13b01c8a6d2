"""When a notification is mailed, whether it still should be when its time has come, and what follows a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from session_service.notifications import preferences as wishes
from session_service.notifications.preferences import EMAIL, Digest, QuietHours
from session_service.notifications.reminders import rules as reminders

SHOWN_AT_MOST = 50
"""So many entries a mail tells of, the newest; of the others how many they are."""

KEPT_AT_MOST = 200
"""So many entries a mail is of, the newest. Where there were more nobody counts them: they are in the inbox."""

REPEATED = timedelta(minutes=10)
"""What is told of the same session in the same kind within this time waits as long, and comes in one mail."""

LONGEST_PAUSE = timedelta(hours=1)
"""The longest pause between two attempts."""

MOST_LEASES = 100
"""So often a mail is taken without coming to anything before it is given up: it may be what ends its courier."""

LEASES_APART = 1000
"""Where the next budget of leases begins: the number of leases says who holds a mail, so it never goes back.

Whoever has a dead letter tried again raises it to the next multiple of this; what counts against `MOST_LEASES` is what
is above the multiple before.
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A user as far as mail is concerned."""

    user_id: UUID
    email: str | None
    timezone: str
    preferences: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """A notification to be mailed: when, and whether together with what else comes until then."""

    due_at: datetime
    gathering: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A notification in a mail, and what its session is like now, if it is about one."""

    id: UUID
    event_id: UUID
    kind: str
    title: str
    body: str
    created_at: datetime
    session_id: UUID | None
    session_status: str | None
    session_time: datetime | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail whose time has come, as everything is now."""

    id: UUID
    user_id: UUID
    gathering: bool
    created_at: datetime
    recipient: Recipient
    entries: Sequence[Entry]
    now: datetime
    full: bool = False
    """Whether there may have been more entries: it was of as many as a mail can be of."""


@dataclass(frozen=True, slots=True)
class Send:
    """It is to be sent now, to this address, with these entries in it."""

    address: str
    entries: tuple[Entry, ...]
    more: int | None = 0
    """How many others there are that have no room in it; None: many."""


@dataclass(frozen=True, slots=True)
class Postpone:
    """Not before then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Not at all, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a mail is tried: the first pause, doubled from attempt to attempt, and the time after which it ends."""

    first_pause: timedelta
    give_up_after: timedelta


def plan(recipient: Recipient, kind: str, now: datetime, *, repeated: bool = False) -> Plan | None:
    """When to mail a notification of this kind that is there ``now``; None if it is not wanted.

    ``repeated`` is one of a session of which the user was told something of the same kind less than `REPEATED` ago. It
    waits, unless there is a digest: whatever is mailed beside that its user wants at once.
    """
    if not recipient.email or not wishes.wants(recipient.preferences, EMAIL, kind):
        return None
    zone = wishes.zone_of(recipient.timezone)
    digest = Digest.of(recipient.preferences)
    quiet_hours = QuietHours.of(recipient.preferences)
    if digest is not None and kind not in digest.without:
        due = wishes.next_digest(now, zone, digest)
        return Plan(wishes.deliver_at(due, zone, quiet_hours), gathering=True)
    due = wishes.deliver_at(now + REPEATED if repeated and digest is None else now, zone, quiet_hours)
    # What waits, for the morning say, comes in one mail, unless there is a digest, which has a time of its own.
    return Plan(due, gathering=due > now and digest is None)


def decide(mail: Mail) -> Send | Postpone | Drop:
    """What becomes of a mail whose time has come, by what its user wants now."""
    recipient = mail.recipient
    if not recipient.email:
        return Drop("the user has no address")
    wanted = [entry for entry in mail.entries if wishes.wants(recipient.preferences, EMAIL, entry.kind)]
    if not wanted:
        return Drop("the user does not want it any more")
    entries = tuple(entry for entry in wanted if _still_holds(entry, mail.now))
    if not entries:
        return Drop("the session is not ahead any more, or has been moved")
    zone = wishes.zone_of(recipient.timezone)
    digest = Digest.of(recipient.preferences)
    if mail.gathering and digest is not None:
        due = wishes.next_digest(mail.created_at, zone, digest)
        if due > mail.now:
            return Postpone(due)
    at = wishes.deliver_at(mail.now, zone, QuietHours.of(recipient.preferences))
    if at > mail.now:
        return Postpone(at)
    return Send(recipient.email, entries[-SHOWN_AT_MOST:], _more(len(entries), mail))


def try_again_at(
    attempts: int, first_tried_at: datetime, now: datetime, patience: Patience
) -> datetime | None:
    """When to try again after so many attempts that were refused for the time being; None to give up."""
    pause = min(patience.first_pause * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return now + pause if now + pause <= first_tried_at + patience.give_up_after else None


def _more(entries: int, mail: Mail) -> int | None:
    return None if mail.full else max(entries - SHOWN_AT_MOST, 0)


def _still_holds(entry: Entry, now: datetime) -> bool:
    # News stay true; a reminder does not: it is of one time of a session that is still to come.
    if entry.kind != reminders.KIND:
        return True
    return (
        entry.session_id is not None
        and entry.session_time is not None
        and entry.session_status in reminders.OPEN
        and entry.session_time > now
        and entry.event_id == reminders.event_id(entry.session_id, entry.session_time)
    )
