"""The buddy room's decisions, as tables: one line is one case."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.errors import Refusal
from session_service.buddy import errors, rules
from session_service.buddy.rules import CheckedIn, Confirmed, Participant, Session, Status
from tests.session_service.factories import NOW

ADA, BOB, STRANGER = uuid4(), uuid4(), uuid4()

SCHEDULED, IN_PROGRESS = Status.SCHEDULED, Status.IN_PROGRESS
COMPLETED, CANCELLED, NO_SHOW = Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_session(
    status: Status = SCHEDULED,
    *,
    due: timedelta = timedelta(hours=-1),
    ada: dict[str, Any] | None = None,
    bob: dict[str, Any] | None = None,
) -> Session:
    """Ada's challenge is worth 20 points and Bob's 10; it is `due` from now."""
    return Session(
        id=uuid4(),
        match_id=uuid4(),
        venue_name="Riverside Park",
        scheduled_time=NOW + due,
        status=status,
        user1=replace(Participant(ADA, uuid4(), 20), **(ada or {})),
        user2=replace(Participant(BOB, uuid4(), 10), **(bob or {})),
        now=NOW,
    )


CONFIRMED, PRESENT, ABSENT = {"confirmed": True}, {"present": True}, {"no_show": True}


@pytest.mark.parametrize(
    ("session", "caller", "named", "expected"),
    [
        # First of the two.
        (a_session(), ADA, None, Confirmed(BOB, False, SCHEDULED, 0)),
        (a_session(), ADA, BOB, Confirmed(BOB, False, SCHEDULED, 0)),
        (a_session(), BOB, ADA, Confirmed(ADA, False, SCHEDULED, 0)),
        (a_session(IN_PROGRESS), BOB, None, Confirmed(ADA, False, IN_PROGRESS, 0)),
        # The second completes, and gains the points of the own challenge.
        (a_session(bob=CONFIRMED), BOB, None, Confirmed(ADA, True, COMPLETED, 10)),
        (a_session(ada=CONFIRMED), ADA, BOB, Confirmed(BOB, True, COMPLETED, 20)),
        (a_session(IN_PROGRESS, ada=CONFIRMED), ADA, None, Confirmed(BOB, True, COMPLETED, 20)),
        # The time: to the microsecond, unless the caller is there.
        (a_session(due=timedelta()), ADA, None, Confirmed(BOB, False, SCHEDULED, 0)),
        (a_session(due=minutes(30), ada=PRESENT), ADA, None, Confirmed(BOB, False, SCHEDULED, 0)),
        (a_session(due=timedelta(microseconds=1)), ADA, None, errors.ConfirmedTooEarly),
        (a_session(due=minutes(30), bob=PRESENT), ADA, None, errors.ConfirmedTooEarly),
        # Each refusal, and that it comes before those that stand below it in the contract.
        (a_session(), ADA, ADA, errors.SelfConfirmation),
        (a_session(CANCELLED, bob=CONFIRMED), ADA, ADA, errors.SelfConfirmation),
        (a_session(), ADA, STRANGER, errors.ConfirmedUserNotParticipant),
        (a_session(CANCELLED, bob=CONFIRMED), ADA, STRANGER, errors.ConfirmedUserNotParticipant),
        (a_session(bob=CONFIRMED), ADA, None, errors.AlreadyConfirmed),
        (a_session(COMPLETED, ada=CONFIRMED, bob=CONFIRMED), ADA, None, errors.AlreadyConfirmed),
        (a_session(NO_SHOW, bob=CONFIRMED), ADA, None, errors.AlreadyConfirmed),
        (a_session(due=minutes(30), bob=CONFIRMED), ADA, None, errors.AlreadyConfirmed),
        (a_session(CANCELLED), ADA, None, errors.CannotComplete),
        (a_session(NO_SHOW), BOB, None, errors.CannotComplete),
        (a_session(CANCELLED, due=minutes(30)), ADA, None, errors.CannotComplete),
        (a_session(NO_SHOW, ada=CONFIRMED), ADA, None, errors.CannotComplete),
    ],
)
def test_confirming(
    session: Session, caller: UUID, named: UUID | None, expected: Confirmed | type[Refusal]
) -> None:
    decision = rules.confirm(session, caller, named)
    assert (type(decision) if isinstance(decision, Refusal) else decision) == expected


def test_the_texts_of_confirming() -> None:
    def detail(session: Session, named: UUID | None = None) -> str:
        decision = rules.confirm(session, ADA, named)
        assert isinstance(decision, Refusal)
        return decision.detail

    assert detail(a_session(), ADA) == (
        "Cannot confirm your own completion - only your buddy can confirm you"
    )
    assert detail(a_session(bob=CONFIRMED)) == "You have already confirmed completion for this session"
    assert detail(a_session(CANCELLED)) == "Session cannot be completed - current status: cancelled"
    assert detail(a_session(due=minutes(90))) == (
        "Cannot confirm completion before scheduled time (2025-08-17 17:00 UTC)"
    )


def test_a_repeated_confirmation_tells_how_things_stand() -> None:
    first = rules.confirm(a_session(bob=CONFIRMED), ADA, None)
    assert isinstance(first, Refusal)
    assert first.extra == {"session_status": "scheduled", "both_confirmed": False}
    second = rules.confirm(a_session(COMPLETED, ada=CONFIRMED, bob=CONFIRMED), ADA, None)
    assert isinstance(second, Refusal)
    assert second.extra == {"session_status": "completed", "both_confirmed": True}


def test_only_participants_have_a_side() -> None:
    with pytest.raises(KeyError):
        rules.confirm(a_session(), STRANGER, None)


@pytest.mark.parametrize(
    ("session", "caller", "expected"),
    [
        (a_session(due=minutes(60)), ADA, CheckedIn(SCHEDULED)),
        (a_session(due=minutes(60) + timedelta(microseconds=1)), ADA, errors.CheckedInTooEarly),
        (a_session(due=minutes(-600)), BOB, CheckedIn(SCHEDULED)),
        (a_session(bob=PRESENT), ADA, CheckedIn(IN_PROGRESS)),
        (a_session(ada=PRESENT), BOB, CheckedIn(IN_PROGRESS)),
        (a_session(ada=PRESENT), ADA, rules.UNCHANGED),
        (a_session(IN_PROGRESS, ada=PRESENT, bob=PRESENT), ADA, rules.UNCHANGED),
        (a_session(COMPLETED, ada=PRESENT, bob=PRESENT), ADA, rules.UNCHANGED),
        (a_session(COMPLETED), ADA, errors.CannotCheckIn),
        (a_session(CANCELLED), ADA, errors.CannotCheckIn),
        (a_session(NO_SHOW, due=minutes(600)), ADA, errors.CannotCheckIn),
    ],
)
def test_checking_in(session: Session, caller: UUID, expected: object) -> None:
    decision = rules.check_in(session, caller)
    assert (type(decision) if isinstance(decision, Refusal) else decision) == expected


@pytest.mark.parametrize(
    ("session", "refused"),
    [
        (a_session(), False),
        (a_session(due=minutes(600)), False),
        (a_session(IN_PROGRESS, ada=PRESENT, bob=PRESENT), False),
        (a_session(ada=CONFIRMED), True),
        (a_session(IN_PROGRESS, bob=CONFIRMED), True),
        (a_session(COMPLETED, ada=CONFIRMED, bob=CONFIRMED), True),
        (a_session(CANCELLED), True),
        (a_session(NO_SHOW), True),
    ],
)
def test_cancelling(session: Session, refused: bool) -> None:
    assert isinstance(rules.cancel(session), errors.CannotCancel) is refused


@pytest.mark.parametrize(
    ("session", "caller", "refusal"),
    [
        (a_session(due=minutes(-15)), ADA, None),
        (a_session(due=minutes(-15)), BOB, None),
        (a_session(due=minutes(-15) + timedelta(microseconds=1)), ADA, errors.NoShowReportedTooEarly),
        (a_session(due=minutes(600)), ADA, errors.NoShowReportedTooEarly),
        (a_session(ada=PRESENT), ADA, None),
        (a_session(bob=PRESENT), ADA, errors.CannotReportNoShow),
        (a_session(bob=CONFIRMED), ADA, errors.CannotReportNoShow),
        (a_session(IN_PROGRESS, ada=PRESENT, bob=PRESENT), ADA, errors.CannotReportNoShow),
        (a_session(COMPLETED), ADA, errors.CannotReportNoShow),
        (a_session(CANCELLED), ADA, errors.CannotReportNoShow),
        (a_session(NO_SHOW), ADA, errors.CannotReportNoShow),
    ],
)
def test_reporting_a_no_show(session: Session, caller: UUID, refusal: type[Refusal] | None) -> None:
    assert type(rules.report_no_show(session, caller)) is (refusal or type(None))


@pytest.mark.parametrize(
    ("session", "to", "refusal"),
    [
        (a_session(), None, None),
        (a_session(), minutes(60), None),
        (a_session(due=minutes(-600)), minutes(-600), None),  # where it was already
        (a_session(), minutes(-6), errors.ScheduledInThePast),
        (a_session(), timedelta(days=366), errors.ScheduledTooFarAhead),
        (a_session(ada=PRESENT), minutes(60), errors.CannotReschedule),
        (a_session(bob=PRESENT), None, errors.CannotReschedule),
        (a_session(IN_PROGRESS), None, errors.CannotReschedule),
        (a_session(COMPLETED), minutes(60), errors.CannotReschedule),
        (a_session(CANCELLED), minutes(60), errors.CannotReschedule),
        (a_session(NO_SHOW), minutes(-600), errors.CannotReschedule),
    ],
)
def test_rescheduling(session: Session, to: timedelta | None, refusal: type[Refusal] | None) -> None:
    decision = rules.reschedule(session, None if to is None else NOW + to)
    assert type(decision) is (refusal or type(None))


@pytest.mark.parametrize(
    ("due", "refusal"),
    [
        (minutes(-5), None),
        (minutes(-5) - timedelta(microseconds=1), errors.ScheduledInThePast),
        (minutes(0), None),
        (timedelta(days=365), None),
        (timedelta(days=365, microseconds=1), errors.ScheduledTooFarAhead),
    ],
)
def test_when_a_session_can_be(due: timedelta, refusal: type[Refusal] | None) -> None:
    assert type(rules.schedulable(NOW + due, NOW)) is (refusal or type(None))


@pytest.mark.parametrize(
    ("session", "absent"),
    [
        (a_session(), {ADA, BOB}),
        (a_session(ada=PRESENT), {BOB}),
        (a_session(bob=PRESENT), {ADA}),
        (a_session(IN_PROGRESS, ada=PRESENT, bob=PRESENT), set()),
        # Who was confirmed was there, and so was who confirmed.
        (a_session(ada=CONFIRMED), set()),
        (a_session(bob=CONFIRMED), set()),
        (a_session(ada=PRESENT, bob=CONFIRMED), set()),
    ],
)
def test_who_did_not_show_up(session: Session, absent: set[UUID]) -> None:
    assert {participant.user_id for participant in rules.absentees(session)} == absent


@pytest.mark.parametrize(
    ("status", "participant", "excused", "delta"),
    [
        (SCHEDULED, {}, False, 20),
        (IN_PROGRESS, PRESENT, False, 20),
        (COMPLETED, CONFIRMED, False, 20),
        (CANCELLED, {}, False, 0),
        (NO_SHOW, ABSENT, False, -20),
        (NO_SHOW, ABSENT, True, 0),
        (NO_SHOW, {}, False, 0),
    ],
)
def test_the_preview(status: Status, participant: dict[str, Any], excused: bool, delta: int) -> None:
    one = replace(Participant(ADA, uuid4(), 20), **participant)
    assert rules.preview(status, one, excused=excused) == delta
