import base64
import hmac
import json
import time
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from gateway.errors import InvalidToken
from gateway.tokens import MAX_TOKEN_LENGTH, TokenVerifier
from tests.gateway.running import SECRET, claims, token

VERIFIER = TokenVerifier(SECRET, audience="authenticated")
USER = "0b0f7b1e-6a5c-4f0e-9d6b-0a8c1f6f2a10"

RSA_KEY = rsa.generate_private_key(65537, 2048)
RSA_PUBLIC_PEM = RSA_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signed(header: Any, payload: Any, secret: str = SECRET, digest: str = "sha256") -> str:
    """A token with a right signature around anything; bytes go in as they are."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
    message = ".".join(encoded(part) for part in parts)
    return f"{message}.{encoded(hmac.digest(secret.encode(), message.encode(), digest))}"


HS256 = {"alg": "HS256", "typ": "JWT"}
GOOD = signed(HS256, claims())
HEAD, PAYLOAD, SIGNATURE = GOOD.split(".")
NOW = int(time.time())


def changed(**changes: Any) -> str:
    return signed(HS256, claims(**changes))


def raw_claims(text: str) -> str:
    """A token whose payload is JSON that `json.dumps` would not write."""
    return signed(HS256, text.encode())


REFUSED: dict[str, str] = {
    # Not a token at all.
    "empty": "",
    "one part": "abc",
    "two parts": f"{HEAD}.{PAYLOAD}",
    "no signature": f"{HEAD}.{PAYLOAD}.",
    "no payload": f"{HEAD}..{SIGNATURE}",
    "no header": f".{PAYLOAD}.{SIGNATURE}",
    "four parts": f"{GOOD}.abc",
    "five parts, as an encrypted token has": "a.b.c.d.e",
    "white space within": f"{HEAD} .{PAYLOAD}.{SIGNATURE}",
    "white space after": f"{GOOD} ",
    "line feed after": f"{GOOD}\n",
    "padding": f"{HEAD}=.{PAYLOAD}.{SIGNATURE}",
    "not base64url": f"{HEAD}.{PAYLOAD}.{SIGNATURE[:-2]}+/",
    "junk that a lenient decoder skips": f"{HEAD}.{PAYLOAD}.{SIGNATURE}!",
    "not ASCII": f"{HEAD}.{PAYLOAD}.ä",
    "oversized": token(name="x" * MAX_TOKEN_LENGTH),
    "oversized garbage": "a" * 100_000,
    # Headers.
    "header that is not JSON": signed(b"nonsense", claims()),
    "header that is a list": signed(["HS256"], claims()),
    "header that is a string": signed("HS256", claims()),
    "header that is not UTF-8": signed(b"\xff\xfe", claims()),
    "header of insane depth": signed(b"[" * 3000 + b"]" * 3000, claims()),
    "no algorithm": signed({"typ": "JWT"}, claims()),
    "algorithm that is a number": signed({"alg": 256}, claims()),
    "algorithm that is a list": signed({"alg": ["HS256"]}, claims()),
    "algorithm in small letters": signed({"alg": "hs256"}, claims()),
    "unknown algorithm": signed({"alg": "HS257"}, claims()),
    "unknown critical extension": signed({**HS256, "crit": ["x"], "x": 1}, claims()),
    "empty list of critical extensions": signed({**HS256, "crit": []}, claims()),
    "critical extensions that are no list": signed({**HS256, "crit": "exp"}, claims()),
    "unencoded payload": signed({**HS256, "b64": False, "crit": ["b64"]}, claims()),
    "key id that is a number": signed({**HS256, "kid": 1}, claims()),
    # Algorithms.
    "alg none without a signature": f"{encoded(json.dumps({'alg': 'none'}).encode())}.{PAYLOAD}.",
    "alg none with a signature": signed({"alg": "none"}, claims()),
    "alg None": signed({"alg": "None"}, claims()),
    "alg NONE, signature of nothing": f"{encoded(json.dumps({'alg': 'NONE'}).encode())}.{PAYLOAD}.AA",
    "HS384 with the same secret": signed({"alg": "HS384"}, claims(), digest="sha384"),
    "HS512 with the same secret": signed({"alg": "HS512"}, claims(), digest="sha512"),
    "HS512 in the header alone": signed({"alg": "HS512"}, claims()),
    "RS256": jwt.encode(claims(), RSA_KEY, algorithm="RS256"),
    "PS256": jwt.encode(claims(), RSA_KEY, algorithm="PS256"),
    "ES256": jwt.encode(claims(), EC_KEY, algorithm="ES256"),
    "HS256 signed with a public key": signed(HS256, claims(), RSA_PUBLIC_PEM.decode()),
    # Signatures.
    "another secret": token("some-other-secret-that-is-long-enough"),
    "the empty secret": signed(HS256, claims(), ""),
    "signature cut": GOOD[:-1],
    "signature longer": f"{GOOD}A",
    "signature changed": f"{HEAD}.{PAYLOAD}.{'A' if SIGNATURE[0] != 'A' else 'B'}{SIGNATURE[1:]}",
    "payload changed": f"{HEAD}.{encoded(json.dumps(claims(role='service_role')).encode())}.{SIGNATURE}",
    # Payloads.
    "payload that is not JSON": raw_claims("nonsense"),
    "payload that is a list": raw_claims("[]"),
    "payload that is null": raw_claims("null"),
    "payload that is empty": raw_claims("{}"),
    "payload that is not UTF-8": signed(HS256, b'{"sub": "\xff"}'),
    "payload of insane depth": raw_claims('{"a":' * 1000 + "1" + "}" * 1000),
    # Times.
    "exp missing": changed(exp=...),
    "exp null": changed(exp=None),
    "expired": changed(exp=NOW - 3600),
    "exp zero": changed(exp=0),
    "exp negative": changed(exp=-1),
    "exp as a string": changed(exp=str(NOW + 86_400)),
    "exp as words": changed(exp="tomorrow"),
    "exp true": changed(exp=True),
    "exp as a list": changed(exp=[NOW + 86_400]),
    "exp infinite": changed(exp=float("inf")),
    "exp beyond all doubles": raw_claims(json.dumps(claims(exp=0)).replace('"exp": 0', '"exp": 1e999')),
    "exp not a number": changed(exp=float("nan")),
    "exp as a very long integer": changed(exp=10**400),
    "nbf ahead": changed(nbf=NOW + 3600),
    "nbf as a string": changed(nbf=str(NOW - 5)),
    "nbf infinite": changed(nbf=float("inf")),
    "nbf minus infinite": changed(nbf=float("-inf")),
    "nbf null": changed(nbf=None),
    "nbf false": changed(nbf=False),
    "iat ahead": changed(iat=NOW + 3600),
    "iat not a number": changed(iat=float("nan")),
    "iat as a string": changed(iat=str(NOW)),
    # Audience.
    "aud missing": changed(aud=...),
    "aud null": changed(aud=None),
    "aud empty": changed(aud=""),
    "aud of somebody else": changed(aud="anon"),
    "aud in another case": changed(aud="Authenticated"),
    "aud a longer word": changed(aud="authenticated2"),
    "aud list without ours": changed(aud=["anon", "other"]),
    "aud empty list": changed(aud=[]),
    "aud list with a number": changed(aud=["authenticated", 1]),
    "aud object": changed(aud={"authenticated": True}),
    "aud number": changed(aud=1),
    # Subject.
    "sub missing": changed(sub=...),
    "sub null": changed(sub=None),
    "sub empty": changed(sub=""),
    "sub a name": changed(sub="mara"),
    "sub a number": changed(sub=42),
    "sub a list": changed(sub=[USER]),
    "sub without hyphens": changed(sub=USER.replace("-", "")),
    "sub in braces": changed(sub="{" + USER + "}"),
    "sub as a URN": changed(sub=f"urn:uuid:{USER}"),
    "sub with white space": changed(sub=f" {USER}"),
    "sub with a line feed": changed(sub=f"{USER}\n"),
    "sub too long": changed(sub=USER + "0"),
    "sub with other digits": changed(sub="٠" + USER[1:]),
    "sub with SQL": changed(sub="' OR 1=1 --"),
    # The rest.
    "role a number": changed(role=1),
    "role a list": changed(role=["service_role"]),
    "role an object": changed(role={"name": "service_role"}),
    "role true": changed(role=True),
    "role empty": changed(role=""),
    "role with white space": changed(role="service_role "),
    "role too long": changed(role="r" * 65),
    "jti a number": changed(jti=1),
}


@pytest.mark.parametrize("bad", REFUSED.values(), ids=REFUSED.keys())
def test_a_token_that_is_not_good_is_refused(bad: str) -> None:
    with pytest.raises(InvalidToken) as refused:
        VERIFIER.verify(bad)
    assert refused.value.status == 401
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_table_of_refusals_starts_from_a_good_token() -> None:
    assert VERIFIER.verify(GOOD).caller.user_id == UUID(USER)


def test_a_token_under_a_pem_secret_is_no_way_in() -> None:
    """A public key set as the secret by mistake must not make everyone able to sign."""
    verifier = TokenVerifier(RSA_PUBLIC_PEM.decode(), audience="authenticated")
    with pytest.raises(InvalidToken):
        verifier.verify(signed(HS256, claims(), RSA_PUBLIC_PEM.decode()))


BELIEVED = {
    "exp with a fraction": changed(exp=NOW + 86_400.7),
    "nbf in the past": changed(nbf=NOW - 600),
    "iat in the past": changed(iat=NOW - 600),
    "aud a list with ours": changed(aud=["other", "authenticated"]),
    "sub in capitals": changed(sub=USER.upper()),
    "role absent": changed(role=...),
    "role null": changed(role=None),
    "any issuer": changed(iss="whoever"),
    "profile claims of odd types": changed(name=5, email=["x"], user_metadata="x"),
    "kid and typ": signed({**HS256, "kid": "k1", "typ": "at+jwt"}, claims()),
}


@pytest.mark.parametrize("good", BELIEVED.values(), ids=BELIEVED.keys())
def test_a_good_token_is_believed(good: str) -> None:
    caller = VERIFIER.verify(good).caller
    assert caller.user_id == UUID(USER)
    assert caller.role == "authenticated"


@pytest.mark.parametrize(
    ("claim", "seconds", "good"),
    [
        ("exp", 5, True),
        ("exp", -25, True),
        ("exp", -31, False),
        ("nbf", 25, True),
        ("nbf", 40, False),
        ("iat", 25, True),
        ("iat", 40, False),
    ],
)
def test_clocks_may_differ_by_half_a_minute(claim: str, seconds: int, good: bool) -> None:
    made = changed(**{claim: int(time.time()) + seconds})
    if good:
        assert VERIFIER.verify(made).caller.user_id == UUID(USER)
    else:
        with pytest.raises(InvalidToken):
            VERIFIER.verify(made)


@pytest.mark.parametrize("issuer", [..., None, "", "https://other.example", ["https://issuer.example"], 1])
def test_the_issuer_must_match_when_one_is_set(issuer: Any) -> None:
    verifier = TokenVerifier(SECRET, audience="authenticated", issuer="https://issuer.example")
    assert verifier.verify(changed(iss="https://issuer.example")).caller.user_id == UUID(USER)
    with pytest.raises(InvalidToken):
        verifier.verify(changed(iss=issuer))


def test_an_expired_token_is_told_so() -> None:
    with pytest.raises(InvalidToken, match="The access token has expired"):
        VERIFIER.verify(changed(exp=NOW - 3600))


def test_a_token_is_good_until_its_expiry_and_the_leeway() -> None:
    assert VERIFIER.verify(changed(exp=NOW + 86_400)).good_until == NOW + 86_430
    assert VERIFIER.verify(changed(exp=NOW + 86_400.9)).good_until == NOW + 86_430


def test_the_operators_role_is_carried() -> None:
    caller = VERIFIER.verify(changed(role="service_role")).caller
    assert caller.is_operator


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"name": "Mara"}, "Mara"),
        ({"name": "  Mara \n\t Lind "}, "Mara Lind"),
        ({"user_metadata": {"full_name": "Mara Lind"}}, "Mara Lind"),
        ({"user_metadata": {"name": "Mara"}}, "Mara"),
        ({"user_metadata": {"full_name": "Mara Lind", "name": "m"}}, "Mara Lind"),
        ({"name": "M", "user_metadata": {"full_name": "Mara Lind"}}, "M"),
        ({"name": "", "user_metadata": {"name": "Mara"}}, "Mara"),
        ({"name": 5}, None),
        ({"user_metadata": ["Mara"]}, None),
        ({}, None),
        ({"name": "\x00\x1b[31mMara\x7f"}, "[31mMara"),
        ({"name": "\u202eMara\u2066"}, "Mara"),
        ({"name": "\ud800Mara"}, "Mara"),
        ({"name": "👩‍🚀 Zoë"}, "👩‍🚀 Zoë"),
        ({"name": "x" * 500}, "x" * 100),
        ({"name": "\u200e \x00"}, None),
    ],
)
def test_a_name_is_cleaned_not_refused(given: dict[str, Any], name: str | None) -> None:
    assert VERIFIER.verify(changed(**given)).caller.name == name


@pytest.mark.parametrize(
    ("given", "email"),
    [
        ("mara@example.org", "mara@example.org"),
        (" mara@example.org ", "mara@example.org"),
        ("", None),
        ("mara", None),
        ("a@b@c", None),
        ("mara @example.org", None),
        ("mara@example.org\r\nBcc: x@y", None),
        ("x" * 250 + "@example.org", None),
        (5, None),
    ],
)
def test_an_email_is_one_or_left_out(given: Any, email: str | None) -> None:
    assert VERIFIER.verify(changed(email=given)).caller.email == email
