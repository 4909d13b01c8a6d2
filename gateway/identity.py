"""Who is asking: from a request's headers to the signed identity that a service believes.

Verifying a token costs some 50 µs, signing an identity some 5; a client sends the same token again and again. So
both are remembered for each token: the verdict until the token is no longer good, or the issuer's keys are no longer
what they were, and not a moment longer.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gateway.errors import InvalidToken, KeysUnavailable, MissingToken, UnknownKey
from gateway.headers import RawHeaders
from gateway.tokens import TokenVerifier
from kit.identity import Caller, sign

SIGNED_FOR: Final = 20.0
"""Seconds for which one signed identity is used again; services believe it for 60."""

REMEMBERED_TOKENS: Final = 10_000
"""How many tokens are remembered; the one that has not been used for longest is forgotten first."""

REMEMBERED_LENGTH: Final = 4096
"""Longer tokens are verified each time, so that what is remembered stays small."""

_BEARER = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9_.~+/=-]+)")
_TEST_USER = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
# No header value holds a NUL, so no Authorization header can pass for a test identity that is remembered.
_TEST_KEY = b"\0"


@dataclass(slots=True)
class Identity:
    """A caller, and the header that vouches for it to the services."""

    caller: Caller
    signed: str
    signed_at: float
    good_until: float
    generation: int
    """Of the keys that it was proved with."""


class Identities:
    """Finds out who is asking."""

    def __init__(
        self,
        verifier: TokenVerifier,
        internal_secret: str,
        *,
        allow_test_identities: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Believe `verifier`, sign with `internal_secret`; `clock` tells Unix seconds."""
        self._verifier = verifier
        self._secret = internal_secret
        self._allow_test_identities = allow_test_identities
        self._clock = clock
        self._known: OrderedDict[bytes, Identity] = OrderedDict()

    def recall(self, headers: RawHeaders) -> Identity | None:
        """Return the identity that `headers` (names in lower case) have proved before; `None` if they must prove it.

        Raises :class:`MissingToken` or :class:`InvalidToken` (both 401) if they never will.
        """
        key = self._key(headers)
        identity = self._known.get(key)
        if identity is None:
            return None
        now = self._clock()
        if now >= identity.good_until or identity.generation != self._verifier.generation:
            del self._known[key]
            return None
        self._known.move_to_end(key)
        # A clock that was set back would make the signature one from the future.
        if not 0 <= now - identity.signed_at < SIGNED_FOR:
            identity.signed = sign(identity.caller, self._secret, now=now)
            identity.signed_at = now
        return identity

    async def prove(self, headers: RawHeaders) -> Identity:
        """Return the identity that `headers` (names in lower case) prove. A bearer token decides, if there is one.

        Raises :class:`MissingToken` or :class:`InvalidToken` (both 401), and :class:`KeysUnavailable` (503). Waits
        only where the token's key is not known, until the issuer has been asked.
        """
        key = self._key(headers)
        try:
            return self._prove(key)
        except (UnknownKey, KeysUnavailable):
            if not await self._verifier.look_again():
                raise
        return self._prove(key)

    async def identify(self, headers: RawHeaders) -> Identity:
        """Return the identity that `headers` prove, or have proved before. Raises what `recall` and `prove` raise."""
        return self.recall(headers) or await self.prove(headers)

    def _key(self, headers: RawHeaders) -> bytes:
        """What decides who is asking, as it is remembered."""
        authorization: bytes | None = None
        test_user: bytes | None = None
        for name, value in headers:
            if name == b"authorization":
                if authorization is not None:
                    raise InvalidToken("More than one Authorization header")
                authorization = value
            elif name == b"x-test-user-id":
                # Two of them name nobody.
                test_user = value if test_user is None else b""
        if authorization is not None:
            return authorization
        if test_user is not None and self._allow_test_identities:
            return _TEST_KEY + test_user
        raise MissingToken

    def _prove(self, key: bytes) -> Identity:
        generation = self._verifier.generation
        is_test_user = self._allow_test_identities and key.startswith(_TEST_KEY)
        caller, good_until = self._test_user(key) if is_test_user else self._bearer(key)
        now = self._clock()
        identity = Identity(caller, sign(caller, self._secret, now=now), now, good_until, generation)
        if len(key) <= REMEMBERED_LENGTH:
            self._known[key] = identity
            if len(self._known) > REMEMBERED_TOKENS:
                self._known.popitem(last=False)
        return identity

    def _bearer(self, authorization: bytes) -> tuple[Caller, float]:
        found = _BEARER.fullmatch(authorization)
        if found is None:
            if authorization[:7].lower().rstrip(b" ") == b"bearer":
                raise InvalidToken
            raise MissingToken
        token = self._verifier.verify(found[1].decode("ascii"))
        return token.caller, token.good_until

    def _test_user(self, key: bytes) -> tuple[Caller, float]:
        raw = key.removeprefix(_TEST_KEY)
        if not _TEST_USER.fullmatch(raw):
            raise InvalidToken("X-Test-User-ID must be one UUID")
        return Caller(UUID(raw.decode("ascii"))), float("inf")
