"""Every way of not having a good token, under every algorithm, at a real gateway with a real issuer."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import UUID

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway import jwks
from kit.identity import IDENTITY_HEADER, verify
from kit.settings import DEVELOPMENT_JWT_SECRET
from tests.gateway import issuer as issuers
from tests.gateway import running
from tests.gateway.conftest import Serve
from tests.gateway.issuer import Issuer, published
from tests.gateway.running import INTERNAL_SECRET, Echo, ServedApp
from tests.gateway.test_forwarding import problem
from tests.gateway.test_tokens import encoded, signed
from tests.support.waiting import eventually

USER = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"
NOW = int(time.time())
ISSUER = "https://issuer.example"

RSA = rsa.generate_private_key(65537, 2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()
KEYS: dict[str, Any] = {"RS256": RSA, "ES256": EC, "EdDSA": ED}
IDS: dict[str, str] = {"RS256": "rsa", "ES256": "ec", "EdDSA": "ed"}

STRANGERS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
WEAK = rsa.generate_private_key(65537, 1024)
P384 = ec.generate_private_key(ec.SECP384R1())
K256 = ec.generate_private_key(ec.SECP256K1())
ENCRYPTING = rsa.generate_private_key(65537, 2048)
SPOILT = ec.generate_private_key(ec.SECP256R1())
OCTETS = b"a secret that somebody has published by mistake"

PUBLISHED: list[dict[str, Any]] = [
    *(published(key, IDS[name]) for name, key in KEYS.items()),
    published(WEAK, "weak"),
    published(P384, "p384", alg="ES384"),
    published(P384, "p384 as es256"),
    published(K256, "k256"),
    published(ENCRYPTING, "encrypting", use="enc"),
    {**jwt.get_algorithm_by_name("ES256").to_jwk(SPOILT, as_dict=True), "kid": "spoilt", "use": "sig"},
    {"kty": "oct", "kid": "octets", "alg": "HS256", "k": encoded(OCTETS)},
]


BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": ...},
    "expired": {"exp": NOW - 120},
    "exp in words": {"exp": "tomorrow"},
    "not yet valid": {"nbf": NOW + 3600},
    "made in the future": {"iat": NOW + 3600},
    "no audience": {"aud": ...},
    "another audience": {"aud": "somebody"},
    "no subject": {"sub": ...},
    "subject that is no UUID": {"sub": "mara"},
    "role that is a list": {"role": ["service_role"]},
    "another issuer": {"iss": "https://other.example"},
    "no issuer": {"iss": ...},
}


def claims(**changes: Any) -> dict[str, Any]:
    """Claims that are good at the gateway of these tests, but for the changes."""
    return running.claims(**{"iss": ISSUER, **changes})


def signed_by(key: Any, key_id: str | None, **changes: Any) -> str:
    return issuers.signed_by(key, key_id, **{"iss": ISSUER, **changes})


def token(secret: str = running.SECRET, **changes: Any) -> str:
    return running.token(secret, **{"iss": ISSUER, **changes})


def raw(header: Any, payload: Any, sign: Callable[[bytes], bytes]) -> str:
    message = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(payload).encode())}"
    return f"{message}.{encoded(sign(message.encode()))}"


def sign_with(name: str, key: Any) -> Callable[[bytes], bytes]:
    """Signs bytes as the algorithm does, whatever the header says."""
    return lambda message: jwt.get_algorithm_by_name(name).sign(message, key)


def changed_payload(good: str) -> str:
    head, _, signature = good.split(".")
    return f"{head}.{encoded(json.dumps(claims(role='service_role')).encode())}.{signature}"


def cut(good: str) -> str:
    message, _, signature = good.rpartition(".")
    return f"{message}.{signature[:-4]}"


def refused_under(name: str) -> Iterator[tuple[str, str]]:
    """What is refused under an algorithm with a key of its own."""
    key, key_id, stranger = KEYS[name], IDS[name], STRANGERS[name]
    good = signed_by(key, key_id)
    public = key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).decode("latin-1")
    theirs = published(stranger, key_id)
    here = {"alg": name, "kid": key_id, "typ": "JWT"}

    yield "a stranger's key under a known id", signed_by(stranger, key_id)
    yield "a stranger's key under no id", signed_by(stranger, None)
    yield "a stranger's key under an unknown id", signed_by(stranger, "stranger")
    yield "a stranger's key, brought along", signed_by(stranger, key_id, header={"jwk": theirs})
    yield "a stranger's key, brought along under no id", signed_by(stranger, None, header={"jwk": theirs})
    yield (
        "a stranger's key, to be fetched",
        signed_by(stranger, "s", header={"jku": "http://127.0.0.1:1/jwks"}),
    )
    yield (
        "a stranger's certificate, to be fetched",
        signed_by(stranger, "s", header={"x5u": "http://127.0.0.1:1/c"}),
    )
    yield "a stranger's certificate", signed_by(stranger, "s", header={"x5c": ["MIIB"], "x5t": "abc"})
    for odd in (
        "",
        "../../../../dev/null",
        "/dev/null",
        "' OR '1'='1",
        f"{key_id}\0",
        f" {key_id}",
        key_id.upper(),
    ):
        yield f"a stranger's key under the id {odd!r}", signed_by(stranger, odd)
        yield f"the right key under the id {odd!r}", signed_by(key, odd)
    yield "an id that is a number", raw({**here, "kid": 1}, claims(), sign_with(name, key))
    yield "an id that is a list", raw({**here, "kid": [key_id]}, claims(), sign_with(name, key))
    yield "an id that is an object", raw({**here, "kid": {"a": 1}}, claims(), sign_with(name, key))
    yield "an id that is false", raw({**here, "kid": False}, claims(), sign_with(name, key))
    yield "an id that is too long", signed_by(key, "k" * 257)
    for other in KEYS:
        if other != name:
            yield f"the id of the key for {other}", signed_by(key, IDS[other])
            yield (
                f"the header says {other}, the id is right",
                raw({**here, "alg": other}, claims(), sign_with(name, key)),
            )
            yield (
                f"the header says {other} with its id",
                raw({**here, "alg": other, "kid": IDS[other]}, claims(), sign_with(name, key)),
            )
    family = {
        "RS256": ("RS384", "RS512", "PS256", "PS384", "PS512"),
        "ES256": ("ES384", "ES512", "ES256K", "ES521"),
        "EdDSA": ("Ed25519", "Ed448", "ED25519", "eddsa"),
    }[name]
    for relative in (*family, name.lower(), f"{name} ", f"{name}\0", [name], None, 1):
        yield f"the header says {relative!r}", raw({**here, "alg": relative}, claims(), sign_with(name, key))
    for spelling in ("none", "None", "NONE", "nOnE", ""):
        unsigned = {**here, "alg": spelling}
        yield f"alg {spelling!r}, no signature", raw(unsigned, claims(), lambda _: b"")
        yield f"alg {spelling!r}, signature of the right key", raw(unsigned, claims(), sign_with(name, key))
    for kind, secret in {"PEM": pem, "PEM without its last line feed": pem.strip(), "DER": der}.items():
        yield (
            f"HS256 with the public key as its secret, in {kind}",
            signed({"alg": "HS256", "kid": key_id}, claims(), secret),
        )
    yield (
        "HS256 with the published key as its secret",
        signed({"alg": "HS256", "kid": key_id}, claims(), json.dumps(published(key, key_id))),
    )
    yield "HS256 of nothing, with the id of the key", signed({"alg": "HS256", "kid": key_id}, claims(), "")
    yield (
        "the header says HS256, the key has signed",
        raw({**here, "alg": "HS256"}, claims(), sign_with(name, key)),
    )
    yield "signature changed", good[:-8] + ("A" if good[-8] != "A" else "B") + good[-7:]
    yield "signature cut", cut(good)
    yield "signature longer", f"{good}AAAA"
    yield "signature missing", good.rpartition(".")[0] + "."
    yield (
        "signature of nothing but zeros",
        raw(here, claims(), lambda _: bytes(64 if name != "RS256" else 256)),
    )
    yield "payload changed", changed_payload(good)
    yield "critical extension", signed_by(key, key_id, header={"crit": ["exp"], "exp": NOW + 600})
    yield "no critical extension after all", raw({**here, "crit": []}, claims(), sign_with(name, key))
    yield "critical extension that is null", raw({**here, "crit": None}, claims(), sign_with(name, key))
    yield "unencoded payload", raw({**here, "b64": False, "crit": ["b64"]}, claims(), sign_with(name, key))
    for what, changes in BAD_CLAIMS.items():
        yield what, signed_by(key, key_id, **changes)


def numbers(r: int, s: int) -> Callable[[bytes], bytes]:
    """A signature of two numbers, whatever is signed."""
    return lambda _: r.to_bytes(32, "big") + s.to_bytes(32, "big")


def with_old_hash(message: bytes) -> bytes:
    return RSA.sign(message, padding.PKCS1v15(), hashes.SHA1())


def with_other_padding(message: bytes) -> bytes:
    return RSA.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def refused_besides() -> Iterator[tuple[str, str]]:
    """What is refused of one algorithm alone, and under keys that are published and not believed."""
    ec_header = {"alg": "ES256", "kid": "ec"}
    yield (
        "ES256 in DER",
        raw(ec_header, claims(), lambda message: EC.sign(message, ec.ECDSA(hashes.SHA256()))),
    )
    for r, s in ((0, 0), (0, 1), (1, 0), (1, 1), (ORDER, ORDER), (ORDER - 1, 1)):
        yield f"ES256 of the numbers {r:x} and {s:x}", raw(ec_header, claims(), numbers(r, s))
    yield "ES256 by a key of P-384", raw({**ec_header, "kid": "p384"}, claims(), sign_with("ES384", P384))
    yield "ES384 by a key of P-384", raw({"alg": "ES384", "kid": "p384"}, claims(), sign_with("ES384", P384))
    yield (
        "ES256 by a key of P-384 that says so",
        raw({**ec_header, "kid": "p384 as es256"}, claims(), sign_with("ES384", P384)),
    )
    yield "ES256K", raw({"alg": "ES256K", "kid": "k256"}, claims(), sign_with("ES256K", K256))
    yield (
        "ES256 by a key of secp256k1",
        raw({**ec_header, "kid": "k256"}, claims(), sign_with("ES256K", K256)),
    )
    yield "RS256 by a short key", raw({"alg": "RS256", "kid": "weak"}, claims(), sign_with("RS256", WEAK))
    yield "RS256 by a key for encrypting", signed_by(ENCRYPTING, "encrypting")
    rsa_header = {"alg": "RS256", "kid": "rsa"}
    yield "RS256 with the padding of PS256", raw(rsa_header, claims(), with_other_padding)
    yield "RS256 with SHA-1", raw(rsa_header, claims(), with_old_hash)
    yield "ES256 by a key whose private half is published", signed_by(SPOILT, "spoilt")
    octets = {"alg": "HS256", "kid": "octets"}
    yield "HS256 by a published secret", signed(octets, claims(), OCTETS.decode())
    yield "HS256 by a published secret as it was written", signed(octets, claims(), encoded(OCTETS))
    bent = ed448.Ed448PrivateKey.generate()
    yield "EdDSA by Ed448", raw({"alg": "EdDSA", "kid": "ed"}, claims(), bent.sign)
    yield "HS256 with another secret", token("some-other-secret-that-is-long-enough")
    yield "HS256 with the secret of development", token(DEVELOPMENT_JWT_SECRET)


REFUSED = {
    **{f"{name}: {what}": bad for name in KEYS for what, bad in refused_under(name)},
    **dict(refused_besides()),
}


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer(*PUBLISHED)


@pytest.fixture(scope="module")
def guarded(
    serve: Serve, gateway: ServedApp, echo: Echo, issuer: Issuer, sockets: Any
) -> Iterator[ServedApp]:
    """A gateway that believes the issuer, and one secret besides."""
    with (
        ServedApp(issuer) as keys,
        ServedApp(echo, uds=sockets / "signed.sock") as service,
        pytest.MonkeyPatch.context() as patched,
    ):
        # What the issuer is asked from its first answer on, it is asked because of a token.
        patched.setattr(jwks, "REFRESH_SECONDS", 86_400.0)
        yield serve(
            session_service_url=service.url,
            jwt_jwks_url=f"{keys.url}/jwks.json",
            jwt_issuer=ISSUER,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visitor(guarded: ServedApp) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that gateway."""
    async with httpx.AsyncClient(base_url=guarded.url, timeout=20) as opened:
        yield opened


def test_the_table_is_a_long_one() -> None:
    assert len(REFUSED) > 200


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED.keys())
async def test_it_is_refused(visitor: httpx.AsyncClient, echo: Echo, issuer: Issuer, bad: str) -> None:
    echo.seen.clear()
    answer = await visitor.get("/api/me", headers={"Authorization": f"Bearer {bad}"})
    problem(answer, 401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert not [told for told in echo.seen if told["raw_path"].startswith("/api/")]
    assert set(issuer.asked) == {"/jwks.json"}


GOOD = {
    **{f"{name} by id": signed_by(key, IDS[name]) for name, key in KEYS.items()},
    **{f"{name} by no id": signed_by(key, None) for name, key in KEYS.items()},
    **{
        f"{name}, whatever else its header says": signed_by(
            key,
            IDS[name],
            header={
                "jku": "http://127.0.0.1:1/jwks.json",
                "x5u": "http://127.0.0.1:1/chain.pem",
                "jwk": published(STRANGERS[name], IDS[name]),
                "x5c": ["MIIB"],
                "cty": "JWT",
                "typ": "at+jwt",
            },
        )
        for name, key in KEYS.items()
    },
    "HS256": token(),
    "HS256 under an id": signed({"alg": "HS256", "kid": "whatever"}, claims()),
    "HS256 under the id of a key": signed({"alg": "HS256", "kid": "rsa"}, claims()),
}


@pytest.mark.parametrize("good", GOOD.values(), ids=GOOD.keys())
async def test_a_good_token_is_believed(
    visitor: httpx.AsyncClient, issuer: Issuer, good: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await eventually(lambda: issuer.asked)
    monkeypatch.setattr(jwks, "PAUSE_SECONDS", 0.0)
    before = len(issuer.asked)
    answer = await visitor.get("/api/me", headers={"Authorization": f"Bearer {good}"})
    assert answer.status_code == 200, answer.text
    told = dict(answer.json()["headers"])
    assert verify(told[IDENTITY_HEADER], INTERNAL_SECRET).user_id == UUID(USER)
    assert set(issuer.asked) == {"/jwks.json"}
    assert len(issuer.asked) == before, "its key was known"


@pytest.fixture(scope="module")
def alone(serve: Serve, guarded: ServedApp, issuer: Issuer, sockets: Any) -> Iterator[ServedApp]:
    """A gateway in production that believes the issuer and no secret."""
    with ServedApp(issuer) as keys:
        yield serve(
            environment="production",
            jwt_secret=None,
            jwt_jwks_url=f"{keys.url}/jwks.json",
            jwt_issuer=ISSUER,
            session_service_url=f"unix:{sockets / 'signed.sock'}",
        )


SECRETS = {
    "of the other gateway": token(),
    "of development": token(DEVELOPMENT_JWT_SECRET),
    "empty": signed({"alg": "HS256"}, claims(), ""),
    "None": signed({"alg": "HS256"}, claims(), "None"),
}


@pytest.mark.parametrize("bad", SECRETS.values(), ids=SECRETS.keys())
async def test_where_there_is_no_secret_none_is_believed(alone: ServedApp, bad: str) -> None:
    async with httpx.AsyncClient(base_url=alone.url) as client:
        answer = await client.get("/api/me", headers={"Authorization": f"Bearer {bad}"})
        problem(answer, 401, "invalid_token")
        for name, key in KEYS.items():
            good = {"Authorization": f"Bearer {signed_by(key, IDS[name])}"}
            assert (await client.get("/api/me", headers=good)).status_code == 200


async def test_in_production_nobody_stands_in_for_a_token(alone: ServedApp) -> None:
    async with httpx.AsyncClient(base_url=alone.url) as client:
        answer = await client.get("/api/me", headers={"X-Test-User-ID": USER})
    problem(answer, 401, "missing_token")
