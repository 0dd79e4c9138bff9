"""Last.fm 2.0: search and details of tracks, albums and artists (last.fm/api). Numbers are strings, mostly."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from urllib.parse import quote_plus

from sandbox.web import Answer, Json, Request, as_json, as_text, whole
from sandbox.works import Album, Track, Work, find, fold, ranked, works_of

__all__ = ["ARTIST_MBIDS", "STAR", "answer", "record_of_image", "trouble"]

STAR = "2a96cbd8b46e442fc41c2b86b821562f"  # the grey star that stands for no picture
SIZES = {"small": "34s", "medium": "64s", "large": "174s", "extralarge": "300x300", "mega": "300x300", "": "300x300"}
PAGES_MAX = 1_000_000
Form = dict[str, str]
T = TypeVar("T")
W = TypeVar("W", Album, Track)


@dataclass(frozen=True)
class Artist:
    name: str
    popularity: int

    @property
    def mbid(self) -> str:
        return ARTIST_MBIDS.get(self.name, "")


def answer(request: Request) -> Answer:
    form = request.form
    if form.get("format") != "json":
        return as_text('<?xml version="1.0" encoding="UTF-8" ?>\n<lfm status="ok"/>', content_type="text/xml")
    if form.get("api_key", "") in ("", "wrong"):
        return trouble(401)
    method = METHODS.get(form.get("method", "").lower())
    return method(form) if method else error(400, 3, "Invalid Method - No method with that name in this package")


def record_of_image(key: str) -> Album | None:
    return _albums_by_image().get(key)


@cache
def _albums_by_image() -> dict[str, Album]:
    return {_image(album): album for album in works_of(Album)}


def _image(album: Album) -> str:
    return album.digest("image").hex()[:32]


# Searching


def _album_search(form: Form) -> Answer:
    return _search(form, "album", find(works_of(Album), form.get("album", "")), _album_row, size=50)


def _track_search(form: Form) -> Answer:
    artist = fold(form.get("artist", ""))
    tracks = [track for track in find(works_of(Track), form.get("track", "")) if artist in fold(_artist(track))]
    return _search(form, "track", tracks, _track_row, size=30)


def _artist_search(form: Form) -> Answer:
    artists = ranked(_artists(), form.get("artist", ""), lambda artist: (artist.name,), lambda artist: ())
    return _search(form, "artist", artists, _artist_row, size=30)


def _search(form: Form, kind: str, hits: Sequence[T], row: Callable[[T], Json], size: int) -> Answer:
    text, page, limit = form.get(kind, ""), form.get("page", "1"), form.get("limit", str(size))
    if not text:
        return missing(kind)
    if not 1 <= whole(page) <= PAGES_MAX:
        return error(400, 6, "Invalid parameters - page param out of bounds (1-1000000)")
    if whole(limit) < 1:
        return error(400, 6, "Invalid parameters - limit param out of bounds")
    start = (int(page) - 1) * int(limit)
    rows = [row(hit) for hit in hits[start : start + int(limit)]]
    query = {"#text": "", "role": "request", "searchTerms": text, "startPage": page}
    return as_json(
        {
            "results": {
                "opensearch:Query": query,
                "opensearch:totalResults": str(len(hits)),
                "opensearch:startIndex": str(start),
                "opensearch:itemsPerPage": limit,
                f"{kind}matches": _matches(kind, rows),
                "@attr": {"for": text},
            }
        }
    )


def _matches(kind: str, rows: list[Json]) -> Json:
    """Nothing is a line break for albums and an empty list for the others; one hit is an object, not a list."""
    if not rows and kind == "album":
        return "\n"
    return {kind: _one_or_many(rows)}


def _album_row(album: Album) -> Json:
    return {
        "name": album.title,
        "artist": _artist(album),
        "url": _page(_artist(album), album.title),
        "image": _images(_image(album) if album.cover else "")[:4],
        "streamable": "0",
        "mbid": album.mbid,
    }


def _track_row(track: Track) -> Json:
    return {
        "name": track.title,
        "artist": _artist(track),
        "url": _page(_artist(track), "_", track.title),
        "streamable": "FIXME",
        "listeners": str(track.votes * 100),
        "image": _images(STAR)[:4],
        "mbid": track.mbid,
    }


def _artist_row(artist: Artist) -> Json:
    return {
        "name": artist.name,
        "listeners": str(artist.popularity * 20_000),
        "mbid": artist.mbid,
        "url": _page(artist.name),
        "streamable": "0",
        "image": _images(STAR)[:5],
    }


# Details


def _album_info(form: Form) -> Answer:
    if not (form.get("mbid") or form.get("artist")):
        return missing("artist")
    album = _named(works_of(Album), form, "album")
    if album is None:
        return error(200, 6, "Album not found")
    info = {
        "artist": _artist(album),
        "mbid": album.mbid,
        "tags": _tags(album),
        "name": album.title,
        "image": _images(_image(album) if album.cover else ""),
        "tracks": {"track": _one_or_many([_listed(album, *place) for place in enumerate(album.tracks, 1)])},
        "listeners": str(album.votes * 100),
        "playcount": str(album.votes * 2_100),
        "url": _page(_artist(album), album.title),
        "wiki": _wiki(album, _page(_artist(album), album.title)),
    }
    absent = {"mbid": not album.mbid, "tracks": not album.tracks, "wiki": not album.about}
    return as_json({"album": {name: value for name, value in info.items() if not absent.get(name)}})


def _listed(album: Album, rank: int, name: str) -> Json:
    """A line of a track list: its length whole seconds, or null."""
    track = next((track for track in works_of(Track) if (track.title, track.creators) == (name, album.creators)), None)
    return {
        "streamable": {"fulltrack": "0", "#text": "0"},
        "duration": track.seconds or None if track else None,
        "url": _page(_artist(album), album.title, name),
        "name": name,
        "@attr": {"rank": rank},
        "artist": _artist_of(album),
    }


def _track_info(form: Form) -> Answer:
    if not (form.get("mbid") or form.get("artist")):
        return missing("artist")
    track = _named(works_of(Track), form, "track")
    if track is None:
        return error(200, 6, "Track not found")
    page = _page(_artist(track), "_", track.title)
    info = {
        "name": track.title,
        "mbid": track.mbid,
        "url": page,
        "duration": str(track.seconds * 1000),
        "streamable": {"#text": "0", "fulltrack": "0"},
        "listeners": str(track.votes * 100),
        "playcount": str(track.votes * 900),
        "artist": _artist_of(track),
        "album": _album_of(track),
        "toptags": _tags(track) or {"tag": []},
        "wiki": _wiki(track, page),
    }
    absent = {"mbid": not track.mbid, "album": not track.album, "wiki": not track.about}
    return as_json({"track": {name: value for name, value in info.items() if not absent.get(name)}})


def _album_of(track: Track) -> Json:
    album = next((album for album in works_of(Album) if album.title == track.album), None)
    return {
        "artist": _artist(track),
        "title": track.album,
        "mbid": album.mbid if album else "",
        "url": _page(_artist(track), track.album),
        "image": _images(_image(album) if album and album.cover else "")[:4],
    }


def _artist_info(form: Form) -> Answer:
    if not (form.get("mbid") or form.get("artist")):
        return missing("artist")
    asked = fold(form.get("artist", ""))
    artist = next(
        (who for who in _artists() if (form["mbid"] == who.mbid if form.get("mbid") else fold(who.name) == asked)), None
    )
    if artist is None:
        return error(404, 6, "The artist you supplied could not be found")
    stats = {"listeners": str(artist.popularity * 20_000), "playcount": str(artist.popularity * 700_000)}
    info = {
        "name": artist.name,
        "mbid": artist.mbid,
        "url": _page(artist.name),
        "image": _images(STAR),
        "streamable": "0",
        "ontour": "0",
        "stats": stats,
        "similar": {"artist": []},
        "tags": {"tag": []},
        "bio": {"links": {}, "published": "01 Jan 1970, 00:00", "summary": _more(_page(artist.name)), "content": ""},
    }
    return as_json({"artist": {name: value for name, value in info.items() if value != ""}})


def _named(works: Sequence[W], form: Form, kind: str) -> W | None:
    """By MusicBrainz id, else by artist and title: accents and signs matter unless autocorrect is on."""
    if mbid := form.get("mbid"):
        return next((work for work in works if work.mbid == mbid), None)
    same: Callable[[str], str] = fold if form.get("autocorrect") == "1" else str.casefold
    asked = (same(form.get("artist", "")), same(form.get(kind, "")))
    exact = (form.get("artist", "").casefold(), form.get(kind, "").casefold())
    known = [(work, _artist(work), work.title) for work in works]
    for work, artist, title in known:
        if (artist.casefold(), title.casefold()) == exact:
            return work
    return next((work for work, artist, title in known if (same(artist), same(title)) == asked), None)


# Pieces


def _artist(work: Work) -> str:
    return " & ".join(work.creators)


@cache
def _artists() -> tuple[Artist, ...]:
    fame: dict[str, int] = {}
    for work in (*works_of(Album), *works_of(Track)):
        fame[_artist(work)] = max(work.popularity, fame.get(_artist(work), 0))
    return tuple(Artist(name, popularity) for name, popularity in sorted(fame.items()))


def _artist_of(work: Work) -> Json:
    name = _artist(work)
    return {"name": name, "mbid": ARTIST_MBIDS.get(name, ""), "url": _page(name)}


def _one_or_many(rows: list[Json]) -> Json:
    return rows[0] if len(rows) == 1 else rows


def _page(*path: str) -> str:
    return "https://www.last.fm/music/" + "/".join(quote_plus(part) for part in path)


def _images(key: str) -> list[Json]:
    """Every size, the address empty where there is no picture."""
    host = "https://lastfm.freetls.fastly.net/i/u"
    return [{"size": size, "#text": f"{host}/{folder}/{key}.png" if key else ""} for size, folder in SIZES.items()]


def _tags(work: Work) -> Json:
    tags = [{"url": f"https://www.last.fm/tag/{quote_plus(tag)}", "name": tag} for tag in work.genres]
    return {"tag": _one_or_many(tags)} if tags else ""


def _wiki(work: Work, page: str) -> Json:
    text = html.escape(work.about, quote=False)
    licence = "User-contributed text is available under the Creative Commons By-SA License; additional terms may apply."
    return {
        "published": "01 Jan 2020, 00:00",
        "summary": f"{text}{_more(page)}.",
        "content": f"{text}{_more(page)}. {licence}",
    }


def _more(page: str) -> str:
    return f' <a href="{page}">Read more on Last.fm</a>'


def missing(name: str) -> Answer:
    return error(400, 6, f"Invalid parameters - Your request is missing the [{name}] parameter")


def error(status: int, code: int, message: str) -> Answer:
    return as_json({"error": code, "message": message, "links": []}, status)


def trouble(status: int) -> Answer:
    match status:
        case 401:
            return error(403, 10, "Invalid API key - You must be granted a valid key by last.fm")
        case 429:
            message = "Rate limit exceeded - Your IP has made too many requests in a short period"
            return error(429, 29, message)
        case 503:
            return error(503, 11, "Service Offline - This service is temporarily offline. Try again later.")
    return error(status, 8, "Operation failed - Something else went wrong")


METHODS: dict[str, Callable[[Form], Answer]] = {
    "album.getinfo": _album_info,
    "album.search": _album_search,
    "artist.getinfo": _artist_info,
    "artist.search": _artist_search,
    "track.getinfo": _track_info,
    "track.search": _track_search,
}

ARTIST_MBIDS = {
    "Björk": "87c5dedd-371d-4a53-9f7f-80522fb7f3cb",
    "Daft Punk": "056e4f3e-d505-4dad-8ec1-d04f521cbb56",
    "David Bowie": "5441c29d-3602-4898-b1a1-b77fa23b8e50",
    "Depeche Mode": "8538e728-ca0b-4321-b7e5-cff6565dd4c0",
    "Legião Urbana": "47685be0-926f-4be9-b1ae-e32da47a3b99",
    "Madonna": "79239441-bfd5-4981-a70c-55c3f15c1287",
    "New Order": "f1106b17-dcbb-45f6-b938-199ccfab50cc",
    "Nirvana": "5b11f4ce-a62d-471e-81fc-a69a8278c7da",
    "Pink Floyd": "83d91898-7763-47d7-b03b-b92132375c47",
    "Queen": "0383dadf-2a4e-4d10-a46a-e9e041da8eb3",
    "Radiohead": "a74b1b7f-71a5-4011-9441-d0b5e4122711",
    "Steely Dan": "e01c3376-15fa-40d7-b747-5f219bdefdd7",
    "Tame Impala": "63aa26c3-d59b-4da4-84ac-716b54f1ef4d",
    "The Beatles": "b10bbbfc-cf9e-42e0-be17-e2c3e1d2600d",
}
