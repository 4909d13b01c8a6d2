"""Both buddies confirm at the same instant, again and again."""

import asyncio

import pytest

from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, Pair, api, new_pair, new_session
from tests.system.truth import Truth, read_truth

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]

ROUNDS = 200
CONNECTIONS = 8


async def test_both_at_once_complete_it_once(stack: Stack) -> None:
    async with api(stack.base_url) as client:
        pairs = [await new_pair(client) for _ in range(10)]
        sessions = [
            (pairs[n % len(pairs)], await new_session(client, pairs[n % len(pairs)])) for n in range(ROUNDS)
        ]
        at_once = asyncio.Semaphore(CONNECTIONS // 4)

        async def clash(pair: Pair, session: str) -> list[tuple[int, bool]]:
            """Both confirm, each twice (a double click): one 200 and one 409 each."""
            async with at_once:
                answers = await asyncio.gather(
                    *(confirm(client, user, session) for user in (pair.one, pair.other, pair.other, pair.one))
                )
            return sorted(answers)

        for answers in await asyncio.gather(*(clash(pair, session) for pair, session in sessions)):
            assert [status for status, _ in answers] == [200, 200, 409, 409], answers
            assert [both for status, both in answers if status == 200] == [False, True], "one completes it"
    await eventually(lambda: settled(stack), timeout=30)


async def confirm(client: Api, user: str, session: str) -> tuple[int, bool]:
    answer = await client.call(user, "POST", f"/api/session/{session}/confirm", Prefer="wait=0")
    return answer.status_code, answer.json()["both_confirmed"]


async def settled(stack: Stack) -> Truth:
    truth = await asyncio.to_thread(read_truth, stack.owner_url)
    assert truth.faults() == []
    return truth
