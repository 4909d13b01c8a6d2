"""People who want mail, a courier's hands, and a look at what has become of it."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from sqlalchemy import text

from kit.database import Database
from session_service.notifications import service
from session_service.notifications.mail.carrier import MailCarrier
from session_service.settings import CourierSettings
from tests.session_service.factories import rows
from tests.session_service.notifications.conftest import check_in

MailUser = Callable[..., Awaitable[UUID]]
Tell = Callable[..., Awaitable[None]]
MakeCarrier = Callable[..., MailCarrier]

HURRY = {"smtp_timeout_seconds": 0.4, "smtp_answer_timeout_seconds": 0.4}
"""Settings for servers that hang."""

NO_ANSWER = {"smtp_timeout_seconds": 10.0, "smtp_answer_timeout_seconds": 2.0}
"""Settings for servers that hang once they are ready for the text: until then nobody is in a hurry."""


@pytest.fixture(autouse=True)
async def _no_mails_of_others(owner: Database) -> None:
    async with owner.transaction() as connection:
        await connection.exec_driver_sql("TRUNCATE session_service.emails")


@pytest.fixture
def mail_user(owner: Database) -> MailUser:
    """``await mail_user()``: somebody who wants every notification mailed; or with other preferences."""

    async def make(
        preferences: dict[str, Any] | None = None,
        email: str | None = "somebody@example.com",
        timezone: str = "UTC",
    ) -> UUID:
        user_id = uuid4()
        async with owner.transaction() as connection:
            await connection.execute(
                text(
                    "INSERT INTO session_service.user_profiles"
                    " (id, display_name, email, timezone, notification_preferences)"
                    " VALUES (:id, 'Ann', :email, :timezone, CAST(:preferences AS jsonb))"
                ),
                {
                    "id": user_id,
                    "email": email,
                    "timezone": timezone,
                    "preferences": orjson.dumps(
                        {"email": True} if preferences is None else preferences
                    ).decode(),
                },
            )
        return user_id

    return make


@pytest.fixture
def tell(worker: Database, mail_user: MailUser) -> Tell:
    """``await tell(ann)``: something happens that Ann is told of; with a number, so many things in one batch."""

    async def happen(user_id: UUID, times: int = 1) -> None:
        buddy_id = await mail_user({}, None)
        async with worker.transaction() as connection:
            await service.apply(connection, [check_in(buddy_id, user_id) for _ in range(times)])

    return happen


@pytest.fixture
def make_carrier(database_for: Callable[[str], Database]) -> MakeCarrier:
    """``make_carrier(port)``: the courier's carrier, for a server on that port of loopback."""

    def make(port: int, **settings: Any) -> MailCarrier:
        values = {
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_tls": "none",
            "smtp_timeout_seconds": 10.0,
            "smtp_answer_timeout_seconds": 10.0,
            "mail_first_pause_seconds": 60.0,
            "public_url": "https://tandem.example",
            "mail_from": "Tandem <no-reply@tandem.example>",
            **settings,
        }
        return MailCarrier(CourierSettings(**values), database_for("tandem_courier"))

    return make


async def carry_what_is_due(carrier: MailCarrier) -> int:
    """As the courier would, one after the other; how many mails were taken."""
    taken = await carrier.take(100)
    for item in taken:
        await carrier.carry(item)
    return len(taken)


async def mails_of(owner: Database, user_id: UUID) -> list[dict[str, Any]]:
    """The user's mails as they are stored, oldest first."""
    return await rows(
        owner,
        "SELECT *, due_at - now() AS due_in FROM session_service.emails WHERE user_id = :id ORDER BY created_at, id",
        id=user_id,
    )


async def make_due(owner: Database) -> None:
    """Time passes: every mail is due."""
    async with owner.transaction() as connection:
        await connection.exec_driver_sql(
            "UPDATE session_service.emails SET due_at = now() - interval '1 second'"
        )


async def change(owner: Database, statement: str, **parameters: Any) -> None:
    async with owner.transaction() as connection:
        await connection.execute(text(statement), parameters)
