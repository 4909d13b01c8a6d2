"""The issuer's public keys (a JSON Web Key Set, RFC 7517): which of them are believed, and for how long.

A key is good for one algorithm, which follows from its type; what a token says about itself only chooses among the
keys that are here. So a public key never passes for a shared secret, nor a token's own key for the issuer's.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, get_args
from urllib.parse import urlsplit

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.errors import InvalidToken, KeysUnavailable, UnknownKey
from kit.background import end

Algorithm = Literal["RS256", "ES256", "EdDSA"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)

REFRESH_SECONDS: Final = 45.0
"""How old the keys may get before they are asked for again: a new key is known, a removed one gone, within a minute."""

PAUSE_SECONDS: Final = 30.0
"""Two fetches are at least so far apart, whatever tokens arrive."""

FIRST_PAUSE_SECONDS: Final = 5.0
"""The same for as long as there has never been an answer: without keys there is nothing to do but try."""

KEPT_SECONDS: Final = 3600.0
"""How long keys are believed while the issuer does not answer. Then nobody can say what has become of them."""

FETCH_SECONDS: Final = 5.0
DOCUMENT_BYTES: Final = 256 * 1024
MAX_KEYS: Final = 100
MAX_KEY_ID: Final = 256
SHORTEST_RSA: Final = 2048
LONGEST_RSA: Final = 8192
"""Bits. Longer keys would make each verification a burden."""

_FORMS: Final[dict[tuple[Any, Any], Algorithm]] = {
    ("RSA", None): "RS256",
    ("EC", "P-256"): "ES256",
    ("OKP", "Ed25519"): "EdDSA",
}
_SECRET_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

PublicKey = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_log = structlog.get_logger(__name__)


class KeySetSource(Protocol):
    """Where the keys come from."""

    async def fetch(self) -> bytes:
        """Return the key set as it is now; may raise anything."""
        ...

    async def close(self) -> None:
        """End what is open."""
        ...


class KeySetTrouble(Exception):
    """The issuer's answer is no key set."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the one algorithm that it verifies. Equal keys are equal in all of that."""

    key_id: str | None
    algorithm: Algorithm
    encoded: bytes
    """SubjectPublicKeyInfo, DER."""
    public: PublicKey = field(compare=False, repr=False)


class KeySet:
    """The keys of one answer; it never changes."""

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        self.keys = frozenset(keys)
        self._ids = {key.key_id for key in keys if key.key_id is not None}
        # Ids should be distinct. Where they are not, the first is meant.
        self._by_id = {(key.key_id, key.algorithm): key for key in reversed(keys) if key.key_id is not None}
        self._by_algorithm: dict[str, list[Key]] = {}
        for key in keys:
            self._by_algorithm.setdefault(key.algorithm, []).append(key)

    def find(self, key_id: str | None, algorithm: Algorithm) -> Key:
        """Return the key that a token names; one that names none gets the only key of its algorithm.

        Raises :class:`UnknownKey` when the key may be a new one, and :class:`InvalidToken` when there is no hope.
        """
        if key_id is None:
            candidates = self._by_algorithm.get(algorithm, ())
            if len(candidates) != 1:
                raise InvalidToken
            return candidates[0]
        key = self._by_id.get((key_id, algorithm))
        if key is not None:
            return key
        if key_id in self._ids:
            # A key of another type: the token lies about its algorithm.
            raise InvalidToken
        raise UnknownKey


def read_key_set(document: bytes) -> KeySet:
    """Return the usable keys of a JSON Web Key Set; the others are left out, as RFC 7517 (section 5) asks.

    Raises :class:`KeySetTrouble` if it is none.
    """
    try:
        members = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise KeySetTrouble("not JSON") from error
    found = members.get("keys") if isinstance(members, dict) else None
    if not isinstance(found, list):
        raise KeySetTrouble("without a list of keys")
    keys = (_read_key(member) for member in found[:MAX_KEYS])
    return KeySet(tuple(key for key in keys if key is not None))


def _read_key(member: Any) -> Key | None:
    if not isinstance(member, dict):
        return None
    form = (member.get("kty"), member.get("crv"))
    algorithm = _FORMS.get(form) if all(isinstance(part, str | None) for part in form) else None
    key_id = member.get("kid")
    # Whoever has seen a private key can sign with it.
    if algorithm is None or _SECRET_MEMBERS & member.keys() or not _is_for(member, algorithm):
        return None
    if key_id is not None and not (isinstance(key_id, str) and 0 < len(key_id) <= MAX_KEY_ID):
        return None
    try:
        public = jwt.PyJWK(member, algorithm).key
    except Exception:
        # Whatever a malformed key makes the library raise, it takes none of the others with it.
        return None
    if not _is_strong(public):
        return None
    encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(key_id, algorithm, encoded, public)


def _is_for(member: dict[str, Any], algorithm: Algorithm) -> bool:
    """Whether what the key says about itself lets it verify signatures of `algorithm`."""
    operations = member.get("key_ops", ["verify"])
    return (
        member.get("alg", algorithm) == algorithm
        and member.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _is_strong(public: Any) -> bool:
    if isinstance(public, RSAPublicKey):
        return SHORTEST_RSA <= public.key_size <= LONGEST_RSA
    if isinstance(public, EllipticCurvePublicKey):
        return isinstance(public.curve, SECP256R1)
    return isinstance(public, Ed25519PublicKey)


class TokenKeys:
    """The issuer's keys as they are now: fetched ahead of need, and once more when a token names an unknown one."""

    def __init__(
        self,
        source: KeySetSource,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_fetch: Callable[[bool], None] | None = None,
    ) -> None:
        """Ask `source`; `clock` tells seconds; `on_fetch` hears whether a fetch has succeeded."""
        self._source = source
        self._clock = clock
        self._on_fetch = on_fetch or (lambda _: None)
        self._keys: KeySet | None = None
        self._generation = 0
        self._asked_at: float | None = None
        self._answered_at: float | None = None
        self._failed = False
        self._under_way: asyncio.Task[None] | None = None

    @property
    def generation(self) -> int:
        """A number that is another one whenever the keys are not what they were."""
        return self._generation

    @property
    def available(self) -> bool:
        """Whether there are keys to verify with, or the issuer has said that there are none."""
        return self._keys is not None

    def find(self, key_id: str | None, algorithm: Algorithm) -> Key:
        """See :meth:`KeySet.find`. Raises :class:`KeysUnavailable` (503) if the issuer has not been heard for long."""
        if self._keys is None:
            raise KeysUnavailable
        return self._keys.find(key_id, algorithm)

    async def look_again(self) -> bool:
        """Ask the issuer because a key is unknown, or wait for the fetch that is under way; whether there was one.

        Everybody waits for the same fetch, and two are at least `PAUSE_SECONDS` apart. Never raises.
        """
        if self._under_way is None and self._clock() < self._not_before():
            return False
        await self._fetched()
        return True

    def due_in(self) -> float:
        """Return in how many seconds the keys should be fetched, with or without an unknown one; 0 for now."""
        if self._asked_at is None:
            return 0.0
        wait = self._not_before() if self._failed else self._asked_at + REFRESH_SECONDS
        return max(0.0, wait - self._clock())

    async def refresh_if_due(self) -> None:
        """Fetch if it is time. Never raises: keys that cannot be had anew are kept, for `KEPT_SECONDS` at most."""
        if self.due_in() <= 0 or self._under_way is not None:
            await self._fetched()

    @asynccontextmanager
    async def kept_fresh(self) -> AsyncIterator[None]:
        """Fetch in the background for as long as the context lasts; entering does not wait for the first answer."""
        refreshing = asyncio.create_task(self._refresh_forever())
        try:
            yield
        finally:
            await end([refreshing, self._under_way])
            await self._source.close()

    async def _refresh_forever(self) -> None:
        while True:
            await self.refresh_if_due()
            await asyncio.sleep(self.due_in())

    def _not_before(self) -> float:
        if self._asked_at is None:
            return float("-inf")
        return self._asked_at + (PAUSE_SECONDS if self._answered_at is not None else FIRST_PAUSE_SECONDS)

    async def _fetched(self) -> None:
        if self._under_way is None:
            self._asked_at = self._clock()
            self._under_way = asyncio.create_task(self._ask())
        # A client that goes away takes nobody else's fetch with it.
        await asyncio.shield(self._under_way)

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                keys = read_key_set(await self._source.fetch())
        except Exception as error:
            # Whatever is wrong with the issuer, the gateway serves on.
            self._failed = True
            _log.warning("token_keys_not_fetched", error=type(error).__name__, reason=str(error)[:200])
            self._forget_if_old()
        else:
            self._failed = False
            self._answered_at = self._clock()
            if self._keys is None or keys.keys != self._keys.keys:
                self._generation += 1
                _log.info("token_keys_changed", keys=len(keys.keys))
            self._keys = keys
        finally:
            self._under_way = None
        self._on_fetch(not self._failed)

    def _forget_if_old(self) -> None:
        if self._keys is not None and self._answered_at is not None:
            age = self._clock() - self._answered_at
            if age >= KEPT_SECONDS:
                _log.error("token_keys_too_old", seconds=round(age))
                self._keys = None
                self._generation += 1


class KeySetDocument:
    """The document at `JWT_JWKS_URL`, fetched anew each time it is asked for."""

    def __init__(self, url: str) -> None:
        """Ask at `url`, which has passed `gateway.settings`; nothing is connected before it is needed."""
        self._url = url
        self._client: httpx.AsyncClient | None = None

    async def fetch(self) -> bytes:
        """Return the document. Raises what `httpx` raises, and :class:`KeySetTrouble` for any other answer."""
        if self._client is None:
            self._client = self._open()
        async with self._client.stream("GET", self._url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise KeySetTrouble(f"status {answer.status_code}")
            body = bytearray()
            # As it came: what unpacks into something huge stays small.
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > DOCUMENT_BYTES:
                    raise KeySetTrouble("too long")
            return bytes(body)

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _open(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            follow_redirects=False,
            timeout=FETCH_SECONDS,
            # A proxy is for the world outside, and never for loopback.
            trust_env=urlsplit(self._url).scheme == "https",
            headers={"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"},
        )
