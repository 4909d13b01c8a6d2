"""The page when the gateway goes away, and when there is nothing but polling."""

import asyncio
from uuid import uuid4

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.windows import button
from tests.support.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]


async def test_it_survives_the_gateways_restart(window_of: OpenWindow, stack: Stack) -> None:
    window = await window_of()
    await window.new_pair()
    left, right = window.left, window.right
    await asyncio.to_thread(stack.kill, "gateway")
    await button(left, "Invite").click()
    await expect(window.connection).to_contain_text("The server is away")
    await expect(left.get_by_role("alert")).to_contain_text("Trying again")
    await button(right, "Settings").click()
    dialog = window.page.get_by_role("dialog")
    await dialog.get_by_label("Display name").fill("Somebody else")
    await button(dialog, "Save").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Trying again")

    # The supervisor starts it anew; what was asked for meanwhile happens, once, and the other side hears of it.
    await expect(window.connection).to_have_text("Live")
    await expect(dialog).to_contain_text("Saved.")
    await expect(dialog.get_by_role("alert")).to_be_empty()
    await window.page.keyboard.press("Escape")
    await expect(left).to_contain_text("You have invited Somebody else")
    await expect(left.get_by_role("alert")).to_be_empty()
    await button(right, "Accept").click()
    await expect(button(left, "Schedule")).to_be_visible()
    assert await asyncio.to_thread(stack.is_ready)


async def test_where_there_are_no_test_identities_tokens_are_asked_for(
    window_of: OpenWindow, stack: Stack
) -> None:
    window = await window_of("/healthz")

    async def forget_who(route: Route) -> None:
        headers = {name: value for name, value in route.request.headers.items() if name != "x-test-user-id"}
        await route.continue_(headers=headers)

    await window.page.route("**/api/**", forget_who)
    await window.page.goto("/app")
    tokens = [(await asyncio.to_thread(stack.tandem, "token", str(uuid4()))).stdout.strip() for _ in range(2)]
    for pane, token in zip((window.left, window.right), tokens, strict=True):
        alert = pane.get_by_role("alert")
        await expect(alert).to_contain_text("Authentication required")
        if pane is window.right:
            await alert.get_by_label("An access token for this side").fill(tokens[0])
            await button(pane, "Use it").click()
            await expect(alert).to_contain_text("of whom the other side shows")
        await alert.get_by_label("An access token for this side").fill("what is a token?")
        await button(pane, "Use it").click()
        await expect(alert).to_contain_text("That is no access token")
        await alert.get_by_label("An access token for this side").fill(token)
        await button(pane, "Use it").click()
        await expect(alert).to_be_empty()
    await expect(window.connection).to_have_text("Live")
    await window.become_buddies()


async def test_without_live_updates_it_asks(window_of: OpenWindow) -> None:
    window = await window_of("/healthz")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body='{"status": 503}')

    await window.page.route("**/api/live/**", refuse)
    await window.page.goto("/app")
    await window.new_pair()
    await window.become_buddies()
    await expect(window.connection).to_have_text("Polling")
