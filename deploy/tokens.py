"""Tokens for people of the demo, for trying out and for tests."""

import time
from uuid import UUID

import jwt


def make_token(
    user_id: UUID,
    *,
    secret: str,
    audience: str,
    issuer: str | None = None,
    role: str = "authenticated",
    hours: float = 24.0,
    name: str | None = None,
    email: str | None = None,
) -> str:
    """An HS256 token that is valid from now on for so many hours."""
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": str(user_id),
        "aud": audience,
        "role": role,
        "iat": now,
        "exp": now + int(hours * 3600),
    }
    optional = {"iss": issuer, "name": name, "email": email}
    claims |= {claim: value for claim, value in optional.items() if value}
    return jwt.encode(claims, secret, algorithm="HS256")
