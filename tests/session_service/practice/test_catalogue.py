"""The catalogue of sequences, as the demo has it."""

import json

import httpx
import psycopg
import pytest

from deploy.seed.sequences import SEQUENCES, seed_sequences
from tests.session_service.practice.conftest import assert_problem

SAID = json.loads(SEQUENCES.read_text(encoding="utf-8"))


async def test_it_shows_what_the_seed_says(ann: httpx.AsyncClient, catalogue: int) -> None:
    answer = await ann.get("/api/v1/sequences")
    names = {pose["pose"]: pose for pose in SAID["poses"]}
    assert answer.json()["items"] == [
        {
            **{name: sequence[name] for name in ("id", "name", "difficulty", "focus")},
            "duration_seconds": sum(pose["duration_seconds"] for pose in sequence["poses"]),
            "poses": [
                {
                    "position": position,
                    "name": names[pose["pose"]]["name"],
                    "sanskrit_name": names[pose["pose"]]["sanskrit_name"],
                    "duration_seconds": pose["duration_seconds"],
                }
                for position, pose in enumerate(sequence["poses"], 1)
            ],
        }
        for sequence in SAID["sequences"]
    ]
    assert len(answer.json()["items"]) == catalogue


async def test_one_of_them(ann: httpx.AsyncClient) -> None:
    items = (await ann.get("/api/v1/sequences")).json()["items"]
    answer = await ann.get("/api/v1/sequences/7")
    assert answer.json() == items[6]
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.headers["cache-tag"] == "sequences"
    again = await ann.get("/api/v1/sequences/7", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "public, max-age=300")


async def test_an_unknown_one_is_not_found(ann: httpx.AsyncClient) -> None:
    answer = await ann.get(f"/api/v1/sequences/{2**63 - 1}")
    assert_problem(answer, 404, "Sequence not found", "sequence_not_found")


@pytest.mark.parametrize("odd", ["0", "-1", str(2**63), "1e3", "%EF%BC%91", "x"])
async def test_an_id_is_a_positive_64_bit_number(ann: httpx.AsyncClient, odd: str) -> None:
    assert (await ann.get(f"/api/v1/sequences/{odd}")).status_code == 422


class TestSeed:
    def test_it_is_worth_looking_through(self) -> None:
        assert len(SAID["sequences"]) >= 12
        assert len({pose["sanskrit_name"] for pose in SAID["poses"]}) >= 60
        assert {one["difficulty"] for one in SAID["sequences"]} == {"beginner", "intermediate", "advanced"}
        for sequence in SAID["sequences"]:
            minutes = sum(pose["duration_seconds"] for pose in sequence["poses"]) / 60
            assert 3 <= minutes <= 60, sequence["name"]

    def test_every_pose_is_used(self) -> None:
        used = {pose["pose"] for sequence in SAID["sequences"] for pose in sequence["poses"]}
        assert used == {pose["pose"] for pose in SAID["poses"]}

    def test_loading_it_again_writes_nothing(self, owner_url: str, catalogue: int) -> None:
        tables = ("poses", "sequences", "sequence_poses")

        def versions() -> list[list[tuple[object, ...]]]:
            with psycopg.connect(owner_url) as connection:
                return [
                    connection.execute(
                        f"SELECT xmin, ctid FROM session_service.{table} ORDER BY 2"
                    ).fetchall()
                    for table in tables
                ]

        before = versions()
        assert seed_sequences(owner_url) == catalogue
        assert versions() == before

    def test_loading_it_mends_what_differs(self, owner_url: str, catalogue: int) -> None:
        def shown() -> list[tuple[object, ...]]:
            with psycopg.connect(owner_url) as connection:
                return connection.execute(
                    "SELECT s.name, s.focus, i.position, i.duration_seconds, p.name FROM session_service.sequences s"
                    " JOIN session_service.sequence_poses i USING (sequence_id)"
                    " JOIN session_service.poses p USING (pose) WHERE s.sequence_id = 18 ORDER BY i.position"
                ).fetchall()

        before = shown()
        with psycopg.connect(owner_url) as connection:
            for statement in (
                "UPDATE session_service.sequences SET focus = 'none' WHERE sequence_id = 18",
                "DELETE FROM session_service.sequence_poses WHERE sequence_id = 18 AND position = 2",
                "UPDATE session_service.sequence_poses SET duration_seconds = 1 WHERE sequence_id = 18",
                "INSERT INTO session_service.sequence_poses VALUES (18, 999, 'corpse', 10)",
                "UPDATE session_service.poses SET name = 'x' WHERE pose = 'lotus'",
            ):
                connection.execute(statement)
        assert shown() != before
        seed_sequences(owner_url)
        assert shown() == before
