"""Takes the documents' pictures of the demo page: `python -m tests.browser http://127.0.0.1:8000`.

For a stack that has just been started on an empty data folder, with the demo's people and their past. Fonts are the
machine's own; Inter is what the page likes best.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final
from uuid import uuid4

from playwright.async_api import Browser, expect

from deploy.local.data_dir import ROOT
from deploy.seed.people import PEOPLE
from tests.browser.browsers import chromium, find_chromium
from tests.browser.past import complete
from tests.browser.windows import Window, button, figure, open_window
from tests.system.buddies import Api, Pair, api

FOLDER: Final = ROOT / "docs" / "screenshots"
DESKTOP: Final = {"width": 1280, "height": 860}
PHONE: Final = {"width": 390, "height": 844}
EARLIER_SESSIONS: Final = 10


async def prepare(client: Api) -> None:
    """Ada and Ben, with some sessions behind them, and a practice begun; others, so that there is a leaderboard."""
    ada, ben, cleo, dan = (str(person.id) for person in PEOPLE[:4])
    for one, other, sessions in (
        (ada, ben, EARLIER_SESSIONS),
        (cleo, dan, EARLIER_SESSIONS + 2),
        (ada, cleo, 2),
        (str(uuid4()), str(uuid4()), EARLIER_SESSIONS + 2),
        (str(uuid4()), str(uuid4()), 3),
    ):
        invited = await client.insist(one, "POST", "/api/matches", {"buddy_id": other})
        pair = Pair(one, other, invited.json()["id"])
        await client.insist(other, "POST", f"/api/matches/{pair.match_id}/accept")
        for _ in range(sessions):
            await complete(client, pair)
    for user in (ada, ben):
        await client.insist(user, "POST", "/api/notifications/read-all")
    started = await client.insist(ada, "POST", "/api/v1/sessions/start", {"sequence_id": 1})
    pause = f"/api/v1/sessions/{started.json()['session_id']}/pause"
    await client.insist(ada, "PUT", pause, {"duration_so_far": 431})


async def together(browser: Browser, url: str) -> None:
    """A session under way, by day: one has confirmed, the other writes."""
    window = await open_window(browser, url, viewport=DESKTOP)
    left, right = window.left, window.right
    await expect(window.connection).to_have_text("Live")
    await button(left, "Plan the next one").click()
    await left.get_by_label("Place").fill("Café Central")
    await left.get_by_label("Your challenge").select_option(index=6)
    await window.schedule()
    for pane in (left, right):
        await button(pane, "I am here").click()
    await button(left, "Confirm").click()
    await right.get_by_label("Notes for both of you").fill(
        "Table by the window. Ada knew the barista’s name!"
    )
    await expect(left.get_by_label("Notes for both of you")).to_have_value(
        "Table by the window. Ada knew the barista’s name!"
    )
    await expect(right).to_contain_text("Saved")
    # Writing may have scrolled to where it is written.
    await window.page.evaluate("scrollTo(0, 0)")
    await picture(window, "together")
    await button(right, "Confirm").click()
    await expect(figure(left, "sessions")).to_have_text(str(EARLIER_SESSIONS + 3))


async def practice(browser: Browser, url: str) -> None:
    """A practice and half a year of it, by night."""
    window = await open_window(browser, url, "/app#practice", viewport=DESKTOP, color_scheme="dark")
    await button(window.left, "Resume").click()
    await button(window.left, "Freeze").click()
    await expect(button(window.left, "Pause")).to_be_visible()
    await expect(button(window.left, "Freeze")).to_have_count(0)
    await expect(window.connection).to_have_text("Live")
    await picture(window, "practice")


async def phone(browser: Browser, url: str) -> None:
    """The same on a phone."""
    window = await open_window(
        browser, url, viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True
    )
    await expect(window.connection).to_have_text("Live")
    await button(window.left, "Rate").scroll_into_view_if_needed()
    await window.left.get_by_role("radio", name="4 stars").check()
    await window.page.evaluate("scrollTo(0, 240)")
    await picture(window, "phone")


async def leaderboard(browser: Browser, url: str) -> None:
    """The two among all others."""
    window = await open_window(browser, url, "/app#leaderboard", viewport={**DESKTOP, "height": 700})
    await expect(window.connection).to_have_text("Live")
    await expect(window.page.locator("#board tr.left")).to_be_visible()
    await picture(window, "leaderboard")


async def settings(browser: Browser, url: str) -> None:
    """Ada's settings, by night."""
    window = await open_window(browser, url, viewport=DESKTOP, color_scheme="dark")
    await button(window.left, "Settings").click()
    dialog = window.page.get_by_role("dialog")
    await dialog.get_by_label("Send me e-mail").check()
    await dialog.get_by_label("Quiet hours").check()
    await dialog.screenshot(path=FOLDER / "settings.png", animations="disabled")


async def picture(window: Window, name: str) -> None:
    """What is on the screen, in the documents' folder."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    await window.page.evaluate("document.activeElement.blur()")
    await window.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


async def main(url: str, chromium_path: str | Path) -> None:
    """Take all of them."""
    async with api(url) as client:
        await prepare(client)
    async with chromium(str(chromium_path)) as browser:
        for each in (together, practice, phone, leaderboard, settings):
            await each(browser, url)


if __name__ == "__main__":
    path = find_chromium()
    if path is None or len(sys.argv) != 2:
        sys.exit(__doc__)
    asyncio.run(main(sys.argv[1], path))
