"""A document of keys: which of them are believed, and which one a token means."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x25519
from jwt.algorithms import OKPAlgorithm, get_default_algorithms
from jwt.utils import to_base64url_uint

from gateway.errors import InvalidToken, UnknownKey
from gateway.jwks import KeySet, KeySetTrouble, read_key_set
from tests.gateway.issuer import Issuer, algorithm_of, published

EC = ec.generate_private_key(ec.SECP256R1())
EC_NEW = ec.generate_private_key(ec.SECP256R1())

RSA = rsa.generate_private_key(65537, 2048)
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
        assert keys.find("b", "ES256").public.public_numbers() == EC_NEW.public_key().public_numbers()  # type: ignore[union-attr]  # None fails the test
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
        assert found.public.public_numbers() == EC.public_key().public_numbers()  # type: ignore[union-attr]  # None fails the test
        both = key_set(published(EC, "a"), published(ED, "a"))
        assert both.find("a", "EdDSA").algorithm == "EdDSA"
