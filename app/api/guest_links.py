"""`/api/menus/{id}/guest-links`: links for guests."""

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath

from app.api import link_shapes
from app.api.created import created
from app.api.describing import needs, problems, takes
from app.api.link_shapes import GuestLink, NewGuestLink
from app.api.sent import Sent
from app.kit.ids import UUID
from app.menus import guest_links, reading
from app.menus.link_forms import GuestLinkForm
from app.web.wiring import Configured, Session, SignedIn


@get(
    "/",
    summary="The guest links of a menu of mine, the newest first.",
    responses=problems(401, 404),
    **needs("menus:read"),
)
async def index(session: Session, viewer: SignedIn, menu_id: FromPath[UUID]) -> list[GuestLink]:
    """At most 50."""
    await reading.menu_of(session, viewer.id, menu_id)
    return [link_shapes.guest_link(row) for row in await guest_links.links_of(session, viewer.id, menu_id)]


@post(
    "/",
    summary="Make a guest link.",
    operation_class=takes(body=GuestLinkForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("menus:write"),
)
async def create(
    session: Session, settings: Configured, viewer: SignedIn, menu_id: FromPath[UUID], sent: Sent
) -> Response[NewGuestLink]:
    """The answer is the only one that has the link itself."""
    id_, path = await guest_links.make(session, viewer.id, menu_id, GuestLinkForm.read(sent))
    row = await guest_links.link_of(session, viewer.id, menu_id, id_)
    shape = link_shapes.new_guest_link(row, f"{settings.address}{path}")
    return created(shape, f"/api/menus/{menu_id}/guest-links/{id_}")


@get("/{link_id:uuid}", summary="A guest link of mine.", responses=problems(401, 404), **needs("menus:read"))
async def show(session: Session, viewer: SignedIn, menu_id: FromPath[UUID], link_id: FromPath[UUID]) -> GuestLink:
    return link_shapes.guest_link(await guest_links.link_of(session, viewer.id, menu_id, link_id))


@delete("/{link_id:uuid}", summary="End a guest link.", responses=problems(401, 404), **needs("menus:write"))
async def destroy(session: Session, viewer: SignedIn, menu_id: FromPath[UUID], link_id: FromPath[UUID]) -> None:
    await guest_links.revoke(session, viewer.id, menu_id, link_id)


router = Router("/menus/{menu_id:uuid}/guest-links", route_handlers=[index, create, show, destroy], tags=["menus"])
