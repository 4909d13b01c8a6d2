import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.etags import StaleVersion, etag_of, if_match, if_none_match

ETAG = '"abc"'


def test_a_tag_is_strong_quoted_and_of_the_bytes() -> None:
    first, again, other = etag_of(b"one"), etag_of(b"one"), etag_of(b"two")
    assert first == again != other
    assert first[0] == first[-1] == '"'
    assert len(first) > 20


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        (None, False),
        ("", False),
        ("*", True),
        (" * ", True),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ('"x","abc"', True),
        ('"x" , W/"abc" ,"y"', True),
        ('"a,b", "abc"', True),
        ('"a,abc"', False),
        ('"x"', False),
        ("abc", False),
        ('"abc', False),
        ('w/"abc"', False),
        ('"abc" "x"', False),
        ('"abc", x', False),
        ('"ABC"', False),
        ('""', False),
    ],
)
def test_if_none_match_compares_weakly(header: str | None, matches: bool) -> None:
    assert if_none_match(header, ETAG) is matches
    assert if_none_match(header, f"W/{ETAG}") is matches


@pytest.mark.parametrize(
    ("header", "holds"),
    [
        (None, True),
        ("*", True),
        ('"abc"', True),
        ('"x", "abc"', True),
        ('W/"abc"', False),
        ('W/"abc", "abc"', True),
        ('"x"', False),
        ("", False),
        ("abc", False),
    ],
)
def test_if_match_compares_strongly(header: str | None, holds: bool) -> None:
    assert if_match(header, ETAG) is holds


def test_a_weak_version_never_matches_strongly() -> None:
    assert not if_match('"abc"', 'W/"abc"')


@given(st.binary(), st.lists(st.binary(), max_size=4))
def test_a_tag_is_found_in_any_list_that_holds_it(body: bytes, others: list[bytes]) -> None:
    header = ", ".join([*map(etag_of, others), etag_of(body)])
    assert if_none_match(header, etag_of(body))
    assert if_match(header, etag_of(body))


@given(st.text())
def test_nothing_a_client_sends_breaks_it(header: str) -> None:
    assert if_none_match(header, ETAG) in (True, False)
    assert if_match(header, ETAG) in (True, False)


def test_stale_version() -> None:
    assert (StaleVersion.status, StaleVersion.code) == (412, "stale_version")
