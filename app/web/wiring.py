"""What handlers ask for by name."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from saq import Queue

from app.accounts.signing_in import Viewer
from app.accounts.throttling import Throttle
from app.kit.db import AsyncSession, Database
from app.kit.settings import Settings
from app.search.contract import CatalogSearch
from app.search.fan_out import FanOut
from app.sources.keyring import Keyring
from app.sources.source import Source
from app.web.forgery import SAFE
from app.web.forms import read_form, read_query
from app.web.once import once
from app.web.signed_in import provide_viewer, provide_visitor

# ours already: nothing to check or convert, request by request
Stored: TypeAlias = NamedDependency[SkipValidation[Database]]
Session: TypeAlias = NamedDependency[SkipValidation[AsyncSession]]
Configured: TypeAlias = NamedDependency[SkipValidation[Settings]]
Engine: TypeAlias = NamedDependency[SkipValidation[CatalogSearch]]
Sources: TypeAlias = NamedDependency[SkipValidation[dict[str, Source]]]
Asking: TypeAlias = NamedDependency[SkipValidation[FanOut]]
Jobs: TypeAlias = NamedDependency[SkipValidation[Queue | None]]
Keys: TypeAlias = NamedDependency[SkipValidation[Keyring]]
Throttled: TypeAlias = NamedDependency[SkipValidation[Throttle]]
SignedIn: TypeAlias = NamedDependency[SkipValidation[Viewer]]
Visitor: TypeAlias = NamedDependency[SkipValidation[Viewer | None]]
Typed: TypeAlias = NamedDependency[SkipValidation[dict[str, str]]]
Asked: TypeAlias = NamedDependency[SkipValidation[dict[str, str]]]

# gets in and out however busy the pages are; nothing that waits for others is among them
DOOR = frozenset(("/login", "/login/passkey", "/login/second", "/logout", "/api/auth/login", "/api/auth/logout"))


def provide_database(request: Request[Any, Any, Any]) -> Database:
    database: Database = request.app.state.database
    return database


async def provide_session(
    request: Request[Any, Any, Any], database: NamedDependency[SkipValidation[Database]]
) -> AsyncIterator[AsyncSession]:
    """One transaction per request: returning commits, before the answer is sent; raising rolls back.

    What only reads needs none. It comes after all that can refuse (who asks, what was typed), because what stands on
    another dependency is made after those that stand on none: Litestar never closes what a refusal leaves half made.
    """
    reserved = request.url.path in DOOR
    if request.method in SAFE:
        async with database.reading(reserved=reserved) as session:
            yield session
    else:
        async with database.session(reserved=reserved) as session, once(session, request):
            yield session


def provide_settings(request: Request[Any, Any, Any]) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def provide_engine(request: Request[Any, Any, Any]) -> CatalogSearch:
    engine: CatalogSearch = request.app.state.engine
    return engine


def provide_sources(request: Request[Any, Any, Any]) -> dict[str, Source]:
    sources: dict[str, Source] = request.app.state.sources
    return sources


def provide_queue(request: Request[Any, Any, Any]) -> Queue | None:
    queue: Queue | None = request.app.state.queue
    return queue


def provide_keyring(request: Request[Any, Any, Any]) -> Keyring:
    keyring: Keyring = request.app.state.keyring
    return keyring


def provide_throttle(request: Request[Any, Any, Any]) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


def provide_fan_out(request: Request[Any, Any, Any]) -> FanOut:
    fan_out: FanOut = request.app.state.fan_out
    return fan_out


DEPENDENCIES = {
    "database": Provide(provide_database, sync_to_thread=False),
    "session": Provide(provide_session),
    "settings": Provide(provide_settings, sync_to_thread=False),
    "engine": Provide(provide_engine, sync_to_thread=False),
    "sources": Provide(provide_sources, sync_to_thread=False),
    "queue": Provide(provide_queue, sync_to_thread=False),
    "keyring": Provide(provide_keyring, sync_to_thread=False),
    "fan_out": Provide(provide_fan_out, sync_to_thread=False),
    "throttle": Provide(provide_throttle, sync_to_thread=False),
    "viewer": Provide(provide_viewer, sync_to_thread=False),
    "visitor": Provide(provide_visitor, sync_to_thread=False),
    "form": Provide(read_form),
    "asked": Provide(read_query, sync_to_thread=False),
}
