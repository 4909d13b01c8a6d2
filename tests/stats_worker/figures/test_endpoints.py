"""Statistics and calendar over HTTP."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from kit.database import Database
from stats_worker.figures.rules import Weekday
from tests.stats_worker import reference
from tests.stats_worker.conftest import AsUser, events, practice, publish_all

STATS = "/api/v1/sessions/stats"
CALENDAR = "/api/v1/sessions/calendar"


async def test_somebody_who_has_never_practised(as_user: AsUser) -> None:
    answer = await as_user(uuid4()).get(STATS)
    assert answer.status_code == 200
    body = answer.json()
    as_of = datetime.fromisoformat(body.pop("as_of"))
    assert abs(datetime.now(UTC) - as_of) < timedelta(minutes=1)
    nothing = {"sessions": 0, "duration_seconds": 0}
    assert body == {
        "total_sessions": 0,
        "total_practice_time_seconds": 0,
        "average_duration_seconds": 0,
        "completion_rate_percent": 0.0,
        "current_streak_days": 0,
        "longest_streak_days": 0,
        "this_week": nothing,
        "this_month": nothing,
        "by_weekday": [{"weekday": weekday.value, **nothing} for weekday in Weekday],
        "by_sequence": [],
        "last_practiced_on": None,
    }


async def test_what_practices_come_to(as_user: AsUser, publisher: Database) -> None:
    ann = uuid4()
    today = datetime.now(UTC)
    history = [
        practice(ann, today, duration=900, sequence=2),
        practice(ann, today - timedelta(days=1), duration=300, sequence=2, status="partial"),
        practice(ann, today - timedelta(days=2), duration=601, sequence=1),
        practice(ann, today - timedelta(days=9), duration=60, status="abandoned"),
        practice(ann, today - timedelta(days=40), duration=120),
        practice(ann, today, status=None),
    ]
    await publish_all(publisher, events(*history))
    body = (await as_user(ann).get(STATS)).json()
    as_of = datetime.fromisoformat(body.pop("as_of"))
    assert body == reference.statistics(history, [], as_of, "UTC")
    assert (body["total_sessions"], body["average_duration_seconds"]) == (3, 540)
    assert (body["completion_rate_percent"], body["longest_streak_days"]) == (50.0, 3)
    assert [one["sequence_id"] for one in body["by_sequence"]] == [2, 1, None]


async def test_unchanged_figures_are_not_sent_again(as_user: AsUser, publisher: Database) -> None:
    ann = uuid4()
    client = as_user(ann)
    first = await client.get(STATS)
    known = {"If-None-Match": first.headers["etag"]}
    again = await client.get(STATS, headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    await publish_all(publisher, events(practice(ann, date(2026, 11, 1))))
    changed = await client.get(STATS, headers=known)
    assert (changed.status_code, changed.json()["total_sessions"]) == (200, 1)


async def test_a_month_day_by_day(as_user: AsUser, publisher: Database) -> None:
    ann = uuid4()
    history = [
        practice(ann, date(2026, 10, 31)),
        practice(ann, date(2026, 11, 1), duration=60),
        practice(ann, date(2026, 11, 1), duration=30, status="partial"),
        practice(ann, date(2026, 11, 2), duration=10, status="abandoned"),
        # Still November in Berlin, and December already in Tokyo.
        practice(ann, datetime(2026, 11, 30, 16, tzinfo=UTC), timezone="Europe/Berlin", duration=5),
        practice(ann, datetime(2026, 11, 30, 16, tzinfo=UTC), timezone="Asia/Tokyo", duration=7),
    ]
    await publish_all(publisher, events(*history))
    body = (await as_user(ann).get(CALENDAR, params={"month": "2026-11"})).json()
    assert body == reference.calendar(history, "2026-11")
    assert len(body["days"]) == 30
    assert body["days"][0] == {"date": "2026-11-01", "sessions": 2, "duration_seconds": 90}
    assert body["days"][1] == {"date": "2026-11-02", "sessions": 0, "duration_seconds": 0}
    assert body["days"][29] == {"date": "2026-11-30", "sessions": 1, "duration_seconds": 5}


@pytest.mark.parametrize(
    ("month", "length"), [("2028-02", 29), ("2026-02", 28), ("0001-01", 31), ("9999-12", 31)]
)
async def test_any_month_can_be_asked_for(as_user: AsUser, month: str, length: int) -> None:
    body = (await as_user(uuid4()).get(CALENDAR, params={"month": month})).json()
    assert body["month"] == month
    assert [day["date"] for day in body["days"]] == [f"{month}-{n:02}" for n in range(1, length + 1)]


async def test_without_a_month_it_is_this_one(as_user: AsUser) -> None:
    before = datetime.now(UTC)
    body = (await as_user(uuid4()).get(CALENDAR)).json()
    assert body["month"] in {f"{moment:%Y-%m}" for moment in (before, datetime.now(UTC))}


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "2026-11-01", "november", "٢٠٢٦-١١"]
)
async def test_what_is_no_month(as_user: AsUser, month: str) -> None:
    answer = await as_user(uuid4()).get(CALENDAR, params={"month": month})
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "month"])


async def test_a_calendar_is_its_users_own(as_user: AsUser, publisher: Database) -> None:
    ann, ben = uuid4(), uuid4()
    await publish_all(publisher, events(practice(ann, date(2026, 11, 1))))
    assert (await as_user(ann).get(STATS)).json()["total_sessions"] == 1
    assert (await as_user(ben).get(STATS)).json()["total_sessions"] == 0
    body = (await as_user(ben).get(CALENDAR, params={"month": "2026-11"})).json()
    assert body == reference.calendar([], "2026-11")


async def test_nobody_is_let_in_without_an_identity(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as http:
        for path in (STATS, CALENDAR, "/api/v1/streak/freezes"):
            assert (await http.get(path)).status_code == 401
        assert (await http.put("/api/v1/streak/freezes/2026-11-21")).status_code == 401


async def test_the_service_is_ready_once_its_database_answers(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service") as http:
        assert (await http.get("/internal/readyz")).status_code == 200


async def test_days_far_away_are_counted_too(as_user: AsUser, publisher: Database) -> None:
    ann = uuid4()
    history = [practice(ann, day) for day in (date(2, 1, 1), date(2, 1, 2), date(9998, 12, 31))]
    await publish_all(publisher, events(*history))
    body = (await as_user(ann).get(STATS)).json()
    assert (body["longest_streak_days"], body["last_practiced_on"]) == (2, "9998-12-31")
