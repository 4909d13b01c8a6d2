"""SQL about users' endpoints and their secrets. Row-level security shows them to their owner only.

The process that serves users can write a secret and cannot read any from here. (An answer that shows one is kept for
24 hours where it was asked for under an ``Idempotency-Key``, as every such answer is.)
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.outbox.events import uuid7
from session_service.webhooks.rules import Webhook

_COLUMNS = "id, url, kinds, description, created_at, disabled_at, disabled_reason"


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(**row._mapping)


async def lock_user(connection: AsyncConnection, user_id: UUID) -> None:
    """From here to the end of the transaction the user's endpoints are counted and added to by nobody else."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"webhooks:{user_id}"}
    )


async def count(connection: AsyncConnection, user_id: UUID) -> int:
    """How many endpoints the user has."""
    found = await connection.scalar(
        text("SELECT count(*) FROM session_service.webhook_endpoints WHERE user_id = :user_id"),
        {"user_id": user_id},
    )
    return int(found or 0)


async def add(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    url: str,
    host: str,
    kinds: list[str] | None,
    description: str,
) -> Webhook:
    """A new endpoint, without a secret yet."""
    row = await connection.execute(
        text(
            f"""
            INSERT INTO session_service.webhook_endpoints (id, user_id, url, host, kinds, description)
            VALUES (:id, :user_id, :url, :host, :kinds, :description)
            RETURNING {_COLUMNS}
            """  # noqa: S608 - the columns are a constant above
        ),
        {
            "id": uuid7(),
            "user_id": user_id,
            "url": url,
            "host": host,
            "kinds": kinds,
            "description": description,
        },
    )
    return _webhook(row.one())


async def all_of(connection: AsyncConnection, user_id: UUID) -> list[Webhook]:
    """The user's endpoints, oldest first."""
    rows = await connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM session_service.webhook_endpoints WHERE user_id = :user_id"  # noqa: S608 - put together of constants
            " ORDER BY created_at, id"
        ),
        {"user_id": user_id},
    )
    return [_webhook(row) for row in rows]


async def load(
    connection: AsyncConnection, user_id: UUID, webhook_id: UUID, *, lock: bool = False
) -> Webhook | None:
    """The endpoint, if it is the user's; with ``lock`` it, and what is queued for it, stays as it is."""
    suffix = " FOR NO KEY UPDATE" if lock else ""
    row = (
        await connection.execute(
            text(
                f"SELECT {_COLUMNS} FROM session_service.webhook_endpoints"  # noqa: S608 - put together of constants
                f" WHERE id = :id AND user_id = :user_id{suffix}"
            ),
            {"id": webhook_id, "user_id": user_id},
        )
    ).first()
    return None if row is None else _webhook(row)


_COLUMNS_THAT_CHANGE = ("url", "host", "kinds", "description")


async def save(connection: AsyncConnection, webhook_id: UUID, changes: Mapping[str, Any]) -> Webhook:
    """Stores what is given of url, host, kinds and description; the endpoint must be there.

    Another URL begins anew: neither the failures of the one before nor the pause that was asked for there count for it.
    """
    names = [name for name in _COLUMNS_THAT_CHANGE if name in changes]
    anew = ("failing_since", "held_until") if "url" in changes else ()
    row = await connection.execute(
        text(
            "UPDATE session_service.webhook_endpoints SET "  # noqa: S608 - names of the tuple above
            + ", ".join(
                [f"{name} = :{name}" for name in names]
                + [f"{name} = CASE WHEN url = CAST(:url AS varchar) THEN {name} END" for name in anew]
            )
            + f" WHERE id = :id RETURNING {_COLUMNS}"
        ),
        {"id": webhook_id, **{name: changes[name] for name in names}},
    )
    return _webhook(row.one())


async def enable(connection: AsyncConnection, webhook_id: UUID) -> Webhook:
    """Sends to it again, as if it had never failed."""
    row = await connection.execute(
        text(
            f"""
            UPDATE session_service.webhook_endpoints
            SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL, held_until = NULL
            WHERE id = :id RETURNING {_COLUMNS}
            """  # noqa: S608 - put together of constants
        ),
        {"id": webhook_id},
    )
    return _webhook(row.one())


async def delete(connection: AsyncConnection, webhook_id: UUID) -> None:
    """Removes the endpoint, its secrets, and all that was sent to it or waits."""
    await connection.execute(
        text("DELETE FROM session_service.webhook_endpoints WHERE id = :id"), {"id": webhook_id}
    )


async def add_secret(connection: AsyncConnection, user_id: UUID, webhook_id: UUID, secret: str) -> None:
    """One more secret that signs."""
    await connection.execute(
        text(
            "INSERT INTO session_service.webhook_secrets (id, endpoint_id, user_id, secret)"
            " VALUES (:id, :endpoint_id, :user_id, :secret)"
        ),
        {"id": uuid7(), "endpoint_id": webhook_id, "user_id": user_id, "secret": secret},
    )


async def retire_secrets(
    connection: AsyncConnection, webhook_id: UUID, lasts: timedelta
) -> tuple[datetime, int]:
    """The current secret signs for so long and no longer; until when, and how many sign until then or before.

    Those whose time is over are gone.
    """
    await connection.execute(
        text(
            "DELETE FROM session_service.webhook_secrets WHERE endpoint_id = :endpoint_id AND expires_at <= now()"
        ),
        {"endpoint_id": webhook_id},
    )
    row = (
        await connection.execute(
            text(
                """
                WITH retired AS (
                    UPDATE session_service.webhook_secrets SET expires_at = coalesce(expires_at, now() + :lasts)
                    WHERE endpoint_id = :endpoint_id RETURNING expires_at
                )
                SELECT max(expires_at) AS until, count(*) AS left FROM retired
                """
            ),
            {"endpoint_id": webhook_id, "lasts": lasts},
        )
    ).one()
    return row.until, row.left
