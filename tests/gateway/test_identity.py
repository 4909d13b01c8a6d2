import time
from uuid import UUID

import pytest

from gateway import identity
from gateway.errors import InvalidToken, MissingToken
from gateway.identity import Identities
from gateway.tokens import TokenVerifier, VerifiedToken
from kit.identity import verify
from tests.gateway.running import INTERNAL_SECRET, SECRET, token

USER = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"
OTHER = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


class Counting(TokenVerifier):
    """A real verifier that counts."""

    def __init__(self) -> None:
        super().__init__(SECRET, audience="authenticated")
        self.verified = 0

    def verify(self, token: str) -> VerifiedToken:
        self.verified += 1
        return super().verify(token)


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


def make(
    *, test_identities: bool = True, clock: Clock | None = None, verifier: TokenVerifier | None = None
) -> Identities:
    return Identities(
        verifier or Counting(), INTERNAL_SECRET, allow_test_identities=test_identities, clock=clock or Clock()
    )


def bearer(value: str) -> list[tuple[bytes, bytes]]:
    return [(b"authorization", value.encode("latin-1"))]


async def test_a_bearer_becomes_a_signed_identity() -> None:
    found = await make().identify(bearer(f"Bearer {token(name='Mara', email='m@example.org')}"))
    assert found.caller == verify(found.signed, INTERNAL_SECRET)
    assert (found.caller.user_id, found.caller.name) == (UUID(USER), "Mara")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
async def test_the_scheme_is_the_same_in_any_case(scheme: str) -> None:
    assert (await make().identify(bearer(scheme + token()))).caller.user_id == UUID(USER)


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer a b",
        "Bearer a,b",
        "Bearer ä",
        'Bearer "abc"',
        "Bearer \tabc",
        "Bearer a.b.c",
    ],
)
async def test_a_malformed_bearer_is_an_invalid_token(value: str) -> None:
    with pytest.raises(InvalidToken):
        await make().identify(bearer(value))


@pytest.mark.parametrize(
    "value", ["", "Basic bWFyYTp4", "Bearerabc.def.ghi", "Token abc", "bear", "\xff\xfe"]
)
async def test_another_scheme_is_no_token(value: str) -> None:
    with pytest.raises((MissingToken, InvalidToken)):
        await make().identify(bearer(value))


async def test_no_header_is_no_token() -> None:
    with pytest.raises(MissingToken):
        await make().identify([(b"accept", b"*/*")])


async def test_two_authorization_headers_are_refused_even_when_equal() -> None:
    with pytest.raises(InvalidToken):
        await make().identify(bearer(f"Bearer {token()}") * 2)


async def test_a_test_identity_stands_in_for_a_token() -> None:
    found = await make().identify([(b"x-test-user-id", USER.encode())])
    assert found.caller.user_id == UUID(USER)
    assert not found.caller.is_operator
    assert verify(found.signed, INTERNAL_SECRET) == found.caller


@pytest.mark.parametrize(
    "value", ["", "mara", USER + "0", USER.replace("-", ""), f"{USER},{OTHER}", "\xff" * 36]
)
async def test_a_test_identity_is_a_uuid(value: str) -> None:
    with pytest.raises(InvalidToken):
        await make().identify([(b"x-test-user-id", value.encode("latin-1"))])


async def test_two_test_identities_are_refused() -> None:
    with pytest.raises(InvalidToken):
        await make().identify([(b"x-test-user-id", USER.encode()), (b"x-test-user-id", USER.encode())])


async def test_a_test_identity_is_nothing_where_it_is_not_allowed() -> None:
    with pytest.raises(MissingToken):
        await make(test_identities=False).identify([(b"x-test-user-id", USER.encode())])


@pytest.mark.parametrize("first", [True, False])
async def test_the_bearer_decides_before_a_test_identity(first: bool) -> None:
    test_header = (b"x-test-user-id", OTHER.encode())
    good, bad = bearer(f"Bearer {token()}"), bearer("Bearer a.b.c")
    identities = make()
    found = await identities.identify([test_header, *good] if first else [*good, test_header])
    assert found.caller.user_id == UUID(USER)
    with pytest.raises(InvalidToken):
        await identities.identify([test_header, *bad] if first else [*bad, test_header])


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("value", [f"test {USER}", USER])
async def test_a_remembered_test_identity_cannot_be_had_by_authorization(value: str, allowed: bool) -> None:
    identities = make(test_identities=allowed)
    if allowed:
        await identities.identify([(b"x-test-user-id", USER.encode())])
    with pytest.raises((MissingToken, InvalidToken)):
        await identities.identify(bearer(value))


async def test_no_authorization_stands_for_a_test_identity_where_there_are_none() -> None:
    """The server lets no NUL through; should one come all the same, it opens nothing in production."""
    with pytest.raises((MissingToken, InvalidToken)):
        await make(test_identities=False).identify(bearer(f"\0{USER}"))


async def test_a_token_is_verified_once() -> None:
    verifier = Counting()
    identities = make(verifier=verifier)
    headers = bearer(f"Bearer {token()}")
    assert (await identities.identify(headers)).caller == (await identities.identify(headers)).caller
    assert verifier.verified == 1


async def test_a_remembered_token_ends_with_its_expiry_and_not_later() -> None:
    clock, verifier = Clock(), Counting()
    identities = make(clock=clock, verifier=verifier)
    # Already expired, so that the real clock refuses it soon: 5 s of leeway are left.
    expiry = int(time.time()) - 25
    headers = bearer(f"Bearer {token(exp=expiry)}")
    await identities.identify(headers)
    clock.now = expiry + 29.9
    await identities.identify(headers)
    assert verifier.verified == 1
    clock.now = expiry + 30
    # By the real clock it is still good; that it was asked again is what counts.
    await identities.identify(headers)
    assert verifier.verified == 2


async def test_a_refused_token_is_not_remembered_as_good() -> None:
    identities = make()
    for _ in range(2):
        with pytest.raises(InvalidToken):
            await identities.identify(bearer("Bearer a.b.c"))


async def test_the_signature_is_renewed_long_before_services_stop_believing_it() -> None:
    clock = Clock()
    identities = make(clock=clock)
    headers = bearer(f"Bearer {token()}")
    first = (await identities.identify(headers)).signed
    clock.now += identity.SIGNED_FOR - 1
    assert (await identities.identify(headers)).signed == first
    clock.now += 2
    renewed = (await identities.identify(headers)).signed
    assert renewed != first
    assert verify(renewed, INTERNAL_SECRET, now=clock.now).user_id == UUID(USER)


async def test_the_signature_is_renewed_when_the_clock_was_set_back() -> None:
    clock = Clock()
    identities = make(clock=clock)
    headers = bearer(f"Bearer {token()}")
    await identities.identify(headers)
    clock.now -= 300
    assert verify((await identities.identify(headers)).signed, INTERNAL_SECRET, now=clock.now)


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "REMEMBERED_TOKENS", 3)
    verifier = Counting()
    identities = make(verifier=verifier)
    headers = [bearer(f"Bearer {token(nonce=number)}") for number in range(4)]
    for number in (0, 1, 2, 0, 3):  # 1 is the one not used for longest
        await identities.identify(headers[number])
    assert verifier.verified == 4
    await identities.identify(headers[0])
    assert verifier.verified == 4
    await identities.identify(headers[1])
    assert verifier.verified == 5


async def test_a_long_token_is_not_remembered() -> None:
    verifier = Counting()
    identities = make(verifier=verifier)
    headers = bearer(f"Bearer {token(padding='x' * 4000)}")
    await identities.identify(headers)
    await identities.identify(headers)
    assert verifier.verified == 2
