"""TMDB v3: search, details, find by IMDb id (developer.themoviedb.org/reference)."""

import hashlib
import math
from collections.abc import Iterable
from functools import cache

from sandbox.tmdb_shapes import (
    CONFIGURATION,
    MOVIE_GENRES,
    PARTS,
    TV_GENRES,
    Person,
    details,
    genres_of,
    number_of,
    person_row,
    row_of,
    season_of,
)
from sandbox.web import Answer, Json, Request, as_json, whole
from sandbox.works import Film, Screen, Series, find, ranked, works_of

__all__ = ["answer", "trouble"]

PAGE = 20
LAST_PAGE = 500
APPENDS_MAX = 20
CONTENT_TYPE = "application/json;charset=utf-8"

ERRORS = {
    5: (422, "Invalid parameters: Your request parameters are incorrect."),
    6: (404, "Invalid id: The pre-requisite id is invalid or not found."),
    7: (401, "Invalid API key: You must be granted a valid key."),
    9: (503, "Service offline: This service is temporarily offline, try again later."),
    11: (500, "Internal error: Something went wrong, contact TMDb."),
    22: (400, "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."),
    25: (429, "Your request count (41) is over the allowed limit of 40."),
    27: (400, "Too many append to response objects: The maximum number of remote calls is 20."),
    34: (404, "The resource you requested could not be found."),
}


def answer(request: Request) -> Answer:
    key = request.headers.get("authorization", "").removeprefix("Bearer ") or request.query.get("api_key", "")
    if key in ("", "wrong"):
        return error(7)
    found = _route(request.path.strip("/").split("/"), request.query)
    if found.status != 200:
        return found
    etag = f'W/"{hashlib.md5(found.body, usedforsecurity=False).hexdigest()}"'
    if request.headers.get("if-none-match") == etag:
        return Answer(304, b"", CONTENT_TYPE).having(etag=etag)
    return found.having(cache_control="public, max-age=600", etag=etag)


def _route(path: list[str], query: dict[str, str]) -> Answer:
    match path:
        case ["authentication"]:
            return _json({"success": True, "status_code": 1, "status_message": "Success."})
        case ["configuration"]:
            return _json(CONFIGURATION)
        case ["genre", "movie", "list"]:
            return _json({"genres": genres_of(MOVIE_GENRES, MOVIE_GENRES)})
        case ["genre", "tv", "list"]:
            return _json({"genres": genres_of(TV_GENRES, TV_GENRES)})
        case ["search", ("movie" | "tv" | "multi" | "person") as kind]:
            return _search(kind, query)
        case ["find", identifier]:
            return _find(identifier, query)
        case [("movie" | "tv") as kind, number]:
            return _detail(_work(kind, number), query)
        case ["tv", number, "season", season]:
            found = _season(_work("tv", number), season)
            return _json(found) if found else error(34)
        case [("movie" | "tv") as kind, number, part]:
            work = _work(kind, number)
            return _json({"id": number_of(work), **PARTS[part](work)}) if work and part in PARTS else error(34)
    return error(34)


def _work(kind: str, number: str) -> Screen | None:
    return _by_number().get((kind, number))


@cache
def _by_number() -> dict[tuple[str, str], Screen]:
    """A film and a series may have the same number."""
    return {("movie" if isinstance(work, Film) else "tv", str(number_of(work))): work for work in works_of(Screen)}


def _detail(work: Screen | None, query: dict[str, str]) -> Answer:
    appends = [part for part in query.get("append_to_response", "").split(",") if part]
    if work is None:
        return error(34)
    if len(appends) > APPENDS_MAX:
        return error(27)
    parts = {part: PARTS[part](work) for part in appends if part in PARTS}
    seasons = {part: _season(work, part.removeprefix("season/")) for part in appends if part.startswith("season/")}
    parts |= {part: season for part, season in seasons.items() if season}
    return _json(details(work, query.get("language", "en-US")) | parts)


def _season(work: Screen | None, number: str) -> Json | None:
    """One that is not there is left out of what it should be appended to."""
    known = isinstance(work, Series) and number.isdecimal() and len(number) < 4
    return season_of(work, int(number)) if known else None  # type: ignore[arg-type]  # a series


def _search(kind: str, query: dict[str, str]) -> Answer:
    text, page = query.get("query", ""), query.get("page", "1")
    if not text:
        return error(5)
    if not 1 <= whole(page) <= LAST_PAGE:
        return error(22)
    rows = _rows(kind, text, query)
    start = (int(page) - 1) * PAGE
    return _json(
        {
            "page": int(page),
            "results": rows[start : start + PAGE],
            "total_pages": max(1, math.ceil(len(rows) / PAGE)),
            "total_results": len(rows),
        }
    )


def _rows(kind: str, text: str, query: dict[str, str]) -> list[Json]:
    language = query.get("language", "en-US")
    if kind == "person":
        return [person_row(person) for person in _people(text)]
    if kind == "multi":
        works = [row_of(work, language, media_type=True) for work in find(works_of(Screen), text)]
        people = [person_row(person) | {"media_type": "person"} for person in _people(text)]
        return works[:1] + people + works[1:]
    year = query.get("primary_release_year") or query.get("first_air_date_year") or query.get("year")
    hits: Iterable[Screen] = find(works_of(Film), text) if kind == "movie" else find(works_of(Series), text)
    return [row_of(work, language) for work in hits if not year or str(work.year) == year]


def _people(text: str) -> list[Person]:
    return ranked(_all_people(), text, lambda person: (person.name,), lambda person: ())


@cache
def _all_people() -> tuple[Person, ...]:
    return tuple(Person(name) for name in sorted({name for work in works_of(Screen) for name in work.creators}))


def _find(identifier: str, query: dict[str, str]) -> Answer:
    found: dict[str, list[Json]] = {
        f"{kind}_results": [] for kind in ("movie", "person", "tv", "tv_episode", "tv_season")
    }
    if query.get("external_source") == "imdb_id":
        for work in works_of(Screen):
            if work.imdb == identifier:
                kind = "movie" if isinstance(work, Film) else "tv"
                found[f"{kind}_results"].append(row_of(work, query.get("language", "en-US"), media_type=True))
    return _json(found)


def error(code: int) -> Answer:
    status, message = ERRORS[code]
    return as_json({"success": False, "status_code": code, "status_message": message}, status, CONTENT_TYPE)


def trouble(status: int) -> Answer:
    return error({401: 7, 429: 25, 500: 11, 503: 9}[status])


def _json(data: Json) -> Answer:
    return as_json(data, content_type=CONTENT_TYPE)
