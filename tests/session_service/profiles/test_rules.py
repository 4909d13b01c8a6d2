from uuid import UUID

import pytest

from session_service.profiles import rules

ID = UUID("0a1b2c3d-0000-4000-8000-000000000000")


@pytest.mark.parametrize(
    ("token_name", "email", "name"),
    [
        ("Ada Lovelace", "ada@example.com", "Ada Lovelace"),
        ("  Ada \t\n Lovelace ", None, "Ada Lovelace"),
        (None, "ada.l@example.com", "ada.l"),
        ("   ", "ada@example.com", "ada"),
        ("\x00\x01", "@example.com", "User 0a1b2c3d"),
        (None, None, "User 0a1b2c3d"),
        ("Ada\x00Lovelace", None, "Ada Lovelace"),
        ("Ada\ud800", None, "Ada"),
        ("Åsa Ñandú 李", None, "Åsa Ñandú 李"),
        ("x" * 99 + " y", None, "x" * 99),
        ("x" * 1000, None, "x" * 100),
    ],
)
def test_what_somebody_is_called_at_first(token_name: str | None, email: str | None, name: str) -> None:
    assert rules.first_name(ID, token_name, email) == name


@pytest.mark.parametrize(
    ("email", "kept"),
    [
        ("ada@example.com", "ada@example.com"),
        (None, None),
        ("no address", None),
        ("a@b\x00", None),
        ("a@" + "b" * 319, None),
    ],
)
def test_which_addresses_are_kept(email: str | None, kept: str | None) -> None:
    assert rules.kept_email(email) == kept


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"])
def test_time_zones(zone: str) -> None:
    assert rules.is_time_zone(zone)


@pytest.mark.parametrize(
    "zone",
    ["", "utc", "Europe", "Europe/", "/etc/passwd", "../UTC", "localtime", "Factory", "+02:00", "CEST"],
)
def test_what_is_no_time_zone(zone: str) -> None:
    assert not rules.is_time_zone(zone)
