"""iTunes: search and lookup of songs, albums, artists, films, seasons and books (Apple's Search API)."""

import html
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from sandbox.web import Answer, Json, Request, as_text, whole
from sandbox.works import Album, Book, Film, Series, Track, Work, fold, made_number, ranked, works_of

__all__ = ["answer", "trouble", "work_of_artwork"]

USUAL, MOST = 50, 200
NOT_SOLD = -1.00
ENTITIES = {
    "all": ("song", "album", "movie", "tvSeason", "ebook"), "ebook": ("ebook",), "movie": ("movie",),
    "music": ("song", "album"), "tvShow": ("tvSeason",),
}  # fmt: skip
OTHER_NAMES = {"allArtist": "musicArtist", "musicTrack": "song"}
GENRES = {"soundtrack": "Soundtrack", "Science Fiction": "Sci-Fi & Fantasy", "Fantasy": "Sci-Fi & Fantasy"}


@dataclass(frozen=True)
class Artist:
    name: str
    popularity: int = 30

    @property
    def number(self) -> int:
        return made_number(f"itunes/{self.name}")


@dataclass(frozen=True)
class Season:
    series: Series
    number: int

    @property
    def name(self) -> str:
        return f"{self.series.title}, Season {self.number}"

    @property
    def popularity(self) -> int:
        return self.series.popularity


Thing = Artist | Season | Work


def answer(request: Request) -> Answer:
    match request.path.strip("/"):
        case "search":
            return _search(request.query)
        case "lookup":
            return _lookup(request.query)
    return as_text("", 404, "text/html")


def work_of_artwork(key: str) -> Work | None:
    return _by_artwork().get(key)


@cache
def _by_artwork() -> dict[str, Work]:
    return {_artwork_key(work): work for work in works_of(Work) if work.cover}


def _artwork_key(work: Work) -> str:
    return str(uuid.UUID(bytes=work.digest("artwork")[:16]))


# Searching


def _search(query: dict[str, str]) -> Answer:
    media = query.get("media", "all")
    entities = [OTHER_NAMES.get(name, name) for name in query.get("entity", "").split(",") if name]
    if media not in ENTITIES or any(name not in THINGS for name in entities):
        return _refused("media" if media not in ENTITIES else "entity")
    size, start = query.get("limit", str(USUAL)), max(0, whole(query.get("offset", "0")))
    things = [thing for name in entities or ENTITIES[media] for thing in THINGS[name]()]
    found = ranked(things, query.get("term", ""), _titles, _creators) if query.get("term") else []
    taken = min(whole(size), MOST) if whole(size) > 0 else USUAL
    return _json([_row(thing) for thing in found[start : start + taken]])


def _lookup(query: dict[str, str]) -> Answer:
    numbers = query.get("id", "").split(",")
    isbns = query.get("isbn", "").split(",")
    found = [thing for thing in _everything() if str(_number(thing)) in numbers]
    found += [book for book in works_of(Book) if book.isbn and book.isbn in isbns]
    rows = [_row(thing) for thing in found]
    for thing in found if query.get("entity") in ("song", "musicTrack") else ():
        rows += [_row(track) for track in _songs() if isinstance(thing, Album) and _album_of(track) == thing]
    return _json(rows)


@cache
def _songs() -> tuple[Track, ...]:
    return works_of(Track)


@cache
def _seasons() -> tuple[Season, ...]:
    return tuple(Season(series, number + 1) for series in works_of(Series) for number in range(series.seasons))


@cache
def _artists() -> tuple[Artist, ...]:
    names = sorted({_artist(work) for work in (*works_of(Album), *works_of(Track))})
    return tuple(map(Artist, names))


THINGS: dict[str, Callable[[], tuple[Thing, ...]]] = {
    "album": lambda: works_of(Album),
    "ebook": lambda: works_of(Book),
    "movie": lambda: works_of(Film),
    "musicArtist": _artists,
    "song": _songs,
    "tvSeason": _seasons,
}


@cache
def _everything() -> tuple[Thing, ...]:
    return tuple(thing for things in THINGS.values() for thing in things())


def _titles(thing: Thing) -> tuple[str, ...]:
    match thing:
        case Artist(name):
            return (name,)
        case Season(series):
            return (series.title, thing.name)
    return (thing.title, thing.original, *thing.also)


def _creators(thing: Thing) -> tuple[str, ...]:
    return thing.creators if isinstance(thing, Work) else ()


# Rows


def _row(thing: Thing) -> Json:
    match thing:
        case Album():
            row = _album(thing)
        case Track():
            row = _song(thing)
        case Film():
            row = _film(thing)
        case Season():
            row = _season(thing)
        case Book():
            row = _book(thing)
        case Artist():
            row = _artist_row(thing)
    return {name: value for name, value in row.items() if value is not None}


def _number(thing: Thing) -> int:
    match thing:
        case Artist():
            return thing.number
        case Season():
            return made_number(thing.name)
    return thing.number()


def _artist(work: Work) -> str:
    return " & ".join(work.creators)


def _album(album: Album) -> Json:
    return {
        "wrapperType": "collection",
        "collectionType": "Album",
        "artistId": Artist(_artist(album)).number,
        "collectionId": album.number(),
        **_names("collection", album.title, _artist(album)),
        **_artwork(album, "60", "100"),
        "collectionPrice": 9.99,
        "collectionExplicitness": "notExplicit",
        "trackCount": len(album.tracks) or 10,
        "copyright": f"℗ {album.year} {_artist(album)}" if album.year else None,
        **_sold(album),
    }


def _album_of(track: Track) -> Album | None:
    return next(
        (album for album in works_of(Album) if (album.title, _artist(album)) == (track.album, _artist(track))), None
    )


def _song(track: Track) -> Json:
    """A song that stands alone is the only one of its collection."""
    album = _album_of(track)
    collection = track.album or f"{track.title} - Single"
    number = album.tracks.index(track.title) + 1 if album and track.title in album.tracks else 1
    return {
        "wrapperType": "track",
        "kind": "song",
        "artistId": Artist(_artist(track)).number,
        "collectionId": album.number() if album else made_number(f"{collection}/{_artist(track)}"),
        "trackId": track.number(),
        **_names("track", track.title, _artist(track)),
        "collectionName": collection,
        "collectionCensoredName": collection,
        "collectionViewUrl": f"https://music.apple.com/us/{_slug(collection)}?uo=4",
        "previewUrl": f"https://audio-ssl.itunes.apple.com/itunes-assets/AudioPreview125/v4/{track.number()}.plus.aac.p.m4a",
        **_artwork(album or track, "30", "60", "100"),
        "collectionPrice": 9.99,
        "trackPrice": 1.29 if track.popularity < 90 else NOT_SOLD,
        "collectionExplicitness": "notExplicit",
        "trackExplicitness": "notExplicit",
        "discCount": 1,
        "discNumber": 1,
        "trackCount": len(album.tracks) if album and album.tracks else 1,
        "trackNumber": number,
        "trackTimeMillis": track.seconds * 1000 or None,
        **_sold(track),
        "isStreamable": True,
    }


def _film(film: Film) -> Json:
    """Directors stand where artists do, and lengths have a fraction."""
    return {
        "wrapperType": "track",
        "kind": "feature-movie",
        "trackId": film.number(),
        **_names("track", film.title, _artist(film)),
        **_artwork(film, "30", "60", "100"),
        "collectionPrice": 9.99,
        "trackPrice": 9.99,
        "collectionExplicitness": "notExplicit",
        "trackExplicitness": "notExplicit",
        "trackTimeMillis": float(film.minutes * 60_000) or None,
        **_sold(film),
        "contentAdvisoryRating": "NR",
        "longDescription": film.about or None,
    }


def _season(season: Season) -> Json:
    series = season.series
    dated = season.number == 1
    return {
        "wrapperType": "collection",
        "collectionType": "TV Season",
        "artistId": Artist(series.title).number,
        "collectionId": _number(season),
        **_names("collection", season.name, series.title),
        **_artwork(series, "60", "100"),
        "collectionPrice": 19.99,
        "collectionExplicitness": "notExplicit",
        "trackCount": series.episodes // series.seasons or None,
        **(_sold(series) if dated else _sold(series) | {"releaseDate": None}),
        "longDescription": series.about or None,
    }


def _book(book: Book) -> Json:
    """No wrapperType, and a space that does not break between a name's initials."""
    name = re.sub(r"(?<=\w\.) (?=\w\.)", "\u00a0", _artist(book))
    genres = list(dict.fromkeys(genre.split(" / ")[1] for genre in book.genres if " / " in genre))
    artists = [Artist(who).number for who in book.creators]
    return {
        "kind": "ebook",
        "artistId": artists[0] if artists else None,
        "artistIds": artists,
        "trackId": book.number(),
        **_names("track", book.title, name),
        "description": f"<p>{html.escape(book.about, quote=False)}</p>" if book.about else None,
        "genreIds": ["9031", "38"],
        "genres": [*genres, "Books"],
        "releaseDate": _day(book),
        "currency": "USD",
        "price": 9.99,
        "formattedPrice": "$9.99",
        **_artwork(book, "60", "100"),
        "averageUserRating": round(book.rating) / 2 if book.votes else None,
        "userRatingCount": book.votes or None,
    }


def _artist_row(artist: Artist) -> Json:
    return {
        "wrapperType": "artist",
        "artistType": "Artist",
        "artistName": artist.name,
        "artistLinkUrl": f"https://music.apple.com/us/artist/{_slug(artist.name)}/{artist.number}?uo=4",
        "artistId": artist.number,
        "primaryGenreName": "Pop",
        "primaryGenreId": 14,
    }


def _names(kind: str, title: str, artist: str) -> Json:
    return {
        "artistName": artist,
        f"{kind}Name": title,
        f"{kind}CensoredName": title,
        "artistViewUrl": f"https://music.apple.com/us/artist/{_slug(artist)}/{Artist(artist).number}?uo=4",
        f"{kind}ViewUrl": f"https://music.apple.com/us/{_slug(title)}?uo=4",
    }


def _slug(name: str) -> str:
    return fold(name).replace(" ", "-")


def _sold(work: Work) -> Json:
    genre = next((GENRES.get(name, name.title() if name.islower() else name) for name in work.genres), "Music")
    return {"releaseDate": _day(work), "country": "USA", "currency": "USD", "primaryGenreName": genre}


def _day(work: Work) -> str | None:
    """Always to the second, however little is known."""
    return f"{(work.released + '-01-01')[:10]}T07:00:00Z" if work.released else None


def _artwork(work: Work, *sizes: str) -> Json:
    key = _artwork_key(work)
    folder = f"https://is1-ssl.mzstatic.com/image/thumb/Music115/v4/{key[:2]}/{key[2:4]}/{key[4:6]}/{key}/source"
    return {f"artworkUrl{size}": f"{folder}/{size}x{size}bb.jpg" for size in sizes} if work.cover else {}


def _json(rows: list[Json]) -> Answer:
    """Empty lines before and after, and a type that is not JSON's."""
    body = json.dumps({"resultCount": len(rows), "results": rows}, ensure_ascii=False)
    return as_text(f"\n\n\n{body}\n\n\n", content_type="text/javascript; charset=utf-8")


def _refused(name: str) -> Answer:
    message = {"errorMessage": f"Invalid value(s) for key(s): [{name}Type]", "queryParameters": {}}
    return as_text(f"\n\n\n{json.dumps(message)}\n\n\n", 400, "text/javascript; charset=utf-8")


def trouble(status: int) -> Answer:
    """Who asks too often is forbidden; there is no body to read."""
    return as_text("", {401: 403, 429: 403}.get(status, status), "text/html")
