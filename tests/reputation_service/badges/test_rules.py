"""When a badge is earned."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from reputation_service.badges.rules import (
    COUNTS,
    MILESTONES,
    STREAKS,
    TITLES,
    Progress,
    Streak,
    earned,
    earned_by_streak,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


def times(count: int) -> list[datetime]:
    return [START + timedelta(days=day) for day in range(count)]


@pytest.mark.parametrize(
    ("before", "sessions", "codes"),
    [
        (0, 1, ["sessions_1"]),
        (0, 4, ["sessions_1"]),
        (1, 1, []),
        (3, 1, []),
        (4, 1, ["sessions_5"]),
        (5, 1, []),
        (9, 1, ["sessions_10"]),
        (24, 1, ["sessions_25"]),
        (49, 1, ["sessions_50"]),
        (99, 1, ["sessions_100"]),
        (249, 1, ["sessions_250"]),
        (250, 500, []),
        (0, 10, ["sessions_1", "sessions_5", "sessions_10"]),
        (4, 21, ["sessions_5", "sessions_10", "sessions_25"]),
        (7, 0, []),
    ],
)
def test_the_milestones_that_new_sessions_pass(before: int, sessions: int, codes: list[str]) -> None:
    progress = Progress(uuid4(), before + sessions, times(sessions))
    assert [badge.code for badge in earned(progress)] == codes


def test_a_badge_is_earned_by_the_session_that_reaches_it() -> None:
    # Sessions 4 to 12: the second of them is the fifth, and the seventh of them is the tenth.
    user_id = uuid4()
    badges = earned(Progress(user_id, 12, times(9)))
    assert [(badge.user_id, badge.code, badge.earned_at) for badge in badges] == [
        (user_id, "sessions_5", START + timedelta(days=1)),
        (user_id, "sessions_10", START + timedelta(days=6)),
    ]


def test_every_milestone_of_the_contract_has_a_badge_with_a_title() -> None:
    assert COUNTS == (1, 5, 10, 25, 50, 100, 250)
    assert [badge.days for badge in STREAKS] == [7, 30, 100]
    assert len(TITLES) == len(MILESTONES) + len(STREAKS)
    assert all(TITLES.values())


@pytest.mark.parametrize(("days", "codes"), [
    (1, []), (6, []), (7, ["streak_7"]), (8, []), (30, ["streak_30"]), (100, ["streak_100"]), (101, []),
])  # fmt: skip
def test_a_streak_earns_the_badge_of_its_length(days: int, codes: list[str]) -> None:
    streak = Streak(uuid4(), days, START)
    badges = earned_by_streak(streak)
    assert [badge.code for badge in badges] == codes
    assert all((badge.user_id, badge.earned_at) == (streak.user_id, START) for badge in badges)
