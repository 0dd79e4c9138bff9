"""`/settings/data/exports`: everything of mine, as one file."""

from litestar import Router, post
from litestar.response import Stream

from app.ops import exporting
from app.web.limits import EXPORTS
from app.web.signed_in import only_the_signed_in, only_the_sure
from app.web.wiring import Session, SignedIn, Stored


@post("/", status_code=200, limit=EXPORTS)
async def create(session: Session, database: Stored, viewer: SignedIn) -> Stream:
    """Sent while it is made: how long it is, nobody knows before its end."""
    archive = await exporting.export(session, database, viewer.id)
    return Stream(
        archive.pieces(),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{archive.name}"', "Cache-Control": "no-store"},
    )


router = Router("/settings/data/exports", route_handlers=[create], guards=[only_the_signed_in, only_the_sure])
