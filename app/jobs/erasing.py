"""Accounts whose week to think it over is past are erased, each in a transaction of its own."""

from saq.types import Context

from app.accounts import closing
from app.kit.db import Database


async def erase(context: Context) -> int:
    """How many."""
    database: Database = context["database"]  # type: ignore[typeddict-item]
    erased = 0
    while True:
        async with database.session() as session:
            if await closing.erase_one(session) is None:
                return erased
        erased += 1
