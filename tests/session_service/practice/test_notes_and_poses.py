"""What is noted of a practice: notes, mood, and pose by pose."""

import asyncio

import httpx
import pytest

from tests.session_service.practice.conftest import (
    SESSIONS,
    assert_problem,
    complete,
    show,
    start,
)


async def note(client: httpx.AsyncClient, session_id: int, **fields: object) -> httpx.Response:
    return await client.patch(f"{SESSIONS}/{session_id}/notes", json={"notes": "Calm", **fields})


async def record(
    client: httpx.AsyncClient, session_id: int, position: object = 1, **fields: object
) -> httpx.Response:
    body = {"held_seconds": 30, "completed": True, **fields}
    return await client.put(f"{SESSIONS}/{session_id}/poses/{position}", json=body)


class TestNotes:
    async def test_notes_and_mood_are_kept(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        answer = await note(ann, session_id, notes='Tom & Jerry <3 "50%"', mood=4)
        shown = await show(ann, session_id)
        assert answer.status_code == 200
        assert answer.json() == {
            "success": True,
            "notes": 'Tom & Jerry <3 "50%"',
            "mood": 4,
            "updated_at": shown["updated_at"],
        }
        assert (shown["notes"], shown["mood"]) == ('Tom & Jerry <3 "50%"', 4)

    async def test_notes_are_plain_text(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        answer = await note(ann, session_id, notes="a<b>b</b><script>alert(1)</script>\x07\n\tif x<y")
        assert answer.json()["notes"] == "ab\n\tif x<y"

    async def test_the_same_again_changes_nothing(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        first = await note(ann, session_id, notes="<i>Calm</i>", mood=3)
        before = await ann.get(f"{SESSIONS}/{session_id}")
        again = await note(ann, session_id, notes="Calm")
        after = await ann.get(f"{SESSIONS}/{session_id}")
        assert again.json() == first.json()
        assert after.headers["etag"] == before.headers["etag"] == again.headers["etag"]

    async def test_a_mood_stays_unless_it_is_given(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        await note(ann, session_id, mood=5)
        assert (await note(ann, session_id, notes="More")).json()["mood"] == 5
        assert (await note(ann, session_id, notes="More", mood=None)).json()["mood"] is None

    @pytest.mark.parametrize("bad", [0, 6, "3", 3.5, True, []])
    async def test_a_mood_is_one_to_five(self, ann: httpx.AsyncClient, bad: object) -> None:
        session_id = (await start(ann))["session_id"]
        assert (await note(ann, session_id, mood=bad)).status_code == 422

    @pytest.mark.parametrize(("length", "status"), [(5000, 200), (5001, 422), (0, 200)])
    async def test_notes_are_at_most_5000_characters(
        self, ann: httpx.AsyncClient, length: int, status: int
    ) -> None:
        session_id = (await start(ann))["session_id"]
        assert (await note(ann, session_id, notes="ä" * length)).status_code == status

    async def test_a_completed_practice_can_still_be_noted(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        await complete(ann, session_id)
        assert (await note(ann, session_id)).status_code == 200

    async def test_the_etag_of_an_answer_is_good_for_the_next_change(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        tag = (await ann.get(f"{SESSIONS}/{session_id}")).headers["etag"]
        for text in ("C", "Ca", "Cal"):
            answer = await ann.patch(
                f"{SESSIONS}/{session_id}/notes", json={"notes": text}, headers={"If-Match": tag}
            )
            assert answer.status_code == 200
            stale, tag = tag, answer.headers["etag"]
        assert tag == (await ann.get(f"{SESSIONS}/{session_id}")).headers["etag"]
        answer = await ann.patch(
            f"{SESSIONS}/{session_id}/notes", json={"notes": "!"}, headers={"If-Match": stale}
        )
        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
        assert (await show(ann, session_id))["notes"] == "Cal"


class TestPoses:
    async def test_a_pose_is_recorded(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann, sequence_id=1))["session_id"]
        answer = await record(ann, session_id, 2, held_seconds=45)
        assert answer.status_code == 200
        assert answer.json() == {
            "session_id": session_id,
            "position": 2,
            "held_seconds": 45,
            "completed": True,
            "poses_completed": 1,
        }
        await record(ann, session_id, 1, completed=False)
        shown = await show(ann, session_id)
        assert shown["poses"] == [
            {"position": 1, "held_seconds": 30, "completed": False},
            {"position": 2, "held_seconds": 45, "completed": True},
        ]
        assert shown["poses_completed"] == 1

    async def test_the_same_again_changes_nothing(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        first = await record(ann, session_id)
        before = await show(ann, session_id)
        again = await record(ann, session_id)
        assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
        assert await show(ann, session_id) == before

    async def test_another_recording_takes_the_place(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        await record(ann, session_id)
        answer = await record(ann, session_id, completed=False, held_seconds=3)
        assert answer.json()["poses_completed"] == 0
        assert answer.headers["etag"] == (await ann.get(f"{SESSIONS}/{session_id}")).headers["etag"]
        assert (await show(ann, session_id))["poses"] == [
            {"position": 1, "held_seconds": 3, "completed": False}
        ]

    async def test_only_positions_of_the_sequence(self, ann: httpx.AsyncClient) -> None:
        poses = (await ann.get("/api/v1/sequences/2")).json()["poses"]
        session_id = (await start(ann, sequence_id=2))["session_id"]
        assert (await record(ann, session_id, len(poses))).status_code == 200
        answer = await record(ann, session_id, len(poses) + 1)
        assert_problem(answer, 404, "Pose not found in this session's sequence", "pose_not_found")

    async def test_a_free_practice_has_any_position(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        assert (await record(ann, session_id, 1000)).status_code == 200

    @pytest.mark.parametrize("position", ["0", "-1", "1001", "1e1", "x", "%EF%BC%91", str(2**63)])
    async def test_a_position_is_a_number_from_one(self, ann: httpx.AsyncClient, position: str) -> None:
        session_id = (await start(ann))["session_id"]
        assert (await record(ann, session_id, position)).status_code == 422

    @pytest.mark.parametrize(
        "bad",
        [{"held_seconds": -1}, {"held_seconds": 14_401}, {"held_seconds": 1.5}, {"completed": 1}, {"x": 1}],
        ids=str,
    )
    async def test_anything_else_is_not_what_it_takes(
        self, ann: httpx.AsyncClient, bad: dict[str, object]
    ) -> None:
        session_id = (await start(ann))["session_id"]
        assert (await record(ann, session_id, **bad)).status_code == 422

    async def test_nothing_new_is_recorded_once_it_is_over(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        await record(ann, session_id)
        await complete(ann, session_id)
        assert (await record(ann, session_id)).status_code == 200
        answer = await record(ann, session_id, held_seconds=31)
        assert_problem(answer, 409, "Session is already completed", "session_already_completed")

    async def test_many_at_once_are_all_counted(self, ann: httpx.AsyncClient) -> None:
        session_id = (await start(ann))["session_id"]
        answers = await asyncio.gather(*(record(ann, session_id, n) for n in range(1, 21)))
        assert sorted(answer.json()["poses_completed"] for answer in answers) == list(range(1, 21))
        shown = await show(ann, session_id)
        assert [pose["position"] for pose in shown["poses"]] == list(range(1, 21))
        last = max(answers, key=lambda answer: answer.json()["poses_completed"])
        assert last.headers["etag"] == (await ann.get(f"{SESSIONS}/{session_id}")).headers["etag"]
