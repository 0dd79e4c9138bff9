"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.kit.db import Database
from tests.conftest import COUNTED, count


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Those sent meanwhile, the search engine's and the look-up of who is asking among them."""

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        count(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    sent: list[str] = []
    before = COUNTED.set(sent)
    try:
        yield sent
    finally:
        COUNTED.reset(before)
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
