"""The issuer's keys: which are believed, when they are asked for again, and what happens when they cannot be had."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from jwt.algorithms import OKPAlgorithm, get_default_algorithms
from jwt.utils import to_base64url_uint

from gateway import jwks
from gateway.errors import InvalidToken, KeysUnavailable, UnknownKey
from gateway.identity import Identities
from gateway.jwks import KeySet, KeySetDocument, KeySetTrouble, TokenKeys, read_key_set
from gateway.tokens import TokenVerifier
from tests.gateway.issuer import Issuer, algorithm_of, published, signed_by
from tests.gateway.running import INTERNAL_SECRET, ServedApp
from tests.support.waiting import eventually

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
EC_NEW = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def key_set(*members: Any) -> KeySet:
    return read_key_set(Issuer(*members).document)


def with_private(key: Any) -> dict[str, Any]:
    whole: dict[str, Any] = get_default_algorithms()[algorithm_of(key)].to_jwk(key, as_dict=True)
    return {**published(key, "k"), **whole, "key_ops": ["verify"]}


class TestWhichKeysAreBelieved:
    @pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256"), (ED, "EdDSA")])
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"use": ..., "alg": ...},
            {"use": "sig", "key_ops": ["verify"]},
            {"key_ops": ["sign", "verify"]},
            {"x5t": "abc", "n2": 1},
        ],
    )
    def test_a_key_is_good_for_the_algorithm_of_its_type(
        self, key: Any, algorithm: str, changes: dict[str, Any]
    ) -> None:
        (found,) = key_set(published(key, "k", **changes)).keys
        assert (found.key_id, found.algorithm) == ("k", algorithm)

    @pytest.mark.parametrize(
        "member",
        [
            None,
            [],
            "key",
            {},
            {"kty": "RSA", "kid": "k"},
            {"kty": ["RSA"], "kid": "k"},
            {"kty": "oct", "kid": "k", "k": "c2VjcmV0", "alg": "HS256"},
            published(RSA, "k", n=5),
            published(RSA, "k", n="!!"),
            published(RSA, "k", e="AQ"),
            published(rsa.generate_private_key(65537, 1024), "k"),
            published(RSA, "k", n=to_base64url_uint((1 << 9000) + 1).decode()),
            published(EC, "k", crv="P-384"),
            published(EC, "k", crv="secp256k1"),
            published(EC, "k", crv=...),
            published(EC, "k", crv=["P-256"]),
            published(EC, "k", x="AAAA"),
            published(EC, "k", x=published(EC_NEW, "k")["x"]),
            published(EC, "k", y=5),
            published(ED, "k", x="AAAA"),
            published(ED, "k", crv="X25519"),
            {**OKPAlgorithm.to_jwk(ed448.Ed448PrivateKey.generate().public_key(), as_dict=True), "kid": "k"},
            published(RSA, "k", use="enc"),
            published(RSA, "k", use=["sig"]),
            published(RSA, "k", key_ops=["sign"]),
            published(RSA, "k", key_ops=[]),
            published(RSA, "k", key_ops="verify"),
            published(RSA, "k", alg="RS512"),
            published(RSA, "k", alg="PS256"),
            published(RSA, "k", alg="HS256"),
            published(EC, "k", alg="RS256"),
            published(ED, "k", alg="ES256"),
            published(RSA, "k", p="AQAB"),
            published(ED, "k", k="AQAB"),
            published(EC, "k", kid=1),
            published(EC, "k", kid=""),
            published(EC, "k", kid="k" * 257),
            with_private(EC),
            with_private(RSA),
            with_private(ED),
        ],
    )
    def test_another_key_is_left_out_and_takes_no_other_with_it(self, member: Any) -> None:
        found = key_set(member, published(EC_NEW, "good"))
        assert [key.key_id for key in found.keys] == ["good"]

    def test_no_more_than_a_hundred_are_looked_at(self) -> None:
        keys = key_set(*({"kty": "RSA"} for _ in range(100)), published(EC, "late")).keys
        assert not keys

    def test_a_key_agreement_key_verifies_nothing(self) -> None:
        public = x25519.X25519PrivateKey.generate().public_key().public_bytes_raw()
        assert not key_set({"kty": "OKP", "crv": "X25519", "x": public.hex(), "kid": "k"}).keys

    @pytest.mark.parametrize(
        "document", [b"", b"<html>", b"[]", b"null", b"{}", b'{"keys": {}}', b"[" * 100_000]
    )
    def test_what_is_no_key_set_is_told_from_an_empty_one(self, document: bytes) -> None:
        with pytest.raises(KeySetTrouble):
            read_key_set(document)
        assert not read_key_set(b'{"keys": []}').keys

    def test_a_key_is_found_by_its_id_and_algorithm(self) -> None:
        keys = key_set(published(EC, "a"), published(EC_NEW, "b"), published(ED, "c"))
        assert keys.find("b", "ES256").public.public_numbers() == EC_NEW.public_key().public_numbers()  # type: ignore[union-attr]
        with pytest.raises(UnknownKey):
            keys.find("d", "ES256")
        with pytest.raises(InvalidToken) as lied:
            keys.find("c", "ES256")
        assert not isinstance(lied.value, UnknownKey)

    def test_a_token_that_names_no_key_means_the_only_one(self) -> None:
        assert key_set(published(EC, "a"), published(ED, "b")).find(None, "ES256").key_id == "a"
        for several in (key_set(published(EC, "a"), published(EC_NEW, "b")), key_set()):
            with pytest.raises(InvalidToken):
                several.find(None, "ES256")

    def test_of_two_keys_with_one_id_the_first_is_meant(self) -> None:
        found = key_set(published(EC, "a"), published(EC_NEW, "a")).find("a", "ES256")
        assert found.public.public_numbers() == EC.public_key().public_numbers()  # type: ignore[union-attr]
        both = key_set(published(EC, "a"), published(ED, "a"))
        assert both.find("a", "EdDSA").algorithm == "EdDSA"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Issuer, ServedApp]]:
    issuer = Issuer()
    with ServedApp(issuer) as server:
        yield issuer, server


@pytest.fixture
def issuer(served: tuple[Issuer, ServedApp]) -> Issuer:
    """An issuer in a good mood, with one key, whom nobody has asked yet."""
    issuer = served[0]
    issuer.keys, issuer.mood = [published(EC, "old")], "well"
    issuer.asked.clear()
    issuer.headers.clear()
    return issuer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def keys(served: tuple[Issuer, ServedApp], issuer: Issuer, clock: Clock) -> AsyncIterator[TokenKeys]:
    """The issuer's keys, which nobody has fetched yet."""
    document = KeySetDocument(f"{served[1].url}/jwks.json")
    yield TokenKeys(document, clock=clock)
    await document.close()


@pytest.fixture
def identities(keys: TokenKeys) -> Identities:
    verifier = TokenVerifier(None, audience="authenticated", keys=keys)
    return Identities(verifier, INTERNAL_SECRET, allow_test_identities=False)


def bearing(token: str) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", f"Bearer {token}".encode())]


OLD = bearing(signed_by(EC, "old"))
NEW = bearing(signed_by(EC_NEW, "new"))


class TestRotation:
    async def test_the_first_token_waits_for_the_keys(self, keys: TokenKeys, identities: Identities) -> None:
        fetching = asyncio.create_task(keys.refresh_if_due())
        await asyncio.sleep(0)
        assert await identities.identify(OLD)
        await fetching

    async def test_an_unknown_key_is_asked_for_and_then_known(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        issuer.keys.append(published(EC_NEW, "new"))
        clock.now += 30
        assert await identities.identify(NEW)
        assert await identities.identify(OLD)
        assert len(issuer.asked) == 2

    async def test_unknown_keys_are_asked_for_once_in_half_a_minute(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        began = clock.now
        asked_at = []
        for second in range(301):
            clock.now = began + second
            before = len(issuer.asked)
            with pytest.raises(UnknownKey):
                await identities.identify(bearing(signed_by(EC_NEW, f"../{second}")))
            asked_at += [second] * (len(issuer.asked) - before)
        assert asked_at == [30, 60, 90, 120, 150, 180, 210, 240, 270, 300]

    async def test_whoever_waits_waits_for_the_same_fetch(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        issuer.keys.append(published(EC_NEW, "new"))
        clock.now += 30
        found = await asyncio.gather(*(identities.identify(NEW) for _ in range(50)))
        assert len(found) == 50
        assert len(issuer.asked) == 2

    async def test_one_who_goes_away_takes_nobodys_fetch_with_them(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        issuer.keys.append(published(EC_NEW, "new"))
        clock.now += 30
        leaving, staying = (asyncio.create_task(identities.identify(NEW)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        assert await staying
        assert len(issuer.asked) == 2

    async def test_without_any_token_a_new_key_is_known_within_a_minute(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        issuer.keys.append(published(EC_NEW, "new"))
        assert 30 <= keys.due_in() <= 55
        clock.now += keys.due_in() - 1
        await keys.refresh_if_due()
        assert len(issuer.asked) == 1
        clock.now += 1
        await keys.refresh_if_due()
        assert identities.recall(NEW) is None
        assert await identities.prove(NEW)
        assert len(issuer.asked) == 2

    async def test_a_removed_key_ends_what_is_remembered_of_it(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        issuer.keys.append(published(EC_NEW, "new"))
        await keys.refresh_if_due()
        await identities.identify(OLD)
        await identities.identify(NEW)
        issuer.keys.pop(0)
        removed_at = clock.now
        assert identities.recall(OLD) is not None
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert clock.now - removed_at <= 60
        assert identities.recall(OLD) is None
        with pytest.raises(InvalidToken):
            await identities.identify(OLD)
        assert await identities.identify(NEW)

    async def test_a_key_that_is_replaced_under_its_id_is_removed(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        await identities.identify(OLD)
        issuer.keys[:] = [published(EC_NEW, "old")]
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        with pytest.raises(InvalidToken):
            await identities.identify(OLD)

    async def test_the_same_keys_in_another_order_change_nothing(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        issuer.keys.append(published(EC_NEW, "new"))
        await keys.refresh_if_due()
        before = keys.generation
        issuer.keys.reverse()
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert keys.generation == before
        assert len(issuer.asked) == 2

    async def test_an_issuer_may_take_every_key_back(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        await identities.identify(OLD)
        issuer.keys.clear()
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        with pytest.raises(InvalidToken):
            await identities.identify(OLD)


FAULTS = ["broken", "gone", "elsewhere", "garbage", "a list", "without keys", "deep", "huge", "packed"]


class TestAnIssuerThatDoesNotAnswer:
    @pytest.mark.parametrize("mood", FAULTS)
    async def test_the_last_keys_are_kept(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock, mood: str
    ) -> None:
        await keys.refresh_if_due()
        issuer.mood = mood
        issuer.keys.append(published(EC_NEW, "new"))
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert await identities.identify(OLD)
        with pytest.raises(UnknownKey):
            await identities.identify(NEW)
        assert issuer.asked == ["/jwks.json"] * 2

    @pytest.mark.parametrize("mood", ["silent", "endless"])
    async def test_nobody_waits_for_it_for_long_and_known_keys_do_not_wait_at_all(
        self,
        keys: TokenKeys,
        identities: Identities,
        issuer: Issuer,
        clock: Clock,
        mood: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await keys.refresh_if_due()
        await identities.identify(OLD)
        issuer.mood = mood
        clock.now += 30
        monkeypatch.setattr(jwks, "FETCH_SECONDS", 2)
        waiting = asyncio.create_task(identities.identify(NEW))
        await eventually(lambda: len(issuer.asked) == 2)
        # No await in between: the answer is there at once.
        assert identities.recall(OLD) is not None
        known = identities.prove(bearing(signed_by(EC, "old", nonce=1)))
        with pytest.raises(StopIteration):
            known.send(None)
        assert not waiting.done()
        with pytest.raises(UnknownKey):
            async with asyncio.timeout(10):
                await waiting

    async def test_it_is_asked_again_twice_a_minute(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        issuer.mood = "broken"
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert keys.due_in() == 30
        issuer.mood = "well"
        issuer.keys.append(published(EC_NEW, "new"))
        clock.now += 30
        await keys.refresh_if_due()
        assert await identities.identify(NEW)

    async def test_keys_that_nobody_vouches_for_any_more_are_given_up(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        await keys.refresh_if_due()
        await identities.identify(OLD)
        issuer.mood = "broken"
        last_seen = clock.now
        while clock.now + keys.due_in() < last_seen + jwks.KEPT_SECONDS:
            clock.now += keys.due_in()
            await keys.refresh_if_due()
            assert identities.recall(OLD) is not None
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert clock.now < last_seen + jwks.KEPT_SECONDS + 30
        assert identities.recall(OLD) is None
        assert not keys.available
        with pytest.raises(KeysUnavailable):
            await identities.identify(OLD)
        issuer.mood = "well"
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert await identities.identify(OLD)

    async def test_without_any_keys_nobody_can_say_and_it_is_asked_soon_again(
        self, keys: TokenKeys, identities: Identities, issuer: Issuer, clock: Clock
    ) -> None:
        issuer.mood = "broken"
        with pytest.raises(KeysUnavailable) as refused:
            await identities.identify(OLD)
        assert refused.value.status == 503
        assert refused.value.headers["Retry-After"]
        await keys.refresh_if_due()
        assert keys.due_in() == jwks.FIRST_PAUSE_SECONDS
        issuer.mood = "well"
        clock.now += keys.due_in()
        await keys.refresh_if_due()
        assert await identities.identify(OLD)

    async def test_it_hears_nothing_of_us_but_the_question(self, keys: TokenKeys, issuer: Issuer) -> None:
        await keys.refresh_if_due()
        (headers,) = issuer.headers
        assert "authorization" not in headers
        assert headers["accept-encoding"] == "identity"


async def test_the_background_keeps_them_fresh(
    keys: TokenKeys, issuer: Issuer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "REFRESH_SECONDS", 0.0)
    # Time stands still, so each refresh is due at once; sleeping gives the loop away in between.
    async with keys.kept_fresh():
        await eventually(lambda: keys.available)
        issuer.keys.append(published(EC_NEW, "new"))

        def known() -> bool:
            with suppress(UnknownKey):
                return keys.find("new", "ES256").key_id == "new"
            return False

        await eventually(known)
        issuer.mood = "broken"
        await eventually(lambda: keys.due_in() > 0)
    count = len(issuer.asked)
    await asyncio.sleep(0.05)
    assert len(issuer.asked) == count


async def test_a_background_that_ends_takes_its_fetch_along(
    keys: TokenKeys, issuer: Issuer, clock: Clock
) -> None:
    issuer.mood = "silent"
    async with asyncio.timeout(3), keys.kept_fresh():
        await eventually(lambda: issuer.asked)
