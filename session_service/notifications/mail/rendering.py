"""A mail as it is handed to a server: text and HTML, and headers that say what it is and how to stop it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from session_service.notifications import preferences as wishes
from session_service.notifications.mail.addresses import Mailbox
from session_service.notifications.mail.rules import Entry
from session_service.notifications.unsubscribing.tokens import make_token

UNSUBSCRIBE = "/api/unsubscribe"
"""Where the links that stop mails lead."""

_LONGEST_SUBJECT = 200
_SPACES = re.compile(r"\s+")
_VERBATIM = frozenset({"list-unsubscribe", "list-unsubscribe-post", "message-id"})


class _Policy(EmailPolicy):
    """As `email.policy.SMTP`, but for headers that hold one long word, of which folding would make an encoded word."""

    def fold(self, name: str, value: Any) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in _VERBATIM else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _VERBATIM:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep=SMTP.linesep, cte_type="7bit")
_POLICY_UTF8 = _POLICY.clone(utf8=True)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and where the links lead; without a public address there are none."""

    mail_from: str
    public_url: str | None
    app_url: str | None
    secret: str
    """Signs the links that stop mails."""

    @property
    def address(self) -> str:
        """The address alone, for the envelope."""
        return parseaddr(self.mail_from)[1]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to whom."""

    id: UUID
    user_id: UUID
    timezone: str
    entries: Sequence[Entry]
    now: datetime
    more: int | None = 0
    """How many others there are that have no room in it; None: many."""


class Renderer:
    """Makes messages of letters. Templates are read once."""

    def __init__(self, sender: Sender):
        self.sender = sender
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
            undefined=StrictUndefined,
            keep_trailing_newline=True,
        )
        self._text = environment.get_template("mail.txt.j2")
        self._html = environment.get_template("mail.html.j2")

    def render(self, letter: Letter, mailbox: Mailbox) -> bytes:
        """The message, with CRLF, in ASCII unless the mailbox needs more. The same letter has the same Message-ID."""
        values = self._values(letter)
        message = EmailMessage(policy=_POLICY_UTF8 if mailbox.needs_smtputf8 else _POLICY)
        name, address = parseaddr(self.sender.mail_from)
        message["From"] = _header_address(name, address)
        message["To"] = _header_address("", mailbox.address)
        message["Subject"] = values["subject"]
        message["Date"] = format_datetime(letter.now)
        message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        if header_url := values["stop_kind_url"] or values["stop_url"]:
            message["List-Unsubscribe"] = f"<{header_url}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._text.render(values), cte="quoted-printable")
        message.add_alternative(self._html.render(values), subtype="html", cte="quoted-printable")
        return message.as_bytes()

    def _values(self, letter: Letter) -> dict[str, Any]:
        zone = wishes.zone_of(letter.timezone)
        first = letter.entries[0]
        others = None if letter.more is None else len(letter.entries) - 1 + letter.more
        more = "many more" if others is None else f"{others} more" if others else None
        kind = first.kind if more is None else None
        return {
            "subject": _line(first.title if more is None else f"{first.title}, and {more}"),
            "preview": _line(first.body if more is None else _preview(others)),
            "entries": [
                {
                    "title": _line(entry.title),
                    "body": entry.body,
                    "when": f"{entry.created_at.astimezone(zone):%A, %d %B, %H:%M}",
                }
                for entry in letter.entries
            ],
            "more": "many more" if letter.more is None else f"{letter.more} more" if letter.more else None,
            "app_url": self.sender.app_url,
            "kind_name": wishes.KINDS.get(kind or "", "this"),
            "stop_kind_url": self._stop_url(letter.user_id, kind) if kind else None,
            "stop_url": self._stop_url(letter.user_id, None),
        }

    def _stop_url(self, user_id: UUID, kind: str | None) -> str | None:
        if self.sender.public_url is None:
            return None
        return f"{self.sender.public_url.rstrip('/')}{UNSUBSCRIBE}/{make_token(user_id, kind, self.sender.secret)}"


def _preview(others: int | None) -> str:
    return "Many things happened on Tandem" if others is None else f"{others + 1} things happened on Tandem"


def _line(words: str) -> str:
    """On one line, without anything that a header or a terminal would act upon."""
    printable = "".join(character if character.isprintable() else " " for character in words)
    return _SPACES.sub(" ", printable).strip()[:_LONGEST_SUBJECT].rstrip()


def _header_address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
