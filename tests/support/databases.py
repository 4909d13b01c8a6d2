"""Migrated databases for tests: migrated once a run, then copied."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from kit.migrations import migrate_all
from tests.support.servers import ROLE_SECRET, Servers

TEMPLATE = "tandem_template"
_LOCK = 20_260_101


def fresh_database(servers: Servers, name: str) -> str:
    """The owner's URL of a database of this name that holds the newest schema and nothing else."""
    with _alone(servers) as connection:
        template = connection.execute("SELECT FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone()
        if template is None:  # a row without columns is there, and false
            # Under another name until it is complete: a migration that fails must not leave a half template.
            _create(connection, f"{TEMPLATE}_unfinished", "template1")
            migrate_all(servers.database_url(f"{TEMPLATE}_unfinished"), ROLE_SECRET)
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(f"{TEMPLATE}_unfinished"), sql.Identifier(TEMPLATE)
                )
            )
        _create(connection, name, TEMPLATE)
    return servers.database_url(name)


@contextmanager
def empty_database(servers: Servers, name: str) -> Iterator[str]:
    """The owner's URL of a database without any schema, dropped afterwards: for tests of migrations."""
    with _alone(servers) as connection:
        _create(connection, name, "template1")
    try:
        yield servers.database_url(name)
    finally:
        with _alone(servers) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


@contextmanager
def _alone(servers: Servers) -> Iterator[psycopg.Connection]:
    # A template can be copied only while nobody is connected to it: one test worker at a time.
    with psycopg.connect(servers.postgres_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield connection
