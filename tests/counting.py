"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app.kit.db import Database
from tests.conftest import straight


@contextmanager
def statements(database: Database, sent: list[str] | None = None) -> Iterator[list[str]]:
    """Those sent meanwhile, the look-up of who is asking among them. `sent` is a list that others fill too."""
    sent = [] if sent is None else sent
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
