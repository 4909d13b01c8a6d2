"""What a message says, and what follows from a receiver's answer: facts in, a value out. Nothing here does I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from kit.schemas import format_time
from session_service.webhooks.rules import DisabledReason

State = Literal["pending", "delivered", "failed"]

TEST_TYPE = "webhook.test"
"""The type of what is sent to try an endpoint out."""

SWITCHED_OFF = "The webhook was switched off"
"""Why what was waiting for an endpoint is given up when that is switched off."""

INTERRUPTED = "The attempt was cut off on this side"
"""Of an attempt whose courier was ended in the middle of it. Whether it arrived is not known."""

INTERRUPTIONS_AT_MOST = 20
"""So often an attempt may be cut off before the delivery is given up: it may be what ends the couriers."""

LONGEST_PROLONGATION = 0.1
"""By which part of itself a pause is prolonged at most, so that what failed together is not tried again together."""

_LONGER_THAN_ANY = timedelta(seconds=1_000_000)

_ASKS_FOR_A_PAUSE = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: a status, or the reason why there is none; and the pause that was asked for."""

    status: int | None
    error: str | None
    retry_after: timedelta | None = None

    @property
    def accepted(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Patience:
    """How long it is tried."""

    pauses: tuple[timedelta, ...]
    longest_retry_after: timedelta
    disable_after: timedelta


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an outcome."""

    state: State
    wait: timedelta | None = None
    """The pause before the next attempt, if there is one."""
    hold: timedelta | None = None
    """The pause before anything else is sent to the endpoint."""
    disables: DisabledReason | None = None
    """Why the endpoint is switched off, if it is."""


def judge(
    outcome: Outcome, *, attempts: int, failing_for: timedelta, patience: Patience, random: float
) -> Verdict:
    """What follows from the outcome of the delivery's ``attempts``-th attempt.

    ``failing_for`` is how long the endpoint has done nothing but fail, this time included; ``random`` is in [0, 1).
    """
    if outcome.accepted:
        return Verdict("delivered")
    if outcome.status == 410:
        return Verdict("failed", disables="gone")
    if failing_for >= patience.disable_after:
        return Verdict("failed", disables="failing")
    hold = None
    if outcome.retry_after is not None and outcome.status in _ASKS_FOR_A_PAUSE:
        hold = min(max(outcome.retry_after, timedelta(0)), patience.longest_retry_after)
    done = max(attempts, 1)
    if done > len(patience.pauses):
        return Verdict("failed", hold=hold)
    wait = patience.pauses[done - 1] * (1 + random * LONGEST_PROLONGATION)
    return Verdict("pending", wait=max(wait, hold or wait), hold=hold)


def read_retry_after(raw: str | None, now: datetime) -> timedelta | None:
    """The pause that a ``Retry-After`` asks for: seconds, or until a date (RFC 9110); None for anything else."""
    if raw is None or len(raw) > 100:
        return None
    raw = raw.strip()
    if raw.isascii() and raw.isdigit():
        return min(timedelta(seconds=min(int(raw), 10**9)), _LONGER_THAN_ANY)
    try:
        until = parsedate_to_datetime(raw)
        if until.tzinfo is None:
            until = until.replace(tzinfo=UTC)
        return min(max(until - now, timedelta(0)), _LONGER_THAN_ANY)
    except (ValueError, TypeError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Told:
    """A notification, as its owner's endpoints are told of it. Its texts are plain text."""

    id: UUID
    user_id: UUID
    kind: str
    title: str
    body: str
    session_id: UUID | None
    created_at: datetime


def type_of(kind: str) -> str:
    """The type of a message about a notification of that kind."""
    return f"notification.{kind}"


def message_of(told: Told) -> str:
    """The body of the message about a notification (Standard Webhooks: type, timestamp, data)."""
    return _message(
        type_of(told.kind),
        told.created_at,
        {
            "id": told.id,
            "user_id": told.user_id,
            "kind": told.kind,
            "title": told.title,
            "body": told.body,
            "session_id": told.session_id,
            "created_at": format_time(told.created_at),
        },
    )


def test_message(webhook_id: UUID, now: datetime) -> str:
    """The body of a message that tries an endpoint out."""
    return _message(TEST_TYPE, now, {"webhook_id": webhook_id, "text": "This webhook works."})


def _message(type_: str, time: datetime, data: Mapping[str, Any]) -> str:
    return orjson.dumps({"type": type_, "timestamp": format_time(time), "data": data}).decode()
