"""What passes by itself is told from what we did wrong."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from app.kit.trouble import database_is_down


@pytest.mark.parametrize(
    ("error", "is_down"),
    [
        (ConnectionRefusedError(), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (FileNotFoundError(), True),
        (BlockingIOError(), True),
        (asyncpg.CannotConnectNowError(""), True),
        (asyncpg.AdminShutdownError(""), True),
        (asyncpg.ConnectionDoesNotExistError(""), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"), True),
        (asyncpg.DiskFullError(""), True),
        (asyncpg.DeadlockDetectedError(""), True),
        (asyncpg.QueryCanceledError(""), True),
        (asyncpg.UniqueViolationError(""), False),
        (asyncpg.UndefinedTableError(""), False),
        (asyncpg.CharacterNotInRepertoireError(""), False),
        (ValueError(), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_only_what_passes_is_called_a_moments_wait(error: Exception, is_down: bool) -> None:
    assert database_is_down(error) is is_down
    if isinstance(error, asyncpg.PostgresError):
        assert database_is_down(DBAPIError("SELECT 1", {}, error)) is is_down
