"""What follows a session: ratings, no-shows and appeals against them, and everybody's place among all."""

import asyncio

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.past import befriend, complete, make_older
from tests.browser.windows import button, card, figure, of
from tests.support.stack import Stack
from tests.system.buddies import api, new_pair, new_session

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]

LIVE = 8_000
"""Milliseconds: less than the page waits before it looks by itself."""


def entries(pane: Locator) -> Locator:
    """What the ledger says of the session that is shown."""
    return pane.get_by_role("list", name="What it did to your points").get_by_role("listitem")


async def test_they_rate_each_other_blind_and_then_see_both(window_of: OpenWindow, stack: Stack) -> None:
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        await complete(client, pair)
    window = await window_of(of(pair.one, pair.other))
    left, right = window.left, window.right

    await button(left, "Rate").click()
    await expect(left.get_by_role("alert")).to_contain_text("rating")
    # A radio group: one stop of the Tab key, and the arrow keys within.
    await left.get_by_role("radio", name="1 star").focus()
    for _ in range(3):
        await window.page.keyboard.press("ArrowRight")
    await expect(left.get_by_role("radio", name="4 stars")).to_be_checked()
    await left.get_by_label("A word about it").fill("Patient, and <b>on time</b> <3")
    await button(left, "Rate").click()
    await expect(left.get_by_role("alert")).to_be_empty()
    await expect(left.get_by_role("img", name="4 of 5 stars")).to_be_visible()

    await button(left, "Change it").click()
    await left.get_by_role("radio", name="3 stars").check()
    await button(left, "Change the rating").click()
    await expect(left.get_by_role("img", name="3 of 5 stars")).to_be_visible()

    await right.get_by_role("radio", name="5 stars").check()
    await expect(right).not_to_contain_text("Patient")
    await expect(right.get_by_role("img", name="3 of 5 stars")).to_have_count(0)
    await button(right, "Rate").click()
    for pane in (left, right):
        for stars in (3, 5):
            await expect(pane.get_by_role("img", name=f"{stars} of 5 stars")).to_be_visible(timeout=LIVE)
        await expect(pane).to_contain_text("Patient, and on time <3")
        await expect(button(pane, "Change it")).to_have_count(0)


async def test_who_is_marked_absent_appeals_and_sees_what_came_of_it(
    window_of: OpenWindow, stack: Stack
) -> None:
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
    await asyncio.to_thread(make_older, stack, session)
    window = await window_of(of(pair.one, pair.other))
    left, right = window.left, window.right
    await left.get_by_text("Something has come up").click()
    await left.get_by_role("button", name="did not come").click()
    await expect(right).to_contain_text("You were marked absent")
    await expect(figure(right, "points")).to_have_text("−5")
    await expect(entries(right)).to_have_text(["No-show−5 points"])
    await expect(left).to_contain_text("was marked absent")
    await expect(button(left, "Appeal")).to_have_count(0)

    await button(right, "Appeal").click()
    await expect(right.get_by_role("alert")).to_contain_text("String should have at least 1 character")
    await right.get_by_label("Was it otherwise?").fill("I was at the other gate.")
    for view in ("Practice", "Together"):  # what is typed stays
        await window.page.get_by_role("link", name=view).click()
        await expect(right.get_by_role("heading", name=view)).to_be_visible()
    await button(right, "Appeal").click()
    await expect(right).to_contain_text("You have appealed")
    await expect(left).to_contain_text("has appealed")
    await expect(figure(right, "points")).to_have_text("0")

    token = (await asyncio.to_thread(stack.tandem, "token", "operator")).stdout.strip()
    async with api(stack.base_url) as client:
        decided = await client.http.post(
            f"/api/session/{session}/appeal/decision",
            json={"upheld": False, "reason": "There is one gate."},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert decided.status_code == 200, decided.text
    await expect(right).to_contain_text("Your appeal was turned down", timeout=LIVE)
    await expect(right).to_contain_text("There is one gate.")
    await expect(figure(right, "points")).to_have_text("−5")
    await expect(entries(right)).to_have_text(["No-show−5 points", "Taken back+5 points", "No-show−5 points"])
    await expect(card(left, "together")).to_contain_text("appeal was turned down", timeout=LIVE)


async def test_the_leaderboard_moves_while_one_looks(window_of: OpenWindow, stack: Stack) -> None:
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        window = await window_of(f"{of(pair.one, pair.other)}#leaderboard")
        board = window.page.get_by_role("region", name="Leaderboard")
        await expect(board).to_contain_text("will be here after a first session")
        await expect(window.connection).to_have_text("Live")

        # The right one is ahead: one session with each other, and one with somebody else.
        await complete(client, pair)
        await complete(client, await befriend(client, pair.other))
        mine, theirs = (board.locator(f'tr[data-user="{user}"]') for user in (pair.one, pair.other))
        await expect(theirs.get_by_role("cell").nth(1)).to_have_text("2", timeout=LIVE)
        await expect(mine.get_by_role("cell").nth(1)).to_have_text("1", timeout=LIVE)

        await board.get_by_role("radio", name="Around").first.check()
        await expect(mine).to_be_visible()
        ranks = [await each.get_by_role("cell").first.inner_text() for each in (mine, theirs)]
        assert int(ranks[0]) > int(ranks[1])
        await expect(board.locator("tr.right ~ tr.left")).to_have_count(1)

        elsewhere = await befriend(client, pair.one)
        await complete(client, elsewhere)
        # Equals share a rank.
        await expect(mine.get_by_role("cell").first).to_have_text(ranks[1], timeout=LIVE)
        await complete(client, elsewhere)
        await expect(mine.get_by_role("cell").nth(1)).to_have_text("3", timeout=LIVE)
        await expect(board.locator("tr.left ~ tr.right")).to_have_count(1)

        await board.get_by_role("radio", name="Points").check()
        await expect(board.get_by_role("columnheader", name="Points")).to_have_attribute(
            "aria-sort", "descending"
        )
        await expect(mine.get_by_role("cell").nth(2)).to_have_text("15")
