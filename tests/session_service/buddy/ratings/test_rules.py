"""When ratings are seen, and when they can be given, case by case."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from session_service.buddy.ratings import errors, rules
from session_service.buddy.ratings.rules import Rate, Rating, Ratings
from session_service.buddy.ratings.schemas import RatingsView
from session_service.buddy.rules import UNCHANGED, Status
from tests.session_service.factories import NOW

DAYS = timedelta(days=1)
DONE = NOW - 3 * DAYS
DEADLINE = DONE + 14 * DAYS
MINE = Rating(4, "Patient", DONE + DAYS, DONE + DAYS)
THEIRS = Rating(5, None, DONE + 2 * DAYS, DONE + 2 * DAYS)


def ratings(
    mine: Rating | None = None,
    theirs: Rating | None = None,
    *,
    now: datetime = NOW,
    status: Status = Status.COMPLETED,
) -> Ratings:
    return Ratings(status, DONE if status is Status.COMPLETED else None, mine, theirs, now)


LATER = DEADLINE + DAYS
JUST_BEFORE = DEADLINE - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("given", "visible", "visible_at"),
    [
        (ratings(), False, DEADLINE),
        (ratings(MINE), False, DEADLINE),
        (ratings(None, THEIRS), False, DEADLINE),
        (ratings(MINE, THEIRS), True, THEIRS.created_at),
        (ratings(MINE, now=JUST_BEFORE), False, DEADLINE),
        (ratings(None, THEIRS, now=JUST_BEFORE), False, DEADLINE),
        (ratings(MINE, now=DEADLINE), True, DEADLINE),
        (ratings(None, THEIRS, now=LATER), True, DEADLINE),
        (ratings(now=LATER), True, DEADLINE),
        (ratings(MINE, THEIRS, now=LATER), True, THEIRS.created_at),
        (ratings(status=Status.SCHEDULED), False, None),
        (ratings(status=Status.NO_SHOW, now=LATER), False, None),
    ],
)
def test_when_they_are_visible(given: Ratings, visible: bool, visible_at: datetime | None) -> None:
    assert (given.visible, given.visible_at) == (visible, visible_at)


def test_what_is_not_visible_is_not_shown_even_if_it_is_known() -> None:
    assert RatingsView.of(uuid4(), ratings(None, THEIRS)).theirs is None
    assert RatingsView.of(uuid4(), ratings(None, THEIRS, now=LATER)).theirs is not None


def test_changing_one_s_mind_does_not_move_the_moment() -> None:
    changed = replace(MINE, updated_at=THEIRS.created_at - timedelta(hours=1))
    assert ratings(changed, THEIRS).visible_at == THEIRS.created_at


@pytest.mark.parametrize(
    ("given", "decision"),
    [
        (ratings(), Rate(first=True)),
        (ratings(now=JUST_BEFORE), Rate(first=True)),
        # What the buddy has done is not known, and changes nothing.
        (ratings(None, THEIRS), Rate(first=True)),
        (ratings(MINE), Rate(first=False)),
        (ratings(MINE, now=JUST_BEFORE), Rate(first=False)),
        (ratings(MINE, THEIRS), errors.RatingIsFinal),
        (ratings(MINE, now=DEADLINE), errors.RatingIsFinal),
        (ratings(now=DEADLINE), errors.RatedTooLate),
        (ratings(None, THEIRS, now=LATER), errors.RatedTooLate),
        *((ratings(status=one), errors.NotCompleted) for one in Status if one is not Status.COMPLETED),
    ],
)
def test_who_may_rate(given: Ratings, decision: Rate | type) -> None:
    found = rules.rate(given, 1, "Late")
    assert found == decision or type(found) is decision


@pytest.mark.parametrize("given", [ratings(MINE), ratings(MINE, THEIRS), ratings(MINE, now=LATER)])
def test_the_same_again_changes_nothing(given: Ratings) -> None:
    assert rules.rate(given, 4, "Patient") is UNCHANGED
    assert rules.rate(given, 4, None) is not UNCHANGED
    assert rules.rate(given, 5, "Patient") is not UNCHANGED


def test_a_session_that_is_not_completed_says_what_it_is() -> None:
    decision = rules.rate(ratings(status=Status.IN_PROGRESS), 5, None)
    assert isinstance(decision, errors.NotCompleted)
    assert decision.detail == "Only a completed session can be rated - current status: in_progress"
