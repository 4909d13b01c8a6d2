"""Migrations and login roles: what `tandem migrate` does, with the owner's rights.

Each house has one linear chain of Alembic revisions in ``<house>/migrations/versions``, and its version table in its
own schema. Migrations only go forward, need core PostgreSQL (18) and plpgsql only, and leave the version before them
running: add first, remove a release later.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import structlog
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool

from kit.database import sqlalchemy_url

log = structlog.get_logger(__name__)

HOUSES: tuple[str, ...] = ("session_service", "reputation_service", "stats_worker")
"""The houses that have migrations, in the order in which they run. A house's schema has its name."""

DEFINER = "tandem_definer"
"""Owns the SECURITY DEFINER functions. Cannot log in; may read just what those functions read."""

LOGIN_ROLES: tuple[str, ...] = (
    "tandem_session",
    "tandem_session_worker",
    "tandem_relay",
    "tandem_live",
    "tandem_courier",
    "tandem_reputation",
    "tandem_reputation_worker",
    "tandem_statistics",
    "tandem_statistics_worker",
)
"""One login role a process. They own nothing and bypass nothing."""

_LOCK_KEY = 7_426_336_001
"""Advisory lock that lets one `migrate_all` run at a time in one database."""


def role_password(role: str, secret: str) -> str:
    """The password of a login role: derived, so that nothing but one secret has to be kept."""
    return hmac.new(secret.encode(), f"tandem-role:{role}".encode(), hashlib.sha256).hexdigest()


def role_url(owner_url: str, role: str, secret: str) -> str:
    """The owner's database URL with a login role in the owner's place."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role)}:{role_password(role, secret)}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


def migrate_all(owner_url: str, secret: str, *, houses: Sequence[str] = HOUSES) -> list[str]:
    """Creates the roles and brings every house's schema to its newest revision; the revisions that were applied.

    Safe to run at any time, by several at once, and again. Raises what the database raises: a half-run chain
    stands at the last revision that committed.
    """
    applied: list[str] = []
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=pool.NullPool)
    with engine.connect() as connection, _alone(connection):
        _create_roles(connection, secret)
        for house in houses:
            applied += [f"{house}:{revision}" for revision in _upgrade(connection, house)]
    engine.dispose()
    return applied


def pending(owner_url: str, *, houses: Sequence[str] = HOUSES) -> list[str]:
    """The revisions that are in the code and not in the database, as ``house:revision``."""
    missing: list[str] = []
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        for house in houses:
            known = connection.exec_driver_sql(
                "SELECT to_regclass(%s) IS NOT NULL", (f"{house}.alembic_version",)
            ).scalar()
            current = (
                connection.exec_driver_sql(f"SELECT version_num FROM {house}.alembic_version").scalar()  # noqa: S608 - put together of constants
                if known
                else None
            )
            script = ScriptDirectory.from_config(_config(house))
            missing += [
                f"{house}:{revision.revision}"
                for revision in script.iterate_revisions("head", current or "base")
                if revision.revision != current
            ]
    engine.dispose()
    return missing


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (_LOCK_KEY,))
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_LOCK_KEY,))
        connection.commit()


def _create_roles(connection: Connection, secret: str) -> None:
    # Roles belong to the whole server: another database's migration may be making the same ones at this moment.
    for attempt in range(5):
        try:
            for role in (DEFINER, *LOGIN_ROLES):
                _create_role(connection, role, secret)
            connection.commit()
            return
        except Exception as error:
            connection.rollback()
            original = getattr(error, "orig", None)
            # 42710 duplicate_object, 23505 on the catalogue, XX000 "tuple concurrently updated"
            if attempt == 4 or getattr(original, "sqlstate", None) not in {"42710", "23505", "XX000"}:
                raise


def _create_role(connection: Connection, role: str, secret: str) -> None:
    exists = (
        connection.exec_driver_sql("SELECT FROM pg_roles WHERE rolname = %s", (role,)).first() is not None
    )
    verb = sql.SQL("ALTER" if exists else "CREATE")
    if role == DEFINER:
        if not exists:
            _execute(connection, sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        _execute(connection, sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
        return
    password = sql.Literal(role_password(role, secret))
    _execute(
        connection,
        sql.SQL("{} ROLE {} LOGIN NOINHERIT PASSWORD {}").format(verb, sql.Identifier(role), password),
    )


def _execute(connection: Connection, statement: sql.Composed) -> None:
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # psycopg, by the URL
    connection.exec_driver_sql(statement.as_string(driver).replace("%", "%%"))


def _config(house: str) -> Config:
    spec = find_spec(f"{house}.migrations")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{house} has no migrations")
    config = Config()
    config.set_main_option("script_location", str(Path(next(iter(spec.submodule_search_locations)))))
    return config


def _upgrade(connection: Connection, house: str) -> list[str]:
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {house}")
    connection.commit()
    config = _config(house)
    script = ScriptDirectory.from_config(config)
    applied: list[str] = []

    def upgrade(revision: Any, _context: Any) -> list[Any]:
        steps = script._upgrade_revs("head", revision)
        applied.extend(step.revision.revision for step in steps)
        return list(steps)

    with EnvironmentContext(config, script, fn=upgrade, destination_rev="head") as environment:
        environment.configure(
            connection=connection, version_table_schema=house, transaction_per_migration=True
        )
        with environment.begin_transaction():
            environment.run_migrations()
    connection.commit()
    for revision in applied:
        log.info("migration_applied", house=house, revision=revision)
    return applied
