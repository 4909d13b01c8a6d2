"""The faults, and a round of confirmations with one of them in its middle."""

import asyncio
import itertools
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psutil
from redis.asyncio import Redis

from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, api, new_pair, new_session
from tests.system.truth import Truth, read_truth

CLIENTS = 8
"""Connections that confirm at the same time."""

RECOVERS_WITHIN = 60.0
"""Seconds from the fault's end in which every effect has to be there."""

Fault = Callable[[Stack], Awaitable[None]]


def kill(name: str) -> Fault:
    """SIGKILL of a process."""

    async def fault(stack: Stack) -> None:
        stack.kill(name, signal.SIGKILL)

    return fault


def kill_child(name: str) -> Fault:
    """SIGKILL of a Celery worker's child, the process that applies effects."""

    async def fault(stack: Stack) -> None:
        children = psutil.Process(stack.pid(name)).children()
        assert children, f"{name} has no child"
        for child in children:
            os.kill(child.pid, signal.SIGKILL)

    return fault


async def flush_redis(stack: Stack) -> None:
    """FLUSHALL: queues, bindings, signals, heartbeats, everything."""
    redis: Redis = Redis.from_url(stack.redis_url)
    await redis.flushall()
    await redis.aclose()


FAULTS: dict[str, Fault] = {
    "relay killed": kill("relay"),
    "reputation worker killed": kill("reputation-worker"),
    "reputation worker's child killed": kill_child("reputation-worker"),
    "notifications worker killed": kill("notifications-worker"),
    "notifications worker's child killed": kill_child("notifications-worker"),
    "live publisher killed": kill("live-publisher"),
    "session service killed": kill("session-service"),
    "gateway killed": kill("gateway"),
    "Redis killed": kill("redis"),
    "PostgreSQL killed": kill("postgres"),
    "Redis emptied": flush_redis,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round saw: the answers by status, how long recovery took after the fault's end, the final numbers."""

    answers: dict[int, int]
    recovered_after: float
    truth: Truth

    def __str__(self) -> str:
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.answers.items()))
        return f"answers {answers}; all effects there {self.recovered_after:.1f} s after the fault's end"


async def round_of_confirmations(stack: Stack, fault: Fault, *, sessions: int) -> Outcome:
    """Confirms ``sessions`` sessions from both sides, with the fault after a third of the confirmations.

    Raises AssertionError when an answer is wrong, or when effects are missing or doubled `RECOVERS_WITHIN` after the
    stack is ready again.
    """
    async with api(stack.base_url) as client:
        pairs = [await new_pair(client) for _ in range(max(1, sessions // 25))]
        todo = [
            (pair, await new_session(client, pair))
            for pair in itertools.islice(itertools.cycle(pairs), sessions)
        ]
        answers: dict[int, int] = {}
        third_done = asyncio.Event()
        fault_task = asyncio.create_task(_strike(stack, fault, third_done))
        calls = [(user, session) for pair, session in todo for user in (pair.one, pair.other)]
        await _confirm_all(client, calls, answers, third_done)
        ended = await fault_task
    truth = await eventually(
        lambda: _settled(stack), timeout=max(1.0, ended + RECOVERS_WITHIN - time.monotonic()), interval=0.2
    )
    assert set(answers) <= {200, 409}, answers
    assert truth.faults() == []
    return Outcome(answers, time.monotonic() - ended, truth)


async def _confirm_all(
    client: Api, calls: Sequence[tuple[str, str]], answers: dict[int, int], third_done: asyncio.Event
) -> None:
    waiting = list(reversed(calls))

    async def work() -> None:
        while waiting:
            user, session = waiting.pop()
            answer = await client.insist(user, "POST", f"/api/session/{session}/confirm", Prefer="wait=0")
            answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
            if answer.status_code not in {200, 409}:
                raise AssertionError(f"{answer.status_code}: {answer.text}")
            if len(waiting) <= 2 * len(calls) // 3:
                third_done.set()

    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(work())


async def _strike(stack: Stack, fault: Fault, when: asyncio.Event) -> float:
    """Strikes, waits until the stack is ready again, and gives the time of that: the fault's end."""
    await when.wait()
    await fault(stack)
    await eventually(
        lambda: asyncio.to_thread(stack.is_ready), timeout=60, because="the stack is ready again"
    )
    return time.monotonic()


async def _settled(stack: Stack) -> Truth:
    truth = await asyncio.to_thread(read_truth, stack.owner_url)
    assert truth.faults() == [], truth.faults()
    return truth
