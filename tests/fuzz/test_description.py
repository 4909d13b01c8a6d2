"""The running system is as it describes itself: a short version of ``make fuzz``."""

from pathlib import Path

import pytest

from tests.fuzz.schemathesis_run import Size, run
from tests.fuzz.world import make_world
from tests.support.stack import Stack
from tests.system.buddies import api

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(240)]

SIZE = Size(examples=3, phases=("examples", "fuzzing", "stateful"))
"""The coverage phase takes thousands of requests whatever else is said, so it is left to ``make fuzz``."""


@pytest.mark.parametrize("last", [False, True], ids=["all", "the end of an account"])
async def test_every_answer_is_as_described(stack: Stack, tmp_path: Path, last: bool) -> None:
    async with api(stack.base_url) as client:
        world = await make_world(client)
    outcome = await run(stack.base_url, world, tmp_path, SIZE, seed=20_261_121, last=last)
    assert outcome.is_clean, outcome.report[-20_000:]
    assert outcome.requests >= (1 if last else 300)
