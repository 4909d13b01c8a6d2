"""Whom each event is told, and in which words."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from kit.contracts import (
    APPEAL_DECIDED,
    BADGES_EARNED,
    MATCH_ACCEPTED,
    MATCH_INVITED,
    NO_SHOW_APPEALED,
    NOTIFICATIONS,
    SESSION_CANCELLED,
    SESSION_CHECKED_IN,
    SESSION_COMPLETED,
    SESSION_CONFIRMED,
    SESSION_NO_SHOW,
    SESSION_RESCHEDULED,
    SESSION_SCHEDULED,
    STREAKS_AT_RISK,
    SUBSCRIPTIONS,
    WEBHOOK_DISABLED,
)
from session_service.notifications.notices import Notice
from session_service.notifications.rules import HAPPENINGS, MalformedEvent, read_event

ANN, BEN, EVE = UUID(int=1), UUID(int=2), UUID(int=3)
NAMES = {ANN: "Ann", BEN: "Ben"}
SESSION = UUID(int=9)
BOTH = [str(ANN), str(BEN)]

MATCH = {"match_id": str(UUID(int=8)), "inviter_id": str(ANN), "invitee_id": str(BEN)}
PLAN = {
    "session_id": str(SESSION),
    "match_id": str(UUID(int=8)),
    "actor_id": str(ANN),
    "user_ids": BOTH,
    "venue_name": "Café <Central>",
    "scheduled_time": "2025-08-17T17:00:00+02:00",
}
CHECK_IN = {"session_id": str(SESSION), "user_id": str(ANN), "buddy_id": str(BEN)}
CONFIRMATION = {"session_id": str(SESSION), "confirmed_by": str(ANN), "confirmed_user_id": str(BEN)}
COMPLETION = {
    "session_id": str(SESSION),
    "match_id": str(UUID(int=8)),
    "completed_at": "2025-08-17T16:00:00Z",
    "participants": [
        {"user_id": str(ANN), "challenge_id": str(UUID(int=5)), "points": 10},
        {"user_id": str(BEN), "challenge_id": str(UUID(int=6)), "points": 25},
    ],
}
CANCELLATION = {"session_id": str(SESSION), "actor_id": str(BEN), "user_ids": BOTH, "reason": "I am ill"}
NO_SHOW = {
    "session_id": str(SESSION),
    "reported_by": str(ANN),
    "user_ids": BOTH,
    "absent": [{"user_id": str(BEN), "points": 25}],
}
APPEAL = {"session_id": str(SESSION), "user_id": str(BEN), "user_ids": BOTH}
DECISION = {**APPEAL, "upheld": True, "points": 25}
BADGES = {
    "badges": [
        {
            "user_id": str(ANN),
            "code": "sessions_1",
            "title": "First session",
            "earned_at": "2025-08-17T16:00:00Z",
        },
        {"user_id": str(BEN), "code": "sessions_5", "title": "Five", "earned_at": "2025-08-17T16:00:00Z"},
        {"user_id": str(BEN), "code": "streak_7", "title": "A week", "earned_at": "2025-08-17T16:00:00Z"},
    ]
}
STREAKS = {
    "streaks": [
        {"user_id": str(ANN), "days": 12, "local_date": "2025-08-17"},
        {"user_id": str(EVE), "days": 1, "local_date": "2025-08-18"},
    ]
}
WEBHOOK = {"webhook_id": str(UUID(int=7)), "user_id": str(ANN), "reason": "failing"}
EXAMPLES: dict[str, dict[str, Any]] = {
    MATCH_INVITED: MATCH,
    MATCH_ACCEPTED: MATCH,
    SESSION_SCHEDULED: PLAN,
    SESSION_RESCHEDULED: PLAN,
    SESSION_CHECKED_IN: CHECK_IN,
    SESSION_CONFIRMED: CONFIRMATION,
    SESSION_COMPLETED: COMPLETION,
    SESSION_CANCELLED: CANCELLATION,
    SESSION_NO_SHOW: NO_SHOW,
    NO_SHOW_APPEALED: APPEAL,
    APPEAL_DECIDED: DECISION,
    BADGES_EARNED: BADGES,
    STREAKS_AT_RISK: STREAKS,
    WEBHOOK_DISABLED: WEBHOOK,
}
TOLD: dict[str, set[UUID]] = {STREAKS_AT_RISK: {ANN, EVE}, WEBHOOK_DISABLED: {ANN}}
"""Who is in an event that is not between Ann and Ben."""


def notices(event_type: str, data: dict[str, Any], names: dict[UUID, str] = NAMES) -> list[Notice]:
    return read_event(event_type, data).notices(names)


def test_every_event_that_is_subscribed_to_is_understood() -> None:
    subscribed = {name for name, consumers in SUBSCRIPTIONS.items() if NOTIFICATIONS in consumers}
    assert set(HAPPENINGS) == subscribed == set(EXAMPLES)


@pytest.mark.parametrize(
    ("event_type", "data", "expected"),
    [
        pytest.param(
            MATCH_INVITED,
            MATCH,
            [
                Notice(
                    BEN,
                    "buddy_invited",
                    "Ann invited you to be buddies",
                    "Accept the invitation to plan sessions together, or decline it.",
                )
            ],
            id="invited",
        ),
        pytest.param(
            MATCH_ACCEPTED,
            MATCH,
            [
                Notice(
                    ANN,
                    "match_accepted",
                    "Ben accepted your invitation",
                    "You are buddies now: plan your first session together.",
                )
            ],
            id="accepted",
        ),
        pytest.param(
            SESSION_SCHEDULED,
            PLAN,
            [
                Notice(
                    BEN,
                    "session_scheduled",
                    "Ann scheduled a session with you",
                    "Café <Central>, 2025-08-17 15:00 UTC",
                    SESSION,
                )
            ],
            id="scheduled",
        ),
        pytest.param(
            SESSION_RESCHEDULED,
            PLAN | {"actor_id": str(BEN)},
            [
                Notice(
                    ANN,
                    "session_rescheduled",
                    "Ben rescheduled your session",
                    "Now: Café <Central>, 2025-08-17 15:00 UTC",
                    SESSION,
                )
            ],
            id="rescheduled by the other",
        ),
        pytest.param(
            SESSION_CHECKED_IN,
            CHECK_IN,
            [Notice(BEN, "buddy_checked_in", "Ann checked in", "Ann is there for your session.", SESSION)],
            id="checked in",
        ),
        pytest.param(
            SESSION_CONFIRMED,
            CONFIRMATION,
            [
                Notice(
                    BEN,
                    "buddy_confirmed_you",
                    "Ann confirmed you",
                    "Ann confirmed that you completed your session.",
                    SESSION,
                )
            ],
            id="confirmed",
        ),
        pytest.param(
            SESSION_COMPLETED,
            COMPLETION,
            [
                Notice(
                    ANN,
                    "session_completed",
                    "You completed your session with Ben",
                    "You both confirmed it: +10 reputation.",
                    SESSION,
                ),
                Notice(
                    BEN,
                    "session_completed",
                    "You completed your session with Ann",
                    "You both confirmed it: +25 reputation.",
                    SESSION,
                ),
            ],
            id="completed, each with the points of the own challenge",
        ),
        pytest.param(
            SESSION_CANCELLED,
            CANCELLATION,
            [Notice(ANN, "session_cancelled", "Ben cancelled your session", "Reason: I am ill", SESSION)],
            id="cancelled",
        ),
        pytest.param(
            SESSION_CANCELLED,
            CANCELLATION | {"reason": None},
            [Notice(ANN, "session_cancelled", "Ben cancelled your session", "No reason was given.", SESSION)],
            id="cancelled without a reason",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW,
            [
                Notice(
                    ANN,
                    "no_show",
                    "Ben did not show up",
                    "Your report is recorded, and your session counts as a no-show."
                    " Your reputation stays as it is.",
                    SESSION,
                ),
                Notice(
                    BEN,
                    "no_show",
                    "Ann reported that you did not show up",
                    "Your session counts as a no-show: -25 reputation.",
                    SESSION,
                ),
            ],
            id="no-show, reported",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW
            | {
                "reported_by": None,
                "absent": [{"user_id": str(BEN), "points": 25}, {"user_id": str(ANN), "points": 10}],
            },
            [
                Notice(
                    ANN,
                    "no_show",
                    "Your session with Ben counts as a no-show",
                    "Nobody finished it within 24 hours of its scheduled time, and you did not show up:"
                    " -10 reputation.",
                    SESSION,
                ),
                Notice(
                    BEN,
                    "no_show",
                    "Your session with Ann counts as a no-show",
                    "Nobody finished it within 24 hours of its scheduled time, and you did not show up:"
                    " -25 reputation.",
                    SESSION,
                ),
            ],
            id="no-show of both, by the scheduler",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW | {"reported_by": None},
            [
                Notice(
                    ANN,
                    "no_show",
                    "Your session with Ben counts as a no-show",
                    "Nobody finished it within 24 hours of its scheduled time, and Ben did not show up."
                    " Your reputation stays as it is.",
                    SESSION,
                ),
                Notice(
                    BEN,
                    "no_show",
                    "Your session with Ann counts as a no-show",
                    "Nobody finished it within 24 hours of its scheduled time, and you did not show up:"
                    " -25 reputation.",
                    SESSION,
                ),
            ],
            id="no-show of one, by the scheduler",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW | {"reported_by": None, "absent": []},
            [
                Notice(
                    user,
                    "no_show",
                    f"Your session with {buddy} counts as a no-show",
                    "Nobody finished it within 24 hours of its scheduled time."
                    " Your reputation stays as it is.",
                    SESSION,
                )
                for user, buddy in ((ANN, "Ben"), (BEN, "Ann"))
            ],
            id="left unfinished by two who were there",
        ),
        pytest.param(
            NO_SHOW_APPEALED,
            APPEAL,
            [
                Notice(
                    ANN,
                    "appeal_opened",
                    "Ben appealed against the no-show",
                    "An operator will decide. Until then it does not count.",
                    SESSION,
                )
            ],
            id="appealed",
        ),
        pytest.param(
            APPEAL_DECIDED,
            DECISION,
            [
                Notice(
                    BEN,
                    "appeal_decided",
                    "Your appeal was upheld",
                    "The no-show does not count: you keep your 25 reputation.",
                    SESSION,
                ),
                Notice(
                    ANN, "appeal_decided", "Ben's appeal was upheld", "The no-show does not count.", SESSION
                ),
            ],
            id="appeal upheld",
        ),
        pytest.param(
            APPEAL_DECIDED,
            DECISION | {"upheld": False},
            [
                Notice(
                    BEN,
                    "appeal_decided",
                    "Your appeal was turned down",
                    "The no-show counts: -25 reputation.",
                    SESSION,
                ),
                Notice(ANN, "appeal_decided", "Ben's appeal was turned down", "The no-show counts.", SESSION),
            ],
            id="appeal turned down",
        ),
        pytest.param(
            BADGES_EARNED,
            BADGES,
            [
                Notice(
                    ANN, "badge_earned", "You earned a badge: First session", "It is in your profile now."
                ),
                Notice(BEN, "badge_earned", "You earned 2 badges", "Five and A week."),
            ],
            id="badges of several people",
        ),
        pytest.param(
            STREAKS_AT_RISK,
            STREAKS,
            [
                Notice(
                    user,
                    "streak_at_risk",
                    f"Your streak of {days} ends today",
                    "Practise before midnight, or freeze the day, and it goes on.",
                )
                for user, days in ((ANN, "12 days"), (EVE, "1 day"))
            ],
            id="streaks of several people",
        ),
    ],
)
def test_who_is_told_what(event_type: str, data: dict[str, Any], expected: list[Notice]) -> None:
    assert notices(event_type, data) == expected


@pytest.mark.parametrize("names", [{}, {ANN: "", BEN: ""}], ids=["unknown", "empty"])
@pytest.mark.parametrize(
    ("event_type", "title"),
    [
        (SESSION_CHECKED_IN, "Your buddy checked in"),
        (SESSION_COMPLETED, "You completed your session with your buddy"),
    ],
)
def test_somebody_without_a_name_is_your_buddy(event_type: str, title: str, names: dict[UUID, str]) -> None:
    assert notices(event_type, EXAMPLES[event_type], names)[0].title == title


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_nobody_is_told_twice_and_only_those_in_it_are_told(event_type: str) -> None:
    happening = read_event(event_type, EXAMPLES[event_type])
    told = [notice.user_id for notice in happening.notices(NAMES)]
    assert len(set(told)) == len(told) > 0
    assert set(told) <= set(happening.people()) == TOLD.get(event_type, {ANN, BEN})


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_a_later_publisher_may_say_more(event_type: str) -> None:
    data = EXAMPLES[event_type]
    assert notices(event_type, data | {"added_later": 1}) == notices(event_type, data)


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        pytest.param("tandem.session.melted.v1", PLAN, id="unknown type"),
        pytest.param(SESSION_SCHEDULED, {}, id="no data"),
        pytest.param(SESSION_SCHEDULED, PLAN | {"session_id": "nine"}, id="an id that is none"),
        pytest.param(SESSION_SCHEDULED, PLAN | {"actor_id": str(EVE)}, id="an actor from outside"),
        pytest.param(SESSION_SCHEDULED, PLAN | {"scheduled_time": "2025-08-17T15:00:00"}, id="no offset"),
        pytest.param(SESSION_CANCELLED, CANCELLATION | {"user_ids": [str(BEN)]}, id="one user"),
        pytest.param(SESSION_CANCELLED, CANCELLATION | {"user_ids": [*BOTH, str(EVE)]}, id="three users"),
        pytest.param(SESSION_CANCELLED, CANCELLATION | {"user_ids": [str(BEN)] * 2}, id="one user twice"),
        pytest.param(MATCH_INVITED, MATCH | {"invitee_id": str(ANN)}, id="invited by oneself"),
        pytest.param(SESSION_CHECKED_IN, CHECK_IN | {"buddy_id": str(ANN)}, id="one's own buddy"),
        pytest.param(SESSION_CONFIRMED, CONFIRMATION | {"confirmed_by": str(BEN)}, id="confirmed by oneself"),
        pytest.param(
            SESSION_COMPLETED,
            COMPLETION | {"participants": COMPLETION["participants"][:1]},
            id="completed by one",
        ),
        pytest.param(
            SESSION_COMPLETED,
            COMPLETION
            | {"participants": [{"user_id": str(ANN), "points": "10"}, {"user_id": str(BEN), "points": 5}]},
            id="points as text",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW | {"absent": [{"user_id": str(BEN), "points": -25}]},
            id="a negative loss",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW | {"reported_by": None, "absent": [{"user_id": str(EVE), "points": 25}]},
            id="absent, but not invited",
        ),
        pytest.param(
            SESSION_NO_SHOW,
            NO_SHOW | {"reported_by": None, "absent": [{"user_id": str(BEN), "points": 25}] * 2},
            id="absent twice",
        ),
        pytest.param(SESSION_NO_SHOW, NO_SHOW | {"reported_by": str(BEN)}, id="the reporter is absent"),
        pytest.param(SESSION_NO_SHOW, NO_SHOW | {"absent": []}, id="a report of nobody"),
        pytest.param(SESSION_NO_SHOW, NO_SHOW | {"reported_by": str(EVE)}, id="a report from outside"),
        pytest.param(NO_SHOW_APPEALED, APPEAL | {"user_id": str(EVE)}, id="an appeal from outside"),
        pytest.param(NO_SHOW_APPEALED, APPEAL | {"user_ids": [str(BEN)] * 2}, id="an appeal against oneself"),
        pytest.param(APPEAL_DECIDED, APPEAL, id="a decision that says nothing"),
        pytest.param(APPEAL_DECIDED, DECISION | {"upheld": "yes"}, id="a decision in words"),
        pytest.param(BADGES_EARNED, {"badges": [{"user_id": str(ANN)}]}, id="a badge without a title"),
        pytest.param(
            STREAKS_AT_RISK, {"streaks": [{"user_id": str(ANN), "days": 0}]}, id="a streak of nothing"
        ),
    ],
)
def test_a_malformed_event_raises(event_type: str, data: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent):
        read_event(event_type, data)


def test_what_is_wrong_is_said_without_peoples_words() -> None:
    secret = f"see you at {uuid4()}"
    with pytest.raises(MalformedEvent) as caught:
        read_event(SESSION_CANCELLED, CANCELLATION | {"reason": [secret], "user_ids": None})
    assert "reason" in str(caught.value)
    assert "user_ids" in str(caught.value)
    assert secret not in str(caught.value)
