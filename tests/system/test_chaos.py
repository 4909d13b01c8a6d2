"""A short version of ``make chaos``: each kind of fault once, in the middle of confirmations."""

import pytest

from tests.chaos.faults import FAULTS, round_of_confirmations
from tests.support.stack import Stack

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

SHORT = (
    "relay killed",
    "reputation worker's child killed",
    "session service killed",
    "PostgreSQL killed",
    "Redis emptied",
)


@pytest.mark.parametrize("name", SHORT)
async def test_every_effect_exactly_once(stack: Stack, name: str) -> None:
    outcome = await round_of_confirmations(stack, FAULTS[name], sessions=30)
    assert outcome.truth.faults() == []
