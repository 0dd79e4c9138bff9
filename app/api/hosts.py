"""`/api/public/hosts/{handle}` and `/api/public/menus`: who serves here, and what, for anyone to read."""

from collections.abc import Sequence
from urllib.parse import urlencode

from litestar import Router, get
from litestar.params import FromPath, FromQuery

from app.accounts import hosting, house_rules
from app.api import serving_shapes as shapes
from app.api import shaping
from app.api.describing import problems, takes
from app.kit.db import AnyRow
from app.kit.errors import NotFound
from app.kit.settings import Settings
from app.menus import discovering
from app.menus.discovering import DiscoverForm
from app.web.wiring import Asked, Configured, Session


@get("/hosts/{handle:str}", summary="A host's public profile, with their published menus.", responses=problems(404))
async def show(
    session: Session, settings: Configured, handle: FromPath[str], after: FromQuery[str] = ""
) -> shapes.Host:
    host = await hosting.host_at(session, handle)
    rows, last = await discovering.of_host(session, host.id, after=after)
    return shapes.Host(
        handle=host.handle,
        name=host.name,
        bio=host.bio,
        menus=_menus(settings, rows),
        next=f"/api/public/hosts/{host.handle}?after={last}" if last else None,
    )


@get(
    "/menus",
    summary="Menus that are published here, where the operator lets them be discovered.",
    operation_class=takes(query=DiscoverForm),
    responses=problems(404, 422),
)
async def index(session: Session, settings: Configured, asked: Asked) -> shapes.PublishedMenus:
    """With `q` those that have all its words: in title, intent, courses, author, and the works they serve."""
    if not (await house_rules.read(session, settings)).discover:
        raise NotFound
    form = DiscoverForm.read(asked)
    rows, last = await discovering.discovered(session, form)
    query = urlencode({name: value for name, value in (("q", form.q), ("after", last)) if value})
    return shapes.PublishedMenus(menus=_menus(settings, rows), next=f"/api/public/menus?{query}" if last else None)


def _menus(settings: Settings, rows: Sequence[AnyRow]) -> list[shapes.PublishedMenu]:
    return [
        shapes.PublishedMenu(
            title=row.title,
            intent=row.intent,
            slug=row.slug,
            author=row.author,
            host=row.handle,
            public_url=shaping.public_url(settings, row.slug),
            published_at=row.published_at,
            updated_at=row.updated_at,
            course_count=row.courses,
            item_count=row.items,
        )
        for row in rows
    ]


public = Router("/public", route_handlers=[index, show], tags=["public"])
