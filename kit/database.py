"""One PostgreSQL, one transaction a door.

`Database` is a pool of connections under one login role. Its connections are in driver autocommit; a transaction is
opened here explicitly, together with the row-level security setting ``app.user_id``, in **one** round trip (`BEGIN; SET
LOCAL …` as one simple query), because a round trip costs more than the policy that it serves. In the same round trip
the user is admitted: a transaction of somebody who is being erased does not begin, and one that has begun is waited for
by whoever closes the account.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
import structlog
from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from kit.errors import AccountClosed, Unavailable

T = TypeVar("T")
log = structlog.get_logger(__name__)

RETRIED = {"40001", "40P01"}
"""serialization_failure and deadlock_detected: nothing happened, and the same again may go through."""

UNAVAILABLE = {
    *("55P03", "57014", "57P01", "57P02", "57P03", "25P03", "25006"),
    *("53000", "53100", "53200", "53300", "53400", "58030"),
}
"""Lock and statement timeouts, shutdown, start-up, read-only standby; no disk, memory, connections left: try later."""

ATTEMPTS = 5
"""How often `Database.run` tries a transaction that was the victim of a deadlock."""


_ERASURES = "tandem.accounts.erasures"


class DatabaseUnavailable(Unavailable):
    """Failed to process request"""


def erasures(connection: AsyncConnection) -> int:
    """How many accounts had been erased when this transaction of a user began.

    As long as the number stays the same, nothing that was known of any user's being there has become wrong.
    """
    number: int = connection.info.get(_ERASURES, 0)
    return number


def _driver_error(error: BaseException) -> psycopg.Error | None:
    if isinstance(error, psycopg.Error):
        return error
    original = getattr(error, "orig", None)
    return original if isinstance(original, psycopg.Error) else None


def is_retryable(error: BaseException) -> bool:
    """Whether the server undid the transaction for a reason that is gone by itself (deadlock, serialisation)."""
    driver = _driver_error(error)
    return driver is not None and driver.sqlstate in RETRIED


def is_unavailable(error: BaseException) -> bool:
    """Whether the error says that the server is away, starting, stopping, or too slow just now."""
    if isinstance(error, exc.TimeoutError):
        return True
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    driver = _driver_error(error)
    if driver is None:
        return isinstance(error, ConnectionError | TimeoutError)
    if driver.sqlstate is None:
        # The connection broke, or never came to be: libpq reports that without a code.
        return isinstance(driver, psycopg.OperationalError | psycopg.InterfaceError)
    return driver.sqlstate in UNAVAILABLE or driver.sqlstate.startswith("08")


class Database:
    """A pool of connections to PostgreSQL under the login role that the URL names.

    Made in a lifespan or at a worker's start, never at import; it connects when first used. Lengths are in
    seconds, and statements are bounded on the server: 5 s a statement, 2 s a lock, 10 s idle in a transaction.
    With ``durable=False`` a commit does not wait for the disk: for what may be forgotten when the server
    crashes, such as a lease.
    """

    def __init__(
        self,
        url: str,
        *,
        application_name: str,
        pool_size: int = 10,
        pool_timeout: float = 3.0,
        durable: bool = True,
    ):
        self.application_name = application_name
        self.engine = create_async_engine(
            sqlalchemy_url(url),
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_use_lifo=True,
            connect_args={
                "application_name": application_name,
                "connect_timeout": 3,
                "keepalives_idle": 10,
                "keepalives_interval": 3,
                "keepalives_count": 3,
                "options": "-c statement_timeout=5s -c lock_timeout=2s "
                "-c idle_in_transaction_session_timeout=10s -c TimeZone=UTC"
                + ("" if durable else " -c synchronous_commit=off"),
            },
        )

    @asynccontextmanager
    async def transaction(self, user_id: UUID | None = None) -> AsyncIterator[AsyncConnection]:
        """One transaction, seen through row-level security as ``user_id``; committed at the end, or undone.

        Raises `AccountClosed` when that user is being erased, and `DatabaseUnavailable` when the server is away or too
        slow. If that happens while committing, the outcome is unknown and has to be read back. Deadlocks come through
        as they are: see `run`.
        """
        connection, driver = await self._begin(user_id)
        try:
            yield connection
            await driver.commit()
        except BaseException as error:
            await _undo(connection, driver)
            if isinstance(error, Exception) and is_unavailable(error):
                log.warning("database_unavailable", error=type(error).__name__, reason=_reason(error))
                raise DatabaseUnavailable from error
            raise
        finally:
            await connection.close()

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]], *, user_id: UUID | None = None) -> T:
        """`transaction` around ``work``, tried again with jitter when it was the victim of a deadlock.

        ``work`` may therefore run several times and must keep its effects inside the transaction.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self.transaction(user_id) as connection:
                    return await work(connection)
            except Exception as error:
                if not is_retryable(error):
                    raise
                if attempt == ATTEMPTS:
                    raise DatabaseUnavailable from error
                log.info("transaction_retried", attempt=attempt)
                await asyncio.sleep(random.uniform(0.001, 0.01) * 2**attempt)  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    async def ping(self) -> None:
        """Answers when the server does; raises `DatabaseUnavailable` when it does not."""
        async with self.transaction():
            pass

    async def close(self) -> None:
        """Closes every connection of the pool."""
        await self.engine.dispose()

    async def _begin(self, user_id: UUID | None) -> tuple[AsyncConnection, "psycopg.AsyncConnection[Any]"]:
        # After a restart of the server every pooled connection is dead. Nothing has been asked of it yet, so
        # a fresh one is taken instead of an error given.
        statement = "BEGIN" if user_id is None else _BEGIN_AS.format(UUID(str(user_id)))
        for last in (False, True):
            connection: AsyncConnection | None = None
            try:
                connection = await self.engine.connect()
                raw = await connection.get_raw_connection()
                driver = cast("psycopg.AsyncConnection[Any]", raw.driver_connection)
                # prepare=False: two commands in one string cannot be prepared, and each user makes another.
                cursor = await driver.execute(statement, prepare=False)
                if user_id is not None:
                    connection.info[_ERASURES] = await _admitted(cursor)
                return connection, driver
            except AccountClosed:
                await driver.rollback()
                await cast(AsyncConnection, connection).close()
                raise
            except BaseException as error:
                if connection is not None:
                    await connection.invalidate()
                    await connection.close()
                if not isinstance(error, Exception) or not is_unavailable(error):
                    raise
                if last or connection is None:
                    log.warning("database_unavailable", error=type(error).__name__, reason=_reason(error))
                    raise DatabaseUnavailable from error
                await self.engine.dispose()
        raise AssertionError("unreachable")


_BEGIN_AS = "BEGIN; SET LOCAL app.user_id = '{0}'; SELECT accounts.admit('{0}')"


async def _admitted(cursor: "psycopg.AsyncCursor[Any]") -> int:
    while cursor.nextset():
        pass
    row = await cursor.fetchone()
    if row is None or row[0] is None:
        raise AccountClosed
    return int(row[0])


async def _undo(connection: AsyncConnection, driver: "psycopg.AsyncConnection[Any]") -> None:
    # A cancelled task or a lost server leaves the connection in an unknown state: throw it away rather than clean it.
    try:
        if driver.closed or driver.info.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
            await connection.invalidate()
        else:
            await driver.rollback()
    except Exception:
        await connection.invalidate()


def _reason(error: BaseException) -> str:
    driver = _driver_error(error)
    return (driver.sqlstate or type(driver).__name__) if driver is not None else type(error).__name__


def sqlalchemy_url(url: str) -> str:
    """The URL with SQLAlchemy's name for the psycopg driver, whichever way it was written."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
