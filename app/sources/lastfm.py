"""Last.fm, API 2.0: https://www.last.fm/api. Names are its identity: albums and tracks are known by artist and title.

Errors come with any status, 200 included; only `error` in the body tells. Lists shrink to an object when they hold one
thing and to "" or a line break when they hold none; numbers are strings.
"""

import re
from collections.abc import Callable
from itertools import chain, zip_longest
from typing import Any, Literal
from urllib.parse import quote, unquote

import msgspec

from app.catalog.candidates import Candidate, Cover, Identifier, ItemType, MusicFacts
from app.kit.outbound import OutboundError, Policy, Reply, by_status
from app.sources.budgets import Budget
from app.sources.normalising import (
    MBID,
    as_dict,
    as_list,
    count,
    description,
    dig,
    https_url,
    identifier,
    identifiers,
    line,
    log_share,
    names,
    title,
)
from app.sources.source import Source, known, whatever_came

PAGE_SIZE = 20
ID_MAX = 1000  # longer names would not fit into an index
RENOWNED = 5_000_000  # listeners
TAGS_MAX = 5
STAR = "2a96cbd8b46e442fc41c2b86b821562f"  # the grey star that stands for every missing picture
IMAGE = re.compile(r".*/i/u/[^/]+/([0-9a-f]{32}\.(?:png|jpg|gif|webp))")
BOILERPLATE = re.compile(r"\s*(?:Read more on Last\.fm|User-contributed text is available under).*", re.DOTALL)
NOT_FOUND = re.compile(r"not found|could not be found", re.IGNORECASE)

Kind = Literal["album", "track"]

_MAPPING_OF_BOTH = {
    "name": "canonical: title",
    "artist": "canonical: creators, facts.artists",
    "mbid": "metadata: identifiers",
    "url": "metadata: url, identifiers",
    "listeners": "metadata: popularity",
    "wiki": "canonical: description",
    "toptags": "canonical: genres",
    "playcount": "raw only",
    "streamable": "raw only",
    "userplaycount": "raw only",
}
MAPPING_OF_ALBUM = _MAPPING_OF_BOTH | {
    "image": "canonical: cover",
    "tags": "canonical: genres",
    "tracks": "canonical: facts.track_count",
    "id": "raw only",
    "releasedate": "raw only",
}
MAPPING_OF_TRACK = _MAPPING_OF_BOTH | {
    "image": "canonical: cover",
    "album": "canonical: facts.album, cover",
    "duration": "canonical: facts.duration_ms",
    "date": "raw only",
    "loved": "raw only",
    "match": "raw only",
    "userloved": "raw only",
    "@attr": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    """https://www.last.fm/api/errorcodes"""
    body = as_dict(reply.body)
    if "error" not in body:
        return by_status(reply)
    match count(body["error"]):
        case 6 | 7:
            return OutboundError("not_found" if NOT_FOUND.search(str(body.get("message"))) else "bad_request")
        case 4 | 9 | 10 | 13 | 14 | 15 | 17 | 26:
            return OutboundError("bad_credentials")
        case 8 | 11 | 16:
            return OutboundError("down")
        case 29:
            return OutboundError("rate_limited", reply.until)
    return OutboundError("bad_request")


class Lastfm(Source):
    name = "lastfm"
    label = "Last.fm"
    types = frozenset[ItemType]({"music"})
    keys = ("LASTFM_KEY",)
    credit = "Music data from Last.fm."
    home = "https://www.last.fm"
    terms = "https://www.last.fm/api/tos"
    key_page = "https://www.last.fm/api/account/create"
    key_steps = (
        "Free for what earns no money. With an account, describe an application there; the callback may stay empty. "
        "Paste the API key; the shared secret is not needed."
    )
    policy = Policy(judge=judge, connect=2.0, read=6.0)
    budget = Budget(per_second=5, burst=10, at_once=2, search=2)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        """Albums and tracks in turn. One of the two is enough."""
        lists = await whatever_came(self._search(kind, text, page) for kind in KINDS)
        return known(chain.from_iterable(zip_longest(*lists)))

    async def _search(self, kind: Kind, text: str, page: int) -> list[Candidate | None]:
        results = dig(await self._call(f"{kind}.search", **{kind: text}, limit=PAGE_SIZE, page=page), "results")
        if not isinstance(results, dict):
            raise self.down("unreadable")
        matches = as_dict(results.get(f"{kind}matches", results))  # the level is missing on some later pages
        return [KINDS[kind](row) for row in as_list(matches.get(kind))]

    async def fetch(self, external_id: str) -> Candidate:
        """Its spelling of the names may differ from the one asked for; the id stays."""
        parts = names_of(external_id)
        if parts is None:
            raise self.down("not_found")
        kind, artist, name = parts
        raw = dig(await self._call(f"{kind}.getInfo", artist=artist, **{kind: name}), kind)
        candidate = KINDS[kind](raw)
        if candidate is None:
            raise self.down("unreadable")
        return msgspec.structs.replace(candidate, external_id=external_id)

    async def prove(self) -> None:
        await self._call("album.search", album="dune", limit=1)

    async def _call(self, method: str, **params: str | int) -> Any:
        key = self.settings.lastfm_key.get_secret_value() if self.settings.lastfm_key else ""
        return await self.ask(
            "GET",
            f"{self.settings.lastfm_url}/",
            params={"method": method, **params, "api_key": key, "format": "json"},
        )


def id_of(kind: Kind, artist: str, name: str) -> str:
    """album/Ben%20Frost/By%20the%20Throat"""
    return "/".join((kind, quote(artist, safe=""), quote(name, safe="")))


def names_of(external_id: str) -> tuple[Kind, str, str] | None:
    """Kind, artist and title; None if it is no id."""
    parts = external_id.split("/")
    if len(parts) != 3 or not all(parts) or len(external_id) > ID_MAX:
        return None
    found = [kind for kind in KINDS if kind == parts[0]]
    return (found[0], unquote(parts[1]), unquote(parts[2])) if found else None


def candidate_of_album(raw: Any) -> Candidate | None:
    """A row of album.search, or album.getInfo's album."""
    tracks = len(as_list(dig(raw, "tracks", "track")))
    return _candidate("album", "release", raw, MusicFacts(kind="album", track_count=tracks or None), dig(raw, "tags"))


def candidate_of_track(raw: Any) -> Candidate | None:
    """A row of track.search, or track.getInfo's track, whose `duration` is in milliseconds."""
    facts = MusicFacts(kind="track", album=_name(dig(raw, "album")), duration_ms=count(dig(raw, "duration")))
    return _candidate("track", "recording", raw, facts, None)


KINDS: dict[Kind, Callable[[Any], Candidate | None]] = {"album": candidate_of_album, "track": candidate_of_track}


def _candidate(kind: Kind, mbid_kind: str, raw: Any, facts: MusicFacts, tags: Any) -> Candidate | None:
    name, artist = title(dig(raw, "name")), _name(dig(raw, "artist"))
    if name is None or artist is None:
        return None
    external_id = id_of(kind, artist, name)
    if len(external_id) > ID_MAX:
        return None
    url = https_url(raw.get("url"))
    tagged = as_list(dig(tags, "tag")) or as_list(dig(raw, "toptags", "tag"))
    return Candidate(
        source=Lastfm.name,
        external_id=external_id,
        title=name,
        creators=(artist,),
        description=_wiki(as_dict(raw.get("wiki"))),
        genres=names(dig(tag, "name") for tag in tagged)[:TAGS_MAX],
        cover=_cover(raw),
        identifiers=identifiers(identifier("mbid", raw.get("mbid"), mbid_kind, MBID), _path(url)),
        popularity=log_share(raw.get("listeners"), RENOWNED),
        url=url,
        facts=msgspec.structs.replace(facts, artists=(artist,)),
        raw=raw,
    )


def _name(value: Any) -> str | None:
    """A name is text, or an object that has it as `name`, `title` or `#text`."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value.get("#text")
    return line(value)


def _wiki(wiki: dict[str, Any]) -> str | None:
    text = description(wiki.get("content")) or description(wiki.get("summary"))
    return BOILERPLATE.sub("", text) or None if text else None


def _cover(raw: dict[str, Any]) -> Cover | None:
    """The hash in the address of any size; hosts before 2015 are gone."""
    images = as_list(raw.get("image")) or as_list(dig(raw, "album", "image"))
    for image in images:
        match = IMAGE.fullmatch(str(dig(image, "#text")))
        if match and not match[1].startswith(STAR):
            return Cover(provider=Lastfm.name, key=match[1])
    return None


def _path(url: str | None) -> Identifier | None:
    """As other registries refer to it: Ben+Frost/By+the+Throat."""
    _, found, path = (url or "").partition("last.fm/music/")
    return identifier("lastfm", path) if found else None
