"""One side's settings, and the account itself: what is kept, handed out, and erased."""

import asyncio
import json
import re
import zipfile

import pytest
from playwright.async_api import Request, Response, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.windows import button

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]


async def test_settings_are_kept(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    page, left, right = window.page, window.left, window.right
    dialog = page.get_by_role("dialog")
    await button(left, "Settings").focus()
    await page.keyboard.press("Enter")
    await dialog.get_by_label("Display name").fill("Zoë")
    await dialog.get_by_label("Time zone").fill("Mars/Base")
    await dialog.get_by_label("Send me e-mail").check()
    await dialog.get_by_text("About everything").click()
    await dialog.get_by_label("Badges").uncheck()
    await dialog.get_by_label("Quiet hours").check()
    await dialog.get_by_label("From").fill("23:30")
    await dialog.get_by_label("One e-mail a day").check()
    await button(dialog, "Save").click()
    alert = dialog.get_by_role("alert")
    await expect(alert).to_contain_text("Input should be the name of an IANA time zone")

    # What was typed is still there.
    await expect(dialog.get_by_label("From")).to_have_value("23:30")
    await dialog.get_by_label("Time zone").fill("Asia/Kolkata")
    await button(dialog, "Save").click()
    await expect(dialog).to_contain_text("Saved.")
    await expect(alert).to_be_empty()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button(left, "Settings")).to_be_focused()
    await expect(right).to_contain_text("You and Zoë are not buddies yet")

    # On the server, not in the page.
    await page.reload()
    await button(left, "Settings").click()
    await expect(dialog.get_by_role("heading", level=2)).to_have_text("Zoë’s settings")
    await expect(dialog.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    await dialog.get_by_text("About 14 of 15 kinds").click()
    await expect(dialog.get_by_label("Badges")).not_to_be_checked()
    await expect(dialog.get_by_label("No-shows")).to_be_checked()
    await expect(dialog.get_by_label("From")).to_have_value("23:30")
    await expect(dialog.get_by_label("Until")).to_have_value("07:00")
    await expect(dialog.get_by_label("At", exact=True)).to_have_value("08:00")

    await dialog.get_by_label("Quiet hours").uncheck()
    await dialog.get_by_label("Badges").check()
    await button(dialog, "Save").click()
    await expect(dialog).to_contain_text("Saved.")
    await page.reload()
    await button(left, "Settings").click()
    await expect(dialog).to_contain_text("About everything")
    await expect(dialog.get_by_label("Quiet hours")).not_to_be_checked()


async def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten_unsaid(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    page = window.page
    user = re.findall("left=([0-9a-f-]+)", page.url)[0]
    dialog = page.get_by_role("dialog")
    await button(window.left, "Settings").click()
    changed = await page.request.patch(
        "/api/me", data={"timezone": "Asia/Tokyo"}, headers={"X-Test-User-ID": user}
    )
    assert changed.status == 200
    # The page has read it since; the form is of before.
    async with page.expect_response(
        lambda answer: answer.url.endswith("/api/me") and answer.request.headers["x-test-user-id"] == user
    ):
        await page.evaluate("window.dispatchEvent(new Event('online'))")
    await dialog.get_by_label("Send me e-mail").check()
    # In one frame: both are kept.
    await dialog.get_by_label("Quiet hours").check()
    await page.evaluate(
        """() => {
            for (const [part, time] of [["from", "21:00"], ["to", "06:30"]]) {
                const field = document.getElementById(`left-quiet-${part}`);
                field.value = time;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
        }"""
    )
    await dialog.get_by_label("Display name").fill("Zoë")
    await button(dialog, "Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("changed somewhere else meanwhile")

    # Saved twice, the second time without reading in between; and an answer that is lost is no change elsewhere.
    for name in ("Zoë", "Zoë Second"):
        await dialog.get_by_label("Display name").fill(name)
        await button(dialog, "Save").click()
        await expect(dialog.get_by_role("heading", level=2)).to_have_text(f"{name}’s settings")
        await expect(dialog).to_contain_text("Saved.")
    lost: list[str] = []

    async def lose(route: Route) -> None:
        if route.request.method != "PATCH" or lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()
        await route.abort()

    await page.route("**/api/me", lose)
    await dialog.get_by_label("Display name").fill("Zoë Third")
    await button(dialog, "Save").click()
    await expect(dialog.get_by_role("heading", level=2)).to_have_text("Zoë Third’s settings")
    await expect(dialog).to_contain_text("Saved.")
    await expect(dialog.get_by_role("alert")).to_be_empty()
    assert lost
    stored = await page.request.get("/api/me", headers={"X-Test-User-ID": user})
    assert (await stored.json())["notification_preferences"]["quiet_hours"] == {
        "from": "21:00",
        "to": "06:30",
    }


async def test_settings_asked_for_before_it_is_known_whose_they_are(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    page, left = window.page, window.left
    dialog = page.get_by_role("dialog")
    may_go_on = asyncio.Event()

    async def late(route: Route) -> None:
        await may_go_on.wait()
        await route.continue_()

    await page.route("**/api/me", late)
    await page.reload()
    settings = button(left, "Settings")
    await settings.click()
    await expect(settings).to_have_attribute("aria-busy", "true")
    await expect(dialog).to_have_count(0)
    may_go_on.set()
    await expect(dialog.get_by_role("heading", level=2)).to_have_text(re.compile("’s settings$"))
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(settings).to_have_attribute("aria-busy", "false")

    # Nor do they come up by surprise, once whoever was refused is let in.
    async def refuse(route: Route) -> None:
        body = json.dumps({"title": "Forbidden", "status": 403, "detail": "Not you", "code": "forbidden"})
        await route.fulfill(status=403, content_type="application/problem+json", body=body)

    await page.unroute("**/api/me")
    await page.route("**/api/me", refuse)
    await page.reload()
    await settings.click()
    await expect(left.get_by_role("alert")).to_contain_text("Not you")
    await expect(settings).to_have_attribute("aria-busy", "false")
    await page.unroute("**/api/me")
    await expect(left.get_by_role("alert")).to_be_empty()
    await expect(dialog).to_have_count(0)


async def test_all_that_is_held_is_handed_out_and_then_erased(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    await window.schedule()
    page, left, right = window.page, window.left, window.right
    dialog = page.get_by_role("dialog")
    name = await left.get_by_role("heading", level=2).inner_text()
    await button(left, "Settings").click()
    await button(dialog, "Export my data").click()
    await expect(button(dialog, "Download the ZIP")).to_be_visible()
    async with page.expect_download() as started:
        await button(dialog, "Download the ZIP").click()
    download = await started.value
    assert download.suggested_filename.startswith("tandem-export-")
    with zipfile.ZipFile(await download.path()) as archive:
        assert archive.testzip() is None
        held = json.loads(archive.read("profile.json"))
    assert name in json.dumps(held, ensure_ascii=False)

    asked_since: list[str] = []
    user = re.findall("left=([0-9a-f-]+)", page.url)[0]

    def closed(answer: Response) -> None:
        if answer.request.method == "DELETE":
            page.on("request", asked)

    def asked(request: Request) -> None:
        if request.headers.get("x-test-user-id") == user and "/api/jobs/" not in request.url:
            asked_since.append(request.url)

    # Something is being read when the account is closed, and comes later.
    erased = asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.headers.get("x-test-user-id") == user:
            await erased.wait()
        await route.continue_()

    await page.route("**/api/challenges", late)
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    page.on("response", closed)
    await dialog.get_by_text("Delete the account").click()
    await expect(button(dialog, "Delete for good")).to_be_disabled()
    await dialog.get_by_label(f"Type {name} to confirm").fill(name)
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)
    await expect(left).to_contain_text("Every trace is gone")
    erased.set()
    await expect(right).to_contain_text("Deleted user")
    await expect(right).not_to_contain_text(name)
    # Nobody is brought back by a page that goes on asking.
    async with page.expect_request("**/api/me"):
        await page.evaluate("window.dispatchEvent(new Event('online'))")
    assert asked_since == []
