"""TMDB, API v3: https://developer.themoviedb.org/reference. Films and series; people in its answers are left out.

Optional text is "" and optional paths are null. A rating without votes means nothing. Minutes of 0 are unknown.
"""

import asyncio
import re
from datetime import timedelta
from typing import Any, Literal

from app.catalog.candidates import Candidate, Cover, ItemType, MovieFacts
from app.catalog.episodes import Episode
from app.kit.outbound import OutboundError, Policy, Reply, by_status
from app.sources.budgets import Budget
from app.sources.normalising import (
    IMDB,
    WIKIDATA,
    as_dict,
    as_list,
    count,
    description,
    dig,
    episode,
    identifier,
    identifiers,
    language,
    listed,
    log_share,
    names,
    partial_date,
    rating,
    title,
    whole_id,
)
from app.sources.source import Source, known

SITE = "https://www.themoviedb.org"
LANGUAGE = "en-US"
PAGE_MAX = 500
RENOWNED_VOTES, RENOWNED_NOW = 40_000, 1_000  # votes ever; their popularity, which is today's
REST = 1.0
SEASONS_AT_ONCE, SEASONS_MAX = 5, 40
EXTERNAL_ID = re.compile(r"(movie|tv)/([1-9]\d{0,9})")
POSTER = re.compile(r"/[\w.-]{1,100}", re.ASCII)

Kind = Literal["movie", "tv"]

# /genre/movie/list and /genre/tv/list: search rows carry numbers only
GENRES = {
    28: "Action",
    12: "Adventure",
    16: "Animation",
    35: "Comedy",
    80: "Crime",
    99: "Documentary",
    18: "Drama",
    10751: "Family",
    14: "Fantasy",
    36: "History",
    27: "Horror",
    10402: "Music",
    9648: "Mystery",
    10749: "Romance",
    878: "Science Fiction",
    10770: "TV Movie",
    53: "Thriller",
    10752: "War",
    37: "Western",
    10759: "Action & Adventure",
    10762: "Kids",
    10763: "News",
    10764: "Reality",
    10765: "Sci-Fi & Fantasy",
    10766: "Soap",
    10767: "Talk",
    10768: "War & Politics",
}

_MAPPING_OF_BOTH = {
    "id": "metadata: external_id, url, identifiers",
    "original_language": "canonical: language",
    "overview": "canonical: description",
    "genre_ids": "canonical: genres",
    "genres": "canonical: genres",
    "poster_path": "canonical: cover",
    "origin_country": "canonical: facts.countries",
    "vote_average": "metadata: rating",
    "vote_count": "metadata: rating, popularity",
    "popularity": "metadata: popularity",
    "external_ids": "metadata: identifiers",
    "media_type": "raw only",
    "adult": "raw only",
    "backdrop_path": "raw only",
    "homepage": "raw only",
    "production_companies": "raw only",
    "spoken_languages": "raw only",
    "status": "raw only",
    "tagline": "raw only",
}
MAPPING_OF_MOVIE = _MAPPING_OF_BOTH | {
    "title": "canonical: title",
    "original_title": "canonical: original_title",
    "release_date": "canonical: released",
    "runtime": "canonical: facts.runtime_minutes",
    "production_countries": "canonical: facts.countries",
    "credits.crew": "canonical: creators, facts.directors",
    "imdb_id": "metadata: identifiers",
    "credits.cast": "raw only",
    "belongs_to_collection": "raw only",
    "budget": "raw only",
    "revenue": "raw only",
    "video": "raw only",
}
MAPPING_OF_SERIES = _MAPPING_OF_BOTH | {
    "name": "canonical: title",
    "original_name": "canonical: original_title",
    "first_air_date": "canonical: released",
    "episode_run_time": "canonical: facts.runtime_minutes",
    "number_of_seasons": "canonical: facts.seasons",
    "number_of_episodes": "canonical: facts.episodes",
    "created_by": "canonical: creators",
    "production_countries": "raw only",
    "credits": "raw only",
    "in_production": "raw only",
    "languages": "raw only",
    "last_air_date": "raw only",
    "last_episode_to_air": "raw only",
    "next_episode_to_air": "raw only",
    "networks": "raw only",
    "seasons": "raw only",
    "type": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """Its limit looks back a second, and it rarely says for how long."""
    if reply.status == 429:
        return OutboundError("rate_limited", reply.after(REST))
    return by_status(reply)


class Tmdb(Source):
    name = "tmdb"
    label = "TMDB"
    types = frozenset[ItemType]({"movie"})
    keys = ("TMDB_KEY",)
    credit = "This product uses TMDB and the TMDB APIs but is not endorsed, certified, or otherwise approved by TMDB."
    home = "https://www.themoviedb.org"
    terms = "https://www.themoviedb.org/api-terms-of-use"
    key_page = "https://www.themoviedb.org/settings/api"
    key_steps = (
        "Free for what earns no money. With an account whose e-mail address is confirmed, request a key of type "
        "Developer there. Paste the API key or the API read access token: either will do."
    )
    keeps = timedelta(days=180)
    policy = Policy(judge=judge, attempts=3, again=frozenset({"down", "rate_limited"}), connect=2.0, read=5.0)
    budget = Budget(per_second=30, burst=40, at_once=10)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        params: dict[str, str | int] = {"query": text, "page": min(page, PAGE_MAX), "include_adult": "false"}
        rows = as_dict(await self._get("/search/multi", params)).get("results")
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return known(candidate_of_row(row) for row in rows)

    async def fetch(self, external_id: str) -> Candidate:
        match = EXTERNAL_ID.fullmatch(external_id)
        if match is None:
            raise self.down("not_found")
        parts = "external_ids,credits" if match[1] == "movie" else "external_ids"
        candidate = self.reread(external_id, await self._get(f"/{external_id}", {"append_to_response": parts}))
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def episodes(self, external_id: str) -> list[Episode]:
        """A few seasons come with each answer: twenty are allowed, and with their crews would be too much to read."""
        series = await self._series_of(external_id)
        first = await self._seasons(series, 1)
        last = min(count(first.get("number_of_seasons")) or 0, SEASONS_MAX)
        starts = range(1 + SEASONS_AT_ONCE, last + 1, SEASONS_AT_ONCE)
        if starts:
            await self.take_turn(len(starts), REST)
        answers = [first, *await asyncio.gather(*(self._seasons(series, start) for start in starts))]
        return listed(
            episode(number, dig(row, "episode_number"), dig(row, "name"), dig(row, "air_date"), dig(row, "runtime"))
            for answer in answers
            for number in range(1, last + 1)
            for row in as_list(dig(answer, f"season/{number}", "episodes"))
        )

    async def _series_of(self, external_id: str) -> str:
        """`tv/{id}` of that, or of `imdb/{id}`. Raises `SourceDown`."""
        scheme, _, value = external_id.partition("/")
        if scheme == "imdb" and IMDB.fullmatch(value):
            answer = await self._get(f"/find/{value}", {"external_source": "imdb_id"})
            number = next((whole_id(row) for row in as_list(dig(answer, "tv_results"))), None)
            external_id = f"tv/{number}"
        if not external_id.startswith("tv/") or not EXTERNAL_ID.fullmatch(external_id):
            raise self.down("not_found")
        return external_id

    async def _seasons(self, external_id: str, start: int) -> dict[str, Any]:
        parts = ",".join(f"season/{number}" for number in range(start, start + SEASONS_AT_ONCE))
        return as_dict(await self._get(f"/{external_id}", {"append_to_response": parts}))

    def reread(self, external_id: str, raw: Any) -> Candidate | None:
        return candidate_of_movie(raw) if external_id.startswith("movie/") else candidate_of_series(raw)

    async def prove(self) -> None:
        await self._get("/authentication", {})

    async def _get(self, path: str, params: dict[str, str | int]) -> Any:
        """The key is the short API key or the long read access token, whichever was pasted."""
        key = self.settings.tmdb_key.get_secret_value() if self.settings.tmdb_key else ""
        is_token = key.startswith("eyJ")
        return await self.ask(
            "GET",
            self.settings.tmdb_url + path,
            params={**params, "language": LANGUAGE, **({} if is_token else {"api_key": key})},
            headers={"Authorization": f"Bearer {key}"} if is_token else None,
        )


def candidate_of_row(raw: Any) -> Candidate | None:
    """A row of /search/multi, which mixes films, series, people and collections."""
    match dig(raw, "media_type"):
        case "movie":
            return candidate_of_movie(raw)
        case "tv":
            return candidate_of_series(raw)
    return None


def candidate_of_movie(raw: Any) -> Candidate | None:
    """A row of /search/movie, or /movie/{id}."""
    crew = as_list(dig(raw, "credits", "crew"))
    directors = names(dig(person, "name") for person in crew if dig(person, "job") == "Director")
    made_in = (dig(country, "iso_3166_1") for country in as_list(dig(raw, "production_countries")))
    facts = MovieFacts(
        kind="film",
        directors=directors,
        runtime_minutes=count(dig(raw, "runtime")),
        countries=names(as_list(dig(raw, "origin_country"))) or names(made_in),
    )
    return _candidate("movie", raw, "title", "original_title", "release_date", directors, facts)


def candidate_of_series(raw: Any) -> Candidate | None:
    """A row of /search/tv, or /tv/{id}."""
    creators = names(dig(person, "name") for person in as_list(dig(raw, "created_by")))
    minutes = [found for each in as_list(dig(raw, "episode_run_time")) if (found := count(each))]
    facts = MovieFacts(
        kind="series",
        runtime_minutes=minutes[0] if minutes else None,
        seasons=count(dig(raw, "number_of_seasons")),
        episodes=count(dig(raw, "number_of_episodes")),
        countries=names(as_list(dig(raw, "origin_country"))),
    )
    return _candidate("tv", raw, "name", "original_name", "first_air_date", creators, facts)


def _candidate(
    kind: Kind, raw: Any, title_key: str, original_key: str, date_key: str, creators: tuple[str, ...], facts: MovieFacts
) -> Candidate | None:
    number, name, original = whole_id(dig(raw, "id")), title(dig(raw, title_key)), title(dig(raw, original_key))
    if number is None or (name or original) is None:
        return None
    external_id = f"{kind}/{number}"
    return Candidate(
        source=Tmdb.name,
        external_id=external_id,
        title=name or original or "",
        original_title=original if original != name else None,
        creators=creators,
        released=partial_date(raw.get(date_key)),
        description=description(raw.get("overview")),
        language=language(raw.get("original_language")),
        genres=_genres(raw),
        cover=_cover(raw.get("poster_path")),
        identifiers=identifiers(
            identifier("tmdb", number, kind),
            identifier("imdb", dig(raw, "external_ids", "imdb_id") or raw.get("imdb_id"), kind, IMDB),
            identifier("wikidata", dig(raw, "external_ids", "wikidata_id"), shape=WIKIDATA),
            identifier("tvdb", count(dig(raw, "external_ids", "tvdb_id")), kind),
        ),
        rating=rating(raw.get("vote_average"), 10, raw.get("vote_count")),
        popularity=max(
            log_share(raw.get("vote_count"), RENOWNED_VOTES), log_share(raw.get("popularity"), RENOWNED_NOW)
        ),
        url=f"{SITE}/{external_id}",
        facts=facts,
        raw=raw,
    )


def _genres(raw: dict[str, Any]) -> tuple[str, ...]:
    numbers = (whole_id(each) for each in as_list(raw.get("genre_ids")))
    named = (dig(each, "name") for each in as_list(raw.get("genres")))
    return names(named) or names(GENRES.get(number or 0) for number in numbers)


def _cover(path: Any) -> Cover | None:
    if isinstance(path, str) and POSTER.fullmatch(path):
        return Cover(provider=Tmdb.name, key=path.removeprefix("/"))
    return None
