"""How messages are addressed and written."""

from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest

from kit.live.messages import (
    NOTIFICATIONS,
    PRACTICE,
    Message,
    Position,
    session_address,
    topic_of,
    user_address,
)


def test_positions_are_read_as_they_are_written_and_compare_as_numbers() -> None:
    assert str(Position(1764000000000, 2)) == "1764000000000-2"
    assert Position.parse("1764000000000-2") == Position(1764000000000, 2)
    assert Position(9, 1) < Position(10, 0) < Position(10, 9) < Position(10, 10)


@pytest.mark.parametrize(
    "text",
    ["", "-", "1", "1-", "-1", "01-0", "1-2-3", "1-x", " 1-2", "1-2\n", "1" * 17 + "-0", "\u0661-\u0662"],
)
def test_what_is_no_position(text: str) -> None:
    assert Position.parse(text) is None


def test_a_users_own_address_is_not_told_to_the_subscriber() -> None:
    session, user = uuid4(), uuid4()
    assert topic_of(session_address(session)) == f"session:{session}"
    assert topic_of(user_address(PRACTICE, user)) == "practice"
    assert topic_of(user_address(NOTIFICATIONS, user)) == "notifications"


def test_the_body_is_all_but_the_id() -> None:
    message = Message(
        "practice:1", "practice.started", datetime(2026, 11, 21, 10, tzinfo=UTC), {"a": 1}, "key"
    )
    assert orjson.loads(message.body()) == {
        "type": "practice.started",
        "topic": "practice",
        "time": "2026-11-21T10:00:00Z",
        "data": {"a": 1},
    }
