"""`/api/preferences`: how somebody likes things shown."""

from typing import Literal

import msgspec
from litestar import Router, get, put

from app.accounts import preferences
from app.accounts.preferences import PreferencesForm, UserPreferences
from app.accounts.scopes import SESSION
from app.api.describing import needs, problems, takes
from app.api.sent import Sent
from app.web.wiring import Session, SignedIn


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """How ratings are shown (here they are told from 0 to 10 whatever it is), whether lists have quick keys, whether
    the public profile shows the taste profile, and whose calendar days are counted by: UTC's where it is empty."""

    rating_scale: Literal["stars", "ten", "hundred"]
    has_quick_keys: bool
    shares_taste: bool
    time_zone: str


@get("/", summary="How I like things shown.", responses=problems(401), **needs("account:read"))
async def show(session: Session, viewer: SignedIn) -> Preferences:
    return _shaped(await preferences.preferences_of(session, viewer.id))


@put(
    "/",
    summary="Say how I like things shown.",
    operation_class=takes(body=PreferencesForm),
    responses=problems(401, 413, 415, 422),
    **needs(SESSION),
)
async def update(session: Session, viewer: SignedIn, sent: Sent) -> Preferences:
    await preferences.prefer(session, viewer.id, PreferencesForm.read(sent))
    return _shaped(await preferences.preferences_of(session, viewer.id))


def _shaped(row: UserPreferences) -> Preferences:
    return Preferences(
        rating_scale=row.rating_scale,  # type: ignore[arg-type]  # checked by the table
        has_quick_keys=row.has_quick_keys,
        shares_taste=row.shares_taste,
        time_zone=row.time_zone,
    )


router = Router("/preferences", route_handlers=[show, update], tags=["accounts"])
