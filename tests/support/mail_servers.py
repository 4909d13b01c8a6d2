"""Mail servers that do what servers do when they are ill: a real socket, and a script of what happens at which step."""

import asyncio
import contextlib
import email
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from enum import Enum
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class Does(Enum):
    """What a server does at a step instead of giving its usual answer."""

    HANG = "says nothing any more, until it is told to go on"
    CLOSE = "closes the connection"
    RESET = "resets the connection"
    ACCEPT_AND_CLOSE = "takes the mail, and closes the connection without saying so"
    ACCEPT_AND_HANG = "takes the mail, and says nothing any more"
    BABBLE = "answers what is no answer"


Step = str
"""`connect`, `EHLO`, `MAIL`, `RCPT`, `DATA`, or `text`: the end of a mail's text; `middle`: its first bytes."""

USUAL = {
    "connect": "220 here",
    "EHLO": "250-here\r\n250-SMTPUTF8\r\n250 8BITMIME",
    "HELO": "250 here",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "text": "250 taken",
    "QUIT": "221 bye",
    "RSET": "250 ok",
}


@dataclass
class ScriptedServer:
    """A server and what it has seen. ``script`` may be changed while it runs; words in bytes are said as they are."""

    script: dict[Step, str | bytes | Does] = field(default_factory=dict)
    port: int = 0
    accepted: list[bytes] = field(default_factory=list)
    """The texts that it has taken upon itself to deliver, whatever it said."""
    texts: int = 0
    """How many texts it was given, whole or in part."""
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    _going_on: asyncio.Event = field(default_factory=asyncio.Event)

    def go_on(self) -> None:
        """What hangs gives its usual answer now."""
        self._going_on.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            if not await self._answer("connect", writer):
                return
            while line := await reader.readline():
                command = line.decode("utf-8", "replace").strip()
                self.commands.append(command)
                verb = command.split(" ")[0].upper()
                if verb == "RCPT":
                    self.recipients.append(command.partition("<")[2].partition(">")[0])
                if not await self._answer(verb, writer):
                    return
                takes_text = verb == "DATA" and not isinstance(self.script.get("DATA"), str | bytes)
                if verb == "QUIT" or (takes_text and not await self._text(reader, writer)):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _text(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        text = b""
        self.texts += 1
        while not text.endswith(b"\r\n.\r\n"):
            text += await reader.readuntil(b"\r\n")
            if "middle" in self.script and not await self._answer("middle", writer):
                return False
        does = self.script.get("text")
        if does in (None, Does.ACCEPT_AND_CLOSE, Does.ACCEPT_AND_HANG) or str(does).startswith("250"):
            self.accepted.append(text)
        return await self._answer("text", writer)

    async def _answer(self, step: Step, writer: asyncio.StreamWriter) -> bool:
        does = self.script.get(step, USUAL.get(step, "502 what?"))
        match does:
            case Does.HANG | Does.ACCEPT_AND_HANG:
                await self._going_on.wait()
                writer.write(USUAL[step].encode() + b"\r\n")
            case Does.CLOSE | Does.ACCEPT_AND_CLOSE:
                return False
            case Does.RESET:
                writer.transport.abort()
                return False
            case Does.BABBLE:
                writer.write(b"hello, how are you?\r\n")
            case bytes():
                writer.write(does)
            case _:
                writer.write(does.encode() + b"\r\n")
        await writer.drain()
        return True


@asynccontextmanager
async def scripted_server(
    script: Mapping[Step, str | bytes | Does] | None = None,
) -> AsyncIterator[ScriptedServer]:
    """A server that follows a script, on a free port of loopback."""
    server = ScriptedServer(dict(script or {}))
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve(reader, writer)
        tasks.discard(task)

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Box:
    """aiosmtpd's handler: keeps what it is given."""

    def __init__(self) -> None:
        self.port = 0
        self.envelopes: list[Envelope] = []
        self.on_data: Callable[[], Any] | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        if self.on_data is not None:
            await self.on_data()
        return "250 taken"

    @property
    def messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(envelope.original_content or b"", _class=EmailMessage, policy=default)
            for envelope in self.envelopes
        ]


@asynccontextmanager
async def real_server(**options: Any) -> AsyncIterator[Box]:
    box = Box()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: SMTP(box, loop=loop, enable_SMTPUTF8=True, hostname="localhost", **options), "127.0.0.1", 0
    )
    box.port = listening.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        listening.close()
