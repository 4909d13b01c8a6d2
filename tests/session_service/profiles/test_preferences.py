"""Notification preferences over the wire: what can be said, what cannot, and what was said before there was more."""

from typing import Any
from uuid import uuid4

import pytest

from kit.database import Database
from tests.session_service.conftest import AsUser
from tests.session_service.factories import make_profile

WHOLE = {
    "email": {"others": True, "buddy_checked_in": False},
    "webhook": True,
    "quiet_hours": {"from": "22:00", "to": "07:00"},
    "digest": {"at": "08:00", "except": ["session_reminder"]},
}


@pytest.mark.parametrize(
    "preferences",
    [
        WHOLE,
        {},
        {"email": True},
        {"quiet_hours": {"from": "00:00", "to": "23:59"}},
        {"digest": {"at": "08:00"}},
        # A kind or a channel that does not exist yet may be spoken of.
        {"email": {"kind_of_tomorrow": True}, "push": True},
    ],
)
async def test_what_was_said_is_what_is_shown(as_user: AsUser, preferences: Any) -> None:
    me = as_user(uuid4())
    changed = await me.patch("/api/me", json={"notification_preferences": preferences})
    assert changed.status_code == 200, changed.text
    assert changed.json()["notification_preferences"] == preferences
    assert (await me.get("/api/me")).json() == changed.json()


@pytest.mark.parametrize(
    "preferences",
    [
        {"quiet_hours": True},
        {"quiet_hours": None},
        {"quiet_hours": {"from": "22:00"}},
        {"quiet_hours": {"from": "22:00", "to": "22:00"}},
        {"quiet_hours": {"from": "22:00", "to": "24:00"}},
        {"quiet_hours": {"from": "22:00", "to": "7:00"}},
        {"quiet_hours": {"from": "22:00", "to": "07:00\n"}},
        {"quiet_hours": {"from": "٢٢:٠٠", "to": "07:00"}},
        {"quiet_hours": {"from": "22:00", "to": "07:00", "on": "monday"}},
        {"quiet_hours": {"start": "22:00", "end": "07:00"}},
        {"digest": "08:00"},
        {"digest": {"at": 8}},
        {"digest": {}},
        {"digest": {"at": "08:00", "except": "session_reminder"}},
        {"digest": {"at": "08:00", "except": ["Nonsense!"]}},
        {"digest": {"at": "08:00", "except": ["a"] * 51}},
        {"digest": {"at": "08:00", "without": ["session_reminder"]}},
        {"email": {"from": "22:00", "to": "07:00"}},
        {"email": None},
        {"email": {"No Show": True}},
        {"email\n": True},
    ],
)
async def test_what_makes_no_sense_is_422(as_user: AsUser, preferences: Any) -> None:
    me = as_user(uuid4())
    answer = await me.patch("/api/me", json={"notification_preferences": preferences})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert (await me.get("/api/me")).json()["notification_preferences"] == {}


@pytest.mark.parametrize(
    "stored",
    [
        '{"email": true}',
        '{"email": {"no_show": true}, "sms": false}',
        '{"quiet_hours": true, "digest": {"a": false}}',
    ],
)
async def test_what_was_stored_before_there_was_more_to_say_is_shown(
    as_user: AsUser, owner: Database, stored: str
) -> None:
    user_id = await make_profile(owner, notification_preferences=stored)
    answer = await as_user(user_id).get("/api/me")
    assert answer.status_code == 200
    assert answer.json()["notification_preferences"]
    assert (await as_user(user_id).patch("/api/me", json={"display_name": "Ann"})).status_code == 200
