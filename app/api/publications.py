"""`/api/menus/{id}/publication` and `/api/public/menus/{slug}`: what anyone may read."""

from typing import Any, cast

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import CacheControlHeader
from litestar.openapi import ResponseSpec
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.created import created_or_found
from app.api.describing import also, needs, problems
from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID
from app.menus import reading, sharing
from app.menus.reading import WholeMenu
from app.web.published import shape_of
from app.web.wiring import Configured, Session, SignedIn, Stored


@post(
    "/",
    summary="Let anyone read a menu, at its slug.",
    responses=problems(401, 404) | also(200, shapes.Publication, "It is published already: as it stands."),
    **needs("menus:write"),
)
async def create(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID]
) -> Response[shapes.Publication]:
    asked_at = clock.now()
    await sharing.publish(session, viewer.id, menu_id)
    menu = await reading.menu_of(session, viewer.id, menu_id)
    assert menu.published_at is not None  # noqa: S101 - it has just been published
    shape = shapes.Publication(
        slug=menu.slug, public_url=shaping.public_url(settings, menu.slug), published_at=menu.published_at
    )
    there = f"/api/public/menus/{menu.slug}"
    return created_or_found(shape, there, made_at=menu.published_at, asked_at=asked_at)


@delete("/", summary="Keep a menu to myself again.", responses=problems(401, 404), **needs("menus:write"))
async def destroy(session: Session, viewer: SignedIn, menu_id: FromPath[UUID]) -> None:
    await sharing.unpublish(session, viewer.id, menu_id)


@get(
    "/public/menus/{slug:str}",
    summary="A published menu, for anyone to read.",
    cache_control=CacheControlHeader(public=True, max_age=0, must_revalidate=True),
    responses=problems(404)
    | {
        301: ResponseSpec(None, description="It has another slug by now: `Location` leads there."),
        304: ResponseSpec(None, description="It is as you have it: send its `ETag` as `If-None-Match`."),
    },
)
async def show(
    request: Request[Any, Any, Any], database: Stored, settings: Configured, slug: FromPath[str]
) -> Response[shapes.PublicMenu]:

    async def make(_: AsyncSession, menu: WholeMenu) -> bytes:
        return msgspec.json.encode(shaping.public_menu(settings, menu))

    said = await shape_of(request, database, slug, "json", "application/json", make)
    del said.headers["Cache-Control"]  # this handler says it
    return cast("Response[shapes.PublicMenu]", said)  # in JSON already


router = Router("/menus/{menu_id:uuid}/publication", route_handlers=[create, destroy], tags=["menus"])
public = Router("/", route_handlers=[show], tags=["public"])
