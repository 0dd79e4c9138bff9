"""iTunes Search: https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/iTuneSearchAPI.
Music, and some films; open to all without a key, twenty questions a minute.

It says 403 to those who ask more. Lengths may be fractions of milliseconds, and spaces in names unbreakable.
"""

import re
from itertools import chain, zip_longest
from typing import Any, Literal
from urllib.parse import unquote

from app.catalog.candidates import Candidate, Cover, Facts, ItemType, MovieFacts, MusicFacts, PartialDate
from app.kit.outbound import Policy
from app.sources.budgets import Budget
from app.sources.normalising import (
    count,
    description,
    dig,
    https_url,
    identifier,
    identifiers,
    line,
    names,
    partial_date,
    title,
)
from app.sources.source import Source, keyless, known, whatever_came

PAGE_SIZE = 20
COUNTRY = "US"
EXTERNAL_ID = re.compile(r"(album|track|movie)/([1-9]\d{0,18})")
ARTWORK = re.compile(r"https?://[\w.:/-]*/image/thumb/([\w.%/-]{1,300})/\d+x\d+[\w-]*\.(?:jpg|png|webp)")

Kind = Literal["album", "track", "movie"]
ENTITIES: dict[Kind, str] = {"album": "album", "track": "song", "movie": "movie"}

_MAPPING_OF_ALL = {
    "artistName": "canonical: creators",
    "artworkUrl100": "canonical: cover",
    "primaryGenreName": "canonical: genres",
    "releaseDate": "canonical: released",
    "amgArtistId": "raw only",
    "artistId": "raw only",
    "artistViewUrl": "raw only",
    "artworkUrl30": "raw only",
    "artworkUrl60": "raw only",
    "collectionCensoredName": "raw only",
    "collectionExplicitness": "raw only",
    "collectionPrice": "raw only",
    "contentAdvisoryRating": "raw only",
    "copyright": "raw only",
    "country": "raw only",
    "currency": "raw only",
    "kind": "raw only",
    "trackCensoredName": "raw only",
    "trackExplicitness": "raw only",
    "trackPrice": "raw only",
    "wrapperType": "raw only",
}
MAPPING_OF_ALBUM = _MAPPING_OF_ALL | {
    "collectionId": "metadata: external_id, identifiers",
    "collectionName": "canonical: title",
    "artistName": "canonical: creators, facts.artists",
    "collectionViewUrl": "metadata: url",
    "trackCount": "canonical: facts.track_count",
    "collectionType": "raw only",
}
_MAPPING_OF_TRACKS = _MAPPING_OF_ALL | {
    "trackId": "metadata: external_id, identifiers",
    "trackName": "canonical: title",
    "trackViewUrl": "metadata: url",
    "collectionId": "raw only",
    "collectionViewUrl": "raw only",
    "discCount": "raw only",
    "discNumber": "raw only",
    "isStreamable": "raw only",
    "previewUrl": "raw only",
    "trackCount": "raw only",
    "trackNumber": "raw only",
}
MAPPING_OF_TRACK = _MAPPING_OF_TRACKS | {
    "artistName": "canonical: creators, facts.artists",
    "collectionName": "canonical: facts.album",
    "trackTimeMillis": "canonical: facts.duration_ms",
}
MAPPING_OF_MOVIE = _MAPPING_OF_TRACKS | {
    "artistName": "canonical: creators, facts.directors",
    "trackTimeMillis": "canonical: facts.runtime_minutes",
    "longDescription": "canonical: description",
    "shortDescription": "canonical: description",
    "collectionName": "raw only",
    "collectionArtistId": "raw only",
    "collectionArtistViewUrl": "raw only",
    "collectionHdPrice": "raw only",
    "hasITunesExtras": "raw only",
    "trackHdPrice": "raw only",
    "trackHdRentalPrice": "raw only",
    "trackRentalPrice": "raw only",
}


class Itunes(Source):
    name = "itunes"
    label = "iTunes"
    types = frozenset[ItemType]({"music", "movie"})
    keys = ()
    credit = "Data and artwork provided courtesy of iTunes."
    home = "https://music.apple.com"
    terms = "https://performance-partners.apple.com/search-api"
    policy = Policy(judge=keyless, connect=2.0, read=5.0)
    budget = Budget(per_second=18 / 60, burst=6, at_once=1, search=2)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        """Two kinds at most: its budget is the smallest of all."""
        lists = await whatever_came(self._search(kind, text, page) for kind in kinds_of(item_type))
        return known(chain.from_iterable(zip_longest(*lists)))

    async def fetch(self, external_id: str) -> Candidate:
        match = EXTERNAL_ID.fullmatch(external_id)
        if match is None:
            raise self.down("not_found")
        rows = await self._get("/lookup", {"id": match[2], "country": COUNTRY})
        candidates = [candidate_of_row(row) for row in rows]
        found = next((each for each in candidates if each and each.external_id == external_id), None)
        if found is None:
            raise self.down("not_found")
        return found

    async def _search(self, kind: Kind, text: str, page: int) -> list[Candidate | None]:
        params: dict[str, str | int] = {
            "term": text,
            "country": COUNTRY,
            "media": "movie" if kind == "movie" else "music",
            "entity": ENTITIES[kind],
            "limit": PAGE_SIZE,
            "offset": (page - 1) * PAGE_SIZE,
        }
        return [candidate_of_row(row) for row in await self._get("/search", params)]

    async def _get(self, path: str, params: dict[str, str | int]) -> list[Any]:
        rows = dig(await self.ask("GET", self.settings.itunes_url + path, params=params), "results")
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return rows


def kinds_of(item_type: ItemType | None) -> tuple[Kind, ...]:
    match item_type:
        case "music":
            return ("album", "track")
        case "movie":
            return ("movie",)
    return ("album", "movie")


def candidate_of_row(raw: Any) -> Candidate | None:
    """A row of /search or /lookup, which mix albums, songs and films with artists, books, podcasts and episodes."""
    if dig(raw, "wrapperType") == "collection" and dig(raw, "collectionType") in ("Album", "Compilation"):
        return candidate_of_album(raw)
    match dig(raw, "kind"):
        case "song":
            return candidate_of_track(raw)
        case "feature-movie":
            return candidate_of_movie(raw)
    return None


def candidate_of_album(raw: Any) -> Candidate | None:
    facts = MusicFacts(kind="album", artists=_artist(raw), track_count=count(dig(raw, "trackCount")))
    return _candidate("album", raw, "collection", facts)


def candidate_of_track(raw: Any) -> Candidate | None:
    facts = MusicFacts(
        kind="track",
        artists=_artist(raw),
        album=line(dig(raw, "collectionName")),
        duration_ms=count(dig(raw, "trackTimeMillis")),
    )
    return _candidate("track", raw, "track", facts)


def candidate_of_movie(raw: Any) -> Candidate | None:
    """Its artist is the director."""
    length = count(dig(raw, "trackTimeMillis"))
    facts = MovieFacts(
        kind="film", directors=_artist(raw), runtime_minutes=count(round(length / 60_000)) if length else None
    )
    return _candidate("movie", raw, "track", facts)


def _candidate(kind: Kind, raw: Any, prefix: str, facts: Facts) -> Candidate | None:
    number, name = _number(dig(raw, f"{prefix}Id")), title(dig(raw, f"{prefix}Name"))
    if number is None or name is None:
        return None
    is_film = kind == "movie"
    return Candidate(
        source=Itunes.name,
        external_id=f"{kind}/{number}",
        title=name,
        creators=_artist(raw),
        released=_released(raw.get("releaseDate")),
        description=description(raw.get("longDescription")) or description(raw.get("shortDescription"))
        if is_film
        else None,
        genres=names([raw.get("primaryGenreName")]),
        cover=_cover(raw.get("artworkUrl100")),
        identifiers=identifiers(identifier("itunes", number, kind)),
        url=https_url(raw.get(f"{prefix}ViewUrl")),
        facts=facts,
        raw=raw,
    )


def _number(value: Any) -> int | None:
    """Beyond 32 bits these days."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _artist(raw: Any) -> tuple[str, ...]:
    return names([dig(raw, "artistName")])


def _released(value: Any) -> PartialDate | None:
    """New Year's Day stands for a year of which nobody knew more."""
    date = partial_date(value)
    return partial_date(str(date.value.year)) if date and (date.value.month, date.value.day) == (1, 1) else date


def _cover(address: Any) -> Cover | None:
    """The picture's path without its size; pictures at hosts of before 2013 are gone."""
    match = ARTWORK.fullmatch(str(address))
    return Cover(provider=Itunes.name, key=unquote(match[1])) if match and ".." not in match[1] else None
