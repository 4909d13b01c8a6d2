"""Webhooks through the running system: from what a buddy does to a server of the other one's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.session_service.webhooks.conftest import answers, in_turn, receiving
from tests.support.stack import Stack
from tests.support.waiting import eventually
from tests.system.buddies import Api, api, new_pair, new_session

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("stack"), pytest.mark.timeout(180)]


@pytest.fixture
async def client(stack: Stack) -> AsyncIterator[Api]:
    async with api(stack.base_url) as opened:
        yield opened


async def do(client: Api, user: str, method: str, path: str, body: Any = None) -> Any:
    answer = await client.insist(user, method, path, body)
    assert answer.is_success, answer.text
    return answer.json()


async def test_what_a_buddy_plans_arrives_signed_even_at_the_second_attempt(client: Api) -> None:
    pair = await new_pair(client)
    async with receiving(in_turn(answers(503), answers(200))) as receiver:
        body = {"url": receiver.url, "kinds": ["session_scheduled"]}
        webhook = await do(client, pair.other, "POST", "/api/webhooks", body)
        session = await new_session(client, pair)
        await eventually(lambda: len(receiver.requests) == 2, timeout=60)
        first, second = receiver.requests
        assert (first.id, first.body) == (second.id, second.body)
        message = Webhook(webhook["secret"]).verify(second.body, second.headers)
        assert message["type"] == "notification.session_scheduled"
        assert message["data"]["session_id"] == session

        async def delivered() -> Any:
            url = f"/api/webhooks/{webhook['id']}/deliveries"
            (delivery,) = (await do(client, pair.other, "GET", url))["items"]
            return delivery["state"] == "delivered" and delivery

        delivery = await eventually(delivered, timeout=20)
        assert [line["status"] for line in delivery["log"]] == [200, 503]
        entries = (await do(client, pair.other, "GET", "/api/notifications"))["items"]
        assert delivery["notification_id"] in {entry["id"] for entry in entries}


async def test_addresses_of_networks_that_are_not_allowed_are_refused(client: Api) -> None:
    pair = await new_pair(client)
    for url in ("http://[::1]:8080/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/"):
        answer = await client.insist(pair.one, "POST", "/api/webhooks", {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "forbidden_address")
