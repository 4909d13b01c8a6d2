"""``POST /api/sessions/import``."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text

from kit.database import Database
from session_service.training.importing import rules
from session_service.training.importing.rules import Source
from tests.session_service.conftest import AsUser
from tests.session_service.training.conftest import assert_problem, start
from tests.session_service.training.importing.exports import (
    CARDIO,
    EVENING,
    HEVY,
    PUSH,
    STRONG_COMMAS,
    STRONG_NUMBERED,
    as_hevy,
)

URL = "/api/sessions/import"
FAULTY = HEVY + '"Legs","18 Aug 2025, 18:03","","","Squat",,"",0,"normal",-100,5,,,\n'


async def send(client: httpx.AsyncClient, csv: str, **fields: Any) -> dict[str, Any]:
    answer = await client.post(URL, json={"csv": csv, **fields})
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def sessions(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = (await client.get("/api/sessions")).json()["data"]
    return data


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["imported"], report["already_there"], report["invalid"], report["error_count"]


async def test_a_history_becomes_completed_sessions(ann: httpx.AsyncClient) -> None:
    report = await send(ann, HEVY, timezone="Europe/Berlin")
    assert report == {
        "source": "hevy",
        "timezone": "Europe/Berlin",
        "dry_run": False,
        "rows": 7,
        "imported": 2,
        "already_there": 0,
        "invalid": 0,
        "error_count": 0,
        "errors": [],
        "sessions": [
            {
                "id": report["sessions"][0]["id"],
                "row": 2,
                "name": "Push 💪",
                "date": "2025-08-17",
                "started_at": "2025-08-17T16:03:00Z",
                "outcome": "imported",
            },
            {
                "id": report["sessions"][1]["id"],
                "row": 7,
                "name": "Cardio",
                "date": "2025-08-15",
                "started_at": "2025-08-15T05:05:00Z",
                "outcome": "imported",
            },
        ],
    }
    assert [each["id"] for each in await sessions(ann)] == [each["id"] for each in report["sessions"]]
    session = (await ann.get(f"/api/sessions/{report['sessions'][0]['id']}")).json()
    structure = rules.structure_of(PUSH)
    assert session == {
        "id": report["sessions"][0]["id"],
        "plan_id": None,
        "plan_snapshot": {"name": "Push 💪", "structure": structure},
        "date": "2025-08-17",
        "session": structure,
        "status": "completed",
        "started_at": "2025-08-17T16:03:00Z",
        "ended_at": "2025-08-17T17:15:00Z",
        "duration_seconds": 4320,
        "created_at": session["created_at"],
        "updated_at": session["created_at"],
    }


async def test_the_same_again_adds_nothing(ann: httpx.AsyncClient) -> None:
    first = await send(ann, HEVY)
    before = await sessions(ann)
    for fields in ({}, {"source": "hevy"}, {"timezone": "Asia/Tokyo"}, {"dry_run": True}):
        again = await send(ann, HEVY, **fields)
        assert counts(again) == (0, 2, 0, 0)
        assert [each["id"] for each in again["sessions"]] == [each["id"] for each in first["sessions"]]
        assert {each["outcome"] for each in again["sessions"]} == {"already_there"}
    assert await sessions(ann) == before


async def test_a_later_export_adds_what_is_new(ann: httpx.AsyncClient) -> None:
    await send(ann, as_hevy([CARDIO]))
    report = await send(ann, HEVY)
    assert counts(report) == (1, 1, 0, 0)
    assert [each["outcome"] for each in report["sessions"]] == ["imported", "already_there"]


async def test_a_workout_twice_in_one_file_is_one(ann: httpx.AsyncClient) -> None:
    # Another spelling of the same moment.
    text = STRONG_COMMAS + STRONG_COMMAS.partition("\n")[2].replace("18:03:11", "6:03:11 PM")
    report = await send(ann, text)
    assert counts(report) == (1, 1, 0, 0)
    assert len(await sessions(ann)) == 1


async def test_everybody_has_a_history_of_their_own(ann: httpx.AsyncClient, ben: httpx.AsyncClient) -> None:
    await send(ann, HEVY)
    assert counts(await send(ben, HEVY)) == (2, 0, 0, 0)
    assert len(await sessions(ben)) == 2


async def test_a_dry_run_changes_nothing(ann: httpx.AsyncClient) -> None:
    report = await send(ann, HEVY, dry_run=True)
    assert counts(report) == (2, 0, 0, 0)
    assert report["dry_run"] is True
    assert {(each["id"], each["outcome"]) for each in report["sessions"]} == {(None, "would_be_imported")}
    assert await sessions(ann) == []
    assert counts(await send(ann, HEVY)) == (2, 0, 0, 0)


async def test_a_fault_keeps_everything_out(ann: httpx.AsyncClient) -> None:
    answer = await ann.post(URL, json={"csv": FAULTY})
    problem = assert_problem(answer, 400, "Invalid session data", "ValidationError")
    assert problem["code"] == "invalid_import"
    assert problem["errors"] == [
        {
            "loc": ["body", "csv", 9, "weight_kg"],
            "msg": "-100 is negative",
            "type": "invalid_row",
            "row": 9,
        }
    ]
    assert problem["error_count"] == 1
    assert await sessions(ann) == []


async def test_a_dry_run_tells_the_faults(ann: httpx.AsyncClient) -> None:
    report = await send(ann, FAULTY, dry_run=True)
    assert counts(report) == (2, 0, 1, 1)
    assert report["errors"] == [{"row": 9, "column": "weight_kg", "message": "-100 is negative"}]
    assert await sessions(ann) == []


async def test_faulty_workouts_can_be_left_out(ann: httpx.AsyncClient) -> None:
    report = await send(ann, FAULTY, skip_invalid=True)
    assert counts(report) == (2, 0, 1, 1)
    assert len(await sessions(ann)) == 2
    # Put right, it is new.
    assert counts(await send(ann, FAULTY.replace("-100", "100"))) == (1, 2, 0, 0)


async def test_of_many_faults_a_hundred_are_told(ann: httpx.AsyncClient) -> None:
    lines = [f"soon {number},Legs,1h,Squat,1,100,5,0,0,,," for number in range(150)]
    text = "\n".join([STRONG_COMMAS.partition("\n")[0], *lines])
    problem = (await ann.post(URL, json={"csv": text})).json()
    assert (len(problem["errors"]), problem["error_count"]) == (100, 150)
    report = await send(ann, text, dry_run=True)
    assert (len(report["errors"]), report["error_count"], report["invalid"]) == (100, 150, 150)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"csv": ""},
        {"csv": None},
        {"csv": 5},
        {"csv": "nul\x00"},
        {"csv": HEVY, "source": "fitbit"},
        {"csv": HEVY, "source": "strong"},
        {"csv": HEVY, "timezone": "Mars/Phobos"},
        {"csv": HEVY, "timezone": "../etc/passwd"},
        {"csv": HEVY, "timezone": ""},
        {"csv": HEVY, "weight_unit": "stone"},
        {"csv": HEVY, "dry_run": "yes"},
        {"csv": HEVY, "dry_run": 1},
        {"csv": HEVY, "unknown": 1},
        {"csv": "a,b,c\n1,2,3", "dry_run": True},
        {"csv": "a,b,c\n1,2,3", "skip_invalid": True},
    ],
)
async def test_what_is_no_import_is_400(ann: httpx.AsyncClient, body: dict[str, Any]) -> None:
    problem = assert_problem(await ann.post(URL, json=body), 400, "Invalid session data", "ValidationError")
    assert problem["errors"]
    assert await sessions(ann) == []


async def test_the_time_zone_is_the_profiles_unless_it_is_said(ann: httpx.AsyncClient) -> None:
    assert (await ann.patch("/api/me", json={"timezone": "America/New_York"})).status_code == 200
    report = await send(ann, STRONG_COMMAS)
    assert (report["timezone"], report["sessions"][0]["started_at"]) == (
        "America/New_York",
        "2025-08-17T22:03:11Z",
    )


async def test_units_that_the_file_does_not_say(ann: httpx.AsyncClient) -> None:
    report = await send(ann, STRONG_COMMAS, weight_unit="lbs", distance_unit="miles")
    session = (await ann.get(f"/api/sessions/{report['sessions'][0]['id']}")).json()["session"]
    assert session["exercises"][0]["sets"][1]["weight_kg"] == 45.359
    assert session["exercises"][1]["sets"][0]["distance_m"] == 5986.76


async def test_an_import_does_not_mind_an_open_session(ann: httpx.AsyncClient) -> None:
    session = await start(ann)
    assert counts(await send(ann, STRONG_NUMBERED)) == (2, 0, 0, 0)
    assert (await ann.get(f"/api/sessions/{session['id']}")).json() == session


async def test_what_is_imported_is_completed(ann: httpx.AsyncClient) -> None:
    (session, *_) = (await send(ann, HEVY))["sessions"]
    answer = await ann.post(f"/api/sessions/{session['id']}/complete")
    assert_problem(answer, 400, "Cannot update completed session", "ValidationError")
    items = (await ann.get(f"/api/sessions/{session['id']}/audit")).json()["items"]
    assert [item["action"] for item in items] == ["session_imported"]


async def test_many_imports_at_once_are_one(as_user: AsUser) -> None:
    cay = as_user(uuid4())
    reports = await asyncio.gather(*(send(cay, text) for text in [HEVY, as_hevy([CARDIO, PUSH])] * 5))
    assert sum(report["imported"] for report in reports) == 2
    assert all(report["imported"] + report["already_there"] == 2 for report in reports)
    assert all(each["id"] for report in reports for each in report["sessions"])
    assert len(await sessions(cay)) == 2


async def test_under_one_key_the_answer_is_the_same(ann: httpx.AsyncClient) -> None:
    answers = [await ann.post(URL, json={"csv": HEVY}, headers={"Idempotency-Key": "key"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    assert answers[1].json()["imported"] == 2


async def test_the_key_in_the_database_is_the_workouts(as_user: AsUser, owner: Database) -> None:
    user_id: UUID = uuid4()
    await send(as_user(user_id), STRONG_COMMAS)
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT import_source, import_key FROM session_service.training_sessions WHERE user_id = :user_id"
            ),
            {"user_id": user_id},
        )
        assert tuple(row.one()) == ("strong", rules.key_of(Source.STRONG, EVENING))


async def test_the_report_is_as_described(ann: httpx.AsyncClient, service: Any) -> None:
    document = service.openapi()
    operation = document["paths"][URL]["post"]
    assert "400" in operation["responses"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    validator.validate(await send(ann, FAULTY, dry_run=True))
    validator.validate(await send(ann, HEVY))
