"""An issuer of tokens: real keys, and a real server that publishes them, well or badly."""

import asyncio
import gzip
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms
from starlette.types import Receive, Scope, Send

from tests.gateway.running import claims

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

ALGORITHM_OF = {
    rsa.RSAPrivateKey: "RS256",
    ec.EllipticCurvePrivateKey: "ES256",
    ed25519.Ed25519PrivateKey: "EdDSA",
}


def algorithm_of(key: Any) -> str:
    """The algorithm that goes with a private key."""
    return next(algorithm for kind, algorithm in ALGORITHM_OF.items() if isinstance(key, kind))


def published(key: Any, key_id: str | None, **changes: Any) -> dict[str, Any]:
    """The public half of a key as an issuer publishes it; a change to `...` takes a member out."""
    member: dict[str, Any] = {
        **get_default_algorithms()[algorithm_of(key)].to_jwk(key.public_key(), as_dict=True),
        "kid": key_id,
        "use": "sig",
        "alg": algorithm_of(key),
        **changes,
    }
    member.pop("key_ops", None) if "key_ops" not in changes else None
    return {name: value for name, value in member.items() if value is not ... and value is not None}


def signed_by(
    key: Any, key_id: str | None, *, header: Mapping[str, Any] | None = None, **changes: Any
) -> str:
    """A good token under this key, but for the changes to its claims and header."""
    headers = {**({} if key_id is None else {"kid": key_id}), **(header or {})}
    return jwt.encode(claims(**changes), key, algorithm=algorithm_of(key), headers=headers)


class Issuer:
    """The server of an issuer. A test says what it publishes (`keys`) and how it behaves (`mood`)."""

    def __init__(self, *keys: Mapping[str, Any]) -> None:
        self.keys: list[Mapping[str, Any]] = list(keys)
        self.mood = "well"
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    @property
    def document(self) -> bytes:
        """What it publishes."""
        return json.dumps({"keys": self.keys}).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.asked.append(scope["path"])
        self.headers.append({name.decode(): value.decode() for name, value in scope["headers"]})
        status, headers, body = 200, [(b"content-type", b"application/json")], self.document
        match self.mood:
            case "broken":
                status = 500
            case "gone":
                status = 404
            case "elsewhere":
                status = 302
                headers.append((b"location", b"/other.json"))
            case "garbage":
                body = b"<html>"
            case "a list":
                body = b"[]"
            case "without keys":
                body = b'{"keys": {}}'
            case "deep":
                body = b"[" * 100_000
            case "huge":
                body = json.dumps({"keys": self.keys, "padding": "x" * 300_000}).encode()
            case "packed":
                headers.append((b"content-encoding", b"gzip"))
                body = gzip.compress(json.dumps({"keys": self.keys, "padding": "x" * 300_000}).encode())
            case "silent":
                await asyncio.sleep(3600)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if self.mood == "endless":
            while True:
                await send({"type": "http.response.body", "body": b" ", "more_body": True})
                await asyncio.sleep(0.01)
        await send({"type": "http.response.body", "body": body, "more_body": False})
