from base64 import urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Optional
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.pages import MAX_CURSOR_LENGTH, InvalidCursor, decode_cursor, encode_cursor, page


def raw(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@given(
    st.uuids(),
    st.datetimes(timezones=st.just(UTC)),
    st.integers(-(2**63), 2**63 - 1),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50),
    st.dates(),
)
def test_what_goes_in_comes_out(key: UUID, moment: datetime, number: int, text: str, day: date) -> None:
    values = (key, moment, number, text, None, day)
    types = (UUID, datetime, int, str, str | None, date)
    assert decode_cursor(encode_cursor(values), types) == values


def test_a_cursor_fits_into_a_url_as_it_is() -> None:
    cursor = encode_cursor([uuid4(), datetime.now(UTC), "ÿ>?"])
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?# ")


def test_times_come_back_in_utc() -> None:
    moment = datetime(2026, 11, 21, 12, tzinfo=timezone(timedelta(hours=2)))
    (back,) = decode_cursor(encode_cursor([moment]), [datetime])
    assert back == moment
    assert back.utcoffset() == timedelta(0)


@pytest.mark.parametrize("wanted", [int | None, Optional[int]])  # noqa: UP045 - both spellings
def test_optional_values(wanted: Any) -> None:
    assert decode_cursor(encode_cursor([None]), [wanted]) == (None,)
    assert decode_cursor(encode_cursor([5]), [wanted]) == (5,)
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor(["5"]), [wanted])


@pytest.mark.parametrize(
    ("cursor", "types"),
    [
        ("", [int]),
        ("!!!", [int]),
        ("a b", [int]),
        ("YQ==", [int]),
        ("A", [int]),
        (raw("{}"), [int]),
        (raw("5"), [int]),
        (raw("null"), []),
        (raw("[]"), [int]),
        (raw("[1,2]"), [int]),
        (raw("[1"), [int]),
        (raw(b"\xff\xfe"), [int]),
        (raw("[null]"), [int]),
        (raw("[true]"), [int]),
        (raw("[1.0]"), [int]),
        (raw('["1"]'), [int]),
        (raw(f"[{2**63}]"), [int]),
        (raw(f"[{-(2**63) - 1}]"), [int]),
        (raw("[1]"), [str]),
        (raw('["a\\u0000b"]'), [str]),
        (raw('["\\ud800"]'), [str]),
        (raw('["nope"]'), [UUID]),
        (raw("[5]"), [UUID]),
        (raw('["2026-11-21T10:00:00"]'), [datetime]),
        (raw('["2026-11-21"]'), [datetime]),
        (raw('["yesterday"]'), [datetime]),
        (raw('["9999-12-31T23:59:59-23:00"]'), [datetime]),
        (raw('["2026-13-01"]'), [date]),
        (raw("[" * 500 + "]" * 500), [int]),
        (encode_cursor(["x" * MAX_CURSOR_LENGTH]), [str]),
        (raw('["é"]') + "é", [str]),
    ],
)
def test_a_malformed_cursor_is_refused(cursor: str, types: list[Any]) -> None:
    with pytest.raises(InvalidCursor) as caught:
        decode_cursor(cursor, types)
    assert (caught.value.status, caught.value.code) == (422, "invalid_cursor")
    assert caught.value.extra["errors"][0]["loc"] == ["query", "cursor"]


@given(
    st.text(max_size=200), st.lists(st.sampled_from([UUID, datetime, date, int, str, int | None]), max_size=3)
)
def test_no_cursor_breaks_it(cursor: str, types: list[Any]) -> None:
    with suppress(InvalidCursor):
        assert len(decode_cursor(cursor, types)) == len(types)


@pytest.mark.parametrize("value", [True, 1.5, b"x", ["a"]])
def test_only_plain_values_make_a_cursor(value: Any) -> None:
    with pytest.raises(TypeError):
        encode_cursor([value])


def test_a_naive_time_makes_no_cursor() -> None:
    with pytest.raises(ValueError, match="naive"):
        encode_cursor([datetime(2026, 1, 1)])  # noqa: DTZ001 - the point of it


@pytest.mark.parametrize(
    ("fetched", "limit", "shown", "last"),
    [([], 2, [], None), ([1], 2, [1], None), ([1, 2], 2, [1, 2], None), ([1, 2, 3], 2, [1, 2], 2)],
)
def test_a_page_points_on_only_where_more_follows(
    fetched: list[int], limit: int, shown: list[int], last: int | None
) -> None:
    items, cursor = page(fetched, limit, lambda item: [item])
    assert items == shown
    assert (None if cursor is None else decode_cursor(cursor, [int])) == (None if last is None else (last,))
