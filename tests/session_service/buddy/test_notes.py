"""Notes, over HTTP: plain text, made for autosave."""

import asyncio
from datetime import datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit.contracts import SESSION_NOTES_CHANGED
from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import events_of, make_session


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('Tom & Jerry <3 "50%"', 'Tom & Jerry <3 "50%"'),
        ("if x<y then z", "if x<y then z"),
        ("<b>bold</b> and <i>so on</i>", "bold and so on"),
        ("before<script>alert('x')</script>after", "beforeafter"),
        ("<style>p {color: red}</style>text", "text"),
        ("lines\n\tkept\x00\x07\x1b\r", "lines\n\tkept"),
        ("  spaces stay  ", "  spaces stay  "),
        ("", ""),
        ("李 🏃 é", "李 🏃 é"),
    ],
)
async def test_what_is_kept(as_user: AsUser, owner: Database, typed: str, kept: str) -> None:
    session = await make_session(owner)
    me = as_user(session.user1)
    response = await me.patch(f"{session.url}/notes", json={"notes": typed})
    assert response.status_code == 200
    body = response.json()
    assert (body["success"], body["notes"]) == (True, kept)
    assert set(body) == {"success", "notes", "updated_at"}
    shown = await as_user(session.user2).get(session.url)
    assert shown.json()["notes"] == kept
    assert shown.headers["etag"] == response.headers["etag"]


async def test_the_same_again_changes_nothing(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me, url = as_user(session.user1), f"{session.url}/notes"
    first = await me.patch(url, json={"notes": "<p>Tom & Jerry <3</p>"})
    shown = await me.get(session.url)
    for typed in ("<p>Tom & Jerry <3</p>", first.json()["notes"]):
        again = await me.patch(url, json={"notes": typed})
        assert again.content == first.content
        assert (await me.get(session.url)).headers["etag"] == shown.headers["etag"]
    other = await me.patch(url, json={"notes": "something else"})
    updated = [datetime.fromisoformat(answer.json()["updated_at"]) for answer in (first, other)]
    assert updated[0] < updated[1]
    told = {"session_id": str(session.id), "actor_id": str(session.user1)}
    assert [(event["type"], event["data"]) for event in await events_of(owner, f"session:{session.id}")] == [
        (SESSION_NOTES_CHANGED, told)
    ] * 2


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(typed=st.text(max_size=300) | st.text("<>/a bscript!-='\"\n\x00", max_size=60))
async def test_saving_what_came_back_changes_nothing(as_user: AsUser, owner: Database, typed: str) -> None:
    session = await make_session(owner)
    me, url = as_user(session.user1), f"{session.url}/notes"
    first = await me.patch(url, json={"notes": typed})
    assert first.status_code == 200
    again = await me.patch(url, json={"notes": first.json()["notes"]})
    assert again.content == first.content


@pytest.mark.parametrize(("length", "status"), [(5000, 200), (5001, 422)])
async def test_the_longest_notes(as_user: AsUser, owner: Database, length: int, status: int) -> None:
    session = await make_session(owner)
    for character in ("x", "🏃", "\x00"):
        response = await as_user(session.user1).patch(
            f"{session.url}/notes", json={"notes": character * length}
        )
        assert response.status_code == status


@pytest.mark.parametrize(
    "body", [None, {}, {"notes": None}, {"notes": 5}, {"notes": ["x"]}, {"notes": "x", "y": 1}]
)
async def test_what_is_no_notes(as_user: AsUser, owner: Database, body: object) -> None:
    session = await make_session(owner)
    assert (await as_user(session.user1).patch(f"{session.url}/notes", json=body)).status_code == 422


async def test_a_lone_surrogate_is_refused(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    response = await as_user(session.user1).patch(
        f"{session.url}/notes",
        content=rb'{"notes": "\ud800"}',
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 422


@pytest.mark.parametrize("status", ["scheduled", "completed", "cancelled", "no_show"])
async def test_notes_at_any_time(as_user: AsUser, owner: Database, status: str) -> None:
    session = await make_session(owner, status=status)
    response = await as_user(session.user2).patch(f"{session.url}/notes", json={"notes": "It was good"})
    assert response.status_code == 200


async def test_unknown_and_not_yours(as_user: AsUser, owner: Database) -> None:
    session, stranger = await make_session(owner), as_user(uuid4())
    body = {"notes": "x"}
    assert (await stranger.patch(f"/api/session/{uuid4()}/notes", json=body)).status_code == 404
    assert (await stranger.patch(f"{session.url}/notes", json=body)).status_code == 403


async def test_if_match_is_the_session_s(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    me, url = as_user(session.user1), f"{session.url}/notes"
    etag = (await me.get(session.url)).headers["etag"]
    first = await me.patch(url, json={"notes": "mine"}, headers={"If-Match": etag})
    assert first.status_code == 200
    stale = await as_user(session.user2).patch(url, json={"notes": "theirs"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    next_one = await me.patch(url, json={"notes": "mine 2"}, headers={"If-Match": first.headers["etag"]})
    assert next_one.status_code == 200


async def test_the_last_write_wins_without_it(as_user: AsUser, owner: Database) -> None:
    session = await make_session(owner)
    url = f"{session.url}/notes"
    answers = await asyncio.gather(
        *(as_user(session.user1).patch(url, json={"notes": f"text {n}"}) for n in range(8))
    )
    assert {answer.status_code for answer in answers} == {200}
    latest = max(answers, key=lambda answer: datetime.fromisoformat(answer.json()["updated_at"]))
    assert (await as_user(session.user2).get(session.url)).json()["notes"] == latest.json()["notes"]
