"""Who may appeal against a no-show, and which appeal is meant, case by case."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from session_service.buddy.appeals import errors, rules
from session_service.buddy.appeals.rules import Appeal, Appealable, AppealStatus
from session_service.buddy.rules import Participant, Session, Status
from tests.session_service.factories import NOW

ADA, BOB = uuid4(), uuid4()
DAYS = timedelta(days=1)


def session(*, absent: tuple[bool, bool] = (False, True), status: Status = Status.NO_SHOW) -> Session:
    return Session(
        id=uuid4(),
        match_id=uuid4(),
        venue_name="Riverside Park",
        scheduled_time=NOW - 3 * DAYS,
        status=status,
        user1=Participant(ADA, uuid4(), 20, no_show=absent[0]),
        user2=Participant(BOB, uuid4(), 10, no_show=absent[1]),
        now=NOW,
    )


@pytest.mark.parametrize("days_ago", [0, 3, 7])
def test_the_absent_one_may_appeal(days_ago: int) -> None:
    decision = rules.appeal(session(), BOB, no_show_at=NOW - days_ago * DAYS, appealed=False)
    assert decision == Appealable(ADA, 10)


def test_both_may_who_were_both_absent() -> None:
    both = session(absent=(True, True))
    assert rules.appeal(both, ADA, no_show_at=NOW, appealed=False) == Appealable(BOB, 20)
    assert rules.appeal(both, BOB, no_show_at=NOW, appealed=False) == Appealable(ADA, 10)


LONG_AGO = NOW - 7 * DAYS - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("status", "who", "days", "appealed", "refusal"),
    [
        *((one, BOB, 0, False, errors.NothingToAppeal) for one in Status if one is not Status.NO_SHOW),
        (Status.NO_SHOW, ADA, 0, False, errors.NotAbsent),
        # In the order of the checks: who was there has nothing to appeal, however late it is.
        (Status.NO_SHOW, ADA, 8, False, errors.NotAbsent),
        (Status.NO_SHOW, BOB, 0, True, errors.AlreadyAppealed),
        (Status.NO_SHOW, BOB, 8, True, errors.AlreadyAppealed),
        (Status.NO_SHOW, BOB, 8, False, errors.AppealedTooLate),
    ],
)
def test_who_may_not(status: Status, who: UUID, days: int, appealed: bool, refusal: type) -> None:
    no_show_at = None if status is not Status.NO_SHOW else LONG_AGO if days else NOW
    decision = rules.appeal(session(status=status), who, no_show_at=no_show_at, appealed=appealed)
    assert type(decision) is refusal


def test_a_session_that_is_no_no_show_says_what_it_is() -> None:
    decision = rules.appeal(session(status=Status.CANCELLED), BOB, no_show_at=None, appealed=False)
    assert isinstance(decision, errors.NothingToAppeal)
    assert decision.detail == "Only a no-show can be appealed against - current status: cancelled"


FIRST = Appeal(uuid4(), ADA, BOB, 20, "I was there.", AppealStatus.OPEN, NOW, None, None)
SECOND = replace(FIRST, user_id=BOB, buddy_id=ADA, created_at=NOW + DAYS)
REJECTED = replace(FIRST, status=AppealStatus.REJECTED, decided_at=NOW)
OPERATOR = uuid4()


@pytest.mark.parametrize(
    ("appeals", "caller", "named", "shown"),
    [
        ([FIRST], ADA, None, FIRST),
        ([FIRST], BOB, None, FIRST),
        ([FIRST, SECOND], ADA, None, FIRST),
        ([FIRST, SECOND], BOB, None, SECOND),
        ([FIRST, SECOND], BOB, ADA, FIRST),
        ([SECOND, FIRST], OPERATOR, None, FIRST),
        ([REJECTED, SECOND], OPERATOR, None, SECOND),
        ([REJECTED, SECOND], OPERATOR, ADA, REJECTED),
    ],
)
def test_which_appeal_is_shown(
    appeals: list[Appeal], caller: UUID, named: UUID | None, shown: Appeal
) -> None:
    assert rules.shown_to(appeals, caller, named) == shown


@pytest.mark.parametrize(("appeals", "named"), [([], None), ([FIRST], BOB), ([], ADA)])
def test_there_is_no_such_appeal(appeals: list[Appeal], named: UUID | None) -> None:
    assert isinstance(rules.shown_to(appeals, OPERATOR, named), errors.AppealNotFound)
    assert isinstance(rules.to_decide(appeals, named), errors.AppealNotFound)


@pytest.mark.parametrize(
    ("appeals", "named", "decided"),
    [
        ([FIRST], None, FIRST),
        ([FIRST], ADA, FIRST),
        ([FIRST, SECOND], BOB, SECOND),
        ([REJECTED], None, errors.AlreadyDecided),
        ([REJECTED, SECOND], ADA, errors.AlreadyDecided),
        ([REJECTED, SECOND], BOB, SECOND),
        ([FIRST, SECOND], None, errors.WhoseAppeal),
        # The same call once more must not decide the other one.
        ([REJECTED, SECOND], None, errors.WhoseAppeal),
    ],
)
def test_which_appeal_is_decided(
    appeals: list[Appeal], named: UUID | None, decided: Appeal | type[Exception]
) -> None:
    found = rules.to_decide(appeals, named)
    assert found == decided or type(found) is decided
