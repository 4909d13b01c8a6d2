"""The demo page as somebody in front of it uses it."""

import re
from typing import Final, Literal

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from deploy.seed.people import PEOPLE

Side = Literal["left", "right"]

PATIENCE: Final = 20_000
"""Milliseconds for which something may take to be seen; only a failure waits for so long."""

KNOWN: Final = re.compile("^(…|" + "|".join(person.name for person in PEOPLE) + ")$")
"""The names of the demo's people, and of somebody whose name is not there yet."""

expect.set_options(timeout=PATIENCE)


class Window:
    """One window, with its two panes."""

    def __init__(self, page: Page):
        self.page = page
        self.left = page.locator("#left")
        self.right = page.locator("#right")
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        # What the page's policy forbids is an error in the console.
        page.on("console", lambda said: self.errors.append(said.text) if "Policy" in said.text else None)

    @property
    def connection(self) -> Locator:
        """What the page says about its connection."""
        return self.page.locator(".connection")

    async def new_pair(self) -> None:
        """Two people whom nobody has seen before."""
        await self.page.get_by_role("button", name="New pair").click()
        await self.page.wait_for_url(re.compile(r"\bleft=.*\bright="))
        for pane in (self.left, self.right):
            await expect(pane.get_by_role("heading", level=2, include_hidden=True)).not_to_have_text(KNOWN)

    async def become_buddies(self) -> None:
        """The left one invites, the right one accepts."""
        await button(self.left, "Invite").click()
        await button(self.right, "Accept").click()
        await expect(button(self.left, "Schedule")).to_be_visible()

    async def schedule(self, when: str | None = None) -> None:
        """The left one plans a session: now, or at the local time ``2026-11-21T10:00``."""
        if when:
            await self.left.get_by_label("Time", exact=True).fill(when)
        await button(self.left, "Schedule").click()
        for pane in (self.left, self.right):
            await expect(button(pane, "I am here")).to_be_visible()

    async def width(self) -> int:
        """How wide the page is, in CSS pixels, with what can only be scrolled to."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth"))


def of(left: str, right: str) -> str:
    """The page's path with these two people in it."""
    return f"/app?left={left}&right={right}"


def button(pane: Locator, name: str) -> Locator:
    """A button by the beginning of its name."""
    return pane.get_by_role("button", name=re.compile(f"^{name}"))


def figure(pane: Locator, name: str) -> Locator:
    """One of the figures beside a person's name."""
    return pane.locator(".figures div", has_text=name).locator("dd")


def card(pane: Locator, name: str) -> Locator:
    """A card by its internal name."""
    return pane.locator(f'[data-card="{name}"]')


async def open_window(browser: Browser, url: str, path: str = "/app", **context: object) -> Window:
    """The page in a context of its own, whose options are Playwright's."""
    opened: BrowserContext = await browser.new_context(**{"base_url": url, **context})  # type: ignore[arg-type]  # options of several types
    window = Window(await opened.new_page())
    await window.page.goto(path)
    return window
