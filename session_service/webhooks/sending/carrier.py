"""The carrier of webhooks: what a courier does about them.

Rows are the truth: an endpoint is leased while something is sent to it, an attempt is noted before it is made, and
afterwards what came of it. A courier that is killed in between leaves a lease that ends, and the same message goes out
again under the same id.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from kit.contracts import WEBHOOKS
from kit.database import Database, DatabaseUnavailable
from kit.outbox import deliveries
from kit.outbox.consumer import consume
from session_service.settings import WebhookSendingSettings
from session_service.webhooks.addresses import Allowance
from session_service.webhooks.deliveries.rules import INTERRUPTED, INTERRUPTIONS_AT_MOST, Outcome, Patience
from session_service.webhooks.resolving import LookUp
from session_service.webhooks.sending import service
from session_service.webhooks.sending.repository import Parcel
from session_service.webhooks.sending.transport import Sender, signed_headers

log = structlog.get_logger(__name__)

EVENTS_AT_ONCE = 50
"""Events that become deliveries in one transaction, at most. Each may tell of a thousand notifications."""

ROUNDS = 5
"""Such transactions between two looks for what is to be sent, at most: a backlog keeps nobody waiting for long."""

IN_A_ROW = 20
"""Messages that one hand sends to one endpoint, one after the other, before it is free for others."""

NOTED_AFTER = (0.2, 1.0, 3.0)
"""Seconds between the attempts to note what came of a message while the database is away; then the lease has to end."""


class WebhookCarrier:
    """Sends webhooks (`kit.courier.Carrier`). Connects to nothing until it is used."""

    name = "webhooks"

    def __init__(
        self, settings: WebhookSendingSettings, database: Database, *, look_up: LookUp | None = None
    ):
        self.concurrency = settings.webhook_concurrency
        self._database = database
        self._per_host = settings.webhook_concurrency_per_host
        self._per_user = settings.webhook_concurrency_per_user
        # Longer than an attempt can take, with noting it.
        self._lease = timedelta(seconds=2 * settings.webhook_timeout_seconds + 1)
        self._patience = Patience(
            pauses=tuple(timedelta(seconds=pause) for pause in settings.webhook_retry_seconds),
            longest_retry_after=timedelta(seconds=settings.webhook_longest_retry_after_seconds),
            disable_after=timedelta(seconds=settings.webhook_disable_after_seconds),
        )
        self._sender = Sender(
            Allowance(http=not settings.is_production, networks=settings.webhook_allowed_networks),
            connect_timeout=settings.webhook_connect_timeout_seconds,
            timeout=settings.webhook_timeout_seconds,
            look_up=look_up,
        )

    async def take(self, limit: int) -> Sequence[Parcel]:
        """Makes deliveries out of what was notified, and leases up to ``limit`` endpoints that have some due."""
        await self._queue()
        return await self._database.run(
            lambda connection: service.take(
                connection, limit, per_host=self._per_host, per_user=self._per_user, lease=self._lease
            )
        )

    async def carry(self, item: Parcel) -> None:
        """Sends a message and notes the outcome; then what else is due for the same endpoint, up to `IN_A_ROW`."""
        parcel: Parcel | None = item
        for left in reversed(range(IN_A_ROW)):
            if parcel is None:
                return
            under_way = parcel
            try:
                outcome, took = await self._send(under_way)
                parcel = await self._note(under_way, outcome, took, more=left > 0)
            except asyncio.CancelledError:
                await self._give_back(under_way)
                raise

    async def _queue(self) -> None:
        for _ in range(ROUNDS):
            leased = await self._database.run(
                lambda connection: deliveries.lease(connection, WEBHOOKS.name, EVENTS_AT_ONCE)
            )
            together = [one.event_id for one in leased if not one.suspect]
            alone = [one.event_id for one in leased if one.suspect]
            for event_ids in filter(None, [together, *([event_id] for event_id in alone)]):
                await consume(self._database, WEBHOOKS.name, event_ids, service.apply)
            if len(leased) < EVENTS_AT_ONCE:
                return

    async def _send(self, parcel: Parcel) -> tuple[Outcome, timedelta]:
        if parcel.interruptions >= INTERRUPTIONS_AT_MOST:
            return Outcome(None, INTERRUPTED), timedelta(0)
        headers = signed_headers(parcel.id, parcel.secrets, parcel.payload, now=datetime.now(UTC))
        began = time.monotonic()
        outcome = await self._sender.send(parcel.url, headers, parcel.payload.encode())
        return outcome, timedelta(seconds=time.monotonic() - began)

    async def _note(self, parcel: Parcel, outcome: Outcome, took: timedelta, *, more: bool) -> Parcel | None:
        log.info(
            "webhook_sent" if outcome.accepted else "webhook_failed",
            webhook_id=str(parcel.endpoint_id),
            delivery_id=str(parcel.id),
            attempt=parcel.number,
            status=outcome.status,
            error=outcome.error,
        )
        patience = self._patience
        if parcel.interruptions >= INTERRUPTIONS_AT_MOST:
            patience = Patience((), patience.longest_retry_after, patience.disable_after)
        for pause in (*NOTED_AFTER, None):
            try:
                return await self._database.run(
                    lambda connection: service.finish(
                        connection,
                        parcel,
                        outcome,
                        took=took,
                        patience=patience,
                        keep=self._lease if more else None,
                    )
                )
            except DatabaseUnavailable:
                if pause is not None:
                    await asyncio.sleep(pause)
        log.warning("webhook_outcome_lost", delivery_id=str(parcel.id))
        return None

    async def _give_back(self, parcel: Parcel) -> None:
        try:
            await self._database.run(lambda connection: service.give_back(connection, parcel))
        except DatabaseUnavailable:
            log.info("webhook_not_given_back", delivery_id=str(parcel.id))
