"""The shapes of a published menu that are the same for everyone: made once for each of its states."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Request, Response

from app.kit.db import AsyncSession, Database
from app.menus import freshness, reading
from app.menus.reading import WholeMenu
from app.web.conditional import ASKED_ABOUT, knows, tag_of, unchanged
from app.web.rendered import Rendered

Make = Callable[[AsyncSession, WholeMenu], Awaitable[bytes]]


async def shape_of(
    request: Request[Any, Any, Any],
    database: Database,
    slug: str,
    name: str,
    media_type: str,
    make: Make,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """`name`: which of its shapes. Who has it already is told so after one statement. Raises `NotFound`, `Moved`."""
    async with database.direct.one() as connection:
        state = await freshness.state_of(connection, slug)
    tag = tag_of(request.app.state.edition, state, name)
    said = {"ETag": tag, "Cache-Control": ASKED_ABOUT} | dict(headers or {})
    if state and knows(request, tag):
        return unchanged(said)

    async def made() -> bytes:
        async with database.reading() as session:
            return await make(session, await reading.menu_at(session, slug, None))

    rendered: Rendered = request.app.state.rendered
    content = await (rendered.find_or_make(f"{slug} {name}", tag, made) if state else made())
    return Response(content, media_type=media_type, headers=said)
