"""What is typed and not yet sent: it stays where somebody looks elsewhere, and is saved where that was promised."""

import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.past import complete
from tests.browser.windows import button, of
from tests.support.stack import Stack
from tests.system.buddies import api, new_pair

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]


async def test_what_is_typed_is_there_after_a_look_elsewhere(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    page, left, right = window.page, window.left, window.right
    challenge = left.get_by_label("Your challenge")
    day = await page.evaluate("new Date(Date.now() + 30 * 24 * 3600e3).toISOString().slice(0, 10)")
    await left.get_by_label("Place").fill("Under the bridge")
    await left.get_by_label("Time", exact=True).fill(f"{day}T07:08")
    await challenge.select_option(index=5)
    chosen = await challenge.input_value()

    async def look_elsewhere() -> None:
        for view in ("Practice", "Together"):
            await page.get_by_role("link", name=view).click()
            await expect(left.get_by_role("heading", name=view)).to_be_visible()

    await look_elsewhere()
    await expect(left.get_by_label("Place")).to_have_value("Under the bridge")
    await expect(left.get_by_label("Time", exact=True)).to_have_value(f"{day}T07:08")
    await expect(challenge).to_have_value(chosen)
    await window.schedule()
    await expect(right).to_contain_text("Under the bridge")
    await right.get_by_text("Something has come up").click()
    await right.get_by_label("Another time").fill(f"{day}T09:10")
    await look_elsewhere()
    await right.get_by_text("Something has come up").click()
    await expect(right.get_by_label("Another time")).to_have_value(f"{day}T09:10")
    await button(right, "Move it").click()
    await expect(left.locator("time", has_text="09:10").first).to_be_visible()


async def test_notes_are_saved_when_somebody_else_is_shown(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    await window.schedule()
    page = window.page
    fields = [pane.get_by_label("Notes for both of you") for pane in (window.left, window.right)]
    # In one go, before anything can be saved; and both in the same place, with nobody left to be asked.
    await page.evaluate(
        """() => {
            for (const side of ["left", "right"]) {
                const field = document.getElementById(`${side}-notes`);
                field.value = `written by ${side}`;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
            history.back();
        }"""
    )
    await page.wait_for_url(lambda url: "left=" not in url)
    await page.go_forward()
    both = re.compile(r"written by (left\nwritten by right|right\nwritten by left)")
    for field in fields:
        await expect(field).to_have_value(both)


async def test_notes_are_saved_when_the_buddy_has_planned_the_next_session(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    await window.schedule()
    page, left, right = window.page, window.left, window.right
    user = re.findall("left=([0-9a-f-]+)", page.url)[0]
    field = left.get_by_label("Notes for both of you")
    await left.get_by_text("Something has come up").click()
    await button(left, "Call it off").click()
    await expect(button(right, "Plan the next one")).to_be_visible()

    async def away(route: Route) -> None:
        await route.abort()

    await page.route("**/notes", away)
    await field.fill("Next time by the fountain")
    await button(right, "Plan the next one").click()
    await button(right, "Schedule").click()
    await expect(button(left, "I am here")).to_be_visible()
    await expect(field).to_have_value("")
    async with page.expect_response("**/notes"):
        await page.unroute("**/notes", away)
    listed = await page.request.get("/api/session", headers={"X-Test-User-ID": user})
    notes = {each["status"]: each["notes"] for each in (await listed.json())["items"]}
    assert notes == {"cancelled": "Next time by the fountain", "scheduled": None}


async def test_a_rating_is_what_is_in_the_form(window_of: OpenWindow, stack: Stack) -> None:
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        await complete(client, pair)
    window = await window_of(of(pair.one, pair.other))
    page, left = window.page, window.left
    comment = left.get_by_label("A word about it")
    await expect(comment).to_be_visible()
    # Two changes in one frame.
    await page.evaluate(
        """() => {
            document.querySelectorAll("#left .stars input")[3].click();
            const field = document.getElementById("left-comment");
            field.value = "On time";
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        }"""
    )
    await expect(left.get_by_role("radio", name="4 stars")).to_be_checked()
    await expect(comment).to_have_value("On time")

    async def slowly(route: Route) -> None:
        if route.request.method == "POST":
            await comment.press_sequentially(", and kind")
        await route.continue_()

    await page.route("**/rating", slowly)
    await button(left, "Rate").click()
    await button(left, "Change the rating").click()
    await expect(left).to_contain_text("On time, and kind")
    await expect(button(left, "Change it")).to_be_visible()
