"""What follows from a receiver's answer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from session_service.webhooks import rules
from session_service.webhooks.deliveries.rules import (
    Outcome,
    Patience,
    Told,
    Verdict,
    judge,
    message_of,
    read_retry_after,
)
from tests.session_service.factories import NOW

S = timedelta(seconds=1)
PATIENCE = Patience(pauses=(5 * S, 30 * S), longest_retry_after=60 * S, disable_after=timedelta(days=3))
YES, NO, NOTHING = Outcome(200, None), Outcome(500, "no"), Outcome(None, "nothing")


@pytest.mark.parametrize(
    ("outcome", "attempts", "failing", "verdict"),
    [
        (YES, 1, 0 * S, Verdict("delivered")),
        (Outcome(299, None), 9, timedelta(days=9), Verdict("delivered")),
        (NO, 1, 0 * S, Verdict("pending", wait=5 * S)),
        (NO, 2, 0 * S, Verdict("pending", wait=30 * S)),
        (NO, 3, 0 * S, Verdict("failed")),
        (NO, 99, 0 * S, Verdict("failed")),
        # Asked for again in the middle of an attempt: it begins anew.
        (NO, 0, 0 * S, Verdict("pending", wait=5 * S)),
        (NOTHING, 1, 0 * S, Verdict("pending", wait=5 * S)),
        (Outcome(302, "no"), 1, 0 * S, Verdict("pending", wait=5 * S)),
        (Outcome(199, "no"), 1, 0 * S, Verdict("pending", wait=5 * S)),
        (Outcome(410, "gone"), 1, 0 * S, Verdict("failed", disables="gone")),
        (NO, 1, timedelta(days=3) - S, Verdict("pending", wait=5 * S)),
        (NO, 1, timedelta(days=3), Verdict("failed", disables="failing")),
        (NOTHING, 1, timedelta(days=4), Verdict("failed", disables="failing")),
        (Outcome(429, "slow", 20 * S), 1, 0 * S, Verdict("pending", wait=20 * S, hold=20 * S)),
        (Outcome(503, "slow", 20 * S), 2, 0 * S, Verdict("pending", wait=30 * S, hold=20 * S)),
        (Outcome(429, "slow", 99 * S), 1, 0 * S, Verdict("pending", wait=60 * S, hold=60 * S)),
        (Outcome(429, "slow", -9 * S), 1, 0 * S, Verdict("pending", wait=5 * S, hold=0 * S)),
        (Outcome(500, "slow", 20 * S), 1, 0 * S, Verdict("pending", wait=5 * S)),
        (Outcome(429, "slow", 20 * S), 3, 0 * S, Verdict("failed", hold=20 * S)),
    ],
)
def test_verdicts(outcome: Outcome, attempts: int, failing: timedelta, verdict: Verdict) -> None:
    assert judge(outcome, attempts=attempts, failing_for=failing, patience=PATIENCE, random=0.0) == verdict


def test_a_pause_is_prolonged_by_a_tenth_at_most_and_never_cut() -> None:
    waits = [
        judge(NO, attempts=2, failing_for=0 * S, patience=PATIENCE, random=number / 100).wait
        for number in range(100)
    ]
    assert waits == sorted(wait for wait in waits if wait is not None)
    assert waits[0] == 30 * S
    assert 32.9 * S < (waits[-1] or 0 * S) < 33 * S


@pytest.mark.parametrize(
    ("raw", "pause"),
    [
        (None, None),
        ("120", 120 * S),
        (" 120 ", 120 * S),
        ("0", 0 * S),
        ("9" * 50, 1_000_000 * S),
        ("1.5", None),
        ("-1", None),
        ("+1", None),
        ("١٢", None),
        ("", None),
        ("soon", None),
        ("9" * 101, None),
        ("Sun, 17 Aug 2025 15:32:00 GMT", 120 * S),
        ("Sunday, 17-Aug-25 15:32:00 GMT", 120 * S),
        ("Sun Aug 17 15:32:00 2025", 120 * S),
        ("Sun, 17 Aug 2025 14:00:00 GMT", 0 * S),
        ("Sun, 17 Aug 9999 25:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 1_000_000 * S),
    ],
)
def test_what_a_receiver_asks_for(raw: str | None, pause: timedelta | None) -> None:
    assert read_retry_after(raw, NOW) == pause


def test_the_same_message_is_the_same_bytes() -> None:

    told = Told(
        UUID(int=1), UUID(int=2), "no_show", '"Ä"', "\n", None, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    )
    assert message_of(told) == message_of(told)
    assert message_of(told).startswith(
        '{"type":"notification.no_show","timestamp":"2026-01-02T03:04:05Z","data":{'
    )


def test_secrets_are_all_different() -> None:
    assert len({rules.new_secret() for _ in range(100)}) == 100
