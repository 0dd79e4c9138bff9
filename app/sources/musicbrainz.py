"""MusicBrainz, web service 2: https://musicbrainz.org/doc/MusicBrainz_API. Albums are its release groups, tracks its
recordings; open to all without a key, one question a second, for those who say who they are.

Covers are the Cover Art Archive's, by the release group. Two kinds of 503: we ask too much, or it is busy. What was
merged answers 301 and is told all the same. Optional text is "", null or absent.
"""

import re
from itertools import chain, zip_longest
from typing import Any, Literal

from app.catalog.candidates import Candidate, Cover, ItemType, MusicFacts
from app.kit.outbound import OutboundError, Policy, Reply
from app.sources.budgets import Budget
from app.sources.errors import SourceDown
from app.sources.normalising import (
    MBID,
    as_list,
    count,
    dig,
    identifier,
    identifiers,
    line,
    log_share,
    names,
    number,
    partial_date,
    rating,
    title,
)
from app.sources.source import Source, keyless, known

SITE = "https://musicbrainz.org"
COVERS = "cover_art"
PAGE_SIZE = 20
RENOWNED = 200  # releases
TAGS_MAX = 5
TOLD_APART = ("Single", "EP", "Broadcast", "Live", "Remix", "Demo", "DJ-mix", "Mixtape/Street")
REST = 2.0
SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')
OPERATORS = ("AND", "OR", "NOT")
EXTERNAL_ID = re.compile(rf"(release-group|recording)/({MBID.pattern})")
ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")

Kind = Literal["release-group", "recording"]
KINDS: tuple[Kind, ...] = ("release-group", "recording")
INCLUDED: dict[str, str] = {
    "release-group": "artist-credits genres ratings releases",
    "recording": "artist-credits genres ratings isrcs releases release-groups",
}

_MAPPING_OF_BOTH = {
    "title": "canonical: title",
    "artist-credit": "canonical: creators, facts.artists",
    "first-release-date": "canonical: released",
    "genres": "canonical: genres",
    "tags": "canonical: genres",
    "rating": "metadata: rating",
    "score": "raw only",
    "disambiguation": "canonical: subtitle",
    "aliases": "raw only",
    "annotation": "raw only",
    "relations": "raw only",
    "user-genres": "raw only",
    "user-rating": "raw only",
    "user-tags": "raw only",
}
MAPPING_OF_ALBUM = _MAPPING_OF_BOTH | {
    "id": "metadata: external_id, url, identifiers, cover",
    "count": "metadata: popularity",
    "releases": "metadata: popularity",
    "type-id": "raw only",
    "primary-type": "canonical: subtitle",
    "primary-type-id": "raw only",
    "secondary-types": "canonical: subtitle",
    "secondary-type-ids": "raw only",
}
MAPPING_OF_TRACK = _MAPPING_OF_BOTH | {
    "id": "metadata: external_id, url, identifiers",
    "length": "canonical: facts.duration_ms",
    "releases": "canonical: facts.album, cover, popularity",
    "isrcs": "metadata: identifiers",
    "video": "raw only",
    "artist-credit-id": "raw only",
}


def judge(reply: Reply) -> OutboundError | None:
    if reply.status == 301 and dig(reply.body, "id"):
        return None
    if reply.status == 503 and "rate limit" in str(dig(reply.body, "error")):
        return OutboundError("rate_limited", reply.after(REST))
    return keyless(reply)


class MusicBrainz(Source):
    name = "musicbrainz"
    label = "MusicBrainz"
    types = frozenset[ItemType]({"music"})
    keys = ()
    credit = "Music data from MusicBrainz, covers from the Cover Art Archive."
    home = "https://musicbrainz.org"
    terms = "https://musicbrainz.org/doc/About/Data_License"
    wants_contact = True
    policy = Policy(judge=judge, first_wait=0.6)
    budget = Budget(per_second=1, burst=4, at_once=2, search=2)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        """Albums and tracks in turn, asked for one after the other. One of the two is enough."""
        lists: list[list[Candidate | None]] = []
        failures: list[SourceDown] = []
        for kind in KINDS:
            try:
                lists.append(await self._search(kind, text, page))
            except SourceDown as down:
                failures.append(down)
        if not lists:
            raise failures[0]
        return known(chain.from_iterable(zip_longest(*lists)))

    async def fetch(self, external_id: str) -> Candidate:
        match = EXTERNAL_ID.fullmatch(external_id)
        if match is None:
            raise self.down("not_found")
        raw = await self._get(f"/{external_id}", {"inc": INCLUDED[match[1]]})
        candidate = candidate_of_album(raw) if match[1] == "release-group" else candidate_of_track(raw)
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def _search(self, kind: Kind, text: str, page: int) -> list[Candidate | None]:
        query = query_of(kind, text)
        if not query:
            return []
        answer = await self._get(f"/{kind}", {"query": query, "limit": PAGE_SIZE, "offset": (page - 1) * PAGE_SIZE})
        rows = dig(answer, f"{kind}s")
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return [candidate_of_album(row) if kind == "release-group" else candidate_of_track(row) for row in rows]

    async def _get(self, path: str, params: dict[str, str | int]) -> Any:
        return await self.ask("GET", self.settings.musicbrainz_url + path, params={**params, "fmt": "json"})


def query_of(kind: Kind, text: str) -> str:
    """Every word in the title or the artist's name."""
    field = kind.replace("-", "")
    words = (
        word.casefold() if word in OPERATORS else escaped(word) for word in text.split() if any(map(str.isalnum, word))
    )
    return " AND ".join(f"({field}:{word} OR artist:{word})" for word in words)


def escaped(word: str) -> str:
    """https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html"""
    return SPECIAL.sub(r"\\\1", word)


def candidate_of_album(raw: Any) -> Candidate | None:
    """A release group, as found or as looked up."""
    artists = _artists(raw)
    key = str(dig(raw, "id"))
    releases = count(dig(raw, "count")) or len(as_list(dig(raw, "releases")))
    return _candidate("release-group", raw, MusicFacts(kind="album", artists=artists), key, releases)


def candidate_of_track(raw: Any) -> Candidate | None:
    """A recording, as found or as looked up. Its cover is that of the first album it is on."""
    releases = as_list(dig(raw, "releases"))
    groups = (str(dig(each, "release-group", "id")) for each in releases)
    albums = (line(dig(each, "title")) for each in releases)
    facts = MusicFacts(
        kind="track",
        artists=_artists(raw),
        album=next((album for album in albums if album), None),
        duration_ms=count(dig(raw, "length")),
    )
    return _candidate(
        "recording", raw, facts, next((each for each in groups if MBID.fullmatch(each)), ""), len(releases)
    )


def _candidate(kind: Kind, raw: Any, facts: MusicFacts, group: str, releases: int) -> Candidate | None:
    key, name = str(dig(raw, "id")), title(dig(raw, "title"))
    if not MBID.fullmatch(key) or name is None:
        return None
    return Candidate(
        source=MusicBrainz.name,
        external_id=f"{kind}/{key}",
        title=name,
        subtitle=_told_apart(raw),
        creators=_credit(raw),
        released=partial_date(raw.get("first-release-date")),
        genres=_genres(raw),
        cover=Cover(provider=COVERS, key=group) if MBID.fullmatch(group) else None,
        identifiers=identifiers(
            identifier("mbid", key, kind),
            *(identifier("isrc", each, shape=ISRC) for each in as_list(raw.get("isrcs"))),
        ),
        rating=rating(dig(raw, "rating", "value"), 5, dig(raw, "rating", "votes-count")),
        popularity=log_share(releases, RENOWNED),
        url=f"{SITE}/{kind}/{key}",
        facts=facts,
        raw=raw,
    )


def _told_apart(raw: Any) -> str | None:
    """From others of the same name: Single; live, 1985-07-13: Wembley Stadium."""
    types = [dig(raw, "primary-type"), *as_list(dig(raw, "secondary-types"))]
    return title("; ".join(names([*(each for each in types if each in TOLD_APART), dig(raw, "disambiguation")])))


def _artists(raw: Any) -> tuple[str, ...]:
    return names(dig(each, "name") for each in as_list(dig(raw, "artist-credit")))


def _credit(raw: Any) -> tuple[str, ...]:
    """As it is printed: DJ Muggs vs. Ill Bill."""
    parts = [(dig(each, "name"), dig(each, "joinphrase")) for each in as_list(dig(raw, "artist-credit"))]
    return names(["".join(text for part in parts for text in part if isinstance(text, str))])


def _genres(raw: Any) -> tuple[str, ...]:
    """Those most people chose; `tags` are the same and more, and come where genres were not asked for."""
    said = as_list(dig(raw, "genres")) or as_list(dig(raw, "tags"))
    said = sorted(said, key=lambda each: -(number(dig(each, "count")) or 0))
    return names(dig(each, "name") for each in said)[:TAGS_MAX]
