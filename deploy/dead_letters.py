"""Dead letters: what was tried as often as makes sense, kept with its last error.

They wait for a person, who mends the cause and has them tried again, or lets them go. There are effects of events that
could not be applied; mails that could not be sent, or of which nobody knows whether they were; and messages to webhooks
that were given up, which their owners see, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from session_service.notifications.mail.rules import LEASES_APART

MAIL = "mail"
"""Stands for the consumer of mails, which are no effects of one event."""

WEBHOOK = "webhook"
"""Stands for the consumer of messages to webhooks. (The consumer `webhooks` is who makes them out of events.)"""


class NotAllowedToLook(Exception):
    """The database user is bound by row-level security and would see nothing, whatever there is."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One effect of one event that could not be applied, one mail, or one message to a webhook."""

    event_id: UUID
    """The event; of a mail or a message, that one."""
    consumer: str
    type: str
    subject: str
    time: datetime
    attempts: int
    last_error: str | None
    request_id: str | None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """One table in which dead letters lie: how they are listed, tried again and dropped."""

    listing: str
    retrying: str
    dropping: str
    locking: str | None = None
    """Said before trying again, in a statement of its own: one that waits for a lock still reads what was before."""


_CHOSEN_EFFECTS = """
    d.state = 'dead'
    AND (%(consumer)s::text IS NULL OR d.consumer = %(consumer)s)
    AND (%(event_ids)s::uuid[] IS NULL OR d.event_id = ANY(%(event_ids)s))
"""

_CHOSEN_MAILS = f"""
    m.state = 'dead'
    AND (%(consumer)s::text IS NULL OR %(consumer)s = '{MAIL}')
    AND (%(event_ids)s::uuid[] IS NULL OR m.id = ANY(%(event_ids)s))
"""

_CHOSEN_MESSAGES = f"""
    w.state = 'failed'
    AND (%(consumer)s::text IS NULL OR %(consumer)s = '{WEBHOOK}')
    AND (%(event_ids)s::uuid[] IS NULL OR w.id = ANY(%(event_ids)s))
"""

_SHELVES = (
    _Shelf(
        listing=f"""
            SELECT d.event_id, d.consumer, e.type, e.subject, e.time, d.attempts, d.last_error, e.request_id
            FROM outbox.deliveries d JOIN outbox.events e ON e.id = d.event_id WHERE {_CHOSEN_EFFECTS}
        """,  # noqa: S608 - nothing from outside is in the text
        retrying=f"""
            UPDATE outbox.deliveries d SET state = 'pending', attempts = 0, leases = 0, due_at = now()
            WHERE {_CHOSEN_EFFECTS}
        """,  # noqa: S608 - put together of constants
        dropping=f"DELETE FROM outbox.deliveries d WHERE {_CHOSEN_EFFECTS}",  # noqa: S608 - put together of constants
    ),
    _Shelf(
        listing=f"""
            SELECT m.id, '{MAIL}', 'mail', 'user/' || m.user_id, m.created_at, m.attempts, m.last_error, NULL
            FROM session_service.emails m WHERE {_CHOSEN_MAILS}
        """,  # noqa: S608 - put together of constants
        # One that may have been accepted goes out twice, perhaps: whoever wants that has to say which.
        retrying=f"""
            UPDATE session_service.emails m
            SET state = 'queued', gathering = false, uncertain = false, attempts = 0, first_tried_at = NULL,
                done_at = NULL, due_at = now(), leases = (m.leases / {LEASES_APART} + 1) * {LEASES_APART}
            WHERE {_CHOSEN_MAILS} AND (NOT m.uncertain OR %(event_ids)s::uuid[] IS NOT NULL)
        """,  # noqa: S608 - put together of constants
        dropping=f"DELETE FROM session_service.emails m WHERE {_CHOSEN_MAILS}",  # noqa: S608 - put together of constants
    ),
    _Shelf(
        listing=f"""
            SELECT w.id, '{WEBHOOK}', w.type, 'webhook/' || w.endpoint_id, w.created_at, w.logged, w.last_error, NULL
            FROM session_service.webhook_deliveries w WHERE {_CHOSEN_MESSAGES}
        """,  # noqa: S608 - put together of constants
        # The endpoint's row is locked first, as by everybody who changes what is queued for it, and in their order.
        locking=f"""
            SELECT FROM session_service.webhook_endpoints e
            WHERE e.disabled_at IS NULL AND e.id IN (
                SELECT w.endpoint_id FROM session_service.webhook_deliveries w WHERE {_CHOSEN_MESSAGES}
            )
            ORDER BY e.id FOR NO KEY UPDATE
        """,  # noqa: S608 - put together of constants
        # One that is switched off stays so, and its messages stay where they are.
        retrying=f"""
            WITH due AS (
                UPDATE session_service.webhook_endpoints e SET due_at = least(e.due_at, now())
                WHERE e.disabled_at IS NULL AND e.id IN (
                    SELECT w.endpoint_id FROM session_service.webhook_deliveries w WHERE {_CHOSEN_MESSAGES}
                )
                RETURNING e.id
            )
            UPDATE session_service.webhook_deliveries w
            SET state = 'pending', attempts = 0, interruptions = 0, finished_at = NULL, due_at = now()
            FROM due WHERE w.endpoint_id = due.id AND {_CHOSEN_MESSAGES}
        """,  # noqa: S608 - put together of constants
        dropping=f"DELETE FROM session_service.webhook_deliveries w WHERE {_CHOSEN_MESSAGES}",  # noqa: S608 - put together of constants
    ),
)


def list_dead_letters(
    owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None
) -> list[DeadLetter]:
    """Dead letters, oldest first; all of them, those of a consumer (also `mail` and `webhook`), or those of these ids.

    Raises `NotAllowedToLook` and `psycopg.Error`.
    """
    together = " UNION ALL ".join(shelf.listing for shelf in _SHELVES)
    with _connected(owner_url) as connection, connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        return cursor.execute(
            f"{together} ORDER BY time, consumer", {"consumer": consumer, "event_ids": _list(event_ids)}
        ).fetchall()


def retry(owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None) -> int:
    """Make dead letters pending again, as if never tried; how many. They are taken at the next look.

    A mail of which nobody knows whether it was accepted is tried again only when it is named; a message to a webhook
    only while that is switched on.
    """
    return _on_each_shelf(
        owner_url, [(shelf.locking, shelf.retrying) for shelf in _SHELVES], consumer, event_ids
    )


def drop(owner_url: str, *, consumer: str | None = None, event_ids: Sequence[UUID] | None = None) -> int:
    """Give dead letters up for good; how many. They are deleted, since nothing may count them as applied."""
    return _on_each_shelf(owner_url, [(None, shelf.dropping) for shelf in _SHELVES], consumer, event_ids)


def _on_each_shelf(
    owner_url: str,
    statements: Sequence[tuple[str | None, str]],
    consumer: str | None,
    event_ids: Sequence[UUID] | None,
) -> int:
    done = 0
    with _connected(owner_url) as connection:
        chosen = {"consumer": consumer, "event_ids": _list(event_ids)}
        for before, statement in statements:
            if before is not None:
                connection.execute(before.encode(), chosen)
            done += connection.execute(statement.encode(), chosen).rowcount
    return done


def _list(event_ids: Sequence[UUID] | None) -> list[UUID] | None:
    return None if event_ids is None else list(event_ids)


def _connected(owner_url: str) -> "psycopg.Connection[tuple[object, ...]]":
    connection = psycopg.connect(owner_url, connect_timeout=5)
    bound = connection.execute("SELECT row_security_active('outbox.deliveries')").fetchone()
    if bound is not None and bound[0]:
        connection.close()
        raise NotAllowedToLook("this database user is bound by row-level security: it has to be a superuser")
    return connection
