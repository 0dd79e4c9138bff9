"""All the sources there are."""

from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.sources.google_books import GoogleBooks
from app.sources.igdb import Igdb
from app.sources.lastfm import Lastfm
from app.sources.source import Source
from app.sources.tmdb import Tmdb

SOURCES: tuple[type[Source], ...] = (GoogleBooks, Tmdb, Igdb, Lastfm)


def all_sources(settings: Settings, outbound: Outbound) -> dict[str, Source]:
    """By name, in the order people see them. Each knows whether it is `ready`, and what is `missing`."""
    return {source.name: source(settings, outbound) for source in SOURCES}
