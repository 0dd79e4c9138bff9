"""What is past its time goes: expired previews, sessions that ended."""

from saq.types import Context

from app.accounts import signing_in
from app.kit.db import Database
from app.sources import previews


async def sweep(context: Context) -> dict[str, int]:
    database: Database = context["database"]  # type: ignore[typeddict-item]
    async with database.session() as session:
        return {"previews": await previews.sweep(session), "sessions": await signing_in.sweep(session)}
