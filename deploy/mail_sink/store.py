"""The mails that were taken lately, in memory: what a sink knows is gone when it ends."""

import itertools
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

MOST_MAILS = 200
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was taken."""

    number: int
    taken_at: datetime
    sender: str
    recipients: tuple[str, ...]
    source: bytes
    subject: str
    text: str | None
    html: str | None
    headers: tuple[tuple[str, str], ...]


class Store:
    """The last mails, newest first; older ones give way by number and by size."""

    def __init__(self, *, most_mails: int = MOST_MAILS, most_bytes: int = MOST_BYTES):
        self._most_mails = most_mails
        self._most_bytes = most_bytes
        self._numbers = itertools.count(1)
        self._mails: OrderedDict[int, Mail] = OrderedDict()
        self._bytes = 0
        self.version = 0
        """Another one after every change."""

    def add(self, sender: str, recipients: tuple[str, ...], source: bytes) -> Mail:
        """Keeps a mail, whatever it is made of."""
        message = BytesParser(_class=EmailMessage, policy=default).parsebytes(source)
        mail = Mail(
            next(self._numbers),
            datetime.now(UTC),
            sender,
            recipients,
            source,
            _readable(message, "subject") or "(no subject)",
            _part(message, "plain"),
            _part(message, "html"),
            tuple((name, _readable(message, name)) for name in dict.fromkeys(message.keys())),
        )
        self._mails[mail.number] = mail
        self._bytes += len(source)
        while len(self._mails) > self._most_mails or (
            self._bytes > self._most_bytes and len(self._mails) > 1
        ):
            _, oldest = self._mails.popitem(last=False)
            self._bytes -= len(oldest.source)
        self.version += 1
        return mail

    def all(self) -> list[Mail]:
        """Newest first."""
        return list(reversed(self._mails.values()))

    def find(self, number: int) -> Mail | None:
        """The mail of this number, if it is still there."""
        return self._mails.get(number)

    def clear(self) -> None:
        """Forgets all."""
        self._mails.clear()
        self._bytes = 0
        self.version += 1


def _part(message: EmailMessage, subtype: str) -> str | None:
    try:
        part = message.get_body((subtype,))
        return None if part is None else str(part.get_content())
    except (LookupError, ValueError, AttributeError, AssertionError):
        return None


def _readable(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except (ValueError, IndexError, AttributeError):
        return "(cannot be read)"
