"""Who may open a connection, and who is told what."""

import json
import time
from typing import Any
from uuid import UUID, uuid4

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.gateway.live.conftest import Gateway
from tests.gateway.live.world import SessionService, Teller, as_user, live
from tests.gateway.running import ServedApp, bearer

NOBODYS = UUID("00000000-0000-4000-8000-000000000001")


async def refused(
    gateway: ServedApp, headers: dict[str, str] | None = None, query: str = ""
) -> dict[str, Any]:
    with pytest.raises(InvalidStatus) as caught:
        async with live(gateway.url, headers, query=query):
            pass
    response = caught.value.response
    problem: dict[str, Any] = json.loads(response.body or b"{}")
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["request_id"] == response.headers["X-Request-ID"]
    assert problem["status"] == response.status_code
    return {**problem, "challenge": response.headers.get("WWW-Authenticate")}


async def test_without_identity_the_handshake_is_refused(gateway: ServedApp) -> None:
    problem = await refused(gateway)
    assert (problem["status"], problem["code"]) == (401, "missing_token")
    assert (problem["challenge"], problem["instance"]) == ("Bearer", "/api/live")


@pytest.mark.parametrize("changes", [{"exp": 1}, {"aud": "others"}, {"sub": "nobody"}])
async def test_a_token_that_is_not_good_is_refused(gateway: ServedApp, changes: dict[str, Any]) -> None:
    assert (await refused(gateway, bearer(**changes)))["code"] == "invalid_token"


async def test_in_production_test_identities_count_for_nothing(gateway_with: Gateway) -> None:
    production = gateway_with(allow_test_identities=False)
    assert (await refused(production, as_user(uuid4())))["status"] == 401


async def test_a_bad_token_beside_a_good_ticket_decides(gateway: ServedApp) -> None:
    assert (await refused(gateway, bearer(exp=1), "?ticket=x"))["code"] == "invalid_token"


@pytest.mark.parametrize("path", ["/api/live/", "/api/live/x", "/api/session", "/", "/api/livelier"])
async def test_there_is_no_websocket_anywhere_else(gateway: ServedApp, ann: UUID, path: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(gateway.url.replace("http", "ws", 1) + path, additional_headers=as_user(ann)):
            pass
    assert caught.value.response.status_code == 404


async def test_a_token_opens_a_connection(gateway: ServedApp, teller: Teller) -> None:
    user = uuid4()
    async with live(gateway.url, bearer(sub=str(user))) as client:
        await client.subscribe("practice")
        await teller.own("practice", user, 1)
        assert await client.numbers(1) == [1]


async def test_a_message_has_its_id_type_topic_time_and_data(
    gateway: ServedApp, teller: Teller, session_service: SessionService, ann: UUID, ben: UUID
) -> None:
    session = session_service.session_of(ann, ben)
    async with live(gateway.url, as_user(ann)) as client:
        answer = await client.subscribe(f"session:{session}")
        assert answer["topics"] == [f"session:{session}"]
        position = await teller.session(session, 7)
        message = await client.receive()
    assert message.pop("time").endswith("Z")
    assert message == {
        "id": str(position),
        "type": "session.confirmed",
        "topic": f"session:{session}",
        "data": {"number": 7, "padding": ""},
    }


async def test_who_does_not_ask_for_an_acknowledgement_gets_nothing_but_messages(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": ["practice"]})
        await client.send({"subscribe": ["notifications"], "acknowledge": False})
        # What is said to the last frame of three: that the first two are done, and were answered with nothing.
        assert await client.has_nothing()
        position = await teller.own("practice", ann, 1)
        await teller.own("notifications", ann, 2)
        first = await client.receive()
        assert (first["id"], first["topic"], first["data"]["number"]) == (str(position), "practice", 1)
        assert await client.numbers(1) == [2]


async def test_an_acknowledgement_comes_before_all_that_follows_from_the_subscription(
    gateway: ServedApp, teller: Teller, ann: UUID
) -> None:
    before = await teller.own("practice", ann, 1)
    await teller.own("practice", ann, 2)
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": ["practice"], "after": str(before), "acknowledge": True})
        assert await client.receive() == {"type": "subscribed", "topics": ["practice"], "after": str(before)}
        assert await client.numbers(1) == [2]
        await client.send({"subscribe": ["notifications"], "after": "1-0", "acknowledge": True})
        assert (await client.receive())["type"] == "subscribed"
        assert await client.receive() == {"type": "reset"}


async def test_everybody_is_told_what_is_theirs_and_nothing_else(
    gateway: ServedApp, teller: Teller, session_service: SessionService, ann: UUID, ben: UUID
) -> None:
    together, alone = session_service.session_of(ann, ben), session_service.session_of(ann)
    async with live(gateway.url, as_user(ann)) as one, live(gateway.url, as_user(ben)) as other:
        await one.subscribe(f"session:{together}", f"session:{alone}", "practice", "notifications")
        await other.subscribe(f"session:{together}", "practice")
        await teller.session(together, 1)
        await teller.session(alone, 2)
        await teller.own("practice", ann, 3)
        await teller.own("practice", ben, 4)
        await teller.own("notifications", ann, 5)
        await teller.own("notifications", ben, 6)
        await teller.session(together, 7)
        assert await one.numbers(5) == [1, 2, 3, 5, 7]
        assert await other.numbers(3) == [1, 4, 7]
        assert await one.has_nothing()
        assert await other.has_nothing()


@pytest.mark.parametrize(
    "topic",
    [
        "session:" + "0" * 8,
        f"session:{NOBODYS}",
        "session:",
        "sessions",
        f"practice:{NOBODYS}",
        "*",
        "x" * 100,
    ],
)
async def test_what_is_not_theirs_or_is_not_there_is_forbidden(
    gateway: ServedApp, ann: UUID, topic: str
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": [topic]})
        answer = await client.receive()
        assert (answer["type"], answer["code"], answer["topics"]) == ("error", "forbidden", [topic])
        assert await client.has_nothing()


async def test_others_sessions_are_forbidden_and_the_rest_is_granted(
    gateway: ServedApp, teller: Teller, session_service: SessionService, ann: UUID, ben: UUID
) -> None:
    theirs, mine = session_service.session_of(ben), session_service.session_of(ann)
    async with live(gateway.url, as_user(ann)) as client:
        await client.send({"subscribe": [f"session:{theirs}", f"session:{mine}"], "acknowledge": True})
        assert (await client.receive())["topics"] == [f"session:{theirs}"]
        assert (await client.receive())["topics"] == [f"session:{mine}"]
        await teller.session(theirs, 1)
        await teller.session(mine, 2)
        assert await client.numbers(1) == [2]


async def test_while_the_session_service_is_away_nobody_can_tell(
    gateway: ServedApp, session_service: SessionService, ann: UUID
) -> None:
    session = session_service.session_of(ann)
    async with live(gateway.url, as_user(ann)) as client:
        session_service.away = True
        try:
            await client.send({"subscribe": [f"session:{session}"]})
            assert (await client.receive())["code"] == "unavailable"
        finally:
            session_service.away = False
        await client.subscribe(f"session:{session}")


async def test_who_comes_back_is_known(
    gateway: ServedApp, session_service: SessionService, ann: UUID
) -> None:
    session = session_service.session_of(ann)
    before = session_service.asked
    for _ in range(3):
        async with live(gateway.url, as_user(ann)) as client:
            await client.subscribe(f"session:{session}")
    assert session_service.asked == before + 1


async def test_unsubscribing_ends_it(gateway: ServedApp, teller: Teller, ann: UUID) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe("practice", "notifications")
        await client.send({"unsubscribe": ["practice"]})
        assert await client.receive() == {"type": "unsubscribed", "topics": ["practice"]}
        await teller.own("practice", ann, 1)
        await teller.own("notifications", ann, 2)
        assert await client.numbers(1) == [2]


async def test_subscribing_twice_is_being_told_once(gateway: ServedApp, teller: Teller, ann: UUID) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        first = await client.subscribe("practice", "practice")
        assert first["topics"] == ["practice"]
        await teller.own("practice", ann, 1)
        assert await client.numbers(1) == [1]
        await client.subscribe("practice", after=first["after"])
        await teller.own("practice", ann, 2)
        assert await client.numbers(1) == [2]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "no JSON",
        "[]",
        "{}",
        "7",
        '{"subscribe": "practice"}',
        '{"subscribe": [7]}',
        '{"subscribe": [""]}',
        '{"subscribe": null}',
        '{"subscribe": ["practice"], "unsubscribe": ["practice"]}',
        '{"subscribe": ["practice"], "after": 7}',
        '{"unsubscribe": ["practice"], "after": "1-0"}',
        '{"subscribe": ["practice"], "more": 1}',
        '{"subscribe": ["practice"], "acknowledge": 1}',
        '{"unsubscribe": ["practice"], "acknowledge": true}',
        '{"subscribe": ["' + "x" * 101 + '"]}',
        json.dumps({"subscribe": ["practice"] * 101}),
        json.dumps({"subscribe": ["practice"], "after": "x" * 101}),
        " " * 16_384 + '{"subscribe": []}',
        "[" * 10_000,
        b'{"subscribe": ["practice"]}',
    ],
)
async def test_what_makes_no_sense_is_said_so_and_harms_nothing(
    gateway: ServedApp, ann: UUID, frame: str | bytes
) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.socket.send(frame)
        answer = await client.receive()
        assert (answer["type"], answer["code"]) == ("error", "invalid_message")
        await client.subscribe("practice")


async def test_who_sends_nothing_but_nonsense_is_shown_the_door(gateway: ServedApp, ann: UUID) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        for _ in range(30):
            await client.socket.send("nonsense")
        assert await client.close_code() == 1008


async def test_a_frame_beyond_all_bounds_ends_the_connection(gateway: ServedApp, ann: UUID) -> None:
    async with live(gateway.url, as_user(ann)) as client:
        await client.socket.send("x" * 100_000)
        assert await client.close_code() == 1009


async def test_a_connection_has_a_hundred_topics_at_most(
    gateway: ServedApp, session_service: SessionService, ann: UUID
) -> None:
    sessions = [f"session:{session_service.session_of(ann)}" for _ in range(101)]
    async with live(gateway.url, as_user(ann)) as client:
        await client.subscribe(*sessions[:100])
        await client.send({"subscribe": sessions[99:], "acknowledge": True})
        assert await client.receive() == {
            "type": "error",
            "code": "too_many_topics",
            "detail": "A connection has 100 topics at most",
            "topics": sessions[100:],
        }
        assert (await client.receive())["topics"] == sessions[99:100]


async def test_the_connection_ends_with_the_token(gateway: ServedApp) -> None:
    # Half a minute of leeway is part of a token's time.
    soon = int(time.time()) - 25
    async with live(gateway.url, bearer(exp=soon)) as client:
        await client.subscribe("practice")
        assert await client.close_code() == 4401
