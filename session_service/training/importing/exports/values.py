"""What stands in a cell: numbers, spans and moments, in the spellings that the applications use.

Each function raises `ValueError` with words for the user when the cell holds something else.
"""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

KG_A_POUND = Decimal("0.45359237")
METRES = {
    "m": Decimal(1),
    "meter": Decimal(1),
    "meters": Decimal(1),
    "metres": Decimal(1),
    "km": Decimal(1000),
    "mi": Decimal("1609.344"),
    "mile": Decimal("1609.344"),
    "miles": Decimal("1609.344"),
    "ft": Decimal("0.3048"),
    "yd": Decimal("0.9144"),
}
"""Metres in one of each unit of length."""

YEARS = (1950, 2100)
"""A workout outside of these years has a wrong date."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_OTHER_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{0,15})?")
_SPAN = re.compile(
    r"(?:([0-9]{1,6})\s*h(?:r|rs|ours?)?)?\s*(?:([0-9]{1,6})\s*m(?:in|ins|inutes?)?)?\s*(?:([0-9]{1,7})\s*s(?:ec|ecs|econds?)?)?"
)
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")
_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_ISO = re.compile(
    r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})"
    rf"(?:[T,]?\s*{_TIME}\s*(?P<offset>[Zz]|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
)
_JOINT = r",?\s*(?:at|um|à|às|a las|alle|om)?\s*"
_DAY_FIRST = re.compile(
    r"(?P<day>[0-9]{1,2})(?:\.|º|er)?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,})\.?,?\s+(?:de\s+)?(?P<year>[0-9]{4})"
    rf"{_JOINT}{_TIME}"
)
_MONTH_FIRST = re.compile(
    rf"(?P<month>[^\W\d_]{{3,}})\.?\s+(?P<day>[0-9]{{1,2}}),?\s+(?P<year>[0-9]{{4}}){_JOINT}{_TIME}"
)

# English, German, French, Spanish, Italian, Portuguese, Dutch; without accents. What is short for one of them is a
# beginning of it, and of no other month's name. The exception stands by itself.
_MONTHS = tuple(
    names.split()
    for names in (
        "january januar janvier enero gennaio janeiro januari",
        "february februar fevrier febrero febbraio fevereiro februari",
        "march marz mars marzo marco maart mrt",
        "april avril abril aprile",
        "may mai mayo maggio maio mei",
        "june juni juin junio giugno junho",
        "july juli juillet julio luglio julho",
        "august aout agosto augustus",
        "september septembre septiembre settembre setembro",
        "october oktober octobre octubre ottobre outubro",
        "november novembre noviembre novembro",
        "december dezember decembre diciembre dicembre dezembro",
    )
)


def number(text: str) -> Decimal:
    """A number that is not negative, with a point or a comma before its decimals; no thousands separators."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{_quoted(text)} is not a number")
    value = Decimal(text.replace(",", "."))
    if value < 0:
        raise ValueError(f"{text} is negative")
    return value


def whole(text: str) -> int:
    """A whole number that is not negative; ``10.0`` is one."""
    value = number(text)
    if value != value.to_integral_value():
        raise ValueError(f"{text} is not a whole number")
    return int(value)


def span(text: str) -> int:
    """Seconds: ``1h 12m``, ``45m``, ``1h 5m 3s``, ``1:05:03``, or just a number of them."""
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    if text.strip() and (found := _SPAN.fullmatch(text.lower())):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return hours * 3600 + minutes * 60 + seconds
    try:
        return int(number(text))
    except ValueError:
        raise ValueError(f"{_quoted(text)} is not a duration") from None


@lru_cache(maxsize=1024)
def moment(text: str) -> datetime:
    """A date and time: ``2025-08-17 18:03:11``, ``17 Aug 2025, 18:03``, ``Aug 17, 2025, 6:03 PM`` and their like.

    As the clock on the wall showed it, without a zone; in UTC where the text has an offset. Days and months as
    numbers are read in the order of ISO 8601 only: which one comes first elsewhere cannot be known.
    """
    # Some exports have a narrow no-break space before AM and PM.
    plain = " ".join(text.split())
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST):
        found = pattern.fullmatch(plain)
        if found is not None:
            return _moment(found.groupdict(), text)
    raise ValueError(f"{_quoted(text)} is not a date and time")


def _moment(parts: dict[str, str | None], text: str) -> datetime:
    month = parts["month"] or ""
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{_quoted(text)} is not a date and time")
        hour = hour % 12 + (12 if half == "pm" else 0)
    written = (
        f"{parts['year']}-{int(month) if month.isdigit() else _month(month):02}-{int(parts['day'] or 0):02}"
        f"T{hour:02}:{parts['minute'] or '00'}:{parts['second'] or '00'}{(parts.get('offset') or '').upper()}"
    )
    try:
        value = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{_quoted(text)} is not a date and time") from None
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise ValueError(f"{_quoted(text)} is not between {YEARS[0]} and {YEARS[1]}")
    return value if value.tzinfo is None else value.astimezone(UTC)


def _month(name: str) -> int:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    found = [index for index, names in enumerate(_MONTHS, 1) if any(full.startswith(plain) for full in names)]
    if len(found) != 1:
        raise ValueError(f"{_quoted(name)} is not a month")
    return found[0]


def line(text: str) -> str:
    """The text on one line: control characters are spaces, and there are no two of those in a row."""
    return " ".join(_CONTROL.sub(" ", text).split())


def lines(text: str) -> str:
    """The text in lines, without other control characters."""
    return _OTHER_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _quoted(text: str) -> str:
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
