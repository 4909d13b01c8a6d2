"""What people have behind them before a window is opened on them, made through the API."""

from uuid import uuid4

import psycopg

from tests.support.stack import Stack
from tests.system.buddies import Api, Pair, new_session


async def befriend(client: Api, user: str) -> Pair:
    """This user and somebody new, who are buddies."""
    other = str(uuid4())
    invited = await client.insist(user, "POST", "/api/matches", {"buddy_id": other})
    match_id = invited.json()["id"]
    await client.insist(other, "POST", f"/api/matches/{match_id}/accept")
    return Pair(user, other, match_id)


async def complete(client: Api, pair: Pair) -> str:
    """One more session that both have confirmed, with its effects; its id."""
    session = await new_session(client, pair)
    for user in (pair.one, pair.other):
        confirmed = await client.insist(user, "POST", f"/api/session/{session}/confirm", Prefer="wait=10")
        assert confirmed.status_code == 200, confirmed.text
    return session


def make_older(stack: Stack, session: str) -> None:
    """The session was to begin an hour earlier. Nobody can plan one so late, and nobody is reported absent sooner."""
    with psycopg.connect(stack.owner_url) as connection:
        changed = connection.execute(
            "UPDATE session_service.wingman_sessions SET scheduled_time = scheduled_time - interval '1 hour'"
            " WHERE id = %s",
            [session],
        )
        assert changed.rowcount == 1
