"""What TMDB says of films, series and people: rows of a search, details, and the parts that can be appended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from sandbox.web import Json
from sandbox.works import Film, Screen, Series, made_number, works_of

__all__ = [
    "CONFIGURATION",
    "MOVIE_GENRES",
    "PARTS",
    "TV_GENRES",
    "Person",
    "by_backdrop",
    "by_poster",
    "details",
    "genres_of",
    "number_of",
    "person_row",
    "row_of",
    "season_of",
]

MOVIE_GENRES = {
    "Action": 28, "Adventure": 12, "Animation": 16, "Comedy": 35, "Crime": 80, "Documentary": 99, "Drama": 18,
    "Family": 10751, "Fantasy": 14, "History": 36, "Horror": 27, "Music": 10402, "Mystery": 9648, "Romance": 10749,
    "Science Fiction": 878, "TV Movie": 10770, "Thriller": 53, "War": 10752, "Western": 37,
}  # fmt: skip
TV_GENRES = {
    "Action & Adventure": 10759, "Animation": 16, "Comedy": 35, "Crime": 80, "Documentary": 99, "Drama": 18,
    "Family": 10751, "Kids": 10762, "Mystery": 9648, "News": 10763, "Reality": 10764, "Sci-Fi & Fantasy": 10765,
    "Soap": 10766, "Talk": 10767, "War & Politics": 10768, "Western": 37,
}  # fmt: skip
COUNTRIES = {
    "BR": "Brazil", "CA": "Canada", "CN": "China", "DE": "Germany", "ES": "Spain", "FR": "France",
    "GB": "United Kingdom", "HK": "Hong Kong", "IR": "Iran", "IT": "Italy", "JP": "Japan", "KR": "South Korea",
    "MX": "Mexico", "NZ": "New Zealand", "PL": "Poland", "SU": "Soviet Union", "TW": "Taiwan",
    "US": "United States of America",
}  # fmt: skip
LANGUAGES = {
    "cn": ("Cantonese", "广州话 / 廣州話"), "de": ("German", "Deutsch"), "en": ("English", "English"),
    "es": ("Spanish", "Español"), "fa": ("Persian", "فارسی"), "fr": ("French", "Français"),
    "it": ("Italian", "Italiano"), "ja": ("Japanese", "日本語"), "ko": ("Korean", "한국어/조선말"),
    "pt": ("Portuguese", "Português"), "ru": ("Russian", "Pусский"), "zh": ("Mandarin", "普通话"),
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    name: str

    @property
    def number(self) -> int:
        return made_number(self.name)


def by_poster(path: str) -> Screen | None:
    return _by_picture("poster").get(path)


def by_backdrop(path: str) -> Screen | None:
    return _by_picture("backdrop").get(path)


@cache
def _by_picture(kind: str) -> dict[str, Screen]:
    return {_picture(work, kind): work for work in works_of(Screen)}


def _picture(work: Screen, kind: str) -> str:
    return f"/{work.digest(kind).hex()[:27]}.jpg"


def number_of(work: Screen | None) -> int:
    return (work.tmdb or work.number()) if work else 0


def person_row(person: Person) -> Json:
    works = [work for work in works_of(Screen) if person.name in work.creators]
    return {
        "adult": False,
        "gender": 0,
        "id": person.number,
        "known_for": [row_of(work, "en", media_type=True) for work in works[:3]],
        "known_for_department": "Directing",
        "name": person.name,
        "original_name": person.name,
        "popularity": max(work.popularity for work in works) / 10,
        "profile_path": None,
    }


def row_of(work: Screen, language: str, *, media_type: bool = False) -> Json:
    row = _shared(work, language) | {"genre_ids": [genre["id"] for genre in genres_of(work.genres, _table(work))]}
    if isinstance(work, Film):
        row |= {"video": False}
    if media_type:
        row["media_type"] = "movie" if isinstance(work, Film) else "tv"
    return row


def _shared(work: Screen, language: str) -> Json:
    """What rows and details both say: absent text is "", an absent picture null."""
    film = isinstance(work, Film)
    return {
        "adult": False,
        "backdrop_path": _picture(work, "backdrop") if work.cover else None,
        "id": number_of(work),
        "title" if film else "name": _title(work, language),
        "original_language": work.language,
        "original_title" if film else "original_name": work.original or work.title,
        "overview": work.about if language.startswith("en") else "",
        "poster_path": _picture(work, "poster") if work.cover else None,
        "popularity": round(work.popularity * 1.137, 3),
        "release_date" if film else "first_air_date": work.released if len(work.released) == 10 else "",
        "vote_average": round(work.rating, 3) if work.votes else 0.0,
        "vote_count": work.votes,
    } | ({} if film else {"origin_country": list(work.countries)})


def _title(work: Screen, language: str) -> str:
    spoken = language[:2]
    return work.original or work.title if spoken == work.language and spoken != "en" else work.title


def _table(work: Screen) -> dict[str, int]:
    return MOVIE_GENRES if isinstance(work, Film) else TV_GENRES


def genres_of(names: Iterable[str], table: dict[str, int]) -> list[Json]:
    return [{"id": table[name], "name": name} for name in names]


def details(work: Screen, language: str) -> Json:
    own = _film(work) if isinstance(work, Film) else _series(work)
    return _shared(work, language) | _production(work) | own


def _production(work: Screen) -> Json:
    spoken = LANGUAGES[work.language]
    return {
        "genres": genres_of(work.genres, _table(work)),
        "homepage": "",
        "origin_country": list(work.countries),
        "production_companies": [],
        "production_countries": [{"iso_3166_1": code, "name": COUNTRIES[code]} for code in work.countries],
        "spoken_languages": [{"english_name": spoken[0], "iso_639_1": work.language, "name": spoken[1]}],
        "tagline": "",
    }


def _film(film: Film) -> Json:
    return {
        "belongs_to_collection": None,
        "budget": 0,
        "imdb_id": film.imdb or None,
        "revenue": 0,
        "runtime": film.minutes,
        "status": "Released" if film.released else "Planned",
        "video": False,
    }


def _series(work: Screen) -> Json:
    assert isinstance(work, Series)
    people = [Person(name) for name in work.creators]
    return {
        "created_by": [
            {"id": who.number, "credit_id": _credit(work, who), "name": who.name, "original_name": who.name}
            | {"gender": 0, "profile_path": None}
            for who in people
        ],
        "episode_run_time": [],
        "in_production": not work.ended,
        "languages": [work.language],
        "last_air_date": work.ended or None,
        "last_episode_to_air": None,
        "networks": [],
        "next_episode_to_air": None,
        "number_of_episodes": work.episodes,
        "number_of_seasons": work.seasons,
        "seasons": [_season(work, number) for number in range(work.seasons + 1)],
        "status": "Ended" if work.ended else "Returning Series",
        "type": "Scripted",
    }


def _season(series: Series, number: int) -> Json:
    """Season 0 holds the specials."""
    return {
        "air_date": series.released if number == 1 else None,
        "episode_count": series.length_of(number) if number else 1,
        "id": number_of(series) * 100 + number,
        "name": f"Season {number}" if number else "Specials",
        "overview": "",
        "poster_path": _picture(series, "poster") if series.cover and number else None,
        "season_number": number,
        "vote_average": 0.0,
    }


def season_of(series: Series, number: int) -> Json | None:
    """`/tv/{id}/season/{n}`, or appended to the series; the specials are one without a date."""
    if number > series.seasons:
        return None
    shared = _season(series, number)
    episodes = range(1, (series.length_of(number) if number else 1) + 1)
    return {name: shared[name] for name in shared if name != "episode_count"} | {
        "_id": series.digest(f"season {number}").hex()[:24],
        "episodes": [_episode(series, number, episode) for episode in episodes],
    }


def _episode(series: Series, season: int, number: int) -> Json:
    return {
        "air_date": (series.aired(season, number) or None) if season else None,
        "crew": [],
        "episode_number": number,
        "episode_type": "standard",
        "guest_stars": [],
        "id": number_of(series) * 1000 + season * 100 + number,
        "name": f"Episode {number}",
        "overview": "",
        "production_code": "",
        "runtime": None,
        "season_number": season,
        "show_id": number_of(series),
        "still_path": None,
        "vote_average": 0.0,
        "vote_count": 0,
    }


def _credit(work: Screen, person: Person) -> str:
    return work.digest(person.name).hex()[:24]


# Parts of a detail: asked for by append_to_response, or each at its own path


def _external_ids(work: Screen) -> Json:
    names = ["imdb_id", "wikidata_id", "facebook_id", "instagram_id", "twitter_id"]
    if not isinstance(work, Film):
        names += ["freebase_mid", "freebase_id", "tvdb_id", "tvrage_id"]
    return dict.fromkeys(names) | {"imdb_id": work.imdb or None}


def _credits(work: Screen) -> Json:
    """Directors of films only; the makers of a series stand in `created_by`."""
    crew = [
        {
            "adult": False,
            "gender": 0,
            "id": who.number,
            "known_for_department": "Directing",
            "name": who.name,
            "original_name": who.name,
            "popularity": 1.0,
            "profile_path": None,
            "credit_id": _credit(work, who),
            "department": "Directing",
            "job": "Director",
        }
        for who in map(Person, work.creators if isinstance(work, Film) else ())
    ]
    return {"cast": [], "crew": crew}


def _alternative_titles(work: Screen) -> Json:
    rows = [{"iso_3166_1": work.countries[0], "title": title, "type": ""} for title in work.also]
    return {"titles" if isinstance(work, Film) else "results": rows}


def _release_dates(work: Screen) -> Json:
    row = {
        "certification": "",
        "descriptors": [],
        "iso_639_1": "",
        "note": "",
        "release_date": f"{work.released}T00:00:00.000Z",
        "type": 3,
    }
    country = {"iso_3166_1": work.countries[0], "release_dates": [row]}
    return {"results": [country] if len(work.released) == 10 else []}


def _keywords(work: Screen) -> Json:
    return {"keywords" if isinstance(work, Film) else "results": []}


def _content_ratings(work: Screen) -> Json:
    return {"results": []}


PARTS: dict[str, Callable[[Screen], Json]] = {
    "alternative_titles": _alternative_titles,
    "content_ratings": _content_ratings,
    "credits": _credits,
    "external_ids": _external_ids,
    "keywords": _keywords,
    "release_dates": _release_dates,
}

CONFIGURATION = {
    "change_keys": ["title"],
    "images": {
        "base_url": "http://image.tmdb.org/t/p/",
        "secure_base_url": "https://image.tmdb.org/t/p/",
        "backdrop_sizes": ["w300", "w780", "w1280", "original"],
        "logo_sizes": ["w45", "w92", "w154", "w185", "w300", "w500", "original"],
        "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
        "profile_sizes": ["w45", "w185", "h632", "original"],
        "still_sizes": ["w92", "w185", "w300", "original"],
    },
}
