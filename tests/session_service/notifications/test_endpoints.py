"""``/api/notifications`` over the service as it runs."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from kit.contracts import NOTIFICATIONS
from kit.database import Database
from kit.outbox.consumer import consume
from session_service.notifications import service
from tests.session_service.conftest import AsUser
from tests.session_service.notifications.conftest import MakeUser, Tell

INBOX = "/api/notifications"


async def inbox(client: AsyncClient, **parameters: Any) -> dict[str, Any]:
    response = await client.get(INBOX, params=parameters)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_a_new_user_s_inbox_is_empty(as_user: AsUser) -> None:
    assert await inbox(as_user(uuid4())) == {"items": [], "unread": 0, "next_cursor": None}


async def test_a_notification_is_shown_whole(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann = await make_user("Ann")
    (event,) = await tell(ann)
    (entry,) = (await inbox(as_user(ann)))["items"]
    UUID(entry.pop("id"))
    assert entry.pop("created_at").endswith("Z")
    assert entry == {
        "kind": "buddy_checked_in",
        "title": "Buddy checked in",
        "body": "Buddy is there for your session.",
        "session_id": event.data["session_id"],
        "read_at": None,
    }


async def test_what_a_user_does_arrives_in_the_buddys_inbox(
    as_user: AsUser, owner: Database, worker: Database
) -> None:
    ann, ben = uuid4(), uuid4()
    invited = await as_user(ann, name="Ann").post("/api/matches", json={"buddy_id": str(ben)})
    assert invited.status_code == 201, invited.text
    async with owner.transaction() as connection:
        published = await connection.exec_driver_sql(
            "SELECT id FROM outbox.events WHERE data->>'invitee_id' = %s", (str(ben),)
        )
        (event_id,) = published.scalars()
    await consume(worker, NOTIFICATIONS.name, [event_id], service.apply)
    answer = await inbox(as_user(ben))
    assert [entry["title"] for entry in answer["items"]] == ["Ann invited you to be buddies"]
    assert answer["unread"] == 1
    assert (await inbox(as_user(ann)))["items"] == []


async def test_newest_first_page_by_page_and_none_twice(
    as_user: AsUser, make_user: MakeUser, tell: Tell
) -> None:
    ann, ben = await make_user(), await make_user()
    events = await tell(ann, 7)
    await tell(ben, 2)
    client = as_user(ann)
    first = await inbox(client, limit=3)
    late = await tell(ann)
    pages = [first]
    while cursor := pages[-1]["next_cursor"]:
        pages.append(await inbox(client, limit=3, cursor=cursor))
    shown = [[entry["session_id"] for entry in page["items"]] for page in pages]
    expected = [event.data["session_id"] for event in reversed(events)]
    assert shown == [expected[:3], expected[3:6], expected[6:]]
    # The number is of the whole inbox at the moment of the page.
    assert [page["unread"] for page in pages] == [7, 8, 8]
    assert (await inbox(client, limit=1))["items"][0]["session_id"] == late[0].data["session_id"]


async def test_a_batch_of_one_moment_is_paged_as_well(
    as_user: AsUser, make_user: MakeUser, tell: Tell, owner: Database
) -> None:
    ann = await make_user()
    events = await tell(ann, 5)
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE session_service.notifications SET created_at = '2025-08-17T15:00:00Z' WHERE user_id = %s",
            (ann,),
        )
    client = as_user(ann)
    first = await inbox(client, limit=2)
    second = await inbox(client, limit=2, cursor=first["next_cursor"])
    third = await inbox(client, limit=2, cursor=second["next_cursor"])
    assert third["next_cursor"] is None
    shown = [entry["session_id"] for page in (first, second, third) for entry in page["items"]]
    assert shown == [event.data["session_id"] for event in reversed(events)]


async def test_a_page_that_just_holds_the_rest_is_the_last_one(
    as_user: AsUser, make_user: MakeUser, tell: Tell
) -> None:
    ann = await make_user()
    await tell(ann, 2)
    answer = await inbox(as_user(ann), limit=2)
    assert len(answer["items"]) == 2
    assert answer["next_cursor"] is None


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=nonsense", "cursor=WzFd", "unread=perhaps"]
)
async def test_a_bad_query_is_unprocessable(as_user: AsUser, query: str) -> None:
    response = await as_user(uuid4()).get(f"{INBOX}?{query}")
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"]


async def test_only_unread_ones_on_demand(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann = await make_user()
    await tell(ann, 4)
    client = as_user(ann)
    items = (await inbox(client))["items"]
    for entry in items[1], items[3]:
        assert (await client.post(f"{INBOX}/{entry['id']}/read")).status_code == 200
    answer = await inbox(client, unread="true", limit=1)
    assert (answer["unread"], [entry["id"] for entry in answer["items"]]) == (2, [items[0]["id"]])
    following = await inbox(client, unread="true", limit=1, cursor=answer["next_cursor"])
    assert [entry["id"] for entry in following["items"]] == [items[2]["id"]]
    assert following["next_cursor"] is None
    assert len((await inbox(client, unread="false"))["items"]) == 4


async def test_an_unchanged_inbox_is_not_sent_again(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann = await make_user()
    await tell(ann)
    client = as_user(ann)
    etag = (await client.get(INBOX)).headers["etag"]
    assert (await client.get(INBOX, headers={"If-None-Match": etag})).status_code == 304
    await tell(ann)
    assert (await client.get(INBOX, headers={"If-None-Match": etag})).status_code == 200


async def test_reading_is_kept_and_reading_again_keeps_the_first_time(
    as_user: AsUser, make_user: MakeUser, tell: Tell
) -> None:
    ann = await make_user()
    await tell(ann, 2)
    client = as_user(ann)
    newest, older = (await inbox(client))["items"]
    first = await client.post(f"{INBOX}/{newest['id']}/read")
    assert first.status_code == 200
    read_at = first.json()["read_at"]
    assert read_at > newest["created_at"]
    assert first.json() == newest | {"read_at": read_at}
    again = await client.post(f"{INBOX}/{newest['id']}/read", json={})
    assert (again.status_code, again.json()) == (200, first.json())
    answer = await inbox(client)
    assert answer["items"] == [first.json(), older]
    assert answer["unread"] == 1


async def test_reading_at_once_keeps_one_time(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann = await make_user()
    await tell(ann)
    client = as_user(ann)
    (entry,) = (await inbox(client))["items"]
    answers = await asyncio.gather(*(client.post(f"{INBOX}/{entry['id']}/read") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    (read_at,) = {answer.json()["read_at"] for answer in answers}
    assert (await inbox(client))["items"][0]["read_at"] == read_at


async def test_another_ones_notification_is_as_unknown_as_none(
    as_user: AsUser, make_user: MakeUser, tell: Tell
) -> None:
    ann, eve = await make_user(), await make_user()
    await tell(ann)
    (entry,) = (await inbox(as_user(ann)))["items"]
    for notification_id in entry["id"], str(uuid4()):
        response = await as_user(eve).post(f"{INBOX}/{notification_id}/read")
        assert response.status_code == 404
        problem = response.json()
        assert (problem["code"], problem["detail"]) == ("notification_not_found", "Notification not found")
    assert (await inbox(as_user(ann)))["unread"] == 1


async def test_an_id_that_is_none_is_unprocessable(as_user: AsUser) -> None:
    assert (await as_user(uuid4()).post(f"{INBOX}/7/read")).status_code == 422


async def test_reading_everything(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann, ben = await make_user(), await make_user()
    await tell(ann, 3)
    await tell(ben, 2)
    client = as_user(ann)
    one = (await inbox(client))["items"][1]
    read_at = (await client.post(f"{INBOX}/{one['id']}/read")).json()["read_at"]
    response = await client.post(f"{INBOX}/read-all")
    assert (response.status_code, response.json()) == (200, {"updated": 2, "unread": 0})
    answer = await inbox(client)
    assert answer["unread"] == 0
    assert all(entry["read_at"] for entry in answer["items"])
    assert answer["items"][1]["read_at"] == read_at
    assert (await client.post(f"{INBOX}/read-all", json={})).json() == {"updated": 0, "unread": 0}
    assert (await inbox(as_user(ben)))["unread"] == 2


async def test_reading_everything_at_once_counts_each_entry_once(
    as_user: AsUser, make_user: MakeUser, tell: Tell
) -> None:
    ann = await make_user()
    await tell(ann, 20)
    client = as_user(ann)
    answers = await asyncio.gather(*(client.post(f"{INBOX}/read-all") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["updated"] for answer in answers) == 20


async def test_the_same_call_again_answers_the_same(as_user: AsUser, make_user: MakeUser, tell: Tell) -> None:
    ann = await make_user()
    await tell(ann, 2)
    client = as_user(ann)
    key = {"Idempotency-Key": str(uuid4())}
    first = await client.post(f"{INBOX}/read-all", headers=key)
    again = await client.post(f"{INBOX}/read-all", headers=key)
    assert again.json() == first.json() == {"updated": 2, "unread": 0}
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("path", ["read-all", "00000000-0000-4000-8000-000000000001/read"])
async def test_unknown_fields_are_rejected(as_user: AsUser, path: str) -> None:
    response = await as_user(uuid4()).post(f"{INBOX}/{path}", json={"read": False})
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/read-all"), ("POST", "/00000000-0000-4000-8000-000000000001/read")],
)
async def test_nobody_without_an_identity(as_user: AsUser, method: str, path: str) -> None:
    client = as_user(uuid4())
    response = await client.request(method, f"{INBOX}{path}", auth=None)
    assert response.status_code == 401
