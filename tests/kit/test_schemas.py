from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaMode

from kit.schemas import (
    Body,
    Bool,
    Cleaned,
    Id64,
    Int,
    Number,
    PathId64,
    Problem,
    SafeStr,
    SafeText,
    Trimmed,
    UtcDatetime,
    View,
    format_time,
)

moment_adapter: TypeAdapter[datetime] = TypeAdapter(UtcDatetime)


class Sample(View):
    at: UtcDatetime


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("2025-08-17T15:00:00Z", "2025-08-17T15:00:00Z"),
        ("2025-08-17t15:00:00z", "2025-08-17T15:00:00Z"),
        ("2025-08-17T15:00:00+02:00", "2025-08-17T13:00:00Z"),
        ("2025-08-17T15:00:00-05:30", "2025-08-17T20:30:00Z"),
        ("2025-08-17T15:00:00-00:00", "2025-08-17T15:00:00Z"),
        ("2025-08-17T15:00:00.5Z", "2025-08-17T15:00:00.500000Z"),
        ("2025-08-17T15:00:00.123456Z", "2025-08-17T15:00:00.123456Z"),
        ("2025-08-17T15:00:00.123456999Z", "2025-08-17T15:00:00.123456Z"),
        ("2025-08-17T15:00:00.000Z", "2025-08-17T15:00:00Z"),
        ("2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_a_time_is_read_and_shown_in_utc(raw: str, shown: str) -> None:
    moment = moment_adapter.validate_python(raw)
    assert moment.utcoffset() == timedelta(0)
    assert Sample(at=moment).model_dump(mode="json") == {"at": shown}
    assert Sample(at=moment).model_dump_json() == f'{{"at":"{shown}"}}'


@pytest.mark.parametrize(
    "raw",
    [
        "2025-08-17T15:00:00",
        "2025-08-17T15:00Z",
        "2025-08-17 15:00:00Z",
        "2025-08-17",
        "2025-08-17T15:00:00+02",
        "2025-08-17T15:00:00+0200",
        "2025-08-17T15:00:00+24:00",
        "2025-08-17T15:00:00+02:60",
        "2025-08-17T15:00:00.Z",
        "2025-08-17T15:00:60Z",
        "2025-08-17T24:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠٢٥-08-17T15:00:00Z",
        " 2025-08-17T15:00:00Z",
        "2025-08-17T15:00:00Z\n",
        "now",
        "",
        "1755442800",
        1755442800,
        1755442800.5,
        True,
        None,
        [],
        {},
        datetime(2025, 8, 17, 15),  # noqa: DTZ001 - the point of it
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(raw: Any) -> None:
    with pytest.raises(ValidationError):
        moment_adapter.validate_python(raw)


@given(st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=-7)))))
def test_an_aware_time_keeps_its_moment(moment: datetime) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    shown = format_time(moment)
    assert shown.endswith("Z")
    assert moment_adapter.validate_python(shown) == expected
    assert moment_adapter.validate_python(moment) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_times(raw: str) -> None:
    with suppress(ValidationError):
        moment_adapter.validate_python(raw)


def test_a_time_is_described_as_one() -> None:
    modes: tuple[JsonSchemaMode, ...] = ("validation", "serialization")
    for mode in modes:
        schema = Sample.model_json_schema(mode=mode)
        assert schema["properties"]["at"]["format"] == "date-time"


class Texts(Body):
    line: Annotated[SafeStr, Field(max_length=5)] = ""
    text: SafeText = ""
    name: Annotated[Trimmed, Field(min_length=1, max_length=5)] = "x"
    notes: Annotated[str, Field(max_length=10), Cleaned] = ""
    plain: str = ""
    tags: dict[str, Any] = {}  # noqa: RUF012 - pydantic copies it
    items: list[str] = []  # noqa: RUF012 - pydantic copies it
    number: int = 0
    ratio: float = 0


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ({"name": "  abcde \n"}, "abcde"),
        ({"name": "\u3000a\u2003"}, "a"),
        ({"name": "a b"}, "a b"),
        ({"notes": "<b>hi</b>\x00"}, "hi"),
        ({"notes": "a\nb\tc"}, "a\nb\tc"),
        ({"text": "a\n\tb\r\n"}, "a\n\tb\r\n"),
        ({"line": "👩‍🚀 k"}, "👩‍🚀 k"),
    ],
)
def test_text_that_is_taken(given_value: dict[str, str], kept: str) -> None:
    ((name, _),) = given_value.items()
    assert getattr(Texts.model_validate(given_value), name) == kept


@pytest.mark.parametrize(
    ("given_value", "kind"),
    [
        ({"name": "   "}, "string_too_short"),
        ({"name": "abcdef"}, "string_too_long"),
        ({"name": "a\x00b"}, "string_pattern_mismatch"),
        ({"name": "a\nb"}, "string_pattern_mismatch"),
        ({"line": "a\n"}, "string_pattern_mismatch"),
        ({"line": "\x7f"}, "string_pattern_mismatch"),
        ({"line": "\x85"}, "string_pattern_mismatch"),
        ({"text": "a\x0bb"}, "string_pattern_mismatch"),
        ({"notes": "<b>" + "x" * 8}, "string_too_long"),
        ({"plain": "a\x00b"}, "text_unstorable"),
        ({"items": ["ok", "\x00"]}, "text_unstorable"),
        ({"tags": {"a": [{"b": "\x00"}]}}, "text_unstorable"),
        ({"tags": {"\x00": 1}}, "text_unstorable"),
        ({"tags": {"a": 2**63}}, "int_out_of_range"),
        ({"tags": {"a": float("inf")}}, "finite_number"),
        ({"number": 2**63}, "int_out_of_range"),
        ({"number": -(2**63) - 1}, "int_out_of_range"),
        ({"ratio": float("nan")}, "finite_number"),
        ({"ratio": float("inf")}, "finite_number"),
        ({"unknown": 1}, "extra_forbidden"),
        ({"plain": 5}, "string_type"),
        ({"plain": "\ud800"}, "text_unstorable"),
        ({"line": "\ud800"}, "string_unicode"),
    ],
)
def test_text_and_numbers_that_are_refused(given_value: dict[str, Any], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Texts.model_validate(given_value)
    assert [error["type"] for error in caught.value.errors()] == [kind]


def test_numbers_of_64_bits_are_taken() -> None:
    assert Texts(number=2**63 - 1, tags={"a": -(2**63), "b": True, "c": None}).number == 2**63 - 1


@pytest.mark.parametrize(
    ("kind", "value", "fine"),
    [
        (Int, 5, True),
        (Int, "5", False),
        (Int, 5.0, False),
        (Int, True, False),
        (Number, 5, True),
        (Number, 5.5, True),
        (Number, "5", False),
        (Number, True, False),
        (Number, float("nan"), False),
        (Bool, False, True),
        (Bool, 0, False),
        (Bool, "no", False),
        (Id64, 1, True),
        (Id64, 2**63 - 1, True),
        (Id64, 0, False),
        (Id64, -1, False),
        (Id64, 2**63, False),
        (Id64, "1", False),
        (PathId64, "1", True),
        (PathId64, str(2**63 - 1), True),
        (PathId64, str(2**63), False),
        (PathId64, "9" * 5000, False),
        (PathId64, "0", False),
        (PathId64, "-1", False),
        (PathId64, "01", False),
        (PathId64, "+1", False),
        (PathId64, " 1", False),
        (PathId64, "1.0", False),
        (PathId64, "1_0", False),
        (PathId64, "١", False),
        (PathId64, "x", False),
    ],
)
def test_strict_types(kind: Any, value: Any, fine: bool) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    if fine:
        adapter.validate_python(value)
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python(value)


def test_a_view_always_shows_what_has_a_default() -> None:
    class Shown(View):
        maybe: int | None = None

    assert Shown.model_json_schema(mode="serialization")["required"] == ["maybe"]


def test_the_problem_schema_fits_problems() -> None:
    Problem.model_validate(
        {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "Session not found",
            "instance": "/api/session/1",
            "code": "session_not_found",
            "request_id": "abc",
            "errors": [{"loc": ["body", 0], "msg": "bad", "type": "bad"}],
            "both_confirmed": True,
        }
    )
