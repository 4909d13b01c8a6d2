"""Handing one mail over to a mail server, and knowing for certain what has become of it.

A server answers for a mail from the moment at which it has the whole text. Until the first byte of the text has left,
whatever goes wrong leaves the mail with us. From then on only the server's answer counts: a loss of the connection, or
of patience, in between leaves open whether it has been accepted.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

import aiosmtplib
from aiosmtplib import SMTPException, SMTPRecipientRefused, SMTPResponseException, SMTPSenderRefused

from session_service.notifications.mail.addresses import Mailbox
from session_service.notifications.mail.outcomes import (
    Accepted,
    BrokenOff,
    Held,
    Outcome,
    Refused,
    Unknown,
)

Tls = Literal["none", "starttls", "implicit"]

_AUTHENTICATION = frozenset({530, 534, 535, 538})
"""Replies of a server that wants us to prove who we are (RFC 4954, section 6)."""

_ADDRESSES = re.compile(r"[^\s<>@]+@[^\s<>@]+")


Text = Callable[[], Awaitable[bytes | None]]
"""Gives the message once the server is ready for it, or None to hold it back. Called at most once."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes out, and how long everything may take, in seconds."""

    host: str | None
    port: int
    tls: Tls
    user: str | None
    password: str | None
    ca_file: str | None
    timeout: float
    """Until the server is ready for the text."""
    answer_timeout: float
    """Until it has answered the text."""


class Handover:
    """One attempt to hand one mail over. After `run` was cancelled, `interrupted` tells what is known."""

    def __init__(self, server: Server, sender: str, mailbox: Mailbox):
        self.server = server
        self.sender = sender
        self.mailbox = mailbox
        self._left = False

    async def run(self, text: Text) -> Outcome:
        """Hands the mail over; never raises but for what ``text`` raises, and cancellation."""
        if self.server.host is None:
            return Refused("no mail server is set: see SMTP_HOST")
        client = self._client(self.server.host)
        try:
            refused = await self._prepare(client)
            if refused is not None:
                return refused
            message = await text()
            if message is None:
                return Held()
            return await self._give(client, message)
        finally:
            # No farewell: whatever the server had to say to it would change nothing.
            client.close()

    def interrupted(self) -> BrokenOff | Unknown:
        """What is known of a handover that we have broken off."""
        if not self._left:
            return BrokenOff()
        return self._lost("the courier was stopped")

    async def _prepare(self, client: aiosmtplib.SMTP) -> Refused | None:
        """Everything before the text; None when the server is ready for it."""
        try:
            async with asyncio.timeout(self.server.timeout):
                await client.connect()
                options = await self._options(client)
                if options is None:
                    return Refused("the address needs SMTPUTF8, which the mail server does not offer", True)
                await client.mail(self.sender, options=options, encoding="utf-8")
                await client.rcpt(self.mailbox.address, encoding="utf-8")
        except SMTPResponseException as error:
            return Refused(_reply(error), for_good=500 <= error.code < 600 and _is_about_the_mail(error))
        except TimeoutError:
            return Refused(f"the mail server was not ready within {self.server.timeout:g} s")
        except (SMTPException, OSError, ValueError) as error:
            return Refused(f"the mail server cannot be reached: {_name(error)}")
        return None

    async def _options(self, client: aiosmtplib.SMTP) -> list[str] | None:
        if not self.mailbox.needs_smtputf8:
            return []
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        return ["SMTPUTF8", "BODY=8BITMIME"] if client.supports_extension("smtputf8") else None

    async def _give(self, client: aiosmtplib.SMTP, message: bytes) -> Outcome:
        self._watch(client)
        try:
            async with asyncio.timeout(self.server.answer_timeout):
                await client.data(message, timeout=None)
        except SMTPResponseException as error:
            if self._left and not 400 <= error.code < 600:
                return Unknown(f"the mail server's answer to the text makes no sense: {_reply(error)}")
            return Refused(_reply(error), for_good=500 <= error.code < 600)
        except TimeoutError:
            return self._ended(f"no answer within {self.server.answer_timeout:g} s")
        except Exception as error:
            # Whatever it is, and be it a mistake of ours: what has left may have been accepted.
            return self._ended(_name(error))
        return Accepted()

    def _ended(self, how: str) -> Refused | Unknown:
        return self._lost(how) if self._left else Refused(f"the mail server was lost before the text: {how}")

    @staticmethod
    def _lost(how: str) -> Unknown:
        return Unknown(
            f"the text was handed over, and then: {how}. The server may have accepted it,"
            " so it is not sent again by itself"
        )

    def _watch(self, client: aiosmtplib.SMTP) -> None:
        """Notes when the first byte after the command DATA leaves: that is the text."""
        protocol: Any = client.protocol
        if protocol is None:
            return
        write = protocol.write

        def watched(data: bytes) -> None:
            if data != b"DATA\r\n":
                self._left = True
            write(data)

        protocol.write = watched

    def _client(self, host: str) -> aiosmtplib.SMTP:
        server = self.server
        return aiosmtplib.SMTP(
            hostname=host,
            port=server.port,
            username=server.user,
            password=server.password,
            timeout=None,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            cert_bundle=server.ca_file,
            # What we are called is nobody's business, and the machine's name need not be one.
            local_hostname="tandem",
        )


def _is_about_the_mail(error: SMTPResponseException) -> bool:
    """Whether a refusal is of this mail, and not of us in general: that is for us to put right, and the mail waits."""
    return error.code not in _AUTHENTICATION and isinstance(error, SMTPSenderRefused | SMTPRecipientRefused)


def _reply(error: SMTPResponseException) -> str:
    """The server's words, on one line, without addresses and without what cannot be stored or shown.

    What is not UTF-8 comes as lone surrogates, and anything may stand between: neither is printable.
    """
    words = _ADDRESSES.sub("<…>", " ".join(str(error.message).split()))
    printable = "".join(character if character.isprintable() else "\ufffd" for character in words)
    return f"{error.code} {printable}"[:300]


def _name(error: BaseException) -> str:
    cause = error.__cause__ or error
    return type(cause).__name__
