"""TVmaze: https://www.tvmaze.com/api. Series only; open to all without a key. A search has ten rows and no second page.

A show runs on a `network` or on a `webChannel`. Ratings come without the number of votes and are not taken.
"""

import re
from typing import Any

from app.catalog.candidates import Candidate, Cover, ItemType, MovieFacts
from app.catalog.episodes import Episode
from app.kit.outbound import OutboundError, Policy, Reply
from app.sources.budgets import Budget
from app.sources.normalising import (
    IMDB,
    as_list,
    count,
    description,
    dig,
    episode,
    https_url,
    identifier,
    identifiers,
    line,
    listed,
    names,
    number,
    partial_date,
    title,
    whole_id,
)
from app.sources.source import Source, keyless, known

EXTERNAL_ID = re.compile(r"[1-9][0-9]{0,9}")
IMAGE = re.compile(r".*/uploads/images/\w+_portrait/(\d+/\d+\.(?:jpe?g|png|gif|webp))")
HEAVIEST = 100
REST = 2.0
LANGUAGES = {
    "Arabic": "ar",
    "Chinese": "zh",
    "Czech": "cs",
    "Danish": "da",
    "Dutch": "nl",
    "English": "en",
    "Finnish": "fi",
    "French": "fr",
    "German": "de",
    "Greek": "el",
    "Hebrew": "he",
    "Hindi": "hi",
    "Hungarian": "hu",
    "Icelandic": "is",
    "Italian": "it",
    "Japanese": "ja",
    "Korean": "ko",
    "Mongolian": "mn",
    "Norwegian": "no",
    "Persian": "fa",
    "Polish": "pl",
    "Portuguese": "pt",
    "Romanian": "ro",
    "Russian": "ru",
    "Spanish": "es",
    "Swedish": "sv",
    "Thai": "th",
    "Turkish": "tr",
    "Ukrainian": "uk",
}

MAPPING = {
    "id": "metadata: external_id, identifiers",
    "url": "metadata: url",
    "name": "canonical: title",
    "language": "canonical: language",
    "genres": "canonical: genres",
    "runtime": "canonical: facts.runtime_minutes",
    "averageRuntime": "canonical: facts.runtime_minutes",
    "premiered": "canonical: released",
    "network": "canonical: facts.countries",
    "webChannel": "canonical: facts.countries",
    "externals": "metadata: identifiers",
    "image": "canonical: cover",
    "summary": "canonical: description",
    "weight": "metadata: popularity",
    "_embedded.seasons": "canonical: facts.seasons, facts.episodes",
    "_embedded.crew": "canonical: creators",
    "rating": "raw only",
    "type": "raw only",
    "status": "raw only",
    "ended": "raw only",
    "officialSite": "raw only",
    "schedule": "raw only",
    "dvdCountry": "raw only",
    "updated": "raw only",
    "_links": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """Its limit looks ten seconds back: a short rest is enough."""
    if reply.status == 429:
        return OutboundError("rate_limited", reply.after(REST))
    return keyless(reply)


class Tvmaze(Source):
    name = "tvmaze"
    label = "TVmaze"
    types = frozenset[ItemType]({"movie"})
    keys = ()
    credit = "Series data from TVmaze, CC BY-SA 4.0."
    home = "https://www.tvmaze.com"
    terms = "https://creativecommons.org/licenses/by-sa/4.0/"
    policy = Policy(judge=judge, connect=2.0, read=5.0)
    budget = Budget(per_second=2, burst=10, at_once=4)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        if page > 1:
            return []
        rows = await self._get("/search/shows", {"q": text})
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return known(candidate_of_show(dig(row, "show")) for row in rows)

    async def fetch(self, external_id: str) -> Candidate:
        if not EXTERNAL_ID.fullmatch(external_id):
            raise self.down("not_found")
        candidate = candidate_of_show(await self._get(f"/shows/{external_id}?embed[]=seasons&embed[]=crew", None))
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def episodes(self, external_id: str) -> list[Episode]:
        if not EXTERNAL_ID.fullmatch(external_id):
            raise self.down("not_found")
        rows = await self._get(f"/shows/{external_id}/episodes", None)
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return listed(
            episode(dig(row, "season"), dig(row, "number"), dig(row, "name"), dig(row, "airdate"), dig(row, "runtime"))
            for row in rows
        )

    async def _get(self, path: str, params: dict[str, str | int] | None) -> Any:
        return await self.ask("GET", self.settings.tvmaze_url + path, params=params)


def candidate_of_show(raw: Any) -> Candidate | None:
    """The `show` of a search row, or /shows/{id}."""
    key, name = whole_id(dig(raw, "id")), title(dig(raw, "name"))
    if key is None or name is None:
        return None
    seasons = [each for each in as_list(dig(raw, "_embedded", "seasons")) if count(dig(each, "number"))]
    lengths = [count(dig(each, "episodeOrder")) for each in seasons]
    crew = as_list(dig(raw, "_embedded", "crew"))
    weight = number(raw.get("weight")) or 0
    return Candidate(
        source=Tvmaze.name,
        external_id=str(key),
        title=name,
        creators=names(dig(each, "person", "name") for each in crew if dig(each, "type") == "Creator"),
        released=partial_date(raw.get("premiered")),
        description=description(raw.get("summary")),
        language=LANGUAGES.get(line(raw.get("language")) or ""),
        genres=names(as_list(raw.get("genres"))),
        cover=_cover(raw),
        identifiers=identifiers(
            identifier("tvmaze", key),
            identifier("imdb", dig(raw, "externals", "imdb"), "tv", IMDB),
            identifier("tvdb", count(dig(raw, "externals", "thetvdb")), "tv"),
        ),
        popularity=round(min(max(weight, 0) / HEAVIEST, 1.0), 4),
        url=https_url(raw.get("url")),
        facts=MovieFacts(
            kind="series",
            runtime_minutes=count(raw.get("runtime")) or count(raw.get("averageRuntime")),
            seasons=len(seasons) or None,
            episodes=sum(length for length in lengths if length) or None if all(lengths) else None,
            countries=names(dig(raw, channel, "country", "code") for channel in ("network", "webChannel")),
        ),
        raw=raw,
    )


def _cover(raw: dict[str, Any]) -> Cover | None:
    """The picture's number, the same at every size."""
    for size in ("medium", "original"):
        if match := IMAGE.fullmatch(str(dig(raw, "image", size))):
            return Cover(provider=Tvmaze.name, key=match[1])
    return None
