"""Steam's store as its own pages ask it: search and one app's details. Undocumented, and no key."""

import datetime as dt
import html
from dataclasses import dataclass
from functools import cache

from sandbox.web import Answer, Json, Request, as_json, as_text
from sandbox.works import Game, made_number, ranked, works_of

__all__ = ["App", "answer", "app_of", "asset", "trouble"]

HITS = 10
HASHED_SINCE = 2025  # newer apps keep their pictures below a hash
GENRES = {
    "Adventure": ("25", "Adventure"), "Indie": ("23", "Indie"), "Role-playing (RPG)": ("3", "RPG"),
    "Shooter": ("1", "Action"), "Simulator": ("28", "Simulation"), "Strategy": ("2", "Strategy"),
    "Racing": ("9", "Racing"), "Sport": ("18", "Sports"), "Hack and slash/Beat 'em up": ("1", "Action"),
}  # fmt: skip
CURRENCIES = {"ar": "USD", "de": "EUR", "fr": "EUR", "gb": "GBP", "us": "USD"}
MONTHS = (
    "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października",
    "listopada", "grudnia",
)  # fmt: skip


@dataclass(frozen=True)
class App:
    game: Game
    kind: str = "game"

    @property
    def number(self) -> int:
        return self.game.steam if self.kind == "game" else made_number(f"{self.kind}/{self.game.steam}")

    @property
    def name(self) -> str:
        return self.game.title if self.kind == "game" else f"{self.game.title} - Supporter Pack"

    @property
    def popularity(self) -> int:
        return self.game.popularity if self.kind == "game" else 1

    @property
    def score(self) -> int | None:
        """Of the critics; few games have one."""
        return self.game.popularity if self.kind == "game" and self.game.popularity >= 75 else None


def answer(request: Request) -> Answer:
    match request.path.strip("/").split("/"):
        case ["api", "storesearch"]:
            return _search(request.query)
        case ["api", "appdetails"]:
            return _details(request.query)
    return as_text(
        "<html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>", 404, "text/html"
    )


def app_of(number: str) -> App | None:
    return _by_number().get(number)


@cache
def _apps() -> tuple[App, ...]:
    """Each game, and something to buy for the famous ones."""
    games = [game for game in works_of(Game) if game.steam]
    return (*map(App, games), *(App(game, "dlc") for game in games if game.popularity >= 90))


@cache
def _by_number() -> dict[str, App]:
    return {str(app.number): app for app in _apps()}


def asset(app: App, name: str) -> str:
    """The path of a picture."""
    year = app.game.year
    hashed = f"{app.game.digest('asset').hex()[:40]}/" if year and year >= HASHED_SINCE else ""
    return f"/store_item_assets/steam/apps/{app.number}/{hashed}{name}"


def _search(query: dict[str, str]) -> Answer:
    """Ten at the most, whatever is asked for."""
    found = ranked(_apps(), query.get("term", ""), lambda app: (app.name, *app.game.also), lambda app: ())[:HITS]
    return _json({"total": len(found), "items": [_item(app, query.get("cc", "")) for app in found]})


def _item(app: App, country: str) -> Json:
    item = {
        "type": "app",
        "name": app.name,
        "id": app.number,
        "price": _price(app, country),
        "tiny_image": f"https://shared.akamai.steamstatic.com{asset(app, 'capsule_231x87.jpg')}?t=1772742214",
        "metascore": str(app.score or ""),
        "platforms": _platforms(app),
        "streamingvideo": False,
        "controller_support": "full" if app.score else None,
    }
    return {name: value for name, value in item.items() if value is not None}


def _price(app: App, country: str) -> Json:
    """Made up; in the caller's own money where no country is named, as if it called from Poland."""
    cents = 999 + app.game.digest("price")[0] % 6 * 1000
    return {"currency": CURRENCIES.get(country.casefold(), "PLN"), "initial": cents, "final": cents}


def _platforms(app: App) -> dict[str, bool]:
    names = {"windows": "PC (Microsoft Windows)", "mac": "Mac", "linux": "Linux"}
    return {key: key == "windows" or name in app.game.platforms for key, name in names.items()}


def _details(query: dict[str, str]) -> Answer:
    """A list of apps is answered with prices alone, else with null and 400."""
    numbers = query.get("appids", "").split(",")
    if len(numbers) > 1 and query.get("filters") != "price_overview":
        return _json(None, 400)
    return _json({number: _detail(app_of(number), query) for number in numbers if number})


def _detail(app: App | None, query: dict[str, str]) -> Json:
    if app is None:
        return {"success": False}
    return {"success": True, "data": _data(app, query)}


def _data(app: App, query: dict[str, str]) -> Json:
    price = _price(app, query.get("cc", ""))
    overview = price | {
        "discount_percent": 0,
        "initial_formatted": "",
        "final_formatted": f"{price['final'] / 100:.2f}",
    }
    if query.get("filters") == "price_overview":
        return {"price_overview": overview}
    game, host = app.game, "https://shared.akamai.steamstatic.com"
    data = {
        "type": app.kind,
        "name": app.name,
        "steam_appid": app.number,
        "required_age": "18" if app.score and app.score >= 90 else 0,
        "is_free": False,
        "controller_support": "full" if app.score else None,
        "detailed_description": html.escape(game.about),
        "about_the_game": html.escape(game.about),
        "short_description": html.escape(game.about),
        "fullgame": {"appid": str(game.steam), "name": game.title} if app.kind == "dlc" else None,
        "supported_languages": "English",
        "header_image": f"{host}{asset(app, 'header.jpg')}?t=1772742214",
        "capsule_image": f"{host}{asset(app, 'capsule_231x87.jpg')}?t=1772742214",
        "website": None,
        "pc_requirements": {"minimum": "<strong>Minimum:</strong>"},
        "mac_requirements": [],
        "linux_requirements": [],
        "developers": list(game.creators),
        "publishers": list(game.publishers) or [""],
        "price_overview": overview,
        "platforms": _platforms(app),
        "metacritic": {"score": app.score, "url": "https://www.metacritic.com/game/pc/"} if app.score else None,
        "recommendations": {"total": app.game.votes * 50} if app.score else None,
        "categories": [{"id": 2, "description": "Single-player"}],
        "genres": _genres(game),
        "release_date": {"coming_soon": not game.released, "date": _date(game, query)},
        "support_info": {"url": "", "email": ""},
        "content_descriptors": {"ids": [], "notes": None},
    }
    absent = {name for name, value in data.items() if value is None and name != "website"}
    return {name: value for name, value in data.items() if name not in absent}


def _genres(game: Game) -> list[Json]:
    pairs = dict(GENRES[name] for name in game.genres if name in GENRES)
    return [{"id": number, "description": name} for number, name in pairs.items()]


def _date(game: Game, query: dict[str, str]) -> str:
    """Free text, in the language asked for and the order of the country."""
    if not game.released:
        return "Coming soon"
    if len(game.released) < 10:
        return game.released[:4]
    day = dt.date.fromisoformat(game.released)
    if query.get("l") != "english":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return day.strftime("%b %-d, %Y" if query.get("cc", "").casefold() == "us" else "%-d %b, %Y")


def _json(data: Json, status: int = 200) -> Answer:
    return as_json(data, status, "application/json; charset=utf-8")


def trouble(status: int) -> Answer:
    """Too much asked is null."""
    if status == 429:
        return _json(None, 429)
    return as_text("<html><body><h1>Error</h1></body></html>", {401: 403}.get(status, status), "text/html")
