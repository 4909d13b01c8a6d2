"""What was deleted still lies in the servers' files for a time: writing the files anew.

PostgreSQL keeps deleted rows in its tables, indexes and statistics until something else takes their place, and in the
write-ahead log until the segment goes; Redis keeps commands in its append-only file until that is rewritten. What was
written elsewhere (back-ups, archived log, replicas' files, the disk's own blocks) is out of reach from here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import redis
from psycopg import sql

Progress = Callable[[int, int], None]
"""Told how many tables are done, out of how many."""

LOCK_SECONDS = 30.0
"""How long a table is waited for that somebody else uses."""

REWRITE_SECONDS = 120.0
"""How long Redis may take to rewrite its file."""


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """One part of it: what was done, or why it could not be."""

    what: str
    done: bool
    detail: str


def scrub(owner_url: str, redis_url: str | None, progress: Progress) -> Iterator[Scrubbed]:
    """Writes anew what holds deleted data; each part as it is done.

    While a table is written anew nobody can use it: for a moment, or as long as a copy of it takes. What could not be
    done, for want of permission or because somebody held a table for `LOCK_SECONDS`, is said, and keeps nothing else
    from being done. Raises `psycopg.Error` when the server is away.
    """
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_SECONDS * 1000:.0f}ms"])
        connection.execute("SET statement_timeout = 0")
        yield _tables(connection, progress)
        fault = _attempt(connection, sql.SQL("VACUUM (FULL) pg_catalog.pg_statistic"))
        yield Scrubbed("statistics", fault is None, fault or "written anew")
        yield _log(connection)
    if redis_url is not None:
        yield _append_only_file(redis_url)


_FORGET = sql.SQL(
    "SELECT pg_clear_attribute_stats(n.nspname, c.relname, a.attname, false) FROM pg_namespace n"
    " JOIN pg_class c ON c.relnamespace = n.oid JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE n.nspname = {} AND c.relname = {} AND a.attnum > 0 AND NOT a.attisdropped"
)


def _tables(connection: psycopg.Connection, progress: Progress) -> Scrubbed:
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    progress(0, len(tables))
    left = []
    for number, (schema, table) in enumerate(tables, start=1):
        name = sql.Identifier(schema, table)
        fault = _attempt(connection, sql.SQL("VACUUM (FULL) {}").format(name))
        if fault is None:
            with connection.transaction():
                # The old statistics hold values of rows that are gone, and of an empty table ANALYZE leaves them.
                fault = _attempt(connection, _FORGET.format(schema, table)) or _attempt(
                    connection, sql.SQL("ANALYZE {}").format(name)
                )
        if fault is not None:
            left.append(f"{schema}.{table} ({fault})")
        progress(number, len(tables))
    if not left:
        return Scrubbed("tables and indexes", True, f"{len(tables)} written anew")
    done = f"{len(tables) - len(left)} of {len(tables)} written anew"
    return Scrubbed("tables and indexes", False, f"{done}, but not {', '.join(left)}")


def _attempt(connection: psycopg.Connection, statement: sql.SQL | sql.Composed) -> str | None:
    """Why it was not done; None when it was, or the table is gone, and its files with it."""
    with _warnings(connection) as warnings:
        try:
            connection.execute(statement)
        except psycopg.errors.UndefinedTable:
            return None
        except psycopg.Error as error:
            if connection.closed:
                raise
            return _line(error)
    return warnings[0] if warnings else None


@contextmanager
def _warnings(connection: psycopg.Connection) -> Iterator[list[str]]:
    """What the server warns of: a table that it may not vacuum is none of its errors, and is passed over."""
    warnings: list[str] = []

    def hear(said: psycopg.errors.Diagnostic) -> None:
        if said.severity_nonlocalized == "WARNING":
            warnings.append(said.message_primary or "the server has warned of something")

    connection.add_notice_handler(hear)
    try:
        yield warnings
    finally:
        connection.remove_notice_handler(hear)


def _log(connection: psycopg.Connection) -> Scrubbed:
    try:
        # Once to have everything in the tables, then on to a new segment, then to be able to do without the old ones.
        for _ in range(2):
            connection.execute("CHECKPOINT")
            connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
    except psycopg.errors.InsufficientPrivilege as error:
        return Scrubbed("write-ahead log", False, _line(error))
    (recycled,) = connection.execute("SELECT current_setting('wal_recycle')").fetchone() or ("on",)
    if recycled == "on":
        return Scrubbed(
            "write-ahead log", False, "old segments are kept for being used again: set wal_recycle = off"
        )
    return Scrubbed("write-ahead log", True, "old segments are deleted")


def _append_only_file(redis_url: str) -> Scrubbed:
    client = redis.Redis.from_url(redis_url, socket_timeout=10, decode_responses=True)
    try:
        about = client.info("persistence")
        if not about.get("aof_enabled"):
            return Scrubbed("append-only file", True, "there is none")
        client.bgrewriteaof()
        deadline = time.monotonic() + REWRITE_SECONDS
        while True:
            about = client.info("persistence")
            if not about["aof_rewrite_in_progress"] and not about["aof_rewrite_scheduled"]:
                break
            if time.monotonic() > deadline:
                return Scrubbed("append-only file", False, "still being written anew")
            time.sleep(0.1)
        if about["aof_last_bgrewrite_status"] != "ok":
            return Scrubbed("append-only file", False, "Redis could not write it anew")
        return Scrubbed("append-only file", True, "written anew")
    except redis.RedisError as error:
        return Scrubbed("append-only file", False, _line(error))
    finally:
        client.close()


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
