"""What is told of each event, and where."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.local.data_dir import ROOT
from kit import contracts
from kit.live.messages import topic_of
from kit.outbox.deliveries import StoredEvent
from kit.outbox.events import uuid7
from session_service.live import rules
from session_service.live.errors import MalformedEvent

SESSION, ANN, BEN = str(uuid4()), str(uuid4()), str(uuid4())
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)

DATA: dict[str, dict[str, Any]] = {
    contracts.SESSION_SCHEDULED: {
        "actor_id": ANN,
        "scheduled_time": "2026-11-22T10:00:00Z",
        "venue_name": "Park",
    },
    contracts.SESSION_RESCHEDULED: {
        "actor_id": ANN,
        "scheduled_time": "2026-11-22T10:00:00Z",
        "venue_name": "Park",
    },
    contracts.SESSION_CHECKED_IN: {"user_id": ANN, "buddy_id": BEN},
    contracts.SESSION_CONFIRMED: {"confirmed_by": ANN, "confirmed_user_id": BEN},
    contracts.SESSION_COMPLETED: {
        "completed_at": "2026-11-21T10:00:00Z",
        "match_id": str(uuid4()),
        "participants": [],
    },
    contracts.SESSION_CANCELLED: {
        "actor_id": ANN,
        "user_ids": [ANN, BEN],
        "reason": "none of a message's business",
    },
    contracts.SESSION_NO_SHOW: {
        "reported_by": ANN,
        "user_ids": [ANN, BEN],
        "absent": [{"user_id": BEN, "points": 5}],
    },
    contracts.SESSION_NOTES_CHANGED: {"actor_id": ANN},
}

TOLD: dict[str, tuple[str, dict[str, Any]]] = {
    contracts.SESSION_SCHEDULED: (
        "session.scheduled",
        {"session_status": "scheduled", "actor_id": ANN, "scheduled_time": "2026-11-22T10:00:00Z"},
    ),
    contracts.SESSION_RESCHEDULED: (
        "session.rescheduled",
        {"session_status": "scheduled", "actor_id": ANN, "scheduled_time": "2026-11-22T10:00:00Z"},
    ),
    contracts.SESSION_CHECKED_IN: ("session.checked_in", {"user_id": ANN}),
    contracts.SESSION_CONFIRMED: ("session.confirmed", {"confirmed_by": ANN, "confirmed_user_id": BEN}),
    contracts.SESSION_COMPLETED: (
        "session.completed",
        {"session_status": "completed", "completed_at": "2026-11-21T10:00:00Z"},
    ),
    contracts.SESSION_CANCELLED: ("session.cancelled", {"session_status": "cancelled", "actor_id": ANN}),
    contracts.SESSION_NO_SHOW: (
        "session.no_show",
        {"session_status": "no_show", "reported_by": ANN, "absent_user_ids": [BEN]},
    ),
    contracts.SESSION_NOTES_CHANGED: ("session.notes_changed", {"actor_id": ANN}),
}

PRACTICES: dict[str, tuple[str, dict[str, Any]]] = {
    contracts.PRACTICE_STARTED: ("practice.started", {"sequence_id": 3}),
    contracts.PRACTICE_PAUSED: ("practice.paused", {"duration_seconds": 60}),
    contracts.PRACTICE_RESUMED: ("practice.resumed", {"duration_seconds": 60}),
    contracts.PRACTICE_COMPLETED: (
        "practice.completed",
        {"duration_seconds": 60, "completion_status": "partial"},
    ),
}


def event(event_type: str, data: dict[str, Any]) -> StoredEvent:
    return StoredEvent(uuid7(), event_type, contracts.SOURCE, "subject", NOW, data, None, None)


def test_every_event_that_live_updates_get_is_known() -> None:
    subscribed = {name for name, consumers in contracts.SUBSCRIPTIONS.items() if contracts.LIVE in consumers}
    assert subscribed == set(rules._MESSAGES)


def test_every_type_of_message_is_in_the_reference() -> None:
    reference = (ROOT / "docs" / "reference" / "live-updates.md").read_text()
    for kind, data in [*TOLD.values(), *PRACTICES.values()]:
        (line,) = (line for line in reference.splitlines() if f"`{kind}`" in line)
        assert all(member in line for member in data), kind
    for kind in ("session.reputation_updated", "notification.created"):
        assert f"`{kind}`" in reference


@pytest.mark.parametrize("event_type", DATA)
def test_what_happens_to_a_session_is_told_at_its_address(event_type: str) -> None:
    (message,) = rules.messages_of(event(event_type, {"session_id": SESSION, **DATA[event_type]}), {})
    kind, data = TOLD[event_type]
    assert (message.address, message.type, message.time) == (f"session:{SESSION}", kind, NOW)
    assert message.data == {"session_id": SESSION, **data}


@pytest.mark.parametrize("event_type", PRACTICES)
def test_practices_are_told_to_their_owner(event_type: str) -> None:
    kind, data = PRACTICES[event_type]
    happened = event(event_type, {"session_id": 7, "user_id": ANN, "timezone": "UTC", **data})
    (message,) = rules.messages_of(happened, {})
    assert (message.address, message.type, message.data) == (
        f"practice:{ANN}",
        kind,
        {"session_id": 7, **data},
    )


def test_reputation_is_told_at_the_address_of_each_session() -> None:
    other = str(uuid4())
    changed = event(
        contracts.REPUTATION_CHANGED,
        {
            "sessions": [
                {"session_id": SESSION, "user_ids": [ANN, BEN]},
                {"session_id": other, "user_ids": [ANN]},
            ]
        },
    )
    messages = rules.messages_of(changed, {})
    assert [message.address for message in messages] == [f"session:{SESSION}", f"session:{other}"]
    assert {message.type for message in messages} == {"session.reputation_updated"}
    assert messages[0].data == {"session_id": SESSION, "user_ids": [ANN, BEN]}
    assert len({message.key for message in messages}) == 2


def test_inbox_entries_are_told_to_their_owners_under_their_titles() -> None:
    kept, gone = uuid4(), uuid4()
    created = event(
        contracts.NOTIFICATIONS_CREATED,
        {
            "notifications": [
                {"id": str(kept), "user_id": ANN, "kind": "no_show", "session_id": SESSION},
                {"id": str(gone), "user_id": BEN, "kind": "no_show", "session_id": None},
            ]
        },
    )
    assert rules.notifications_of([created]) == [kept, gone]
    (message,) = rules.messages_of(created, {kept: "Title"})
    assert (message.address, topic_of(message.address)) == (f"notifications:{ANN}", "notifications")
    assert message.data == {"id": str(kept), "kind": "no_show", "title": "Title", "session_id": SESSION}


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("tandem.unheard.of.v1", {}),
        (contracts.SESSION_CHECKED_IN, {}),
        (contracts.SESSION_CHECKED_IN, {"session_id": "../x", "user_id": ANN}),
        (contracts.SESSION_CHECKED_IN, {"session_id": None, "user_id": ANN}),
        (contracts.SESSION_CHECKED_IN, {"session_id": SESSION}),
        (contracts.SESSION_NO_SHOW, {"session_id": SESSION, "reported_by": None, "absent": [7]}),
        (contracts.REPUTATION_CHANGED, {"sessions": None}),
        (contracts.NOTIFICATIONS_CREATED, {"notifications": [{"id": 7}]}),
        (contracts.PRACTICE_STARTED, {"session_id": "x", "user_id": ANN, "sequence_id": None}),
    ],
)
def test_what_cannot_be_understood_is_told_to_nobody(event_type: str, data: dict[str, Any]) -> None:
    happened = event(event_type, data)
    assert all(isinstance(found, UUID) for found in rules.notifications_of([happened]))
    with pytest.raises(MalformedEvent):
        rules.messages_of(happened, {})
