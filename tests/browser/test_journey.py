"""From the invitation to the badge, in one window that is never loaded again."""

import asyncio
import re

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.windows import button, card, figure

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.xdist_group("stack")]


async def test_from_the_invitation_to_the_badge(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    left, right = window.left, window.right
    await expect(window.connection).to_have_text("Live")
    await window.become_buddies()
    await window.schedule()
    await expect(card(right, "inbox")).to_contain_text("scheduled a session with you")

    for pane in (left, right):
        await button(pane, "I am here").click()
    await expect(left).to_contain_text("in progress")

    await left.get_by_label("Notes for both of you").press_sequentially("By the fountain")
    await expect(right.get_by_label("Notes for both of you")).to_have_value("By the fountain")

    for pane in (left, right):
        await button(pane, "Confirm").click()
    for pane in (left, right):
        await expect(pane.locator(".award")).to_have_text("First session!")
    for pane in (left, right):
        await expect(pane).to_contain_text("+5 points for you")
        await expect(figure(pane, "sessions")).to_have_text("1")
        await expect(figure(pane, "points")).to_have_text("5")
        await expect(pane.get_by_role("list", name="Badges")).to_contain_text("First session")
        await expect(card(pane, "inbox")).to_contain_text("You completed your session")
        await expect(card(pane, "inbox")).to_contain_text("You earned a badge: First session")

    await button(right, "Mark all read").click()
    await expect(card(right, "inbox").locator(".unread")).to_have_count(0)


async def test_what_is_written_before_the_session_was_read_is_kept(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    may_be_read = asyncio.Event()

    async def slowly(route: Route) -> None:
        await may_be_read.wait()
        await route.continue_()

    # The list is there, and with it the field; the session itself takes its time.
    await window.page.route(re.compile(r"/api/session/[0-9a-f-]{36}$"), slowly)
    await window.schedule()
    mine, theirs = (pane.get_by_label("Notes for both of you") for pane in (window.left, window.right))
    await mine.fill("By the fountain")
    may_be_read.set()
    await expect(theirs).to_have_value("By the fountain")
    await expect(mine).to_have_value("By the fountain")


async def test_what_both_write_at_once_is_merged_or_asked_about(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    await window.schedule()
    mine, theirs = (pane.get_by_label("Notes for both of you") for pane in (window.left, window.right))
    await mine.fill("first line\nlast line")
    await expect(theirs).to_have_value("first line\nlast line")

    # In one go, before either can hear of the other.
    await window.page.evaluate(
        """() => {
            const write = (side, text) => {
                const field = document.getElementById(`${side}-notes`);
                field.value = text;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            };
            write("left", "FIRST line\\nlast line");
            write("right", "first line\\nlast LINE");
        }"""
    )
    for field in (mine, theirs):
        await expect(field).to_have_value("FIRST line\nlast LINE")

    await window.page.evaluate(
        """() => {
            for (const side of ["left", "right"]) {
                const field = document.getElementById(`${side}-notes`);
                field.value = `written by ${side}`;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
        }"""
    )
    conflict = window.page.get_by_role("group", name="Two versions of the notes")
    await expect(conflict).to_have_count(1)
    await conflict.get_by_role("button", name="Keep both").click()
    for field in (mine, theirs):
        await expect(field).to_have_value(
            re.compile(r"written by (left\nwritten by right|right\nwritten by left)")
        )


async def test_a_refusal_is_shown_in_the_servers_words(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    await window.become_buddies()
    left = window.left
    await left.get_by_label("Place").fill("  ")
    await button(left, "Schedule").click()
    await expect(left.get_by_role("alert")).to_contain_text("String should have at least 1 character")

    await left.get_by_label("Place").fill("Café Central")
    tomorrow = "new Date(Date.now() + 24 * 3600e3).toISOString().slice(0, 16)"
    await window.schedule(await window.page.evaluate(tomorrow))
    await button(left, "Confirm").click()
    alert = left.get_by_role("alert")
    await expect(alert).to_contain_text("Cannot confirm completion before scheduled time")
    await expect(alert).to_contain_text("400")
    await expect(window.right.get_by_role("alert")).to_be_empty()


async def test_pressing_twice_asks_once(window_of: OpenWindow) -> None:
    window = await window_of()
    await window.new_pair()
    invitations: list[str] = []

    def heard(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/matches"):
            invitations.append(request.headers.get("idempotency-key", ""))

    window.page.on("request", heard)
    await button(window.left, "Invite").dblclick()
    await expect(window.left).to_contain_text("You have invited")
    assert len(invitations) == 1
    assert invitations[0]


async def test_a_practice_is_paused_resumed_and_counted(window_of: OpenWindow) -> None:
    window = await window_of("/app#practice")
    await window.new_pair()
    left = window.left
    await expect(card(left, "history").locator(".days .value")).to_have_text("0")
    await button(left, "Start").click()
    await expect(left.locator(".time")).to_have_text(re.compile("00:0[1-9]"))
    await button(left, "Pause").click()
    await button(left, "Resume").click()
    await button(left, "Complete").click()
    await expect(card(left, "history").locator(".days .value")).to_have_text("1")
    await expect(left.get_by_role("img", name=re.compile("Practised on 1 of"))).to_be_visible()


async def test_a_workout_is_done_from_a_plan(window_of: OpenWindow) -> None:
    window = await window_of("/app#workout")
    await window.new_pair()
    left = window.left
    await button(left, "Add an example plan").click()
    await button(left, "Start").click()
    boxes = left.get_by_role("checkbox")
    for at in (0, 1, 2):
        await boxes.nth(at).check()
    await expect(left).to_contain_text("3 of 7 sets, saved")
    # On the server, not in the page.
    await window.page.reload()
    await expect(left).to_contain_text("3 of 7 sets, saved")
    await button(left, "Complete workout").click()
    await expect(card(left, "recent")).to_contain_text("Full body, short")
