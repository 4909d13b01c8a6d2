"""Reputation at the running system: a board, a badge that is told, and an operator who takes a session back."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack")]

BOARD = "/api/reputation/leaderboard?around=me&limit=3"


async def test_a_session_counts_until_an_operator_takes_it_back(stack: Stack) -> None:
    token = stack.tandem("token", str(uuid4()), "--role", "service_role").stdout.strip()
    operator = {"Authorization": f"Bearer {token}"}
    async with api(stack.base_url) as client:
        pair = await new_pair(client)
        session = await new_session(client, pair)
        for user in (pair.one, pair.other):
            done = await client.call(user, "POST", f"/api/session/{session}/confirm", prefer="wait=10")
        assert done.json()["reputation_updated"], done.text

        page = (await client.call(pair.one, "GET", BOARD)).json()
        assert page["me"]["completed_sessions"] == 1
        assert page["me"] in page["items"]

        async def told() -> bool:
            inbox = (await client.call(pair.one, "GET", "/api/notifications")).json()
            return "badge_earned" in {entry["kind"] for entry in inbox["items"]}

        await eventually(told, timeout=20, because="the badge is in the inbox")

        body = {"session_id": session, "reason": "It never took place"}
        key = {"Idempotency-Key": uuid4().hex}
        refused = await client.call(pair.one, "POST", "/api/reputation/reversals", body)
        assert refused.status_code == 403
        answers = [
            await client.http.post("/api/reputation/reversals", json=body, headers=operator | headers)
            for headers in (key, key, {})
        ]
        assert [answer.status_code for answer in answers] == [201, 201, 409]
        assert answers[0].content == answers[1].content
        assert answers[1].headers["idempotent-replayed"] == "true"

        mine = (await client.call(pair.one, "GET", "/api/reputation/me")).json()
        assert (mine["completed_sessions"], mine["points"], mine["rank"]) == (0, 0, None)
        assert [badge["code"] for badge in mine["badges"]] == ["sessions_1"]
        assert (await client.call(pair.one, "GET", BOARD)).json()["items"] == []
        entries = (await client.call(pair.one, "GET", "/api/reputation/me/ledger")).json()["items"]
        assert [entry["kind"] for entry in entries] == ["reversal", "completion"]

        shown = await client.http.get("/api/reputation/distribution", headers=operator)
        assert shown.status_code == 200
        assert (await client.call(pair.one, "GET", "/api/reputation/distribution")).status_code == 403

    checked = await asyncio.to_thread(stack.tandem, "recompute", "--check")
    assert (checked.returncode, checked.stdout) == (0, "reputation is as its ledger says\n"), checked.stderr
