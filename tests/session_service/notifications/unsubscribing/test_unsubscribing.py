"""Links in mails that stop mails: without signing in, for one user and one kind, and never by merely looking."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from kit.database import Database
from session_service.notifications.unsubscribing.tokens import make_token, read_token
from session_service.settings import SessionServiceSettings
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_profile

SECRET = "a secret of thirty-two characters"
LINK = "/api/unsubscribe"


@pytest.fixture
async def anybody(service: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client without an identity."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://service") as client:
        yield client


@pytest.fixture
def secret(service_settings: SessionServiceSettings) -> str:
    return service_settings.internal_secret


async def preferences(as_user: AsUser, user_id: UUID) -> Any:
    return (await as_user(user_id).get("/api/me")).json()["notification_preferences"]


def test_a_token_is_read_as_it_was_made() -> None:
    user_id = uuid4()
    for kind in None, "session_reminder":
        assert read_token(make_token(user_id, kind, SECRET), SECRET) == (user_id, kind)
        assert read_token(make_token(user_id, kind, SECRET), SECRET + "!") is None


@given(st.data())
def test_a_token_that_was_changed_anywhere_is_none(data: st.DataObject) -> None:
    token = make_token(UUID(int=7), data.draw(st.sampled_from([None, "no_show"])), SECRET)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_.=%/"))
    changed = token[:at] + other + token[at + 1 :]
    read = read_token(changed, SECRET)
    # The last character may hold bits that nobody looks at.
    assert changed == token or read is None or (at == len(token) - 1 and read == read_token(token, SECRET))


@pytest.mark.parametrize("token", ["", "A", "AAAA", "ä" * 50, "A" * 10_000, "=" * 40, "A" * 43, "%00"])
def test_nonsense_is_no_token(token: str) -> None:
    assert read_token(token, SECRET) is None


async def test_looking_asks_and_changes_nothing(
    anybody: httpx.AsyncClient, owner: Database, as_user: AsUser, secret: str
) -> None:
    ann = await make_profile(owner, notification_preferences='{"email": true}')
    page = await anybody.get(f"{LINK}/{make_token(ann, 'no_show', secret)}")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "No more mails about no-shows?" in page.text
    assert '<form method="post">' in page.text
    assert await preferences(as_user, ann) == {"email": True}


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("no_show", {"email": {"others": True, "no_show": False}, "webhook": True}),
        (None, {"email": False, "webhook": True}),
    ],
)
async def test_one_click_stops_just_these_mails(
    anybody: httpx.AsyncClient, owner: Database, as_user: AsUser, secret: str, kind: str | None, after: Any
) -> None:
    before = '{"email": true, "webhook": true}'
    ann, ben = [await make_profile(owner, notification_preferences=before) for _ in range(2)]
    for _ in range(2):
        done = await anybody.post(f"{LINK}/{make_token(ann, kind, secret)}")
        assert done.status_code == 200
        assert "You will get no more mails" in done.text
    assert await preferences(as_user, ann) == after
    assert await preferences(as_user, ben) == {"email": True, "webhook": True}


async def test_whoever_is_gone_gets_no_mails_anyway(anybody: httpx.AsyncClient, secret: str) -> None:
    assert (await anybody.post(f"{LINK}/{make_token(uuid4(), None, secret)}")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["nonsense", make_token(UUID(int=1), None, "another secret")])
async def test_a_link_that_we_did_not_make_is_unknown(
    anybody: httpx.AsyncClient, method: str, token: str
) -> None:
    answer = await anybody.request(method, f"{LINK}/{token}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_link"
