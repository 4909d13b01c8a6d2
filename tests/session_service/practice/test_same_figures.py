"""Two houses show the four figures, and neither may import the other: here they are held together."""

from hypothesis import given
from hypothesis import strategies as st

from session_service.practice import rules
from session_service.practice.rules import Totals
from stats_worker.figures import rules as statistics_house


@st.composite
def totals(draw: st.DrawFn) -> Totals:
    """Any running totals that there can be."""
    started = draw(st.integers(0, 10**6))
    completed = draw(st.integers(0, started))
    return Totals(started, completed, draw(st.integers(0, rules.LONGEST_PRACTICE * completed)))


@given(totals())
def test_both_houses_have_the_same_formula(kept: Totals) -> None:
    figures = rules.statistics(kept)
    assert figures.average_duration_seconds == statistics_house.average_seconds(kept.seconds, kept.completed)
    assert figures.completion_rate_percent == statistics_house.rate_percent(kept.completed, kept.started)
