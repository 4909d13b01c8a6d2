"""Writing files anew: what was not done is said, and does not keep the rest from being done."""

import psycopg
import pytest

from deploy import scrub as scrubbing
from deploy.scrub import Scrubbed, scrub

HELD = "session_service.plans"


def scrubbed(url: str) -> dict[str, Scrubbed]:
    return {part.what: part for part in scrub(url, None, lambda done, total: None)}


def file_of(url: str, table: str) -> object:
    """The file that the table is in: another one once it was written anew."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_relation_filenode(%s::regclass)", [table]).fetchone()
    assert row is not None
    return row[0]


def test_who_may_not_is_told_so(role_urls: dict[str, str], owner_url: str) -> None:
    before = file_of(owner_url, HELD)
    parts = scrubbed(role_urls["tandem_session_worker"])
    assert file_of(owner_url, HELD) == before
    tables = parts["tables and indexes"]
    assert not tables.done
    assert tables.detail.startswith("0 of ")
    assert f"{HELD} (permission denied to vacuum" in tables.detail
    assert not parts["statistics"].done
    assert "permission denied" in parts["statistics"].detail
    assert not parts["write-ahead log"].done


def test_a_table_that_is_held_keeps_no_other_from_being_written(
    owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrubbing, "LOCK_SECONDS", 0.2)
    after_it = "session_service.wingman_sessions"
    before, other = file_of(owner_url, HELD), file_of(owner_url, after_it)
    with psycopg.connect(owner_url) as holding:
        holding.execute(f"LOCK TABLE {HELD} IN ACCESS SHARE MODE".encode())
        parts = scrubbed(owner_url)
    tables = parts["tables and indexes"]
    assert not tables.done
    assert tables.detail.endswith(f"not {HELD} (canceling statement due to lock timeout)")
    assert file_of(owner_url, HELD) == before
    assert file_of(owner_url, after_it) != other
    assert parts["statistics"] == Scrubbed("statistics", True, "written anew")


def test_all_of_it(owner_url: str) -> None:
    before = file_of(owner_url, HELD)
    tables = scrubbed(owner_url)["tables and indexes"]
    assert tables.done
    assert tables.detail.endswith(" written anew")
    assert file_of(owner_url, HELD) != before


def test_of_a_table_that_is_empty_no_values_are_left(owner_url: str) -> None:
    """Whoever was in it was perhaps erased by a version that did not see to them."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE public.emptied AS SELECT i FROM generate_series(1, 10) i")
        try:
            connection.execute("ANALYZE public.emptied")
            connection.execute("DELETE FROM public.emptied")
            values = "SELECT count(*) FROM pg_statistic WHERE starelid = 'public.emptied'::regclass"
            assert connection.execute(values.encode()).fetchone() == (1,)
            assert scrubbed(owner_url)["tables and indexes"].done
            assert connection.execute(values.encode()).fetchone() == (0,)
        finally:
            connection.execute("DROP TABLE public.emptied")
