"""The one row that gateways go by."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from kit.cache_tags import GATEWAY, PERMISSION_PATH, SUSPENSION_PATH
from kit.database import Database
from kit.identity import Caller
from session_service.settings import SessionServiceSettings
from tests.session_service.conftest import SignedAs
from tests.session_service.factories import rows


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(
    service: FastAPI, service_settings: SessionServiceSettings, owner: Database
) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway's own requests; nothing is suspended."""
    await suspended_for(owner, -1)
    auth = SignedAs(GATEWAY, service_settings.internal_secret)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service), base_url="http://service", auth=auth
    ) as client:
        yield client
    await suspended_for(owner, -1)


async def suspended_for(owner: Database, seconds: float) -> None:
    await rows(
        owner,
        "UPDATE session_service.cache_suspension"
        " SET suspended_until = clock_timestamp() + make_interval(secs => :seconds) RETURNING 1",
        seconds=seconds,
    )


async def test_it_is_told_to_whoever_asks(gateway: httpx.AsyncClient) -> None:
    told = await gateway.get(PERMISSION_PATH)
    assert told.status_code == 200
    assert told.json()["suspended"] is False
    assert told.json() == (await gateway.get(PERMISSION_PATH)).json()


async def test_a_suspension_ends_the_generation(gateway: httpx.AsyncClient) -> None:
    before = (await gateway.get(PERMISSION_PATH)).json()
    suspended = (await gateway.post(SUSPENSION_PATH)).json()
    assert suspended["generation"] != before["generation"]
    assert (suspended["suspended"], suspended["seconds"]) == (True, 30)
    after = (await gateway.get(PERMISSION_PATH)).json()
    assert (after["generation"], after["suspended"]) == (suspended["generation"], True)


@pytest.mark.parametrize(("seconds", "goes_on"), [(29, True), (9, True), (5.5, False), (-1, False)])
async def test_an_extension_without_a_gap_is_the_same_one(
    gateway: httpx.AsyncClient, owner: Database, seconds: float, goes_on: bool
) -> None:
    before = (await gateway.post(SUSPENSION_PATH)).json()
    await suspended_for(owner, seconds)
    after = (await gateway.post(SUSPENSION_PATH)).json()
    assert (after["generation"] == before["generation"]) is goes_on
    (row,) = await rows(
        owner,
        "SELECT CAST(extract(epoch FROM suspended_until - clock_timestamp()) AS float) AS seconds"
        " FROM session_service.cache_suspension",
    )
    assert 25 < row["seconds"] <= 30


async def test_it_ends_by_itself(gateway: httpx.AsyncClient, owner: Database) -> None:
    suspended = (await gateway.post(SUSPENSION_PATH)).json()
    await suspended_for(owner, 0)
    after = (await gateway.get(PERMISSION_PATH)).json()
    assert (after["generation"], after["suspended"]) == (suspended["generation"], False)


@pytest.mark.parametrize(
    "caller", [Caller(uuid4()), Caller(uuid4(), role="service_role"), Caller(uuid4(), "gateway")]
)
async def test_only_a_gateway_may_suspend(
    gateway: httpx.AsyncClient, service: FastAPI, service_settings: SessionServiceSettings, caller: Caller
) -> None:
    auth = SignedAs(caller, service_settings.internal_secret)
    refused = await gateway.post(SUSPENSION_PATH, auth=auth)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (await gateway.get(PERMISSION_PATH)).json()["suspended"] is False
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://service") as nobody:
        assert (await nobody.post(SUSPENSION_PATH)).status_code == 401
