"""All the sources there are."""

from app.kit.outbound import Outbound
from app.kit.settings import Settings
from app.sources.attempts import Attempts
from app.sources.budgets import Budgets
from app.sources.circuits import Circuits
from app.sources.google_books import GoogleBooks
from app.sources.igdb import Igdb
from app.sources.itunes import Itunes
from app.sources.lastfm import Lastfm
from app.sources.musicbrainz import MusicBrainz
from app.sources.open_library import OpenLibrary
from app.sources.source import Source
from app.sources.steam import Steam
from app.sources.tmdb import Tmdb
from app.sources.tvmaze import Tvmaze
from app.sources.wikidata import Wikidata

SOURCES: tuple[type[Source], ...] = (
    GoogleBooks,
    OpenLibrary,
    Tmdb,
    Wikidata,
    Tvmaze,
    Igdb,
    Steam,
    MusicBrainz,
    Lastfm,
    Itunes,
)


def all_sources(
    settings: Settings,
    outbound: Outbound,
    budgets: Budgets | None = None,
    circuits: Circuits | None = None,
    attempts: Attempts | None = None,
) -> dict[str, Source]:
    """By name, in the order people see them. Each knows whether it is `ready`, and what is `missing`."""
    return {source.name: source(settings, outbound, budgets, circuits, attempts) for source in SOURCES}


def contact_advice(settings: Settings) -> str:
    """What to do about `CONTACT`, in a sentence; "" once it is set."""
    if settings.contact:
        return ""
    wanting = " and ".join(source.label for source in SOURCES if source.wants_contact)
    return f"{wanting} want to know whom to write to: set CONTACT to an e-mail or web address."
