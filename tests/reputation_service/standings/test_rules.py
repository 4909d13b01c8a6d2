"""What a window around somebody holds, and completion rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_service.standings.rules import completion_rate_percent, window


@pytest.mark.parametrize(
    ("ahead", "rest", "limit", "expected"),
    [
        (10, 10, 5, (2, 3)),
        (10, 10, 4, (1, 3)),
        (10, 10, 1, (0, 1)),
        (0, 10, 5, (0, 5)),
        (1, 10, 5, (1, 4)),
        (10, 1, 5, (4, 1)),
        (10, 2, 5, (3, 2)),
        (1, 1, 5, (1, 1)),
        (0, 0, 5, (0, 0)),
    ],
)
def test_one_stands_in_the_middle_unless_an_end_is_near(
    ahead: int, rest: int, limit: int, expected: tuple[int, int]
) -> None:
    assert window(ahead, rest, limit) == expected


@given(ahead=st.integers(0, 30), rest=st.integers(1, 30), limit=st.integers(1, 20))
def test_a_window_is_full_where_there_are_enough_and_holds_oneself(ahead: int, rest: int, limit: int) -> None:
    shown_ahead, shown_rest = window(ahead, rest, limit)
    assert shown_ahead + shown_rest == min(limit, ahead + rest)
    assert 0 <= shown_ahead <= ahead
    assert 1 <= shown_rest <= rest


@pytest.mark.parametrize(
    ("completed", "no_shows", "rate"),
    [(0, 0, None), (0, 3, 0.0), (3, 0, 100.0), (1, 2, 33.3), (2, 1, 66.7), (1, 15, 6.3), (2001, 7999, 20.0)],
)
def test_completion_rates_are_rounded_half_up(completed: int, no_shows: int, rate: float | None) -> None:
    assert completion_rate_percent(completed, no_shows) == rate
