"""A short version of ``make bench``: that it measures what it says. What it measures is not judged here."""

from io import StringIO

import pytest
from rich.console import Console

from tests.bench.__main__ import SHORT, measure
from tests.bench.world import World
from tests.support.stack import Stack

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]


async def test_everything_is_measured(stack: Stack) -> None:
    told = StringIO()
    figures, growth, ranks = await measure(World(stack), SHORT, Console(file=told, width=110))
    assert len(figures) == 3
    assert all(figure.ours > 0 and figure.theirs > 0 for figure in figures)
    assert len(growth) == 5
    assert len(ranks) == 7
    assert all(ratio > 0 for line in growth + ranks for ratio in (*line.milliseconds, *line.ratios))
    assert all(len(line.ratios) == len(SHORT.practices) - 1 for line in growth)
    assert all(len(line.ratios) == len(SHORT.crowds) - 1 for line in ranks)
    assert "second confirmation" in told.getvalue()
    assert all(line.name in told.getvalue() for line in growth + ranks)
