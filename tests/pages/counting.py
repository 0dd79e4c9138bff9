"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.kit.db import Database
from tests.cast import Watched
from tests.conftest import straight


@contextmanager
def counted(database: Database, watched: Watched) -> Iterator[list[str]]:
    """The statements sent while the block runs: the pages' own, the search engine's, and who is asking."""
    sent = watched.statements
    sent.clear()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    straight.counting.append(sent)
    try:
        yield sent
    finally:
        straight.counting.remove(sent)
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
