"""Mail in the running system: from what happens to the local mail server, and back by the link that stops it."""

import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.tokens import make_token
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import CHALLENGES

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]


class Person:
    """Somebody with an address of their own."""

    def __init__(self, stack: Stack, name: str):
        self.id = uuid4()
        self.email = f"{name}-{self.id.hex[:8]}@example.com"
        token = make_token(
            self.id,
            secret=DEVELOPMENT_JWT_SECRET,
            audience="authenticated",
            issuer=None,
            role="authenticated",
            name=name,
            email=self.email,
        )
        self.http = httpx.AsyncClient(
            base_url=stack.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=20
        )

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()


@pytest.fixture
async def pair(stack: Stack) -> AsyncIterator[tuple[Person, Person]]:
    """Two buddies; the second wants every mail."""
    one, other = Person(stack, "Ann"), Person(stack, "Ben")
    await other.call("PATCH", "/api/me", {"notification_preferences": {"email": True}})
    yield one, other
    await one.http.aclose()
    await other.http.aclose()


async def mails_to(stack: Stack, person: Person) -> list[dict[str, Any]]:
    """What the local mail server was given for somebody, newest first."""
    async with httpx.AsyncClient() as client:
        try:
            answer = await client.get(f"http://127.0.0.1:{stack.mail_inbox_port}/mails.json")
        except httpx.TransportError:
            return []
    return [mail for mail in answer.json()["mails"] if mail["recipients"] == [person.email]]


async def schedule(one: Person, match_id: str) -> str:
    made = await one.call(
        "POST",
        "/api/session/create",
        {
            "match_id": match_id,
            "user1_challenge_id": CHALLENGES[0],
            "user2_challenge_id": CHALLENGES[1],
            "venue_name": "Riverside Park",
            "scheduled_time": (datetime.now(UTC) + timedelta(hours=3)).isoformat(),
        },
    )
    return str(made["id"])


async def test_what_happens_is_mailed_reminded_of_and_stopped(
    stack: Stack, pair: tuple[Person, Person]
) -> None:
    one, other = pair
    match = await one.call("POST", "/api/matches", {"buddy_id": str(other.id)})
    await other.call("POST", f"/api/matches/{match['id']}/accept")

    async def subjects() -> list[str]:
        return [mail["subject"] for mail in await mails_to(stack, other)]

    await eventually(lambda: _is(subjects(), ["Ann invited you to be buddies"]), timeout=60)
    (mail,) = await mails_to(stack, other)
    assert f"{stack.base_url}/app" in mail["text"]

    # The courier is killed, and comes back: what happened meanwhile is mailed, once.
    stack.kill("courier", signal.SIGKILL)
    session_id = await schedule(one, match["id"])
    expected = ["Ann scheduled a session with you", "Ann invited you to be buddies"]
    await eventually(lambda: _is(subjects(), expected), timeout=60)

    with psycopg.connect(stack.owner_url) as connection:
        connection.execute(
            "UPDATE session_service.reminders SET due_at = now() WHERE session_id = %s AND user_id = %s",
            [session_id, other.id],
        )
    await eventually(lambda: _is(subjects(), ["Reminder: your session with Ann", *expected]), timeout=60)

    link = (await mails_to(stack, other))[0]["headers"]["List-Unsubscribe"].strip("<>")
    async with httpx.AsyncClient() as anybody:
        page = await anybody.get(link)
        assert "No more mails about reminders of sessions?" in page.text
        done = await anybody.post(link, data={"List-Unsubscribe": "One-Click"})
        assert (done.status_code, "Done" in done.text) == (200, True)
    me = await other.call("GET", "/api/me")
    assert me["notification_preferences"] == {"email": {"others": True, "session_reminder": False}}
    inbox = await other.call("GET", "/api/notifications")
    kinds = [entry["kind"] for entry in inbox["items"]]
    assert kinds == ["session_reminder", "session_scheduled", "buddy_invited"]
    assert len(await mails_to(stack, other)) == 3
    assert await mails_to(stack, one) == []


async def test_the_table_says_where_mails_are_and_the_page_shows_them(stack: Stack) -> None:
    (url,) = re.findall(r"^Mails +(\S+) +none of them leaves this machine$", stack.logs(), re.MULTILINE)
    assert url == f"http://127.0.0.1:{stack.mail_inbox_port}"
    async with httpx.AsyncClient() as client:
        page = await client.get(url)
        assert (page.status_code, "Nothing leaves this machine." in page.text) == (200, True)
        stranger = await client.get(url, headers={"Host": "evil.example"})
        assert stranger.status_code == 400


async def _is(found: Any, expected: list[str]) -> bool:
    found = await found
    assert found == expected
    return True
