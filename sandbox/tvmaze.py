"""TVmaze: shows by name, by id and by IMDb id, with what can be embedded (tvmaze.com/api)."""

import html
from collections.abc import Callable
from functools import cache

from sandbox.web import Answer, Json, Request, as_json, moved, whole
from sandbox.works import Series, find, fold, made_number, works_of

__all__ = ["answer", "series_of_image", "trouble"]

HITS = 10
IDS_A_PAGE = 250
UPDATED = 1_704_794_065
GENRES = {"Action & Adventure": ("Action", "Adventure"), "Sci-Fi & Fantasy": ("Science-Fiction", "Fantasy")}
LANGUAGES = {"de": "German", "en": "English", "fr": "French", "ja": "Japanese", "ko": "Korean"}
COUNTRIES = {
    "DE": ("Germany", "Europe/Busingen"), "FR": ("France", "Europe/Paris"), "GB": ("United Kingdom", "Europe/London"),
    "JP": ("Japan", "Asia/Tokyo"), "KR": ("Korea, Republic of", "Asia/Seoul"),
    "US": ("United States", "America/New_York"),
}  # fmt: skip


def answer(request: Request) -> Answer:
    query = request.query
    match request.path.strip("/").split("/"):
        case ["search", "shows"] if query.get("q"):
            return _json([_hit(query["q"], series) for series in find(works_of(Series), query["q"])[:HITS]])
        case ["singlesearch", "shows"] if query.get("q"):
            found = find(works_of(Series), query["q"])
            return _show(found[0], request) if found else Answer(404, b"")
        case ["lookup", "shows"]:
            return _lookup(request)
        case ["shows"]:
            return _index(whole(query.get("page", "0")))
        case ["shows", number] if series := _by_number().get(number):
            return _show(series, request)
        case ["shows", number, part] if (series := _by_number().get(number)) and part in PARTS:
            return _json(PARTS[part](series))
        case ["search" | "singlesearch", _]:
            return error(400, "Bad Request", "Missing required parameters: q")
    return error(404, "Not Found", "")


def series_of_image(number: str) -> Series | None:
    return _by_image().get(number)


@cache
def _by_number() -> dict[str, Series]:
    return {str(_number(series)): series for series in works_of(Series)}


@cache
def _by_image() -> dict[str, Series]:
    return {str(_image_number(series)): series for series in works_of(Series) if series.cover}


def _number(series: Series) -> int:
    return series.tvmaze or series.number()


def _image_number(series: Series) -> int:
    return made_number(f"image/{series.key}")


def _hit(text: str, series: Series) -> Json:
    exact = fold(series.title) == fold(text)
    return {"score": round(0.9 if exact else 0.4 + series.popularity / 1000, 7), "show": show(series)}


def _lookup(request: Request) -> Answer:
    """By IMDb id only: no other is known here."""
    if not {"imdb", "thetvdb", "tvrage"} & set(request.query):
        return error(400, "Bad Request", "Missing required parameters: imdb, thetvdb or tvrage")
    imdb = request.query.get("imdb")
    series = next((series for series in works_of(Series) if imdb and series.imdb == imdb), None)
    if series is None:
        return error(404, "Not Found", "")
    return moved(f"{request.prefix}/shows/{_number(series)}", 301)


def _index(page: int) -> Answer:
    rows = [show(series) for number, series in _by_number().items() if int(number) // IDS_A_PAGE == page]
    return _json(rows) if rows else error(404, "Not Found", "")


def _show(series: Series, request: Request) -> Answer:
    embeds = [part for part in request.all("embed", "embed[]") if part in PARTS]
    body = show(series)
    if embeds:
        body["_embedded"] = {part: PARTS[part](series) for part in embeds}
    return _json(body)


def show(series: Series) -> Json:
    number = _number(series)
    genres = [name for genre in series.genres if genre != "Animation" for name in GENRES.get(genre, (genre,))]
    slot = 30 if "Comedy" in series.genres else 60
    links = {"self": {"href": f"https://api.tvmaze.com/shows/{number}"}}
    if series.episodes:
        last = _episode(series, series.seasons, series.episodes)["id"]
        links["previousepisode"] = {"href": f"https://api.tvmaze.com/episodes/{last}"}
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/shows/{number}/{_slug(series)}",
        "name": series.title,
        "type": "Animation" if "Animation" in series.genres else "Scripted",
        "language": LANGUAGES.get(series.language),
        "genres": genres,
        "status": "Ended" if series.ended else "Running" if series.released else "In Development",
        "runtime": slot if series.network else None,
        "averageRuntime": slot if series.released else None,
        "premiered": series.released or None,
        "ended": series.ended or None,
        "officialSite": None,
        "schedule": {"time": "", "days": []},
        "rating": {"average": round(series.rating, 1) if series.votes else None},
        "weight": series.popularity,
        "network": _network(series),
        "webChannel": _channel(series),
        "dvdCountry": None,
        "externals": {"tvrage": None, "thetvdb": None, "imdb": series.imdb or None},
        "image": _image(series),
        "summary": f"<p>{html.escape(series.about, quote=False)}</p>" if series.about else None,
        "updated": UPDATED,
        "_links": links,
    }


def _slug(series: Series) -> str:
    return fold(series.title).replace(" ", "-")


def _network(series: Series) -> Json:
    if not series.network:
        return None
    name, zone = COUNTRIES[series.countries[0]]
    country = {"name": name, "code": series.countries[0], "timezone": zone}
    return {"id": made_number(series.network), "name": series.network, "country": country, "officialSite": None}


def _channel(series: Series) -> Json:
    """A service for the whole world has no country."""
    if not series.channel:
        return None
    return {"id": made_number(series.channel), "name": series.channel, "country": None, "officialSite": None}


def _image(series: Series) -> Json:
    if not series.cover:
        return None
    number = _image_number(series)
    address = "https://static.tvmaze.com/uploads/images"
    place = f"{number // 2500}/{number}.jpg"
    return {"medium": f"{address}/medium_portrait/{place}", "original": f"{address}/original_untouched/{place}"}


# Parts of a show: embedded, or each at its own path


def _episode(series: Series, season: int, number: int) -> Json:
    identifier = _number(series) * 1000 + season * 100 + number
    return {
        "id": identifier,
        "url": f"https://www.tvmaze.com/episodes/{identifier}/{_slug(series)}-{season}x{number:02}",
        "name": f"Episode {number}",
        "season": season,
        "number": number,
        "type": "regular",
        "airdate": series.aired(season, number),
        "airtime": "",
        "airstamp": None,
        "runtime": None,
        "rating": {"average": None},
        "image": None,
        "summary": None,
        "_links": {"self": {"href": f"https://api.tvmaze.com/episodes/{identifier}"}},
    }


def _lengths(series: Series) -> list[int]:
    return [series.length_of(season) for season in range(1, series.seasons + 1)]


def _episodes(series: Series) -> Json:
    return [
        _episode(series, season, number)
        for season, length in enumerate(_lengths(series), 1)
        for number in range(1, length + 1)
    ]


def _seasons(series: Series) -> Json:
    rows = []
    for season, length in enumerate(_lengths(series), 1):
        number = _number(series) * 100 + season
        rows.append(
            {
                "id": number,
                "url": f"https://www.tvmaze.com/seasons/{number}/{_slug(series)}-season-{season}",
                "number": season,
                "name": "",
                "episodeOrder": length or None,
                "premiereDate": series.released if season == 1 else None,
                "endDate": series.ended or None if season == series.seasons else None,
                "network": _network(series),
                "webChannel": _channel(series),
                "image": None,
                "summary": "",
                "_links": {"self": {"href": f"https://api.tvmaze.com/seasons/{number}"}},
            }
        )
    return rows


def _crew(series: Series) -> Json:
    return [
        {
            "type": "Creator",
            "person": {
                "id": made_number(name),
                "url": f"https://www.tvmaze.com/people/{made_number(name)}/{fold(name).replace(' ', '-')}",
                "name": name,
                "country": None,
                "birthday": None,
                "deathday": None,
                "gender": None,
                "image": None,
                "updated": UPDATED,
                "_links": {"self": {"href": f"https://api.tvmaze.com/people/{made_number(name)}"}},
            },
        }
        for name in series.creators
    ]


def _akas(series: Series) -> Json:
    return [{"name": name, "country": None} for name in (series.original, *series.also) if name]


PARTS: dict[str, Callable[[Series], Json]] = {
    "akas": _akas,
    "cast": lambda series: [],
    "crew": _crew,
    "episodes": _episodes,
    "seasons": _seasons,
}


def error(status: int, name: str, message: str) -> Answer:
    return as_json({"name": name, "message": message, "code": 0, "status": status}, status)


def trouble(status: int) -> Answer:
    name = {401: "Unauthorized", 429: "Too Many Requests", 503: "Service Unavailable"}.get(status, "Internal error")
    return error(status, name, "")


def _json(data: Json) -> Answer:
    return as_json(data).having(cache_control="public, max-age=3600", access_control_allow_origin="*")
