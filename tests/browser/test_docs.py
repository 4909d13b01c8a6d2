"""`/docs` in a real browser: every operation is there, and nobody else was asked for anything."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.windows import open_window
from tests.support.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(180),
]


async def test_every_operation_is_shown_and_nothing_leaves_the_machine(
    browser: Browser, stack: Stack
) -> None:
    async with httpx.AsyncClient(base_url=stack.base_url) as client:
        document = (await client.get("/openapi.json")).json()
    operations = sum(len(item) for item in document["paths"].values())
    asked: list[str] = []
    window = await open_window(browser, stack.base_url, "about:blank")
    window.page.on("request", lambda request: asked.append(request.url))
    await window.page.goto("/docs")
    shown = window.page.locator(".opblock")
    await expect(shown).to_have_count(operations)
    one = window.page.locator("#operations-sessions-get_session, [id$='-get_session']").first
    await one.locator(".opblock-summary-control").click()
    await expect(
        one.get_by_text("Access denied - user is not a participant in this session").first
    ).to_be_visible()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {
        urlsplit(stack.base_url).netloc
    }
    assert len([url for url in asked if not url.startswith("data:")]) >= 5
    assert window.errors == []
    await window.page.context.close()
