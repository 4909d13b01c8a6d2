"""``/api/webhooks`` over the service as it runs."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from kit.database import Database
from session_service.webhooks import rules
from session_service.webhooks.resolving import Names
from tests.session_service.conftest import AsUser
from tests.session_service.factories import rows
from tests.session_service.webhooks.conftest import MakeOwner
from tests.session_service.webhooks.test_addresses import FORBIDDEN_ENCODINGS, INVALID_ENCODINGS

URL = "http://127.0.0.1:9009/hook"
WEBHOOKS = "/api/webhooks"


async def test_a_webhook_is_made_and_its_secret_is_shown_once(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    response = await ann.client.post(
        WEBHOOKS, json={"url": URL, "kinds": ["no_show"], "description": " mine "}
    )
    assert response.status_code == 201, response.text
    made = response.json()
    assert response.headers["location"] == f"{WEBHOOKS}/{made['id']}"
    assert response.headers["cache-control"] == "no-store"
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert {name: made[name] for name in made if name not in ("id", "created_at")} == {
        "url": URL,
        "kinds": ["no_show"],
        "description": "mine",
        "enabled": True,
        "disabled_at": None,
        "disabled_reason": None,
    }
    assert await ann.get(made) == made
    assert (await ann.client.get(WEBHOOKS)).json() == {"items": [made]}
    assert "whsec_" not in (await ann.client.get(WEBHOOKS)).text


async def test_others_webhooks_are_not_there(make_owner: MakeOwner) -> None:
    ann, ben = await make_owner(), await make_owner()
    webhook = await ann.add(URL)
    tested = await ann.client.post(f"{WEBHOOKS}/{webhook['id']}/test")
    url = f"{WEBHOOKS}/{webhook['id']}"
    assert (await ben.client.get(WEBHOOKS)).json() == {"items": []}
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"enabled": False}),
        ("DELETE", "", None),
        ("POST", "/test", None),
        ("POST", "/rotate-secret", None),
        ("GET", "/deliveries", None),
        ("POST", f"/deliveries/{tested.json()['id']}/redeliver", None),
    ):
        answer = await ben.client.request(method, url + path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook_not_found"), (method, path)
    assert (await ann.get(webhook))["enabled"]
    # Nor is a delivery of one webhook to be had through another.
    other = await ann.add(URL)
    answer = await ann.client.post(f"{WEBHOOKS}/{other['id']}/deliveries/{tested.json()['id']}/redeliver")
    assert (answer.status_code, answer.json()["code"]) == (404, "delivery_not_found")


async def test_a_webhook_is_changed_under_its_version(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL, description="old")
    url = f"{WEBHOOKS}/{webhook['id']}"
    version = (await ann.client.get(url)).headers["etag"]
    changed = await ann.client.patch(url, json={"description": "new"}, headers={"If-Match": version})
    assert (changed.status_code, changed.json()["description"]) == (200, "new")
    assert changed.headers["etag"] == (await ann.client.get(url)).headers["etag"]
    for method in ("PATCH", "DELETE"):
        stale = await ann.client.request(
            method,
            url,
            json={"description": "x"} if method == "PATCH" else None,
            headers={"If-Match": version},
        )
        assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    changed = await ann.client.patch(url, json={"url": "http://127.0.0.1:9000/b", "kinds": ["no_show"]})
    assert (changed.json()["url"], changed.json()["kinds"]) == ("http://127.0.0.1:9000/b", ["no_show"])
    assert (await ann.client.patch(url, json={"kinds": None})).json()["kinds"] is None
    assert (await ann.client.patch(url, json={})).json()["description"] == "new"
    refused = await ann.client.patch(url, json={"url": "http://10.0.0.1/"})
    assert (refused.status_code, refused.json()["code"]) == (422, "forbidden_address")
    assert (await ann.client.delete(url)).status_code == 204
    assert (await ann.client.get(url)).status_code == 404


async def test_switched_off_and_on(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL)
    url = f"{WEBHOOKS}/{webhook['id']}"
    tested = (await ann.client.post(f"{url}/test")).json()
    assert (tested["state"], tested["type"], tested["attempts"], tested["log"]) == (
        "pending",
        "webhook.test",
        0,
        [],
    )
    off = (await ann.client.patch(url, json={"enabled": False})).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "by_owner")
    assert off["disabled_at"] is not None
    (delivery,) = await ann.deliveries(webhook)
    assert (delivery["state"], delivery["last_error"]) == ("failed", "The webhook was switched off")
    assert delivery["next_attempt_at"] is None
    for path in ("test", f"deliveries/{delivery['id']}/redeliver"):
        refused = await ann.client.post(f"{url}/{path}")
        assert (refused.status_code, refused.json()["code"]) == (409, "webhook_disabled")
    assert (await ann.client.patch(url, json={"enabled": False})).json() == off
    on = (await ann.client.patch(url, json={"enabled": True})).json()
    assert (on["enabled"], on["disabled_at"], on["disabled_reason"]) == (True, None, None)
    again = await ann.client.post(f"{url}/deliveries/{delivery['id']}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "pending")


async def test_there_are_ten_at_most_whatever_comes_at_once(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    for _ in range(rules.ENDPOINTS_AT_MOST - 2):
        await ann.add(URL)
    answers = await asyncio.gather(*(ann.client.post(WEBHOOKS, json={"url": URL}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"too_many_webhooks"}
    assert len((await ann.client.get(WEBHOOKS)).json()["items"]) == rules.ENDPOINTS_AT_MOST


async def test_the_same_key_makes_one_webhook_and_shows_its_secret_again(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    key = {"Idempotency-Key": "one"}
    first = await ann.client.post(WEBHOOKS, json={"url": URL}, headers=key)
    second = await ann.client.post(WEBHOOKS, json={"url": URL}, headers=key)
    assert second.json() == first.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert len((await ann.client.get(WEBHOOKS)).json()["items"]) == 1
    url = f"{WEBHOOKS}/{first.json()['id']}"
    for path in ("test", "rotate-secret"):
        answers = [await ann.client.post(f"{url}/{path}", headers=key) for _ in range(2)]
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["idempotent-replayed"] == "true"
    (delivery,) = await ann.deliveries(first.json())
    answers = [
        await ann.client.post(f"{url}/deliveries/{delivery['id']}/redeliver", headers=key) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[1].headers["idempotent-replayed"] == "true"


async def test_only_so_many_tests_wait(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL)
    answers = [
        await ann.client.post(f"{WEBHOOKS}/{webhook['id']}/test") for _ in range(rules.TESTS_AT_MOST + 1)
    ]
    assert [answer.status_code for answer in answers] == [202] * rules.TESTS_AT_MOST + [409]
    assert answers[-1].json()["code"] == "too_many_tests"


async def test_the_secret_is_changed_only_so_often(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL)
    answers = [
        await ann.client.post(f"{WEBHOOKS}/{webhook['id']}/rotate-secret")
        for _ in range(rules.SECRETS_AT_MOST)
    ]
    assert [answer.status_code for answer in answers] == [200] * (rules.SECRETS_AT_MOST - 1) + [409]
    assert answers[0].headers["cache-control"] == "no-store"
    secrets = {webhook["secret"], *(answer.json()["secret"] for answer in answers[:-1])}
    assert len(secrets) == rules.SECRETS_AT_MOST
    assert answers[-1].json()["code"] == "too_many_secrets"


async def test_deliveries_page_by_page_and_none_twice(make_owner: MakeOwner) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL)
    url = f"{WEBHOOKS}/{webhook['id']}"
    made = [(await ann.client.post(f"{url}/test")).json()["id"] for _ in range(5)]
    pages = [(await ann.client.get(f"{url}/deliveries", params={"limit": 2})).json()]
    while cursor := pages[-1]["next_cursor"]:
        params = {"limit": 2, "cursor": cursor}
        pages.append((await ann.client.get(f"{url}/deliveries", params=params)).json())
    assert [[item["id"] for item in page["items"]] for page in pages] == [made[:2:-1], made[2:0:-1], made[:1]]
    bad = await ann.client.get(f"{url}/deliveries", params={"cursor": "nonsense"})
    assert bad.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": None},
        {"url": 5},
        {"url": ""},
        {"url": "https://example.com/\x00"},
        {"url": URL, "kinds": []},
        {"url": URL, "kinds": ["unheard_of"]},
        {"url": URL, "kinds": ["no_show", "no_show"]},
        {"url": URL, "kinds": "no_show"},
        {"url": URL, "kinds": [5]},
        {"url": URL, "kinds": ["\x00"]},
        {"url": URL, "description": "x" * 201},
        {"url": URL, "description": None},
        {"url": URL, "description": "a\nb"},
        {"url": URL, "enabled": True},
        {"url": URL, "secret": "whsec_mine"},
        [],
    ],
)
async def test_what_is_no_webhook(make_owner: MakeOwner, body: Any) -> None:
    ann = await make_owner()
    response = await ann.client.post(WEBHOOKS, json=body)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    [{"enabled": None}, {"enabled": 1}, {"url": None}, {"description": None}, {"id": "x"}, {"kinds": []}],
)
async def test_what_is_no_change(make_owner: MakeOwner, body: Any) -> None:
    ann = await make_owner()
    webhook = await ann.add(URL)
    for webhook_id in (webhook["id"], uuid4()):
        response = await ann.client.patch(f"{WEBHOOKS}/{webhook_id}", json=body)
        assert (response.status_code, response.json()["code"]) == (422, "validation_error")


async def test_every_encoding_of_an_address_that_is_not_public_is_refused(
    as_user: AsUser, owner: Database
) -> None:
    """With the settings of a deployment: no networks are allowed."""
    ann = uuid4()
    client = as_user(ann)
    codes: dict[str, set[str]] = {}
    for kind, urls in (("forbidden", FORBIDDEN_ENCODINGS), ("invalid", INVALID_ENCODINGS)):
        for url in urls:
            response = await client.post(WEBHOOKS, json={"url": url})
            assert response.status_code == 422, (url, response.text)
            problem = response.json()
            codes.setdefault(kind, set()).add(problem["code"])
            # What was typed is the client's own; what it leads to is nobody's business.
            assert "127.0.0.1" not in problem["detail"]
    assert codes["forbidden"] <= {"forbidden_address", "invalid_webhook_url"}
    assert codes["invalid"] <= {"forbidden_address", "invalid_webhook_url", "validation_error"}
    assert (
        await rows(owner, "SELECT FROM session_service.webhook_endpoints WHERE user_id = :id", id=ann) == []
    )


SetState = Callable[..., None]


@pytest.fixture
def set_state(service: FastAPI) -> Iterator[SetState]:
    """`set_state(webhook_names=…)`: what the service works with, until the test ends."""
    before = {name: getattr(service.state, name) for name in ("webhook_names", "settings")}

    def setting(**values: Any) -> None:
        for name, value in values.items():
            setattr(service.state, name, value)

    yield setting
    setting(**before)


def names_that(look_up: Callable[[str], list[str]]) -> Names:
    async def ask(host: str) -> list[str]:
        return look_up(host)

    return Names((), look_up=ask)


async def test_a_name_is_judged_by_all_that_it_resolves_to(
    as_user: AsUser, service: FastAPI, set_state: SetState
) -> None:
    client = as_user(uuid4())
    answers = {
        "good.example.com": ["8.8.8.8", "2606:4700::1"],
        "bad.example.com": ["127.0.0.1"],
        "mixed.example.com": ["8.8.8.8", "10.0.0.1"],
        "mixed6.example.com": ["2606:4700::1", "::ffff:10.0.0.1"],
        "empty.example.com": [],
        "strange.example.com": ["not an address"],
        "zone.example.com": ["fe80::1%eth0"],
    }

    def look_up(host: str) -> list[str]:
        try:
            return answers[host]
        except KeyError:
            raise OSError from None

    set_state(webhook_names=names_that(look_up))
    for host, status, code in (
        ("good.example.com", 201, None),
        ("bad.example.com", 422, "forbidden_address"),
        ("mixed.example.com", 422, "forbidden_address"),
        ("mixed6.example.com", 422, "forbidden_address"),
        ("zone.example.com", 422, "forbidden_address"),
        # These may lead somewhere tomorrow; each attempt judges anew.
        ("empty.example.com", 201, None),
        ("strange.example.com", 201, None),
        ("nowhere.example.com", 201, None),
    ):
        response = await client.post(WEBHOOKS, json={"url": f"https://{host}/"})
        assert (response.status_code, response.json().get("code")) == (status, code), host
        assert "10.0.0.1" not in response.text


async def test_a_slow_name_server_is_not_waited_for_and_holds_nothing(
    as_user: AsUser, service: FastAPI, set_state: SetState
) -> None:
    async def never(host: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    set_state(webhook_names=Names((), look_up=never))
    settings = service.state.settings.model_copy(update={"webhook_resolve_timeout_seconds": 0.3})
    set_state(settings=settings)
    # More at once than there are connections to the database: all are answered as soon as the first.
    began = asyncio.get_running_loop().time()
    answers = await asyncio.gather(
        *(as_user(uuid4()).post(WEBHOOKS, json={"url": "https://slow.example.com/"}) for _ in range(25))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert asyncio.get_running_loop().time() - began < 3


async def test_a_refusal_by_name_is_kept_under_its_key(
    as_user: AsUser, service: FastAPI, set_state: SetState
) -> None:
    client = as_user(uuid4())
    found = ["10.0.0.1"]
    set_state(webhook_names=names_that(lambda _: list(found)))
    answers = []
    for _ in range(2):
        answers.append(
            await client.post(
                WEBHOOKS, json={"url": "https://late.example.com/"}, headers={"Idempotency-Key": "k"}
            )
        )
        found[:] = ["8.8.8.8"]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[1].headers["idempotent-replayed"] == "true"
