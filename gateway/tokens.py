"""What makes an access token good, and whom it speaks for.

A token is believed when its signature, its times, its audience and its subject are right (RFC 7519, RFC 8725). What
else it says about the user is only for display, so it is cleaned and shortened rather than refused.
"""

from __future__ import annotations

import base64
import json
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import jwt

from gateway.errors import InvalidToken
from gateway.jwks import ALGORITHMS as KEY_ALGORITHMS
from gateway.jwks import MAX_KEY_ID, PublicKey, TokenKeys
from kit.identity import Caller

LEEWAY: Final = 30.0
"""Seconds by which the clocks of issuer and gateway may differ."""

MAX_TOKEN_LENGTH: Final = 8192
MAX_NAME_LENGTH: Final = 100
MAX_EMAIL_LENGTH: Final = 254

HS256: Final = "HS256"
"""The algorithm that belongs to a shared secret; every other one belongs to a type of key."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_CANONICAL_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ROLE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# Control, surrogate and private-use characters; the format characters are those that turn the text's direction.
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token that was good when it was verified, and is until `good_until` (Unix seconds, leeway included)."""

    caller: Caller
    good_until: float


class TokenVerifier:
    """Verifies tokens: HS256 with a secret, the others with the issuer's keys."""

    def __init__(
        self, secret: str | None, *, audience: str, issuer: str | None = None, keys: TokenKeys | None = None
    ) -> None:
        """Believe `secret`, `keys`, or either. Without one of them its algorithms are refused."""
        self._secret = secret
        self._keys = keys
        self._audience = audience
        self._issuer = issuer
        # How long a secret must be is a matter of the settings, which know whether this is production; how long a
        # key must be, of the key set.
        self._jwt = jwt.PyJWT({"require": ["exp", "sub", "aud"], "enforce_minimum_key_length": False})

    @property
    def generation(self) -> int:
        """A number that is another one once a verdict of before might be another one, too."""
        return 0 if self._keys is None else self._keys.generation

    def verify(self, token: str) -> VerifiedToken:
        """Return whom `token` speaks for. Raises :class:`InvalidToken` (401), which says no more than it must.

        Raises :class:`UnknownKey`, one of these, if the issuer should be asked again (:meth:`look_again`), and
        :class:`KeysUnavailable` (503) if it has not been heard at all.
        """
        if len(token) > MAX_TOKEN_LENGTH or not _COMPACT.fullmatch(token):
            raise InvalidToken
        algorithm, key = self._choose(_header(token))
        try:
            claims = self._jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidToken("The access token has expired") from error
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            # Beside its own errors PyJWT lets some of a hostile header's or payload's consequences through.
            raise InvalidToken from error
        return _read(claims)

    async def look_again(self) -> bool:
        """Ask the issuer for new keys; see :meth:`gateway.jwks.TokenKeys.look_again`."""
        return self._keys is not None and await self._keys.look_again()

    def _choose(self, header: dict[str, Any]) -> tuple[str, str | PublicKey]:
        """The key that a token must have been signed with, and the one algorithm of that key.

        Nothing but `alg` and `kid` is looked at: keys that a token brings along, or says where to find (`jwk`,
        `jku`, `x5c`, `x5u`), are nobody's.
        """
        algorithm, key_id = header.get("alg"), header.get("kid")
        # Extensions that must be understood are not (RFC 7515, section 4.1.11).
        if "crit" in header or not isinstance(key_id, str | None) or len(key_id or "") > MAX_KEY_ID:
            raise InvalidToken
        if algorithm == HS256 and self._secret is not None:
            return HS256, self._secret
        for known in KEY_ALGORITHMS:
            if algorithm == known and self._keys is not None:
                return known, self._keys.find(key_id, known).public
        raise InvalidToken


def _header(token: str) -> dict[str, Any]:
    raw = token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    except (ValueError, RecursionError) as error:
        raise InvalidToken from error
    if not isinstance(header, dict):
        raise InvalidToken
    return header


def _read(claims: dict[str, Any]) -> VerifiedToken:
    subject = claims["sub"]
    if not _CANONICAL_UUID.fullmatch(subject):
        raise InvalidToken
    # PyJWT takes "1700000000" for a number and infinity for a time.
    times = [_time(claims[name]) for name in ("exp", "nbf", "iat") if name in claims]
    role = claims.get("role")
    if role is not None and not (isinstance(role, str) and _ROLE.fullmatch(role)):
        raise InvalidToken
    email = _clean_email(claims.get("email"))
    caller = Caller(
        user_id=UUID(subject),
        role=role or "authenticated",
        name=_display_name(claims),
        email=email,
    )
    # PyJWT cuts fractions of a second off, so must this.
    return VerifiedToken(caller, math.floor(times[0]) + LEEWAY)


def _time(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidToken
    try:
        seconds = float(value)
    except OverflowError as error:
        raise InvalidToken from error
    if not math.isfinite(seconds):
        raise InvalidToken
    return seconds


def _display_name(claims: dict[str, Any]) -> str | None:
    metadata = claims.get("user_metadata")
    nested = metadata if isinstance(metadata, dict) else {}
    for candidate in (claims.get("name"), nested.get("full_name"), nested.get("name")):
        name = clean_line(candidate, MAX_NAME_LENGTH)
        if name:
            return name
    return None


def _clean_email(value: object) -> str | None:
    email = clean_line(value, MAX_EMAIL_LENGTH + 1)
    return email if len(email) <= MAX_EMAIL_LENGTH and _EMAIL.fullmatch(email) else None


def clean_line(value: object, longest: int) -> str:
    """Return `value` as one visible line of at most `longest` characters; empty if it is no text at all.

    White space is collapsed; characters that show nothing, cannot be encoded or turn the direction of the text go.
    """
    if not isinstance(value, str):
        return ""
    # Cut before looking: a token may hold kilobytes of nothing.
    words = " ".join(value[: longest * 4].split())
    seen = "".join(
        character
        for character in words
        if character not in _TURNING and unicodedata.category(character) not in _UNSEEN_CATEGORIES
    )
    return seen[:longest].strip()
