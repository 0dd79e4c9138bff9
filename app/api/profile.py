"""`/api/me/profile`: how I show myself to anybody, if I do."""

import msgspec
from litestar import Response, Router, get, put

from app.accounts import hosting
from app.accounts.hosting import HostForm, HostProfile
from app.accounts.scopes import SESSION
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tagged
from app.api.sent import Sent
from app.web.wiring import Session, SignedIn


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """`handle` is null until one is chosen."""

    handle: str | None
    bio: str
    is_public: bool


@get("/", summary="My public profile.", responses=problems(401), **needs("account:read"))
async def show(session: Session, viewer: SignedIn) -> Response[Profile]:
    return _tagged(await hosting.profile_of(session, viewer.id))


@put(
    "/",
    summary="Say how I show myself, and whether.",
    operation_class=takes(body=HostForm, replaces=True),
    responses=problems(401, 413, 415, 422) | REPLACES,
    **needs(SESSION),
)
async def update(session: Session, viewer: SignedIn, expected: Expected, sent: Sent) -> Response[Profile]:
    form = HostForm.read(sent)
    profile = await hosting.profile_of(session, viewer.id)
    since = expected.hold(profile.version if profile else None)
    return _tagged(await hosting.introduce(session, viewer.id, form, since=since))


def _tagged(profile: HostProfile | None) -> Response[Profile]:
    if profile is None:
        return tagged(Profile(handle=None, bio="", is_public=False), 0)
    shape = Profile(handle=profile.handle, bio=profile.bio, is_public=profile.is_public)
    return tagged(shape, profile.version)


router = Router("/me/profile", route_handlers=[show, update], tags=["accounts"])
