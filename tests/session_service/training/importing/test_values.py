# ruff: noqa: DTZ001 - what a clock on the wall shows has no zone
"""Numbers, spans and moments as the applications spell them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from session_service.training.importing.exports import values


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", "0"), ("82.5", "82.5"), ("82,5", "82.5"), ("10.0", "10"), ("1.", "1"), ("007", "7")],
)
def test_a_number(text: str, value: str) -> None:
    assert values.number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "1.000,5", "1,000.5", "nan", "inf", "0x1", "٣", "1 0", "9" * 40]
)
def test_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|negative"):
        values.number(text)


def test_a_whole_number() -> None:
    assert values.whole("10.0") == 10
    with pytest.raises(ValueError, match="whole"):
        values.whole("10.5")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h 12m", 4320),
        ("45m", 2700),
        ("2h", 7200),
        ("30s", 30),
        ("1h 5m 3s", 3903),
        ("1h5m", 3900),
        ("1hr 5min", 3900),
        ("44 min", 2640),
        ("1:05:03", 3903),
        ("3600", 3600),
        ("3600.7", 3600),
        ("0", 0),
        ("0m", 0),
    ],
)
def test_a_span(text: str, seconds: int) -> None:
    assert values.span(text) == seconds


@pytest.mark.parametrize("text", ["", " ", "soon", "-5m", "1h 90", "m", "5m 1h", "1:5:3", "1:99:00"])
def test_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        values.span(text)


EVENING = datetime(2025, 8, 17, 18, 3)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-08-17 18:03:11", datetime(2025, 8, 17, 18, 3, 11)),
        ("2025-08-17 18:03", EVENING),
        ("2025-08-17T18:03:00.000", EVENING),
        ("2025/8/17 18:03", EVENING),
        ("2025-08-17 6:03:11\u202fPM", datetime(2025, 8, 17, 18, 3, 11)),
        ("2025-08-17 12:00 am", datetime(2025, 8, 17, 0, 0)),
        ("2025-08-17 12:00 PM", datetime(2025, 8, 17, 12, 0)),
        ("2025-08-17", datetime(2025, 8, 17)),
        ("2025-08-17T18:03:11Z", datetime(2025, 8, 17, 18, 3, 11, tzinfo=UTC)),
        ("2025-08-17T18:03:11+02:00", datetime(2025, 8, 17, 16, 3, 11, tzinfo=UTC)),
        ("17 Aug 2025, 18:03", EVENING),
        ("17 August 2025, 18:03", EVENING),
        ("17 Aug 2025 at 6:03 PM", EVENING),
        ("Aug 17, 2025, 6:03 PM", EVENING),
        ("August 17, 2025 at 6:03\u202fPM", EVENING),
        ("17. Aug. 2025, 18:03", EVENING),
        ("17. August 2025 um 18:03", EVENING),
        ("17 août 2025, 18:03", EVENING),
        ("17 août 2025 à 18:03", EVENING),
        ("17 ago 2025, 18:03", EVENING),
        ("17 de ago. de 2025, 18:03", EVENING),
        ("17 agosto 2025, 18:03", EVENING),
        ("7 déc. 2025, 7:30", datetime(2025, 12, 7, 7, 30)),
        ("7 Dez. 2025, 7:30", datetime(2025, 12, 7, 7, 30)),
        ("18 sept. 2025, 17:31", datetime(2025, 9, 18, 17, 31)),
        ("3 März 2025, 7:30", datetime(2025, 3, 3, 7, 30)),
        ("3 mrt. 2025, 7:30", datetime(2025, 3, 3, 7, 30)),
        ("5 juil. 2025, 7:30", datetime(2025, 7, 5, 7, 30)),
        ("5 juin 2025, 7:30", datetime(2025, 6, 5, 7, 30)),
        ("5 mag 2025, 7:30", datetime(2025, 5, 5, 7, 30)),
        ("5 ene 2025, 7:30", datetime(2025, 1, 5, 7, 30)),
        ("5 fev. 2025, 7:30", datetime(2025, 2, 5, 7, 30)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    assert values.moment(text) == moment
    assert values.moment(text).tzinfo == moment.tzinfo


@pytest.mark.parametrize("month", range(1, 13))
def test_every_english_month(month: int) -> None:
    expected = datetime(2025, month, 9, 8, 7)
    assert values.moment(f"{expected:%-d %b %Y, %H:%M}") == expected
    assert values.moment(f"{expected:%-d %B %Y, %H:%M}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "17/08/2025 18:03",
        "08-17-2025 18:03",
        "2025-13-01 10:00",
        "2025-02-29 10:00",
        "2025-08-17 25:00",
        "2025-08-17 13:00 PM",
        "31 Feb 2025, 12:00",
        "17 Xyz 2025, 18:03",
        "17 jui 2025, 18:03",
        "17 Aug 2025",
        "17 Aug 25, 18:03",
        "0001-01-01 00:00",
        "9999-12-31 23:59",
    ],
)
def test_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        values.moment(text)


def test_text_is_cleaned() -> None:
    assert values.line("  a\tb\n c\x00 ") == "a b c"
    assert values.lines("a\r\nb\rc\x07\td ") == "a\nb\nc\td"
