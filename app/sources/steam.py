"""The Steam store: undocumented, open to all without a key. Ten rows a search, no second page.

Without a country and a language it answers in those of the caller's address. Rows do not tell games from what is sold
beside them; the whole record does. When it has had enough it says `null`.
"""

import re
from datetime import timedelta
from typing import Any

from app.catalog.candidates import Candidate, Cover, GameFacts, ItemType
from app.kit import clock
from app.kit.outbound import OutboundError, Policy, Reply
from app.sources.budgets import Budget
from app.sources.normalising import (
    as_dict,
    as_list,
    description,
    dig,
    identifier,
    identifiers,
    log_share,
    names,
    partial_date,
    title,
    whole_id,
)
from app.sources.source import Source, keyless, known

SITE = "https://store.steampowered.com/app"
PLACE: dict[str, str | int] = {"l": "english", "cc": "US"}
REST = 15.0
RENOWNED = 1_000_000  # recommendations
EXTERNAL_ID = re.compile(r"[1-9][0-9]{0,9}")
GAMES = ("game", "mod")  # rather than dlc, demo, music, video
PLATFORMS = {"windows": "Windows", "mac": "macOS", "linux": "Linux"}
PICTURE = re.compile(
    r"https?://[\w.:-]+(?:/[\w-]+)*/store_item_assets/steam/apps/(\d+(/[0-9a-f]{40})?/[\w-]+\.jpg)(?:\?.*)?"
)

MAPPING_OF_ROW = {
    "id": "metadata: external_id, url, identifiers",
    "name": "canonical: title",
    "tiny_image": "canonical: cover",
    "platforms": "canonical: facts.platforms",
    "type": "raw only",
    "price": "raw only",
    "metascore": "raw only",
    "streamingvideo": "raw only",
    "controller_support": "raw only",
}
MAPPING = {
    "steam_appid": "metadata: external_id, url, identifiers",
    "name": "canonical: title",
    "short_description": "canonical: description",
    "header_image": "canonical: cover",
    "release_date": "canonical: released",
    "genres": "canonical: genres",
    "developers": "canonical: creators, facts.developers",
    "publishers": "canonical: facts.publishers",
    "platforms": "canonical: facts.platforms",
    "recommendations": "metadata: popularity",
    "type": "raw only",
    "about_the_game": "raw only",
    "achievements": "raw only",
    "background": "raw only",
    "background_raw": "raw only",
    "capsule_image": "raw only",
    "capsule_imagev5": "raw only",
    "categories": "raw only",
    "content_descriptors": "raw only",
    "controller_support": "raw only",
    "detailed_description": "raw only",
    "dlc": "raw only",
    "is_free": "raw only",
    "linux_requirements": "raw only",
    "mac_requirements": "raw only",
    "metacritic": "raw only",
    "movies": "raw only",
    "package_groups": "raw only",
    "packages": "raw only",
    "pc_requirements": "raw only",
    "price_overview": "raw only",
    "ratings": "raw only",
    "required_age": "raw only",
    "screenshots": "raw only",
    "support_info": "raw only",
    "supported_languages": "raw only",
    "website": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """Its throttle says nothing of how long, and cures in a quarter of a minute."""
    failure = keyless(reply)
    if reply.status == 200 and reply.body is None:
        return OutboundError("rate_limited", clock.now() + timedelta(seconds=REST))
    if failure and failure.kind == "rate_limited":
        return OutboundError("rate_limited", reply.after(REST))
    return failure


class Steam(Source):
    name = "steam"
    label = "Steam"
    types = frozenset[ItemType]({"game"})
    keys = ()
    credit = "Game data from Steam."
    home = "https://store.steampowered.com"
    terms = "https://steamcommunity.com/dev/apiterms"
    policy = Policy(judge=judge)
    budget = Budget(per_second=200 / 300, burst=5, at_once=1)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        if page > 1:
            return []
        rows = dig(await self._get("/api/storesearch/", {"term": text}), "items")
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return known(candidate_of_row(row) for row in rows if dig(row, "type") in (None, "app"))  # no bundles

    async def fetch(self, external_id: str) -> Candidate:
        if not EXTERNAL_ID.fullmatch(external_id):
            raise self.down("not_found")
        answer = dig(await self._get("/api/appdetails", {"appids": external_id}), external_id)
        if dig(answer, "success") is False or dig(answer, "data", "type") not in (None, *GAMES):
            raise self.down("not_found")
        candidate = candidate_of_app(dig(answer, "data"))
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def _get(self, path: str, params: dict[str, str | int]) -> Any:
        return await self.ask("GET", self.settings.steam_url + path, params={**params, **PLACE})


def candidate_of_row(raw: Any) -> Candidate | None:
    """A row of storesearch."""
    return _candidate(raw, "id", "tiny_image", GameFacts(platforms=_platforms(raw)))


def candidate_of_app(raw: Any) -> Candidate | None:
    """The `data` of appdetails."""
    facts = GameFacts(
        developers=names(as_list(dig(raw, "developers"))),
        publishers=names(as_list(dig(raw, "publishers"))),
        platforms=_platforms(raw),
    )
    return _candidate(raw, "steam_appid", "header_image", facts)


def _candidate(raw: Any, id_key: str, image_key: str, facts: GameFacts) -> Candidate | None:
    number, name = whole_id(dig(raw, id_key)), title(dig(raw, "name"))
    if number is None or name is None:
        return None
    return Candidate(
        source=Steam.name,
        external_id=str(number),
        title=name,
        creators=facts.developers,
        released=partial_date(dig(raw, "release_date", "date")),
        description=description(raw.get("short_description")),
        genres=names(dig(genre, "description") for genre in as_list(raw.get("genres"))),
        cover=_cover(number, raw.get(image_key)),
        identifiers=identifiers(identifier("steam", number)),
        popularity=log_share(dig(raw, "recommendations", "total"), RENOWNED),
        url=f"{SITE}/{number}",
        facts=facts,
        raw=raw,
    )


def _platforms(raw: Any) -> tuple[str, ...]:
    said = as_dict(dig(raw, "platforms"))
    return tuple(name for key, name in PLATFORMS.items() if said.get(key) is True)


def _cover(number: int, address: Any) -> Cover | None:
    """The box at its usual place; where pictures lie in folders of their own, the one we were shown."""
    match = PICTURE.fullmatch(str(address))
    if match is None:
        return None
    return Cover(provider=Steam.name, key=match[1] if match[2] else f"{number}/library_600x900.jpg")
