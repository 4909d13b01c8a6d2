"""Operators take back what a session has done."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from kit.contracts import REPUTATION_CHANGED
from kit.database import Database
from kit.outbox.deliveries import StoredEvent
from reputation_service.ledger.service import apply, lock_users
from tests.reputation_service.conftest import (
    As,
    Book,
    Counters,
    appealed,
    badges_of,
    completed,
    counters_of,
    decided,
    drifts,
    ledger_of,
    no_show,
    sums_of,
)
from tests.support.waiting import eventually

PATH = "/api/reputation/reversals"
REASON = "Both say that it never took place"
OPERATOR = UUID("00000000-0000-4000-8000-00000000000f")


def session_of(event: StoredEvent) -> str:
    return str(event.data["session_id"])


async def reverse(client: As, session_id: str, *, role: str = "service_role", **headers: str) -> Any:
    async with client(OPERATOR, role=role) as http:
        return await http.post(
            PATH,
            json={"session_id": session_id, "reason": REASON},
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )


async def test_everything_that_a_session_has_done_is_taken_back(
    client: As, book: Book, owner: Database
) -> None:
    ann, ben = uuid4(), uuid4()
    event = completed(ann, ben, points=15)
    await book(event, completed(ann, points=3), no_show(ben, points=1))
    response = await reverse(client, session_of(event))
    assert response.status_code == 201, response.text
    body = response.json()
    assert body == {
        "session_id": session_of(event),
        "reason": REASON,
        "reversed_at": body["reversed_at"],
        "users": [
            {"user_id": str(user), "points": -15, "completed_sessions": -1, "no_shows": 0}
            for user in sorted([ann, ben])
        ],
    }
    expected = {ann: Counters(1, 3, 0), ben: Counters(0, -1, 1)}
    assert await counters_of(owner, [ann, ben]) == expected
    assert await sums_of(owner, [ann, ben]) == expected
    assert (await ledger_of(owner, ben))[-1] == ("reversal", -15)
    # What was earned stays.
    assert set(await badges_of(owner, ben)) == {"sessions_1"}
    assert await drifts(owner) == []


async def test_a_no_show_is_taken_back_too(client: As, book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    event = no_show(ann, ben, points=7)
    await book(event)
    assert (await reverse(client, session_of(event))).status_code == 201
    assert await counters_of(owner, [ann, ben]) == {ann: Counters(), ben: Counters()}


async def test_ranks_change_at_once(client: As, book: Book) -> None:
    ann, ben = uuid4(), uuid4()
    await book(*(completed(ann, ben) for _ in range(3)))
    event = completed(ann)
    await book(event)

    async def ranks() -> list[int]:
        async with client(ann) as http:
            return [(await http.get(f"/api/reputation/{user}")).json()["rank"] for user in (ann, ben)]

    before = await ranks()
    assert before[0] < before[1]
    await reverse(client, session_of(event))
    after = await ranks()
    assert after[0] == after[1]
    async with client(ann) as http:
        page = (await http.get("/api/reputation/leaderboard", params={"around": "me"})).json()
    assert page["me"]["completed_sessions"] == 3


async def test_who_lost_a_session_reached_the_value_before(client: As, book: Book, owner: Database) -> None:
    ann = uuid4()
    events = [completed(ann) for _ in range(3)]
    for event in events:
        await book(event)
    await reverse(client, session_of(events[2]))
    async with owner.transaction() as connection:
        row = await connection.execute(
            text(
                "SELECT completed_sessions_reached_at, points_reached_at FROM reputation_service.counters"
                " WHERE user_id = :ann"
            ),
            {"ann": ann},
        )
    assert set(row.one()) == {events[1].time}


async def test_it_is_said_to_who_is_looking_and_logged(client: As, book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    event = completed(ann, ben)
    await book(event)
    await reverse(client, session_of(event), x_request_id="a-request-of-an-operator")
    async with owner.transaction() as connection:
        told = await connection.execute(
            text(
                "SELECT e.data, e.source, d.consumer FROM outbox.events e JOIN outbox.deliveries d ON d.event_id = e.id"
                " WHERE e.type = :type AND e.request_id = 'a-request-of-an-operator'"
            ),
            {"type": REPUTATION_CHANGED},
        )
        logged = await connection.execute(
            text(
                "SELECT reason, operator_id, request_id, created_at > now() - interval '1 minute'"
                " FROM reputation_service.reversals WHERE session_id = :session"
            ),
            {"session": session_of(event)},
        )
        users = sorted([str(ann), str(ben)])
        assert told.all() == [
            (
                {"sessions": [{"session_id": session_of(event), "user_ids": users}]},
                "/tandem/reputation-service",
                "live",
            )
        ]
        assert logged.one() == (REASON, OPERATOR, "a-request-of-an-operator", True)


async def test_again_is_a_conflict_and_changes_nothing(client: As, book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event)
    assert (await reverse(client, session_of(event))).status_code == 201
    response = await reverse(client, session_of(event))
    assert (response.status_code, response.json()["code"]) == (409, "already_reversed")
    assert await counters_of(owner, [ann]) == {ann: Counters()}


async def test_what_comes_again_after_it_books_nothing(client: As, book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event)
    await reverse(client, session_of(event))
    await book(event)
    assert await counters_of(owner, [ann]) == {ann: Counters()}


async def test_a_session_for_which_nothing_is_booked(client: As, owner: Database) -> None:
    session_id = str(uuid4())
    response = await reverse(client, session_id)
    assert (response.status_code, response.json()["code"]) == (404, "session_not_found")
    async with owner.transaction() as connection:
        assert not await connection.scalar(
            text("SELECT count(*) FROM reputation_service.reversals WHERE session_id = :id"),
            {"id": session_id},
        )


async def test_it_is_for_operators(client: As, book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event)
    for session_id in (session_of(event), str(uuid4())):
        response = await reverse(client, session_id, role="authenticated")
        assert response.status_code == 403
        assert response.headers["content-type"] == "application/problem+json"
    assert await counters_of(owner, [ann]) == {ann: Counters(1, 10, 0)}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"session_id": str(OPERATOR)},
        {"reason": REASON},
        {"session_id": "none", "reason": REASON},
        {"session_id": 7, "reason": REASON},
        {"session_id": str(OPERATOR), "reason": ""},
        {"session_id": str(OPERATOR), "reason": "   "},
        {"session_id": str(OPERATOR), "reason": "x" * 501},
        {"session_id": str(OPERATOR), "reason": "a\x00b"},
        {"session_id": str(OPERATOR), "reason": None},
        {"session_id": str(OPERATOR), "reason": REASON, "force": True},
        [],
    ],
)
@pytest.mark.parametrize("role", ["service_role", "authenticated"])
async def test_a_body_that_is_not_taken(client: As, body: Any, role: str) -> None:
    async with client(OPERATOR, role=role) as http:
        response = await http.post(PATH, json=body)
    assert response.status_code == 422


async def test_a_reason_of_any_characters_up_to_500(client: As, book: Book) -> None:
    event = completed(uuid4())
    await book(event)
    async with client(OPERATOR, role="service_role") as http:
        response = await http.post(PATH, json={"session_id": session_of(event), "reason": "  " + "😀" * 500})
    assert response.status_code == 201
    assert response.json()["reason"] == "😀" * 500


async def test_the_same_key_answers_the_same(client: As, book: Book, owner: Database) -> None:
    ann = uuid4()
    event = completed(ann)
    await book(event)
    key = str(uuid4())
    first = await reverse(client, session_of(event), idempotency_key=key)
    again = await reverse(client, session_of(event), idempotency_key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    other = await reverse(client, str(uuid4()), idempotency_key=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await counters_of(owner, [ann]) == {ann: Counters()}


async def test_a_refusal_is_kept_under_its_key(client: As, book: Book) -> None:
    event = completed(uuid4())
    key = str(uuid4())
    assert (await reverse(client, session_of(event), idempotency_key=key)).status_code == 404
    await book(event)
    assert (await reverse(client, session_of(event), idempotency_key=key)).status_code == 404
    assert (await reverse(client, session_of(event))).status_code == 201


async def test_many_operators_at_once_take_it_back_once(client: As, book: Book, owner: Database) -> None:
    ann, ben = uuid4(), uuid4()
    event = completed(ann, ben)
    await book(event)
    answers = await asyncio.gather(*(reverse(client, session_of(event)) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert await counters_of(owner, [ann, ben]) == {ann: Counters(), ben: Counters()}


async def test_while_the_session_is_being_booked(client: As, worker: Database, owner: Database) -> None:
    """Whoever is first: what is booked is then taken back, or was not there yet."""
    users = [uuid4() for _ in range(12)]
    events = [completed(*users[start : start + 2], points=9) for start in range(0, 12, 2)]

    async def book(order: list[StoredEvent]) -> None:
        # Not `run`: that would try again after a deadlock, and none may happen.
        for event in order:
            async with worker.transaction() as connection:
                await apply(connection, [event, *events])

    answers, *_ = await asyncio.gather(
        asyncio.gather(*(reverse(client, session_of(event)) for event in events * 3)),
        book(events),
        book(events[::-1]),
    )
    taken_back = {answer.json()["session_id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 404, 409}
    expected = {
        UUID(person["user_id"]): Counters() if session_of(event) in taken_back else Counters(1, 9, 0)
        for event in events
        for person in event.data["participants"]
    }
    assert await counters_of(owner, users) == expected
    assert await sums_of(owner, users) == expected
    assert await drifts(owner) == []


async def test_a_reversal_waits_for_who_is_booking_for_its_users(
    client: As, worker: Database, book: Book, owner: Database
) -> None:
    ann = uuid4()
    event, later = completed(ann), completed(ann)
    await book(event)
    async with worker.transaction() as connection:
        await lock_users(connection, [ann])
        waiting = asyncio.create_task(reverse(client, session_of(event)))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await apply(connection, [later])
    assert (await waiting).status_code == 201
    assert await counters_of(owner, [ann]) == {ann: Counters(1, 10, 0)}
    assert (await ledger_of(owner, ann))[-1][0] == "reversal"


async def test_somebody_whose_appeal_is_decided_at_this_moment_is_among_them(
    client: As, worker: Database, book: Book, owner: Database
) -> None:
    """Of two who did not come one had appealed before anything was booked: the decision books that, and later."""
    ann, ben, session_id = uuid4(), uuid4(), uuid4()
    await book(appealed(ann, session_id))
    await book(no_show(ann, ben, session_id=session_id))
    assert await counters_of(owner, [ann, ben]) == {ben: Counters(0, -10, 1)}
    async with worker.transaction() as connection:
        await apply(connection, [decided(ann, session_id, upheld=False)])
        waiting = asyncio.create_task(reverse(client, str(session_id)))

        async def waits() -> bool:
            async with owner.transaction() as looking:
                return bool(await looking.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

        await eventually(waits)
    response = await waiting
    assert response.status_code == 201
    assert {person["user_id"] for person in response.json()["users"]} == {str(ann), str(ben)}
    assert await counters_of(owner, [ann, ben]) == {ann: Counters(), ben: Counters()}
    async with owner.transaction() as connection:
        reached = await connection.execute(
            text(
                "SELECT DISTINCT points_reached_at = 'epoch' FROM reputation_service.counters"
                " WHERE user_id = ANY(:users)"
            ),
            {"users": [ann, ben]},
        )
        assert reached.all() == [(True,)], "of neither is anything in force any more"
    assert await drifts(owner) == []
