"""Who is asking, as the gateway has found out and signed for the services behind it.

The header is `v1.<payload>.<signature>`: base64url of a small JSON object with the time of signing, and of its
HMAC-SHA256 under the secret that the gateway and the services share. It is valid for a minute, which is plenty
for one hop.
"""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from kit.errors import Forbidden, Unauthenticated

IDENTITY_HEADER = "x-tandem-identity"
OPERATOR_ROLE = "service_role"
CLOCK_SKEW = 5.0
"""Seconds by which the signer's clock may be ahead of ours."""

_VERSION = "v1"
_MAX_LENGTH = 8192


class InvalidIdentity(Unauthenticated):
    """Authentication required"""

    code = "unauthenticated"


class OperatorRequired(Forbidden):
    """Only operators may do this"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request speaks for, as the verified token says."""

    user_id: UUID
    role: str = "authenticated"
    name: str | None = None
    email: str | None = None

    @property
    def is_operator(self) -> bool:
        """Whether the token carries the operators' role."""
        return self.role == OPERATOR_ROLE


def sign(caller: Caller, secret: str, *, now: float | None = None) -> str:
    """Return the identity header for `caller`, signed at `now` (Unix seconds, default: this moment).

    Raises `ValueError` for an empty secret.
    """
    claims: dict[str, Any] = {
        "u": str(caller.user_id),
        "r": caller.role,
        "t": time.time() if now is None else now,
    }
    if caller.name is not None:
        claims["n"] = caller.name
    if caller.email is not None:
        claims["e"] = caller.email
    payload = _encode(orjson.dumps(claims))
    return f"{_VERSION}.{payload}.{_signature(payload, secret)}"


def verify(token: str, secret: str, *, now: float | None = None, max_age: float = 60) -> Caller:
    """Return the caller that `token` was signed for.

    Raises :class:`InvalidIdentity` when it is malformed, not signed with `secret`, older than `max_age` seconds or
    from the future by more than :data:`CLOCK_SKEW`.
    """
    version, _, rest = token.partition(".")
    payload, _, signature = rest.partition(".")
    if version != _VERSION or len(token) > _MAX_LENGTH:
        raise InvalidIdentity
    # Bytes, because compare_digest refuses non-ASCII text; nothing of the payload is looked at before this.
    if not hmac.compare_digest(signature.encode(), _signature(payload, secret).encode()):
        raise InvalidIdentity
    try:
        claims = orjson.loads(_decode(payload))
        signed_at = float(claims["t"])
        caller = Caller(
            user_id=UUID(claims["u"]), role=str(claims["r"]), name=claims.get("n"), email=claims.get("e")
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidIdentity from error
    age = (time.time() if now is None else now) - signed_at
    if not -CLOCK_SKEW <= age <= max_age:
        raise InvalidIdentity
    return caller


def _signature(payload: str, secret: str) -> str:
    if not secret:
        raise ValueError("the identity secret is empty")
    return _encode(hmac.digest(secret.encode(), f"{_VERSION}.{payload}".encode(), "sha256"))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
