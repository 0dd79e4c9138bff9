"""IGDB, API v4: https://api-docs.igdb.com. POST with a query as text; the key is a token that Twitch hands out.

What is missing is absent. Relations that were not asked for in full are bare numbers. Enums were renamed in 2025; the
new names come first here and the old ones are still read.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app.catalog.candidates import Candidate, Cover, GameFacts, Identifier, ItemType, PartialDate, Precision
from app.kit import clock
from app.kit.outbound import OutboundError, Policy, Reply, by_status
from app.sources.budgets import Budget
from app.sources.errors import SourceDown
from app.sources.normalising import (
    as_dict,
    as_list,
    count,
    description,
    dig,
    https_url,
    identifier,
    identifiers,
    log_share,
    names,
    rating,
    title,
    unix_date,
    whole_id,
)
from app.sources.source import Source, known

SITE = "https://www.igdb.com/games"
PAGE_SIZE = 20
RENOWNED = 5_000  # ratings
REST = 1.0  # seconds after its limit was passed, where it does not say
EARLY = timedelta(days=1)  # a token is renewed this long before its end
FIELDS = (
    "name,slug,url,summary,storyline,first_release_date,release_dates.date,release_dates.date_format.format,"
    "game_type.type,parent_game,version_parent,cover.image_id,platforms.name,platforms.abbreviation,genres.name,"
    "involved_companies.developer,involved_companies.publisher,involved_companies.company.name,"
    "alternative_names.name,total_rating,total_rating_count,external_games.uid,external_games.external_game_source,"
    "websites.url"
)
STORES = {1: "steam", 5: "gog", 26: "epic"}  # external_game_source, once external_game.category
STORE_UID = re.compile(r"[\w-]{1,64}", re.ASCII)
STEAM_PAGE = re.compile(r"https?://store\.steampowered\.com/app/(\d{1,10})\b.*")
SLUG = re.compile(r"[a-z0-9-]{1,200}")
IMAGE_ID = re.compile(r"[a-z0-9]{1,40}")
IMAGE_IN_URL = re.compile(r".*/([a-z0-9]{1,40})\.(?:jpg|png|webp)")

MAPPING = {
    "id": "metadata: external_id, identifiers",
    "name": "canonical: title",
    "summary": "canonical: description",
    "storyline": "canonical: description",
    "first_release_date": "canonical: released",
    "release_dates": "canonical: released",
    "cover": "canonical: cover",
    "platforms": "canonical: facts.platforms",
    "genres": "canonical: genres",
    "involved_companies": "canonical: creators, facts.developers, facts.publishers",
    "slug": "metadata: url",
    "url": "metadata: url",
    "total_rating": "metadata: rating",
    "total_rating_count": "metadata: rating, popularity",
    "rating": "metadata: rating",
    "rating_count": "metadata: rating, popularity",
    "external_games": "metadata: identifiers",
    "websites": "metadata: identifiers",
    "game_type": "raw only",
    "category": "raw only",
    "parent_game": "raw only",
    "version_parent": "raw only",
    "alternative_names": "raw only",
    "aggregated_rating": "raw only",
    "aggregated_rating_count": "raw only",
    "age_ratings": "raw only",
    "artworks": "raw only",
    "bundles": "raw only",
    "checksum": "raw only",
    "collection": "raw only",
    "collections": "raw only",
    "created_at": "raw only",
    "dlcs": "raw only",
    "expansions": "raw only",
    "follows": "raw only",
    "franchise": "raw only",
    "franchises": "raw only",
    "game_engines": "raw only",
    "game_localizations": "raw only",
    "game_modes": "raw only",
    "game_status": "raw only",
    "hypes": "raw only",
    "keywords": "raw only",
    "language_supports": "raw only",
    "multiplayer_modes": "raw only",
    "player_perspectives": "raw only",
    "popularity": "raw only",
    "pulse_count": "raw only",
    "remakes": "raw only",
    "screenshots": "raw only",
    "similar_games": "raw only",
    "standalone_expansions": "raw only",
    "status": "raw only",
    "tags": "raw only",
    "themes": "raw only",
    "time_to_beat": "raw only",
    "updated_at": "raw only",
    "videos": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """A limit passed has no header that says for how long; 403 is a forbidden question, but at Twitch a bad key."""
    if reply.status == 429:
        return OutboundError("rate_limited", reply.after(REST))
    if reply.status == 403 and dig(reply.body, "message") is None:
        return OutboundError("bad_request")
    return by_status(reply)


def judge_token(reply: Reply) -> OutboundError | None:
    """Twitch says 400 for an unknown client and 403 for a wrong secret."""
    return OutboundError("bad_credentials") if reply.status in (400, 401, 403) else by_status(reply)


@dataclass(frozen=True, slots=True)
class Token:
    """`client` is the id and the secret it was had with."""

    value: str
    renew_at: datetime
    client: tuple[str, str]


class Igdb(Source):
    name = "igdb"
    label = "IGDB"
    types = frozenset[ItemType]({"game"})
    keys = ("IGDB_CLIENT_ID", "IGDB_CLIENT_SECRET")
    credit = "Game data from IGDB.com."
    home = "https://www.igdb.com"
    terms = "https://www.twitch.tv/p/legal/developer-agreement/"
    key_page = "https://dev.twitch.tv/console/apps/create"
    key_steps = (
        "Free for what earns no money. IGDB belongs to Twitch: with a Twitch account that has two-factor "
        "authentication, register an application there: a name nobody has, the redirect URL http://localhost, the "
        "category Application Integration, the client type Confidential. Paste its client id, and the secret that "
        "New Secret shows."
    )
    policy = Policy(judge=judge, attempts=3, again=frozenset({"down", "rate_limited"}))
    budget = Budget(per_second=4, burst=4, at_once=4)
    token_policy = Policy(judge=judge_token, attempts=2)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._held: Token | None = None
        self._renewing = asyncio.Lock()

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        wanted = quotable(text)
        if not wanted:
            return []
        offset = (page - 1) * PAGE_SIZE
        rows = await self._games(
            f'search "{wanted}"; fields {FIELDS}; where version_parent = null; limit {PAGE_SIZE}; offset {offset};'
        )
        return known(candidate_of_game(row) for row in rows)

    async def fetch(self, external_id: str) -> Candidate:
        if not re.fullmatch(r"[1-9][0-9]{0,9}", external_id):
            raise self.down("not_found")
        rows = await self._games(f"fields {FIELDS}; where id = {external_id}; limit 1;")
        candidate = candidate_of_game(rows[0]) if rows else None
        if candidate is None:
            raise self.down("unreadable" if rows else "not_found")
        return candidate

    async def prove(self) -> None:
        """A token made anew, because one we hold says nothing of the secret it was had with; and one row."""
        self._held = None
        await self._games("fields id; limit 1;")

    async def _games(self, query: str) -> list[Any]:
        token = await self._token()
        try:
            rows = await self._query(query, token)
        except SourceDown as down:
            if down.kind != "bad_credentials":
                raise
            rows = await self._query(query, await self._token(refused=token))
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return rows

    async def _query(self, query: str, token: str) -> Any:
        return await self.ask(
            "POST",
            f"{self.settings.igdb_url}/games",
            headers={
                "Client-ID": self._client[0],
                "Authorization": f"Bearer {token}",
                "Content-Type": "text/plain",
            },
            content=query,
        )

    async def _token(self, refused: str | None = None) -> str:
        """One token for all who ask at once; made anew when it is `refused`, another client's or near its end."""
        async with self._renewing:
            held = self._held
            if held is None or held.value == refused or held.client != self._client or clock.now() >= held.renew_at:
                held = self._held = await self._new_token()
            return held.value

    @property
    def _client(self) -> tuple[str, str]:
        secret = self.settings.igdb_client_secret
        return self.settings.igdb_client_id or "", secret.get_secret_value() if secret else ""

    async def _new_token(self) -> Token:
        client = self._client
        form = {"client_id": client[0], "client_secret": client[1], "grant_type": "client_credentials"}
        answer = await self.ask(
            "POST",
            self.settings.igdb_token_url,
            policy=self.token_policy,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form),
        )
        value, lasts = dig(answer, "access_token"), count(dig(answer, "expires_in"))
        if not isinstance(value, str) or not value:
            raise self.down("unreadable")
        return Token(value, clock.now() + max(timedelta(seconds=lasts or 0) - EARLY, timedelta(minutes=1)), client)


def quotable(text: str) -> str:
    """`text` as it may stand between the quotes of a query, which has no other way to be escaped."""
    return " ".join(re.sub(r'[\\";]', " ", text).split())


def candidate_of_game(raw: Any) -> Candidate | None:
    number, name = whole_id(dig(raw, "id")), title(dig(raw, "name"))
    if number is None or name is None:
        return None
    companies = as_list(raw.get("involved_companies"))
    developers = names(dig(each, "company", "name") for each in companies if dig(each, "developer") is True)
    publishers = names(dig(each, "company", "name") for each in companies if dig(each, "publisher") is True)
    votes = count(raw.get("total_rating_count")) or count(raw.get("rating_count"))
    average = raw.get("total_rating") if count(raw.get("total_rating_count")) else raw.get("rating")
    return Candidate(
        source=Igdb.name,
        external_id=str(number),
        title=name,
        creators=developers or publishers,
        released=_released(raw),
        description=description(raw.get("summary")) or description(raw.get("storyline")),
        genres=names(dig(genre, "name") for genre in as_list(raw.get("genres"))),
        cover=_cover(as_dict(raw.get("cover"))),
        identifiers=identifiers(
            identifier("igdb", number),
            *(_store_id(each) for each in as_list(raw.get("external_games"))),
            *(_steam_id(each) for each in as_list(raw.get("websites"))),
        ),
        rating=rating(average, 100, votes),
        popularity=log_share(votes, RENOWNED),
        url=_page(raw),
        facts=GameFacts(
            developers=developers,
            publishers=publishers,
            platforms=names(dig(platform, "name") for platform in as_list(raw.get("platforms"))),
        ),
        raw=raw,
    )


def _released(raw: dict[str, Any]) -> PartialDate | None:
    """The first date, as precise as the release it belongs to: a game due "2026" is filed under 31 December."""
    first = raw.get("first_release_date")
    precisions = [_precision(each) for each in as_list(raw.get("release_dates")) if dig(each, "date") == first]
    precision: Precision = "day" if "day" in precisions or not precisions else precisions[0]
    return unix_date(first, precision)


def _precision(release: dict[str, Any]) -> Precision:
    """YYYYMMMMDD, YYYYMMMM, YYYY, YYYYQ1…, TBD; once numbers in the same order."""
    said = dig(release, "date_format", "format") or release.get("category", 0)
    if said in (0, "YYYYMMMMDD"):
        return "day"
    return "month" if said in (1, "YYYYMMMM") else "year"


def _cover(cover: dict[str, Any]) -> Cover | None:
    found = cover.get("image_id")
    if found is None and (match := IMAGE_IN_URL.fullmatch(str(cover.get("url", "")))):
        found = match[1]
    return Cover(provider=Igdb.name, key=found) if isinstance(found, str) and IMAGE_ID.fullmatch(found) else None


def _store_id(raw: Any) -> Identifier | None:
    store = whole_id(dig(raw, "external_game_source")) or whole_id(dig(raw, "category"))
    return identifier(STORES[store], dig(raw, "uid"), shape=STORE_UID) if store in STORES else None


def _steam_id(website: Any) -> Identifier | None:
    match = STEAM_PAGE.fullmatch(str(dig(website, "url")))
    return identifier("steam", match[1]) if match else None


def _page(raw: dict[str, Any]) -> str | None:
    slug = raw.get("slug")
    return f"{SITE}/{slug}" if isinstance(slug, str) and SLUG.fullmatch(slug) else https_url(raw.get("url"))
