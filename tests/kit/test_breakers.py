"""Leaving a server alone that does not answer."""

import asyncio
import socket
import time

import pytest

from kit.breakers import Breaker, within


def test_after_a_failure_one_a_pause_finds_out() -> None:
    now = 100.0
    breaker = Breaker(1.0, clock=lambda: now)
    assert breaker.allows()
    assert breaker.failed(), "that is news"
    assert [breaker.allows() for _ in range(3)] == [False] * 3
    now += 1.01
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    assert not breaker.failed()
    now += 0.9
    assert not breaker.allows()
    now += 0.11
    assert breaker.allows()
    breaker.worked()
    assert [breaker.allows() for _ in range(3)] == [True] * 3
    assert breaker.failed()


async def test_waiting_ends() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with within(0.05):
            await asyncio.sleep(10)
    assert 0.05 <= time.monotonic() - began < 5


async def test_what_is_in_time_is_not_disturbed() -> None:
    async with within(0.05):
        value = await asyncio.sleep(0, "done")
    await asyncio.sleep(0.1)
    assert value == "done"


async def test_a_late_process_is_not_a_late_answer() -> None:
    """Both the answer and the end of the waiting are there when the process gets its turn at last."""
    one, other = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=one)
    async with within(0.05):
        asking = asyncio.ensure_future(reader.read(1))
        await asyncio.sleep(0)
        other.send(b"x")
        time.sleep(0.2)  # noqa: ASYNC251 - the process has no time
        assert await asking == b"x"
    writer.close()
    other.close()
