"""Accounts whose week to think it over is past are erased, each in a transaction of its own."""

from saq.types import Context

from app.accounts import closing
from app.kit.db import Database
from app.menus import lineage


async def erase(context: Context) -> int:
    """How many."""
    database: Database = context["database"]  # type: ignore[typeddict-item]
    erased = 0
    while True:
        async with database.session() as session:
            user = await closing.due(session)
            if user is None:
                return erased
            await lineage.forget(session, user.id)
            await closing.erase(session, user)
        erased += 1
