"""The issuer's keys: when they are asked for again, and what happens when they cannot be had."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec

from gateway import jwks
from gateway.errors import InvalidToken, KeysUnavailable, UnknownKey
from gateway.identity import Identities
from gateway.jwks import KeySetDocument, TokenKeys
from gateway.tokens import TokenVerifier
from tests.gateway.issuer import Issuer, published, signed_by
from tests.gateway.running import INTERNAL_SECRET, ServedApp
from tests.support.waiting import eventually

EC = ec.generate_private_key(ec.SECP256R1())
EC_NEW = ec.generate_private_key(ec.SECP256R1())


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
