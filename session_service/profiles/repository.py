"""All SQL of the profiles room. Row-level security shows nobody but the user of the transaction."""

# ruff: noqa: S608 - statements are put together of this module's constants, never of what comes from outside

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Profile:
    """A user as stored."""

    id: UUID
    user_number: int
    display_name: str
    email: str | None
    timezone: str
    notification_preferences: dict[str, Any]
    timezone_version: int


_COLUMNS = "id, user_number, display_name, email, timezone, notification_preferences, timezone_version"

_ENSURE = text(
    """
    WITH found AS (
        SELECT first_used_at IS NOT NULL AS used, email FROM session_service.user_profiles WHERE id = :id
    ), made AS (
        INSERT INTO session_service.user_profiles (id, display_name, email, first_used_at)
        SELECT :id, :display_name, :email, now() WHERE NOT EXISTS (SELECT FROM found)
        ON CONFLICT DO NOTHING
        RETURNING id
    ), claimed AS (
        UPDATE session_service.user_profiles
        SET display_name = :display_name, email = :email, first_used_at = now(), updated_at = now()
        WHERE id = :id AND first_used_at IS NULL
        RETURNING id
    ), readdressed AS (
        UPDATE session_service.user_profiles SET email = :email, updated_at = now()
        WHERE id = :id AND first_used_at IS NOT NULL AND email IS DISTINCT FROM coalesce(:email, email)
        RETURNING id
    )
    SELECT coalesce((SELECT used FROM found), false) AS was_there, (SELECT email FROM found) AS email,
           EXISTS (SELECT FROM readdressed) AS readdressed,
           EXISTS (SELECT FROM made) OR EXISTS (SELECT FROM claimed) AS made
    """
)


@dataclass(frozen=True, slots=True)
class Found:
    """How a profile was found: in use before this transaction or not, with which address; and if it has another now."""

    was_there: bool
    email: str | None
    readdressed: bool


async def ensure(
    connection: AsyncConnection, user_id: UUID, *, display_name: str, email: str | None
) -> Found:
    """Makes the user's profile, or makes the one that an invitation left behind the user's own.

    One in use takes on another address, if one is given, and nothing else. What was found tells whether it stood there,
    in use, before this transaction: only then can the caller rely on it from now on. No row is locked, and no number
    spent, on a user who is known by this address.
    """
    for _ in range(2):
        row = (
            await connection.execute(_ENSURE, {"id": user_id, "display_name": display_name, "email": email})
        ).one()
        if row.was_there or row.made:
            break
        # Somebody else made it at this very moment, unseen by the statement: what it is now, the next one sees.
    return Found(row.was_there, row.email, row.readdressed)


async def invite(connection: AsyncConnection, user_id: UUID, *, default_name: str) -> None:
    """Gives somebody who has never been here a profile to refer to; leaves any other as it is."""
    await connection.execute(
        text("SELECT session_service.invite_profile(:id, :default_name)"),
        {"id": user_id, "default_name": default_name},
    )


async def may_be_invited(connection: AsyncConnection, user_id: UUID) -> bool:
    """Whether somebody is neither leaving nor gone; and stays so until the transaction ends."""
    return bool(await connection.scalar(text("SELECT session_service.may_be_invited(:id)"), {"id": user_id}))


async def anybody_gone(connection: AsyncConnection, user_ids: Sequence[UUID]) -> bool:
    """Whether one of these stands in for a deleted user."""
    return bool(
        await connection.scalar(
            text("SELECT session_service.anybody_gone(CAST(:ids AS uuid[]))"), {"ids": list(user_ids)}
        )
    )


async def load(connection: AsyncConnection, user_id: UUID, *, lock: bool = False) -> Profile:
    """The user's own profile; with ``lock`` it stays as it is until the transaction ends."""
    suffix = " FOR UPDATE" if lock else ""
    row = (
        await connection.execute(
            text(f"SELECT {_COLUMNS} FROM session_service.user_profiles WHERE id = :id{suffix}"),
            {"id": user_id},
        )
    ).one()
    return Profile(*row)


async def save(connection: AsyncConnection, user_id: UUID, changes: Mapping[str, Any]) -> Profile:
    """Stores the given ones of ``display_name``, ``timezone`` and ``notification_preferences``."""
    preferences = changes.get("notification_preferences")
    row = (
        await connection.execute(
            text(
                f"""
                UPDATE session_service.user_profiles
                SET display_name = coalesce(:display_name, display_name),
                    timezone = coalesce(:timezone, timezone),
                    timezone_version = timezone_version + CAST(CAST(:timezone AS text) IS NOT NULL AS integer),
                    notification_preferences = coalesce(CAST(:preferences AS jsonb), notification_preferences),
                    updated_at = now()
                WHERE id = :id
                RETURNING {_COLUMNS}
                """
            ),
            {
                "id": user_id,
                "display_name": changes.get("display_name"),
                "timezone": changes.get("timezone"),
                "preferences": None if preferences is None else orjson.dumps(preferences).decode(),
            },
        )
    ).one()
    return Profile(*row)
