"""The page for those with a keyboard only, with a narrow screen, in the dark, with tired eyes."""

import re
from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.past import complete
from tests.browser.windows import button, card, of
from tests.support.stack import Stack
from tests.system.buddies import api, new_pair

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]

VIEWS = ("Together", "Practice", "Workout")

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}

LEAST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

CONTRASTS = """() => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const over = (colors) => {
        context.clearRect(0, 0, 1, 1);
        for (const color of colors) {
            context.fillStyle = color;
            context.fillRect(0, 0, 1, 1);
        }
        return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb) => {
        const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = rgb.map((part) => linear(part / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const results = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        const isText = texts.currentNode.data.trim() && element.checkVisibility({ visibilityProperty: true });
        // The text of pictures that say nothing by themselves is not read.
        if (!isText || element.closest("svg, .unseen, .skip, noscript, option")) continue;
        const style = getComputedStyle(element);
        const behind = [];
        for (let each = element; each; each = each.parentElement) {
            behind.unshift(getComputedStyle(each).backgroundColor);
        }
        const [one, other] = [luminance(over(behind)), luminance(over([...behind, style.color]))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        results.push([ratio, texts.currentNode.data.trim()]);
    }
    return results;
}"""


async def tab_to(page: Page, name: str, *, side: str = "") -> None:
    """Press Tab until the focus is where it is wanted, and can be seen there."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        found = await page.evaluate(
            """([name, side]) => {
                const active = document.activeElement;
                const labels = [active.getAttribute("aria-label"), active.labels?.[0]?.textContent, active.textContent];
                const label = labels.find((each) => each) ?? "";
                return label.trim().startsWith(name) && (!side || active.closest(`#${side}`) !== null)
                    && getComputedStyle(active).outlineStyle !== "none";
            }""",
            [name, side],
        )
        if found:
            return
    raise AssertionError(f"Tab never comes to {name!r} {side}")


async def test_by_keyboard_alone(window_of: OpenWindow) -> None:
    window = await window_of(viewport={"width": 1280, "height": 800})
    page, left, right = window.page, window.left, window.right
    await tab_to(page, "New pair")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"\bleft="))
    await expect(button(left, "Invite")).to_be_visible()

    await tab_to(page, "Invite", side="left")
    await page.keyboard.press("Enter")
    # The button is gone; the focus is still in its card.
    await expect(left).to_contain_text("You have invited")
    await expect(card(left, "together").locator(":focus")).to_have_count(1)

    await expect(button(right, "Accept")).to_be_visible()
    await tab_to(page, "Accept", side="right")
    await page.keyboard.press("Space")
    await expect(button(right, "Schedule")).to_be_visible()
    await tab_to(page, "Place", side="right")
    await page.keyboard.type("By the river")
    await page.keyboard.press("Enter")
    await expect(right).to_contain_text("By the river")

    await tab_to(page, "I am here", side="right")
    await page.keyboard.press("Enter")
    await expect(left).to_contain_text("is here")
    await tab_to(page, "Notes for both of you", side="right")
    await page.keyboard.type("Bring a coat")
    await expect(left.get_by_label("Notes for both of you")).to_have_value("Bring a coat")


async def test_on_a_phone(window_of: OpenWindow) -> None:
    window = await window_of(**PHONE)
    page, left, right = window.page, window.left, window.right
    await window.new_pair()
    switch = page.get_by_role("navigation", name="Whose side to show")
    await expect(left).to_be_visible()
    await expect(right).to_be_hidden()
    await button(left, "Invite").tap()
    await expect(switch.get_by_role("button").nth(1)).to_contain_text("has news")
    await switch.get_by_role("button").nth(1).tap()
    await expect(left).to_be_hidden()
    await button(right, "Accept").tap()
    await expect(button(right, "Schedule")).to_be_visible()
    assert await window.width() == 360
    await button(right, "Schedule").tap()
    await expect(button(right, "I am here")).to_be_visible()
    await right.get_by_text("Something has come up").tap()

    for view in VIEWS:
        await page.get_by_role("link", name=view).tap()
        await expect(right.get_by_role("heading", name=view)).to_be_visible()
        assert await window.width() == 360, view

    long = "Wolfeschlegelsteinhausenbergerdorff " * 2 + "the elder"
    for user in re.findall("[0-9a-f-]{36}", page.url):
        renamed = await page.request.patch(
            "/api/me", data={"display_name": long}, headers={"X-Test-User-ID": user}
        )
        assert renamed.status == 200
    for view in (*VIEWS, "Together"):
        await page.get_by_role("link", name=view).tap()
        await expect(right.get_by_role("heading", name=view)).to_be_visible()
        await expect(button(page.locator("#switch"), long)).to_have_count(2)
        assert await window.width() == 360, view

    await page.get_by_role("link", name="Leaderboard").tap()
    await expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible()
    assert await window.width() == 360
    await button(right, "Settings").tap()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Send me e-mail").check()
    await dialog.get_by_text("About everything").tap()
    for at in ("Quiet hours", "One e-mail a day"):
        await dialog.get_by_label(at).check()
    assert await dialog.evaluate("each => each.scrollWidth <= each.clientWidth && each.clientWidth <= 360")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_can_be_read_by_day_and_by_night(
    window_of: OpenWindow, stack: Stack, scheme: Literal["light", "dark"]
) -> None:
    window = await window_of(color_scheme=scheme, reduced_motion="reduce")
    page, left = window.page, window.left
    await window.new_pair()
    is_dark = await page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g)[0] < 128")
    assert is_dark is (scheme == "dark")

    await window.become_buddies()
    await left.get_by_label("Place").fill("")
    await button(left, "Schedule").click()
    await expect(left.get_by_role("alert")).to_contain_text("validation_error")
    for view in VIEWS:
        await page.get_by_role("link", name=view).click()
        await expect(left.get_by_role("heading", name=view)).to_be_visible()
        contrasts = await page.evaluate(CONTRASTS)
        assert len(contrasts) > 20
        assert [text for ratio, text in contrasts if ratio < LEAST_CONTRAST] == [], view

    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await complete(client, pair)
        for user in (pair.one, pair.other):
            await client.insist(user, "POST", f"/api/session/{session}/rating", {"rating": 4, "comment": "!"})
    await page.goto(of(pair.one, pair.other))
    await expect(left).to_contain_text("about you")
    await button(left, "Settings").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Send me e-mail").check()
    await dialog.get_by_text("About everything").click()
    await dialog.get_by_text("Delete the account").click()
    contrasts = await page.evaluate(CONTRASTS)
    assert {"Invitations", "about you"} <= {text for _, text in contrasts}
    assert [text for ratio, text in contrasts if ratio < LEAST_CONTRAST] == []
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Leaderboard").click()
    await expect(page.locator("#board tr.left")).to_be_visible()
    contrasts = await page.evaluate(CONTRASTS)
    assert [text for ratio, text in contrasts if ratio < LEAST_CONTRAST] == []


async def test_nothing_moves_for_those_who_do_not_want_it(window_of: OpenWindow) -> None:
    moving = {}
    for wish in ("no-preference", "reduce"):
        window = await window_of(reduced_motion=wish)
        await window.new_pair()
        moving[wish] = await window.page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((each) => {
                const style = getComputedStyle(each);
                return style.animationName !== "none" || style.transitionDuration !== "0s";
            }).length"""
        )
    assert moving["no-preference"] > 0
    assert moving["reduce"] == 0
    assert await window.page.evaluate("document.getAnimations().length") == 0


async def test_everything_has_a_name(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    await button(window.left, "Settings").click()
    nameless = await window.page.evaluate(
        """() => [...document.querySelectorAll("button, a, input, select, textarea")]
            .filter((each) => !(each.getAttribute("aria-label") || each.labels?.length || each.textContent.trim()))
            .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    levels = await window.page.evaluate(
        '[...document.querySelectorAll("h1, h2, h3")].map((each) => each.tagName)'
    )
    # The dialog, whose headings come last, is a document of its own.
    assert levels == ["H1", "H2", "H3", "H3", "H2", "H3", "H3", "H2", "H3"]
