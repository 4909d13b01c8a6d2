"""Freezing days over HTTP, on a real calendar."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from kit.database import Database
from tests.stats_worker.conftest import (
    AsUser,
    completed,
    dump,
    freeze,
    practice,
    publish_all,
    shown,
    zone_changed,
)
from tests.stats_worker.reference import noon

FREEZES = "/api/v1/streak/freezes"
STATS = "/api/v1/sessions/stats"


@pytest.fixture
async def today(owner: Database) -> date:
    """Today in UTC, far enough from midnight for a test to end on the same day; or the test waits for tomorrow."""
    async with owner.transaction() as connection:
        row = (
            await connection.execute(
                text(
                    "SELECT now()::date AS today, extract(epoch FROM now()::date + 1 - now()::timestamp) AS left"
                )
            )
        ).one()
    if row.left < 5:
        await asyncio.sleep(float(row.left) + 0.1)
        return date.fromordinal(row.today.toordinal() + 1)
    found: date = row.today
    return found


@pytest.fixture
def ann() -> UUID:
    return uuid4()


@pytest.fixture
def client(as_user: AsUser, ann: UUID) -> httpx.AsyncClient:
    """Ann, whose time zone is UTC."""
    return as_user(ann)


def days_of_one_month(today: date, count: int) -> Iterator[date]:
    """So many days of the same month, all of which can be frozen today."""
    days = [today + timedelta(days=number) for number in range(-2, 32)]
    months = [list(month) for _, month in groupby(days, key=lambda day: day.month)]
    return iter(max(months, key=len)[:count])


async def put(client: httpx.AsyncClient, day: date, **headers: str) -> httpx.Response:
    return await client.put(f"{FREEZES}/{day}", headers={k.replace("_", "-"): v for k, v in headers.items()})


def assert_refused(answer: httpx.Response, detail: str, code: str) -> None:
    assert (answer.status_code, answer.json()["detail"], answer.json()["code"]) == (400, detail, code)


async def test_freezing_again_is_the_same_answer(client: httpx.AsyncClient, today: date) -> None:
    first = await put(client, today)
    assert (first.status_code, first.json()["date"]) == (200, str(today))
    again = await put(client, today)
    assert (again.status_code, again.content, again.headers["etag"]) == (
        200,
        first.content,
        first.headers["etag"],
    )


async def test_a_frozen_yesterday_keeps_the_streak(
    client: httpx.AsyncClient, publisher: Database, ann: UUID, today: date
) -> None:
    days = [today - timedelta(days=number) for number in (2, 3, 4)]
    await publish_all(publisher, [completed(practice(ann, day)) for day in days])
    assert (await client.get(STATS)).json()["current_streak_days"] == 0
    assert (await put(client, today - timedelta(days=1))).status_code == 200
    assert (await client.get(STATS)).json()["current_streak_days"] == 3


@pytest.mark.parametrize(
    ("ahead", "detail", "code"),
    [
        (-3, "Cannot freeze a day older than 2 days", "freeze_too_long_ago"),
        (-3000, "Cannot freeze a day older than 2 days", "freeze_too_long_ago"),
        (367, "Cannot freeze a day more than 366 days ahead", "freeze_too_far_ahead"),
    ],
)
async def test_days_out_of_reach(
    client: httpx.AsyncClient, today: date, ahead: int, detail: str, code: str
) -> None:
    assert_refused(await put(client, today + timedelta(days=ahead)), detail, code)


async def test_a_practice_day_needs_no_freeze_though_nobody_has_counted_it_yet(
    client: httpx.AsyncClient, publisher: Database, ann: UUID, today: date
) -> None:
    await publish_all(publisher, [completed(practice(ann, today))])
    assert_refused(await put(client, today), "Cannot freeze a practice day", "day_already_practised")


async def test_three_days_of_a_month(client: httpx.AsyncClient, today: date) -> None:
    *three, fourth = days_of_one_month(today, 4)
    for day in three:
        assert (await put(client, day)).status_code == 200
    assert_refused(await put(client, fourth), "Cannot freeze more than 3 days of a month", "no_freezes_left")
    assert (await put(client, three[0])).status_code == 200
    body = (await client.get(FREEZES, params={"month": str(fourth)[:7]})).json()
    assert [item["date"] for item in body["items"]] == [str(day) for day in three]
    assert (body["month"], body["remaining"]) == (str(fourth)[:7], 0)


async def test_the_next_month_has_days_of_its_own(reader: Database, ann: UUID) -> None:
    for day in (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1)):
        await freeze(reader, ann, day)
    assert (await shown(reader, ann, noon(date(2026, 12, 1))))["current_streak_days"] == 0


async def test_two_at_the_same_time_do_not_get_a_fourth_day(
    client: httpx.AsyncClient, today: date, owner: Database, ann: UUID
) -> None:
    days = list(days_of_one_month(today, 6))
    answers = await asyncio.gather(*(put(client, day) for day in days))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 400, 400, 400]
    assert len((await dump(owner, ann))["freezes"]) == 3


async def test_the_same_day_at_the_same_time_is_frozen_once(
    client: httpx.AsyncClient, today: date, owner: Database, ann: UUID
) -> None:
    answers = await asyncio.gather(*(put(client, today) for _ in range(5)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert len((await dump(owner, ann))["freezes"]) == 1


async def test_what_day_it_is_follows_the_profiles_zone(
    client: httpx.AsyncClient, publisher: Database, owner: Database, ann: UUID
) -> None:
    zone = "Pacific/Kiritimati"
    await publish_all(publisher, [zone_changed(ann, zone, 1)])
    async with owner.transaction() as connection:
        there = await connection.scalar(text("SELECT (now() AT TIME ZONE :zone)::date"), {"zone": zone})
    assert there is not None
    assert_refused(
        await put(client, there - timedelta(days=3)),
        "Cannot freeze a day older than 2 days",
        "freeze_too_long_ago",
    )
    assert (await put(client, there + timedelta(days=366))).status_code == 200


async def test_a_change_on_a_condition(client: httpx.AsyncClient, today: date) -> None:
    unmet = await put(client, today, If_Match='"nothing"')
    assert (unmet.status_code, unmet.json()["code"]) == (412, "stale_version")
    assert (await client.get(FREEZES)).json()["items"] == []
    etag = (await put(client, today)).headers["etag"]
    assert (await put(client, today, If_Match=etag)).status_code == 200
    assert (await put(client, today, If_Match='"nothing"')).status_code == 412


async def test_a_month_without_freezes(client: httpx.AsyncClient) -> None:
    body = (await client.get(FREEZES, params={"month": "2026-11"})).json()
    assert body == {"month": "2026-11", "items": [], "remaining": 3}


async def test_freezes_are_their_users_own(client: httpx.AsyncClient, as_user: AsUser, today: date) -> None:
    assert (await put(client, today)).status_code == 200
    assert (await as_user(uuid4()).get(FREEZES)).json()["items"] == []


@pytest.mark.parametrize("day", ["2026-02-29", "2026-11-1", "20261121", "today", "1763683200", "0000-01-01"])
async def test_what_is_no_date(client: httpx.AsyncClient, day: str) -> None:
    answer = await client.put(f"{FREEZES}/{day}")
    assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["path", "date"])
