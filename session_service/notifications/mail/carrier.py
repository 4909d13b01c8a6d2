"""The carrier of mail: takes mails whose time has come and hands each to the mail server, at most once.

A mail is looked at twice: when it is taken, and again when the server is ready for its text. That second look is also
when it is marked as being handed over, and committed as that, before the first byte leaves. So whatever happens
from then on, nobody hands it over a second time: either its outcome is stored, or it becomes a dead letter.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.courier import GIVE_BACK
from kit.database import Database, DatabaseUnavailable
from session_service.notifications.mail import repository, service
from session_service.notifications.mail.addresses import Mailbox, UnusableAddress, mailbox_of
from session_service.notifications.mail.outcomes import BrokenOff, Outcome, Refused
from session_service.notifications.mail.rendering import Letter, Renderer, Sender
from session_service.notifications.mail.repository import Taken
from session_service.notifications.mail.rules import Patience
from session_service.notifications.mail.smtp import Handover, Server
from session_service.settings import MailSettings

log = structlog.get_logger(__name__)

MARGIN = 30.0
"""Seconds that a lease is longer than what it is for may take."""

STORE_AGAIN = 0.5
"""Seconds between two attempts to store an outcome while the database is away."""


class MailCarrier:
    """Carries mail. See `kit.courier.Carrier`."""

    name = "mail"

    def __init__(self, settings: MailSettings, database: Database):
        self.concurrency = settings.mail_concurrency
        self.database = database
        self._server = Server(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password,
            ca_file=settings.smtp_ca_file,
            timeout=settings.smtp_timeout_seconds,
            answer_timeout=settings.smtp_answer_timeout_seconds,
        )
        self._patience = Patience(
            timedelta(seconds=settings.mail_first_pause_seconds),
            timedelta(seconds=settings.mail_give_up_after_seconds),
        )
        self._lease = timedelta(seconds=settings.smtp_timeout_seconds + MARGIN)
        self._within = timedelta(seconds=settings.smtp_answer_timeout_seconds + MARGIN)
        self._sender = Sender(
            settings.mail_from, settings.public_url, settings.app_url, settings.internal_secret
        )
        self._renderer = Renderer(self._sender)

    async def take(self, limit: int) -> Sequence[Taken]:
        """Takes mails whose time has come, oldest first, and gives up those that ended without an outcome."""
        taken, dead = await self.database.run(
            lambda connection: repository.take(connection, limit, self._lease)
        )
        for mail_id in dead:
            log.error("mail_dead", mail_id=str(mail_id), reason="no outcome was ever stored")
        return taken

    async def carry(self, item: Taken) -> None:
        """Hands one mail over, if it still is to be sent, and stores the outcome, however long that takes."""
        outcome = await self._outcome(item)
        if outcome is None:
            return
        storing = asyncio.ensure_future(self._store(item, outcome))
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            await asyncio.wait([storing], timeout=GIVE_BACK / 2)
            raise

    async def _outcome(self, item: Taken) -> Outcome | None:
        """What came of it; None where there is nothing to be stored any more."""
        handover: Handover | None = None
        try:
            looked = await self.database.run(lambda connection: service.look(connection, item))
            if looked is None:
                return None
            address = looked[1].address
            mailbox = mailbox_of(address)
            handover = Handover(self._server, self._sender.address, mailbox)
            return await handover.run(lambda: self._begin(item, address, mailbox))
        except UnusableAddress as error:
            return Refused(str(error), for_good=True)
        except asyncio.CancelledError:
            await self._store_at_last(item, BrokenOff() if handover is None else handover.interrupted())
            raise
        except DatabaseUnavailable:
            # Whether it is marked as being handed over is not known; that it was not is.
            return BrokenOff()
        except Exception as error:
            log.exception("mail_not_written", mail_id=str(item.id))
            return Refused(f"it could not be written: {type(error).__name__}")

    async def _begin(self, item: Taken, address: str, mailbox: Mailbox) -> bytes | None:
        """The text, once it is committed that it is being handed over; None if it is not to be after all."""

        async def work(connection: AsyncConnection) -> bytes | None:
            looked = await service.look(connection, item)
            if looked is None:
                return None
            mail, send = looked
            if send.address != address:
                await repository.postpone(connection, item, None)
                return None
            letter = Letter(mail.id, mail.user_id, mail.recipient.timezone, send.entries, mail.now, send.more)
            # Within the transaction: a mail's length is bounded, and so is this (some 20 ms).
            text = self._renderer.render(letter, mailbox)
            await repository.begin(connection, item, self._within)
            return text

        return await self.database.run(work)

    async def _store(self, item: Taken, outcome: Outcome) -> None:
        while True:
            try:
                fate = await self.database.run(
                    lambda connection: service.store(connection, item, outcome, self._patience)
                )
                break
            except DatabaseUnavailable:
                await asyncio.sleep(STORE_AGAIN)
        reason = getattr(outcome, "reason", None)
        level = "error" if fate in ("dead", "unknown") else "info"
        getattr(log, level)("mail_carried", mail_id=str(item.id), fate=fate, reason=reason)

    async def _store_at_last(self, item: Taken, outcome: Outcome) -> None:
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(GIVE_BACK / 2):
                await self._store(item, outcome)
