"""uvicorn's WebSockets, with a way to be rid of a client that does not read: `--ws gateway.live.protocol:LiveProtocol`.

The server waits until a client has read before it lets the application send anything more, a close frame included, and
never gives up on one that does not read at all. The system takes megabytes for a client before the server notices.
"""

from __future__ import annotations

import socket
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from gateway.live.connection import DROPPED, TOO_SLOW

EXTENSION: Final = "tandem.drop"
"""The name of the ASGI extension: its member `drop` takes a close code and a reason."""

SEND_BUFFER: Final = 64 * 1024
"""Bytes that the system is to take for a client that does not read (Linux takes twice as many, its own among them)."""

WRITE_BUFFER: Final = 16 * 1024
"""Bytes that the server takes beyond that; what does not go in there counts as messages that the client is behind."""

LINGER_SECONDS: Final = 40.0
"""How long a client may take to read on before the connection is cut off: half a minute, and the reading itself."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """Puts `drop` into the scope, bounds what waits for a client, and cuts off whoever has not answered a ping."""

    _sent = 0
    _sent_before_ping = 0
    _known_to_be_read = 0
    """Messages, in the order in which they are sent: an answered ping says that what came before it has been read."""

    def handle_connect(self, event: Any) -> None:
        """Begin the handshake."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = {"drop": self.drop}
            self._bound_buffers()

    async def send(self, message: Any) -> None:
        """Send what the application says, once there is room for it."""
        await super().send(message)
        if message["type"] == "websocket.send":
            self._sent += 1

    def send_keepalive_ping(self) -> None:
        """Ask whether the client is there, and has read what was sent until now."""
        self._sent_before_ping = self._sent
        super().send_keepalive_ping()

    def handle_pong(self, event: Any) -> None:
        """Take the answer."""
        if self.pending_ping_payload == bytes(event.data):
            self._known_to_be_read = self._sent_before_ping
        super().handle_pong(event)

    def keepalive_timeout(self) -> None:
        """Give up a client that has not answered, and do not wait for it to read what it was sent.

        With 1013 if there are messages that it may not have read; otherwise with 1011.
        """
        if self._sent > self._known_to_be_read and not self.close_sent:
            self.drop(TOO_SLOW, "too slow")
            dropped: Any = {"type": DROPPED, "code": TOO_SLOW, "reason": "too slow"}
            self.queue.put_nowait(dropped)
            return
        super().keepalive_timeout()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def drop(self, code: int, reason: str) -> None:
        """Send the close frame behind what the client has still to read, and cut the connection off a while later."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        try:
            self.conn.send_close(code, reason)
        except InvalidState:
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _bound_buffers(self) -> None:
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.transport.set_write_buffer_limits(high=WRITE_BUFFER)
