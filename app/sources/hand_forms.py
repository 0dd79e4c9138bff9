"""A work that somebody writes down by hand: all that a source could say of it."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from app.catalog.candidates import ItemType
from app.catalog.models import DESCRIPTION_MAX, TITLE_MAX
from app.kit.forms import Form, Line, Paragraphs, Readable, wrong
from app.sources import normalising
from app.sources.musicbrainz import ISRC
from app.sources.normalising import IMDB, MBID, NAME_MAX, WIKIDATA

NAMES_MAX = 30
STEAM = re.compile(r"[1-9][0-9]{0,9}")

Text = Annotated[Line, Field(max_length=TITLE_MAX)]


def _lines(typed: Any) -> Any:
    """Names stand one on each line, or in a list; what is no name is left for the form to refuse."""
    found = typed.splitlines() if isinstance(typed, str) else [] if typed is None else typed
    if not isinstance(found, list | tuple):
        return found
    names = [name.strip() if isinstance(name, str) else name for name in found]
    return [name for name in names if name != ""]


def _nothing(typed: Any) -> Any:
    return None if typed == "" else typed


def _date(typed: str) -> str:
    if typed and (not normalising.ISO_DATE.fullmatch(typed) or normalising.partial_date(typed) is None):
        raise wrong("Write a year, a month or a day: 1965, 1965-08 or 1965-08-17.")
    return typed


def _language(typed: str) -> str:
    if typed and normalising.language(typed) != typed.casefold():
        raise wrong("Use the two letters of the language, like en or fr.")
    return typed.casefold()


def _isbn(typed: str) -> str:
    found = normalising.isbn13(typed)
    if typed and found is None:
        raise wrong("This is no ISBN: a digit is wrong or missing.")
    return found or ""


def _duration(typed: str) -> str:
    minutes, _, seconds = typed.partition(":")
    if typed and not (minutes.isdecimal() and len(minutes) < 4 and seconds.isdecimal() and len(seconds) == 2):
        raise wrong("Write minutes and seconds, like 4:05.")
    if seconds and int(seconds) > 59:
        raise wrong("Write minutes and seconds, like 4:05.")
    return typed


def _shaped(shape: Any, sentence: str) -> Any:
    def check(typed: str) -> str:
        if typed and not shape.fullmatch(typed):
            raise wrong(sentence)
        return typed

    return AfterValidator(check)


Names = Annotated[
    tuple[Annotated[Line, Field(min_length=1, max_length=NAME_MAX)], ...],
    Field(max_length=NAMES_MAX),
    BeforeValidator(_lines),
]
Number = Annotated[Annotated[int, Field(ge=1, le=100_000)] | None, BeforeValidator(_nothing)]


class WorkForm(Form):
    """What does not belong to its medium is ignored. Creators are authors, directors, developers or artists."""

    type: ItemType
    title: Annotated[Text, Field(min_length=1), Readable]
    subtitle: Text = ""
    original_title: Text = ""
    creators: Names = ()
    released: Annotated[Line, AfterValidator(_date), Field(description="1965, 1965-08 or 1965-08-17.")] = ""
    description: Annotated[Paragraphs, Field(max_length=DESCRIPTION_MAX)] = ""
    language: Annotated[Line, AfterValidator(_language), Field(description="ISO 639-1.")] = ""
    genres: Names = ()
    # books
    series: Text = ""
    publisher: Text = ""
    pages: Number = None
    isbn13: Annotated[Line, AfterValidator(_isbn)] = ""
    # films and series
    film_kind: Literal["film", "series"] = "film"
    runtime_minutes: Number = None
    seasons: Number = None
    episodes: Number = None
    countries: Names = ()
    imdb: Annotated[Line, _shaped(IMDB, "An IMDb id looks like tt1160419.")] = ""
    # games
    publishers: Names = ()
    platforms: Names = ()
    steam: Annotated[Line, _shaped(STEAM, "A Steam id is a number, like 620.")] = ""
    # music
    music_kind: Literal["album", "track"] = "album"
    album: Text = ""
    duration: Annotated[Line, AfterValidator(_duration), Field(description="Minutes and seconds: 4:05.")] = ""
    track_count: Number = None
    label: Text = ""
    mbid: Annotated[Line, _shaped(MBID, "A MusicBrainz id has 32 letters and digits in five groups.")] = ""
    isrc: Annotated[Line, _shaped(ISRC, "An ISRC looks like USRC17607839.")] = ""
    # any
    wikidata: Annotated[Line, _shaped(WIKIDATA, "A Wikidata id looks like Q190192.")] = ""
