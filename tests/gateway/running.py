"""Real servers for the gateway's tests: uvicorn in a thread, an upstream that echoes, one that misbehaves."""

import asyncio
import base64
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import jwt
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

SECRET = "the-secret-of-the-gateway-tests-is-long-enough"
INTERNAL_SECRET = "the-internal-secret-of-the-gateway-tests"


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token; a change to `...` takes one out."""
    whole = {
        "sub": "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10",
        "aud": "authenticated",
        # Far ahead: tables of tokens are made when a file is loaded, and may be used much later.
        "exp": int(time.time()) + 86_400,
        "role": "authenticated",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not ...}


def token(secret: str = SECRET, **changes: Any) -> str:
    """A good token, but for the changes."""
    return jwt.encode(claims(**changes), secret, algorithm="HS256")


def bearer(**changes: Any) -> dict[str, str]:
    """The header that goes with `token`."""
    return {"Authorization": f"Bearer {token(**changes)}"}


class ServedApp:
    """An ASGI application behind a real uvicorn, in a thread of its own, on a free port or a unix socket."""

    def __init__(self, app: ASGIApp, *, uds: Path | None = None, **options: Any) -> None:
        self._socket = socket.socket(socket.AF_UNIX if uds else socket.AF_INET)
        if uds:
            self._socket.bind(str(uds))
            self.url = f"unix:{uds}"
            self.port = 0
        else:
            self._socket.bind(("127.0.0.1", 0))
            self.port = self._socket.getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            ws="gateway.live.protocol:LiveProtocol",
            ws_max_size=65_536,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
            **options,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in time"
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the server; may be called again."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()
        assert not self._thread.is_alive(), "the server did not stop"


class Echo:
    """A service that tells what it was asked, and answers as the query says.

    `?status=`, `?headers=` (base64 of a JSON list of pairs), `?bytes=` (length of the body), `?chunked=1` (without
    a length), `?sleep=` (seconds before answering).
    """

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message["body"]
            if not message["more_body"]:
                break
        query = dict(part.split("=", 1) for part in scope["query_string"].decode().split("&") if "=" in part)
        told = {
            "method": scope["method"],
            "raw_path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": [[name.decode(), value.decode("latin-1")] for name, value in scope["headers"]],
            "body": body.decode("latin-1"),
            "connection": f"{scope['client']}",
        }
        self.seen.append(told)
        await asyncio.sleep(float(query.get("sleep", 0)))
        content = b"x" * int(query["bytes"]) if "bytes" in query else json.dumps(told).encode()
        extra = json.loads(base64.urlsafe_b64decode(query["headers"])) if "headers" in query else []
        headers = [(b"content-type", b"application/json"), (b"etag", b'"v1"')]
        headers += [(name.encode(), value.encode()) for name, value in extra]
        status = int(query.get("status", 200))
        if status in (204, 304):
            content = b""
        elif query.get("chunked") != "1":
            headers.append((b"content-length", str(len(content)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        middle = len(content) // 2
        await send({"type": "http.response.body", "body": content[:middle], "more_body": True})
        await send({"type": "http.response.body", "body": content[middle:], "more_body": False})


Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawUpstream:
    """A service that does to its connections what a test tells it to."""

    def __init__(self, path: Path, handle: Handle) -> None:
        self.path = path
        self.url = f"unix:{path}"
        self.connections = 0
        self.requests: list[bytes] = []
        self._handle = handle
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._connected, self.path)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    self.requests.append(head)
                    for line in head.lower().split(b"\r\n"):
                        if line.startswith(b"content-length:"):
                            await reader.readexactly(int(line.split(b":")[1]))
                    await self._handle(reader, writer)
                    if writer.is_closing():
                        return
        finally:
            writer.close()


async def raw_exchange(port: int, request: bytes, *, wait: float = 5.0) -> bytes:
    """Sends these bytes, and returns everything that comes until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(wait):
            return await reader.read()
    finally:
        writer.close()
