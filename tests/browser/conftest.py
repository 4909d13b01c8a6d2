"""A browser for the tests of the demo page; without one they are skipped."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.browsers import chromium, find_chromium
from tests.browser.windows import Window, open_window
from tests.support.stack import Stack

OpenWindow = Callable[..., Awaitable[Window]]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is. Skips the test where it is nowhere."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine (Debian: apt-get install chromium)")
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """One Chromium for all; each window is in a context of its own."""
    async with chromium(chromium_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def window_of(browser: Browser, stack: Stack) -> AsyncIterator[OpenWindow]:
    """`await window_of("/app", viewport=…)`: the stack's demo page with two fresh people in it.

    At the end of the test nothing may have gone wrong in any window, nor been forbidden by its policy.
    """
    opened: list[Window] = []

    async def window(path: str = "/app", **context: object) -> Window:
        one = await open_window(browser, stack.base_url, path, **context)
        opened.append(one)
        return one

    yield window
    errors = [error for one in opened for error in one.errors]
    for one in opened:
        await one.page.context.close()
    assert errors == []
