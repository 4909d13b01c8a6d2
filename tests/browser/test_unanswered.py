"""Answers that are late, lost or none at all: nothing is done twice, nothing is given up, and the page goes on."""

import json
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Dialog, Page, Request, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.windows import Window, button, card

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]

LONGER_THAN_PATIENCE = 31_000
"""Milliseconds after which the page stops trying by itself."""

SOON = 5_000
"""Milliseconds in which the page has asked again."""

Answer = Callable[[Route], Awaitable[None]]


async def proxy_page(route: Route, status: int = 200) -> None:
    """What a proxy says in the gateway's place."""
    await route.fulfill(status=status, content_type="text/html", body="<h1>One moment</h1>")


async def away(route: Route) -> None:
    """Nobody answers."""
    await route.abort()


async def cut(page: Page, answer: Answer = away) -> Callable[[], Awaitable[None]]:
    """From here on nobody answers the page, or who should not; until what is returned is called."""

    async def instead(route: Route) -> None:
        await answer(route)

    pattern = re.compile(r"/api/(?!live$)")
    await page.route(pattern, instead)

    async def mend() -> None:
        await page.unroute(pattern, instead)

    return mend


async def with_clock(window_of: OpenWindow, path: str = "/app") -> Window:
    """A window whose clock can be put forward."""
    window = await window_of("/healthz")
    await window.page.clock.install()
    await window.page.goto(path)
    await window.new_pair()
    return window


async def test_an_answer_that_is_none_is_as_good_as_no_answer(window_of: OpenWindow) -> None:
    window = await window_of("/healthz")
    page, left, right = window.page, window.left, window.right

    async def not_live(route: Route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body='{"status": 503}')

    await page.route("**/api/live/**", not_live)  # so that it asks, and asks again
    await page.goto("/app")
    await window.new_pair()
    broken: set[str] = set()
    keys: list[str] = []

    async def once_broken(route: Route) -> None:
        request = route.request
        if request.method == "POST":
            keys.append(request.headers["idempotency-key"])
        if (path := f"{request.method} {request.url}") in broken:
            await route.continue_()
            return
        broken.add(path)
        if request.method == "POST":
            await route.fetch()
        await proxy_page(route)

    await page.route(re.compile("/api/(matches|reputation/me$)"), once_broken)
    await button(left, "Invite").click()
    # The other side hears of it by asking, which goes on; and the buttons are alive.
    await button(right, "Accept").click()
    await expect(button(left, "Schedule")).to_be_visible()
    await expect(window.connection).to_have_text("Polling")
    assert {path.split()[0] for path in broken} == {"GET", "POST"}
    assert len(keys) == 4, "each of both is asked for again"
    assert len(set(keys)) == 2, "and is the same change"

    mend = await cut(page, lambda route: proxy_page(route, 502))
    await expect(window.connection).to_contain_text("The server is away")
    await mend()
    await expect(window.connection).to_have_text("Polling")


async def test_what_was_given_up_and_is_asked_for_again_happens_once(window_of: OpenWindow) -> None:
    window = await with_clock(window_of)
    await window.become_buddies()
    page, left = window.page, window.left
    keys: set[str] = set()

    def heard(request: Request) -> None:
        if request.url.endswith("/api/session/create"):
            keys.add(request.headers["idempotency-key"])

    async def lost(route: Route) -> None:
        if route.request.url.endswith("/api/session/create"):
            await route.fetch()
        await route.abort()

    page.on("request", heard)
    mend = await cut(page, lost)
    await button(left, "Schedule").click()
    alert = left.get_by_role("alert")
    await expect(alert).to_contain_text("Trying again")
    await page.clock.fast_forward(LONGER_THAN_PATIENCE)
    await expect(button(alert, "Dismiss")).to_be_visible()
    await button(left, "Schedule").click()
    await expect(alert).to_contain_text("Trying again")
    await mend()
    await expect(button(left, "I am here")).to_be_visible()
    assert len(keys) == 1
    user = re.findall("left=([0-9a-f-]+)", page.url)[0]
    sessions = await page.request.get("/api/session", headers={"X-Test-User-ID": user})
    assert len((await sessions.json())["items"]) == 1


async def test_what_is_written_is_saved_however_long_it_takes(window_of: OpenWindow) -> None:
    window = await with_clock(window_of)
    await window.become_buddies()
    await window.schedule()
    page, left = window.page, window.left
    mine, theirs = (pane.get_by_label("Notes for both of you") for pane in (left, window.right))
    await mine.fill("By the fountain")
    await expect(theirs).to_have_value("By the fountain")

    mend = await cut(page)
    await mine.fill("By the fountain, at noon")
    await expect(window.connection).to_contain_text("The server is away")
    await page.clock.fast_forward(LONGER_THAN_PATIENCE)
    await expect(left.get_by_role("status")).to_contain_text(["Not saved yet. Trying again"])

    # The window is not closed over it.
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    async with page.expect_event("dialog"):
        await page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
    # Nor does the failure of something else hide how the connection stands.
    await page.get_by_role("button", name="New pair").click()
    await page.clock.fast_forward(LONGER_THAN_PATIENCE)
    await expect(window.connection).to_have_text("The server cannot be reached")
    await mend()
    await expect(window.connection).not_to_contain_text("cannot be reached", timeout=SOON)
    await expect(theirs).to_have_value("By the fountain, at noon")
    await expect(left).to_contain_text("Saved")
    await expect(window.connection).to_have_text("Live")

    # An answer that is lost is not taken for what the buddy has written.
    patched: list[str] = []

    async def lost(route: Route) -> None:
        patched.append(route.request.post_data or "")
        if len(patched) > 1:
            await route.continue_()
            return
        await route.fetch()
        await mine.press_sequentially("!!")
        await route.abort()

    await page.route("**/notes", lost)
    await mine.press_sequentially("!")
    await expect(theirs).to_have_value(re.compile("at noon!!!$"))
    await expect(left).to_contain_text("Saved")
    await expect(page.get_by_role("group", name="Two versions of the notes")).to_have_count(0)
    assert json.loads(patched[0])["notes"].endswith("noon!")


async def test_what_is_ticked_is_saved_however_long_it_takes(window_of: OpenWindow) -> None:
    window = await with_clock(window_of, "/app#workout")
    page, left = window.page, window.left
    await button(left, "Add an example plan").click()
    await button(left, "Start").click()
    boxes = left.get_by_role("checkbox")
    await expect(boxes).to_have_count(7)
    mend = await cut(page)
    await boxes.nth(0).check()
    await expect(window.connection).to_contain_text("The server is away")
    await page.clock.fast_forward(LONGER_THAN_PATIENCE)
    await boxes.nth(1).check()
    await expect(left).to_contain_text("2 of 7 sets, saving")
    await mend()
    await expect(left).to_contain_text("2 of 7 sets, saved")

    # Left before it was saved: in one go, so that there is no time.
    await page.evaluate(
        """() => {
            document.querySelectorAll("#left [type=checkbox]")[2].click();
            history.back();
        }"""
    )
    await expect(button(left, "Complete workout")).to_have_count(0)
    await page.go_forward()
    await expect(left).to_contain_text("3 of 7 sets, saved")
    await button(left, "Complete workout").click()
    await expect(card(left, "recent")).to_contain_text("Full body, short")
