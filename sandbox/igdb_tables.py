"""The games as IGDB keeps them: tables of rows that name each other by number; what is unknown has no key."""

import calendar
import datetime as dt
import uuid
from collections import defaultdict
from functools import cache

from sandbox.web import Json
from sandbox.works import Game, fold, made_number, works_of

__all__ = ["FIELDS", "LINKS", "image_id", "row_of", "tables"]

PLAYERS = 8  # IGDB counts one rating for so many votes
ENTERED = 1_400_000_000  # when everything was entered

GENRES = {
    "Point-and-click": 2, "Fighting": 4, "Shooter": 5, "Music": 7, "Platform": 8, "Puzzle": 9, "Racing": 10,
    "Real Time Strategy (RTS)": 11, "Role-playing (RPG)": 12, "Simulator": 13, "Sport": 14, "Strategy": 15,
    "Turn-based strategy (TBS)": 16, "Tactical": 24, "Hack and slash/Beat 'em up": 25, "Quiz/Trivia": 26,
    "Pinball": 30, "Adventure": 31, "Indie": 32, "Arcade": 33, "Visual Novel": 34, "Card & Board Game": 35, "MOBA": 36,
}  # fmt: skip
PLATFORMS = {
    "Linux": (3, "Linux"), "Nintendo 64": (4, "N64"), "Wii": (5, "Wii"), "PC (Microsoft Windows)": (6, "PC"),
    "PlayStation": (7, "PS1"), "PlayStation 2": (8, "PS2"), "PlayStation 3": (9, "PS3"), "Xbox": (11, "XBOX"),
    "Xbox 360": (12, "X360"), "DOS": (13, "DOS"), "Mac": (14, "Mac"), "Amiga": (16, "Amiga"),
    "Nintendo GameCube": (21, "NGC"), "Game Boy": (33, "Game Boy"), "PlayStation Portable": (38, "PSP"),
    "iOS": (39, "iOS"), "Wii U": (41, "WiiU"), "PlayStation 4": (48, "PS4"), "Xbox One": (49, "XONE"),
    "Arcade": (52, "Arcade"), "PDP-1": (95, "PDP1"), "Nintendo Switch": (130, "Switch"),
    "PlayStation 5": (167, "PS5"), "Xbox Series X|S": (169, "Series X|S"),
}  # fmt: skip
DATE_FORMATS = {0: "YYYYMMMMDD", 1: "YYYYMMMM", 2: "YYYY"}
STEAM = 1
OFFICIAL, STEAM_PAGE = 1, 13

LINKS = {
    "alternative_names": "alternative_names", "company": "companies", "cover": "covers", "date_format": "date_formats",
    "external_game_source": "external_game_sources", "external_games": "external_games", "game": "games",
    "game_type": "game_types", "genres": "genres", "involved_companies": "involved_companies", "platform": "platforms",
    "platforms": "platforms", "release_dates": "release_dates", "type": "website_types", "websites": "websites",
}  # fmt: skip

FIELDS = {
    endpoint: frozenset(names.split()) | {"id", "checksum", "created_at", "updated_at"}
    for endpoint, names in {
        "alternative_names": "comment game name",
        "companies": "change_date changed_company_id country description developed logo name parent published slug "
        "start_date status url websites",
        "covers": "alpha_channel animated game game_localization height image_id url width",
        "date_formats": "format",
        "external_game_sources": "name",
        "external_games": "category countries external_game_source game game_release_format media name platform uid "
        "url year",
        "game_types": "type",
        "games": "age_ratings aggregated_rating aggregated_rating_count alternative_names artworks bundles category "
        "collection collections cover dlcs expanded_games expansions external_games first_release_date follows forks "
        "franchise franchises game_engines game_localizations game_modes game_status game_type genres hypes "
        "involved_companies keywords language_supports multiplayer_modes name parent_game platforms "
        "player_perspectives ports rating rating_count release_dates remakes remasters screenshots similar_games slug "
        "standalone_expansions status storyline summary tags themes total_rating total_rating_count url "
        "version_parent version_title videos websites",
        "genres": "name slug url",
        "involved_companies": "company developer game porting publisher supporting",
        "platforms": "abbreviation alternative_name category generation name platform_family platform_logo "
        "platform_type slug summary url versions websites",
        "release_dates": "category date date_format game human m platform region release_region status y",
        "website_types": "type",
        "websites": "category game trusted type url",
    }.items()
}

Tables = dict[str, dict[int, Json]]


def image_id(game: Game) -> str:
    return f"co{game.digest('image').hex()[:6]}"


def row_of(game: Game) -> Json:
    return tables()["games"][_number(game)]


@cache
def tables() -> Tables:
    kept: Tables = defaultdict(dict)
    _put(kept, "game_types", {"type": "Main Game"}, 0)
    _put(kept, "external_game_sources", {"name": "Steam"}, STEAM)
    _put(kept, "website_types", {"type": "Official Website"}, OFFICIAL)
    _put(kept, "website_types", {"type": "Steam"}, STEAM_PAGE)
    for number, name in DATE_FORMATS.items():
        _put(kept, "date_formats", {"format": name}, number)
    for game in works_of(Game):
        _add(kept, game)
    return dict(kept)


def _number(game: Game) -> int:
    return game.igdb or game.number()


def _add(kept: Tables, game: Game) -> None:
    number, votes = _number(game), game.votes // PLAYERS
    row = {
        "name": game.title,
        "slug": _own_slug(game),
        "url": f"https://www.igdb.com/games/{_own_slug(game)}",
        "summary": game.about or None,
        "game_type": 0,
        "first_release_date": _seconds(game.released) if game.released else None,
        "cover": _cover(kept, game) if game.cover else None,
        "genres": [_put(kept, "genres", {"name": name, "slug": slug(name)}, GENRES[name]) for name in game.genres],
        "platforms": [_platform(kept, name) for name in game.platforms],
        "involved_companies": _companies(kept, game),
        "alternative_names": [_put(kept, "alternative_names", {"name": name, "game": number}) for name in game.also],
        "release_dates": [_release(kept, game, name) for name in game.platforms if game.released],
        "external_games": _external(kept, game),
        "websites": _websites(kept, game),
        "rating": game.rating * 10 + 0.123456789 if votes else None,
        "rating_count": votes or None,
        "total_rating": game.rating * 10 + 0.087654321 if votes else None,
        "total_rating_count": votes or None,
    }
    _put(kept, "games", {name: value for name, value in row.items() if value not in (None, [])}, number)


def _put(kept: Tables, table: str, row: Json, number: int | None = None) -> int:
    """Rows without a number of their own get one made from what they say."""
    if number is None:
        number = made_number(f"{table}{sorted(row.items())}")
    checksum = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{table}/{number}"))
    kept[table][number] = {"id": number, "created_at": ENTERED, "updated_at": ENTERED, **row, "checksum": checksum}
    return number


def _cover(kept: Tables, game: Game) -> int:
    key = image_id(game)
    url = f"//images.igdb.com/igdb/image/upload/t_thumb/{key}.jpg"
    return _put(kept, "covers", {"image_id": key, "url": url, "width": 600, "height": 800, "game": _number(game)})


def _platform(kept: Tables, name: str) -> int:
    number, short = PLATFORMS[name]
    return _put(kept, "platforms", {"name": name, "abbreviation": short, "slug": slug(name)}, number)


def _companies(kept: Tables, game: Game) -> list[int]:
    """The first developer of famous games stands there twice, as it does at IGDB."""
    names = [*dict.fromkeys((*game.creators, *game.publishers))]
    if game.popularity >= 90:
        names.insert(0, names[0])
    return [_involved(kept, game, name, place) for place, name in enumerate(names)]


def _involved(kept: Tables, game: Game, name: str, place: int) -> int:
    company = _put(kept, "companies", {"name": name, "slug": slug(name)}, made_number(name))
    roles = {"developer": name in game.creators, "publisher": name in game.publishers}
    row = roles | {"porting": False, "supporting": False, "game": _number(game), "company": company}
    return _put(kept, "involved_companies", row, made_number(f"{game.key}{place}"))


def _release(kept: Tables, game: Game, platform: str) -> int:
    seconds = _seconds(game.released)
    day = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    form = {10: 0, 7: 1, 4: 2}[len(game.released)]
    human = day.strftime({0: "%Y-%b-%d", 1: "%Y-%b", 2: "%Y"}[form])
    when: Json = {"date": seconds, "human": human, "y": day.year, "m": day.month, "date_format": form}
    return _put(kept, "release_dates", when | {"game": _number(game), "platform": PLATFORMS[platform][0]})


def _external(kept: Tables, game: Game) -> list[int]:
    if not game.steam:
        return []
    steam: Json = {
        "uid": str(game.steam),
        "url": f"https://store.steampowered.com/app/{game.steam}",
        "name": game.title,
    }
    return [_put(kept, "external_games", steam | {"external_game_source": STEAM, "game": _number(game)})]


def _websites(kept: Tables, game: Game) -> list[int]:
    if not game.steam:
        return []
    url = f"https://store.steampowered.com/app/{game.steam}"
    return [_put(kept, "websites", {"url": url, "type": STEAM_PAGE, "trusted": True, "game": _number(game)})]


def _seconds(released: str) -> int:
    """Unix time of the day; of the last day of what is known only as a month or a year. Negative before 1970."""
    year, month, day = (*map(int, released.split("-")), 0, 0)[:3]
    month = month or 12
    day = day or calendar.monthrange(year, month)[1]
    return (dt.date(year, month, day) - dt.date(1970, 1, 1)).days * 86_400


def _own_slug(game: Game) -> str:
    """The second of a name is told apart by a number: tomb-raider--1."""
    place = [other for other in works_of(Game) if slug(other.title) == slug(game.title)].index(game)
    return slug(game.title) + (f"--{place}" if place else "")


def slug(name: str) -> str:
    return fold(name).replace(" ", "-")
