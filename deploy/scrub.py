"""What was deleted still lies in the servers' files for a time: writing the files anew.

PostgreSQL keeps deleted rows in its tables, indexes and statistics until something else takes their place, and in the
write-ahead log until the segment goes; Redis keeps commands in its append-only file until that is rewritten. What was
written elsewhere (back-ups, archived log, replicas' files, the disk's own blocks) is out of reach from here.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import redis
from psycopg import sql

Progress = Callable[[int, int], None]
"""Told how many tables are done, out of how many."""

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

    While a table is written anew nobody can use it: for a moment, or as long as a copy of it takes. Raises
    `psycopg.Error` when the server is away; what a part is not allowed to do it says.
    """
    with psycopg.connect(owner_url, autocommit=True, connect_timeout=5) as connection:
        connection.execute("SET lock_timeout = '30s'")
        connection.execute("SET statement_timeout = 0")
        yield _tables(connection, progress)
        yield _attempt(connection, "statistics", "VACUUM (FULL) pg_catalog.pg_statistic", "written anew")
        yield _log(connection)
    if redis_url is not None:
        yield _append_only_file(redis_url)


def _tables(connection: psycopg.Connection, progress: Progress) -> Scrubbed:
    tables = connection.execute(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
    ).fetchall()
    progress(0, len(tables))
    for number, (schema, table) in enumerate(tables, start=1):
        # With new statistics, which hold values of rows that were there before.
        connection.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(schema, table)))
        progress(number, len(tables))
    return Scrubbed("tables and indexes", True, f"{len(tables)} written anew")


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


def _attempt(connection: psycopg.Connection, what: str, statement: str, detail: str) -> Scrubbed:
    try:
        connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        return Scrubbed(what, False, _line(error))
    return Scrubbed(what, True, detail)


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
