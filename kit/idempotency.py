"""Idempotency keys: a POST that is sent again answers what it answered, and changes nothing.

The answer is stored under the key in the transaction that makes the change, so that a crash in between can neither
lose nor double it. While that transaction is open an advisory lock holds the key: a second caller is told so
(409) instead of being kept waiting. Draft standard: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.errors import Conflict, Unprocessable

HEADER = "idempotency-key"

_SANE = re.compile(r"[\x21-\x7e]{1,255}\Z")

_SETTLES_WITHIN = 15
"""Seconds after which an answer whose call never came to its end (it died while waiting) counts as given."""


class InvalidIdempotencyKey(Unprocessable):
    """Idempotency-Key must be 1 to 255 visible characters"""

    code = "invalid_idempotency_key"


class IdempotencyKeyReused(Unprocessable):
    """This Idempotency-Key was used with another request body"""

    code = "idempotency_key_reused"


class IdempotencyInProgress(Conflict):
    """A request with this Idempotency-Key is still under way"""

    code = "idempotency_in_progress"


@dataclass(frozen=True, slots=True)
class Key:
    """One caller's key for one endpoint, with the fingerprint of the body that came with it."""

    user_id: UUID
    endpoint: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it went over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse(value: str | None, *, user_id: UUID, endpoint: str, body: bytes) -> Key | None:
    """The key of a request, None where it has none; raises `InvalidIdempotencyKey`.

    The endpoint is method and path as they were called, so that one key for two resources is two keys.
    """
    if value is None:
        return None
    if not _SANE.match(value):
        raise InvalidIdempotencyKey
    return Key(user_id, endpoint, value, hashlib.sha256(_canonical(body)).digest())


def _canonical(body: bytes) -> bytes:
    # The same JSON is the same body, however it was spelled: clients re-encode when they retry.
    try:
        return orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS) if body else b""
    except (orjson.JSONDecodeError, TypeError):
        return body


class IdempotencyKeys:
    """The keys of one house, in ``<schema>.idempotency_keys``."""

    def __init__(self, schema: str):
        self._table = f"{schema}.idempotency_keys"

    async def claim(self, connection: AsyncConnection, key: Key) -> StoredAnswer | None:
        """Holds the key until the transaction ends. The answer, if it has been given already.

        Raises `IdempotencyInProgress` or `IdempotencyKeyReused`.
        """
        # Lock first, look second, in two statements: the look needs a snapshot taken after the lock was had.
        name = f"{self._table}:{key.user_id}:{key.endpoint}:{key.key}"
        locked = await connection.scalar(
            text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )
        if not locked:
            raise IdempotencyInProgress
        found = (
            await connection.execute(
                text(
                    f"SELECT fingerprint, status, headers, body, created_at <= now() - interval '24 hours' AS expired,"  # noqa: S608 - put together of constants
                    f" settled OR created_at < now() - make_interval(secs => :grace) AS settled"
                    f" FROM {self._table} WHERE user_id = :user_id AND endpoint = :endpoint AND key = :key"
                ),
                {**self._identity(key), "grace": _SETTLES_WITHIN},
            )
        ).first()
        if found is None:
            return None
        if found.expired:
            await connection.execute(
                text(
                    f"DELETE FROM {self._table}"  # noqa: S608 - put together of constants
                    " WHERE user_id = :user_id AND endpoint = :endpoint AND key = :key"
                ),
                self._identity(key),
            )
            return None
        if bytes(found.fingerprint) != key.fingerprint:
            raise IdempotencyKeyReused
        if not found.settled:
            raise IdempotencyInProgress
        return StoredAnswer(found.status, found.headers, bytes(found.body))

    async def store(
        self, connection: AsyncConnection, key: Key, answer: StoredAnswer, *, settled: bool
    ) -> None:
        """Keeps the answer, in the change's own transaction. Unsettled: the call will still amend it."""
        await connection.execute(
            text(
                f"INSERT INTO {self._table}"  # noqa: S608 - put together of constants
                " (user_id, endpoint, key, fingerprint, status, headers, body, settled)"
                " VALUES (:user_id, :endpoint, :key, :fingerprint, :status, CAST(:headers AS jsonb), :body, :settled)"
            ),
            {
                **self._identity(key),
                "fingerprint": key.fingerprint,
                "settled": settled,
                **self._answer(answer),
            },
        )

    async def settle(self, connection: AsyncConnection, key: Key, answer: StoredAnswer) -> None:
        """Replaces the stored answer by the one that is really sent."""
        await connection.execute(
            text(
                f"UPDATE {self._table}"  # noqa: S608 - put together of constants
                " SET status = :status, headers = CAST(:headers AS jsonb), body = :body, settled = true"
                " WHERE user_id = :user_id AND endpoint = :endpoint AND key = :key"
            ),
            {**self._identity(key), **self._answer(answer)},
        )

    async def expire(self, connection: AsyncConnection, limit: int = 5000) -> int:
        """Deletes keys older than 24 h; how many."""
        result = await connection.execute(
            text(
                f"DELETE FROM {self._table} WHERE ctid = ANY(ARRAY("  # noqa: S608 - put together of constants
                f" SELECT ctid FROM {self._table} WHERE created_at < now() - interval '24 hours' LIMIT :limit))"
            ),
            {"limit": limit},
        )
        return result.rowcount

    @staticmethod
    def _identity(key: Key) -> dict[str, Any]:
        return {"user_id": key.user_id, "endpoint": key.endpoint, "key": key.key}

    @staticmethod
    def _answer(answer: StoredAnswer) -> dict[str, Any]:
        return {
            "status": answer.status,
            "headers": orjson.dumps(dict(answer.headers)).decode(),
            "body": answer.body,
        }
