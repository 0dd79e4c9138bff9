"""Putting the application together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp
from saq import Queue

from app.accounts.throttling import Throttle
from app.api.describing import OPENAPI
from app.api.routes import ROUTES as API
from app.kit.db import Database
from app.kit.guarded import Guarded
from app.kit.keys import ring_of
from app.kit.openid import openid_of
from app.kit.settings import Settings
from app.menus.carding import Cards
from app.pages.routes import ROUTES as PAGES
from app.search.contract import CatalogSearch
from app.search.engines import engine_of
from app.search.fan_out import AskedHere, FanOut
from app.sources.covering import Covers
from app.sources.covers import origins_given
from app.sources.keyring import Keyring
from app.sources.source import Source
from app.web.assets import Assets
from app.web.deadline import deadline, timed
from app.web.edition import edition_of
from app.web.errors import handlers
from app.web.forms import refuse_ambiguity
from app.web.frame import frame
from app.web.limits import Limits, keep_within_limits
from app.web.rendered import Rendered
from app.web.templating import environment
from app.web.wiring import DEPENDENCIES


def create_app(
    settings: Settings,
    database: Database,
    *,
    engine: CatalogSearch | None = None,
    sources: Mapping[str, Source] | None = None,
    fan_out: FanOut | None = None,
    queue: Queue | None = None,
    covers: Covers | None = None,
) -> ASGIApp:
    """The whole application, on a database that is up and migrated. Without `fan_out`, `sources` are asked here."""
    assets = Assets()

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with keyring.followed(database):
            yield
        cards.close()
        await pictures.close()

    pictures = covers or Covers(settings, Guarded(settings.contact, trusted=origins_given(settings)))
    cards = Cards()
    sources = dict(fan_out.sources if fan_out else sources or {})
    keyring = Keyring(settings, sources.values())
    state = State(
        {
            "settings": settings,
            "database": database,
            "engine": engine or engine_of(settings, database),
            "sources": sources,
            "fan_out": fan_out or FanOut(database, sources, AskedHere(database, sources)),
            "queue": queue,
            "keyring": keyring,
            "covers": pictures,
            "cards": cards,
            "assets": assets,
            "edition": edition_of(settings, assets),
            "rendered": Rendered(),
            "templates": environment(settings, assets),
            "openid": openid_of(settings),
            "ring": ring_of(settings),
            "throttle": Throttle(database, ring_of(settings)),
            "origin": _origin(settings),
            "limits": Limits(database, settings.rate_limits),
        }
    )
    app = Litestar(
        route_handlers=[PAGES, API],
        guards=[keep_within_limits, refuse_ambiguity],
        dependencies=DEPENDENCIES,
        exception_handlers=handlers(),
        middleware=[deadline],
        lifespan=[lifespan],
        state=state,
        openapi_config=OPENAPI,
        logging_config=None,
        multipart_form_part_limit=1,
    )
    return timed(frame(app, database, settings))


def _origin(settings: Settings) -> str | None:
    """Where our pages are from, if we were told; else each request's own host is asked."""
    if settings.base_url is None:
        return None
    parts = urlsplit(settings.base_url)
    return f"{parts.scheme}://{parts.netloc}"
