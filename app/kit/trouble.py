"""Which failures of the database pass by themselves, and which are a fault of ours."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DOWN = (
    PoolTimeout,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what it makes of a connection that is cut in the middle
    ConnectionError,
    TimeoutError,
    FileNotFoundError,  # the socket of a Postgres that is not there
    BlockingIOError,  # or of one that stands still, with a crowd before it
)
# classes of SQLSTATE: connection, rolled back, out of resources, operator's intervention, system
AWAY = frozenset({"08", "40", "53", "57", "58"})


def database_is_down(error: BaseException | None) -> bool:
    """Rather than refusing what we sent it, which is a fault of ours."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_away(getattr(error.orig, "sqlstate", None))
    if isinstance(error, asyncpg.PostgresError):
        return _is_away(error.sqlstate)
    return isinstance(error, DOWN)


def is_full(error: BaseException) -> bool:
    """No room on the disk: what is there can be read, and writing works again as soon as there is some."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) == asyncpg.DiskFullError.sqlstate


def _is_away(sqlstate: str | None) -> bool:
    return sqlstate is None or sqlstate[:2] in AWAY
