from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import identity
from kit.identity import Caller, InvalidIdentity, sign, verify

SECRET = "a secret that gateway and services share"
NOW = 1_800_000_000.0
CALLER = Caller(UUID("6f1cbb1e-8a5d-4a0e-9a5c-0d6f6f6f6f6f"))


@given(
    st.uuids(),
    st.sampled_from(["authenticated", "service_role", "anon"]),
    st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.none() | st.emails(),
)
def test_what_is_signed_is_verified(user: UUID, role: str, name: str | None, email: str | None) -> None:
    caller = Caller(user, role, name, email)
    token = sign(caller, SECRET, now=NOW)
    assert token.isascii()
    assert token.isprintable()
    assert verify(token, SECRET, now=NOW) == caller


@pytest.mark.parametrize("age", [0, 59.9, 60, -5])
def test_young_enough(age: float) -> None:
    assert verify(sign(CALLER, SECRET, now=NOW), SECRET, now=NOW + age) == CALLER


@pytest.mark.parametrize("age", [60.1, 3600, -5.1, -3600])
def test_too_old_or_from_the_future(age: float) -> None:
    with pytest.raises(InvalidIdentity):
        verify(sign(CALLER, SECRET, now=NOW), SECRET, now=NOW + age)


def test_max_age_is_the_readers_choice() -> None:
    token = sign(CALLER, SECRET, now=NOW)
    assert verify(token, SECRET, now=NOW + 100, max_age=100) == CALLER


def test_the_present_is_the_default() -> None:
    assert verify(sign(CALLER, SECRET), SECRET) == CALLER


def test_another_secret() -> None:
    with pytest.raises(InvalidIdentity):
        verify(sign(CALLER, SECRET, now=NOW), SECRET + "x", now=NOW)


@pytest.mark.parametrize("call", [lambda: sign(CALLER, ""), lambda: verify("v1.e30.x", "")])
def test_an_empty_secret_signs_nothing(call: Any) -> None:
    with pytest.raises(ValueError, match="empty"):
        call()


@given(st.data())
def test_any_change_breaks_the_signature(data: st.DataObject) -> None:
    token = sign(CALLER, SECRET, now=NOW)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(codec="latin-1").filter(lambda character: character != token[at]))
    with pytest.raises(InvalidIdentity):
        verify(token[:at] + other + token[at + 1 :], SECRET, now=NOW)


@given(st.text(max_size=100))
def test_nothing_from_outside_breaks_it(token: str) -> None:
    with pytest.raises(InvalidIdentity):
        verify(token, SECRET, now=NOW)


def test_a_huge_token_is_not_looked_at() -> None:
    with pytest.raises(InvalidIdentity):
        verify(sign(Caller(CALLER.user_id, name="x" * 10_000), SECRET, now=NOW), SECRET, now=NOW)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        [],
        None,
        "text",
        {"u": "nope", "r": "authenticated", "t": NOW},
        {"u": 5, "r": "authenticated", "t": NOW},
        {"u": str(uuid4()), "r": "authenticated"},
        {"u": str(uuid4()), "r": "authenticated", "t": "soon"},
        {"u": str(uuid4()), "r": "authenticated", "t": None},
        {"u": str(uuid4()), "t": NOW},
    ],
)
def test_signed_nonsense_is_no_identity(claims: Any) -> None:
    payload = urlsafe_b64encode(orjson.dumps(claims)).rstrip(b"=").decode()
    token = f"v1.{payload}.{identity._signature(payload, SECRET)}"
    with pytest.raises(InvalidIdentity):
        verify(token, SECRET, now=NOW)


@pytest.mark.parametrize(
    ("role", "expected"), [("service_role", True), ("authenticated", False), ("", False)]
)
def test_operators(role: str, expected: bool) -> None:
    assert Caller(uuid4(), role).is_operator is expected
