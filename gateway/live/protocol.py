"""uvicorn's WebSockets, with a way to be rid of a client that does not read: `--ws gateway.live.protocol:LiveProtocol`.

The server waits until a client has read before it lets the application send anything more, a close frame included, and
never gives up on one that does not read at all.
"""

from __future__ import annotations

from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

EXTENSION: Final = "tandem.drop"
"""The name of the ASGI extension: its member `drop` takes a close code and a reason."""

LINGER_SECONDS: Final = 10.0
"""How long a client may take to read on before the connection is cut off."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """Puts `drop` into the scope, and cuts off whoever has not answered a ping."""

    def handle_connect(self, event: Any) -> None:
        """Begin the handshake."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[EXTENSION] = {"drop": self.drop}

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

    def keepalive_timeout(self) -> None:
        """Give up a client that has not answered, and do not wait for it to read what it was sent."""
        super().keepalive_timeout()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)
