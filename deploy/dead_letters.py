"""Dead letters: deliveries that were tried as often as makes sense, kept with their last error.

They wait for a person, who mends the cause and has them tried again, or lets them go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row


class NotAllowedToLook(Exception):
    """The database user is bound by row-level security and would see nothing, whatever there is."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One effect of one event that could not be applied."""

    event_id: UUID
    consumer: str
    type: str
    subject: str
    time: datetime
    attempts: int
    last_error: str | None
    request_id: str | None


_CHOICE = """
    d.state = 'dead'
    AND (%(consumer)s::text IS NULL OR d.consumer = %(consumer)s)
    AND (%(event_ids)s::uuid[] IS NULL OR d.event_id = ANY(%(event_ids)s))
"""


def list_dead_letters(
    owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None
) -> list[DeadLetter]:
    """Dead letters, oldest first; all of them, or those of a consumer or of some events.

    Raises `NotAllowedToLook` and `psycopg.Error`.
    """
    with _connected(owner_url) as connection, connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        return cursor.execute(
            f"""
            SELECT d.event_id, d.consumer, e.type, e.subject, e.time, d.attempts, d.last_error, e.request_id
            FROM outbox.deliveries d JOIN outbox.events e ON e.id = d.event_id
            WHERE {_CHOICE} ORDER BY e.time, d.consumer
            """,  # noqa: S608 - nothing from outside is in the text
            {"consumer": consumer, "event_ids": _list(event_ids)},
        ).fetchall()


def retry(owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None) -> int:
    """Make dead letters pending again, as if never tried; how many. The relay takes them at its next look."""
    with _connected(owner_url) as connection:
        return connection.execute(
            f"""
            UPDATE outbox.deliveries d SET state = 'pending', attempts = 0, leases = 0, due_at = now()
            WHERE {_CHOICE}
            """,  # noqa: S608
            {"consumer": consumer, "event_ids": _list(event_ids)},
        ).rowcount


def drop(owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None) -> int:
    """Give dead letters up for good; how many. They are deleted, since nothing may count them as applied."""
    with _connected(owner_url) as connection:
        return connection.execute(
            f"DELETE FROM outbox.deliveries d WHERE {_CHOICE}",  # noqa: S608
            {"consumer": consumer, "event_ids": _list(event_ids)},
        ).rowcount


def _list(event_ids: Sequence[UUID] | None) -> list[UUID] | None:
    return None if event_ids is None else list(event_ids)


def _connected(owner_url: str) -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(owner_url, connect_timeout=5)
    bound = connection.execute("SELECT row_security_active('outbox.deliveries')").fetchone()
    if bound is not None and bound[0]:
        connection.close()
        raise NotAllowedToLook("this database user is bound by row-level security: it has to be a superuser")
    return connection
