"""A real Chromium, where the machine has one."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES: Final = "/usr/bin:/usr/local/bin:/snap/bin:/opt/google/chrome"

ARGUMENTS: Final = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """The path of a Chromium on this machine, if there is one."""
    return next(
        (found for name in NAMES for path in (None, PLACES) if (found := shutil.which(name, path=path))), None
    )


@asynccontextmanager
async def chromium(path: str) -> AsyncIterator[Browser]:
    """That Chromium, running."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()
