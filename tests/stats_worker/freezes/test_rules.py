"""Which days can be frozen, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from stats_worker.freezes import errors
from stats_worker.freezes.rules import DayFacts, Freeze, ToFreeze, freeze

TODAY = date(2026, 11, 21)


def day(ahead: int, *, frozen: bool = False, practised: bool = False, frozen_in_month: int = 0) -> DayFacts:
    """A day so many days ahead of today, that nothing speaks against."""
    when = TODAY + timedelta(days=ahead)
    known = Freeze(when, datetime(2026, 11, 1, tzinfo=UTC)) if frozen else None
    return DayFacts(when, known, practised, frozen_in_month)


@pytest.mark.parametrize("ahead", [-2, -1, 0, 1, 32, 366])
def test_days_from_the_day_before_yesterday_on_for_a_year(ahead: int) -> None:
    assert freeze(day(ahead, frozen_in_month=2), TODAY) == ToFreeze(TODAY + timedelta(days=ahead))


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (day(-3), errors.TooLongAgo),
        (day(-400), errors.TooLongAgo),
        (day(367), errors.TooFarAhead),
        (day(0, practised=True), errors.AlreadyPractised),
        (day(0, frozen_in_month=3), errors.NoFreezesLeft),
        (day(-3, practised=True, frozen_in_month=3), errors.TooLongAgo),
        (day(0, practised=True, frozen_in_month=3), errors.AlreadyPractised),
    ],
)
def test_no_other_day(facts: DayFacts, refusal: type[Exception]) -> None:
    assert isinstance(freeze(facts, TODAY), refusal)


@pytest.mark.parametrize("ahead", [-100, 0, 100])
def test_what_is_frozen_stays_frozen_whatever_has_become_of_it(ahead: int) -> None:
    facts = day(ahead, frozen=True, practised=True, frozen_in_month=3)
    assert freeze(facts, TODAY) == facts.freeze
