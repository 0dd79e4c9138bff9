"""Everything of somebody's as an answer that is sent while it is made."""

from functools import partial

from litestar.response import Stream

from app.kit.db import Database
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.ops import exporting
from app.sources.covering import kept_picture, stored_in


async def everything_of(database: Database, settings: Settings, user_id: UUID, *, covers: bool) -> Stream:
    """How long it is, nobody knows before its end. Raises `TooBusy`."""
    pictures = partial(kept_picture, settings, stored_in(settings)) if covers else None
    async with database.session() as session:
        archive = await exporting.export(session, database, user_id, pictures)
    return Stream(
        archive.pieces(),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{archive.name}"'},
    )
