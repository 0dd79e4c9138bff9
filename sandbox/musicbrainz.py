"""MusicBrainz web service 2: searches in Lucene's language, lookups with `inc`. See musicbrainz.org/doc."""

import hashlib
import math
import uuid
from collections.abc import Callable, Sequence
from functools import cache

from sandbox.lucene import LuceneError, parse
from sandbox.musicbrainz_records import (
    TYPES,
    Artist,
    Group,
    Recording,
    Release,
    artists,
    credit,
    groups,
    made_mbid,
    merged_group,
    recordings,
    releases,
)
from sandbox.web import Answer, Json, Request, as_json, as_text, moved, whole
from sandbox.works import Work

__all__ = ["answer", "trouble"]

Entity = Group | Recording | Release | Artist

USUAL, MOST = 25, 100
USAGE = "For usage, please see: https://musicbrainz.org/development/mmd"
CREATED = "2026-01-01T00:00:00.000Z"
LIMITS = {"x-ratelimit-limit": "1200", "x-ratelimit-remaining": "783", "x-ratelimit-reset": "1618477631"}
ALL: dict[str, Callable[[], Sequence[Entity]]] = {
    "artist": artists,
    "recording": recordings,
    "release": releases,
    "release-group": groups,
}
INCS = (
    "aliases", "annotation", "artist-credits", "artist-rels", "artists", "discids", "genres", "isrcs", "labels",
    "media", "ratings", "recordings", "release-groups", "releases", "tags", "url-rels", "works",
)  # fmt: skip


def answer(request: Request) -> Answer:
    if not request.headers.get("user-agent"):
        return error(403, "Please set a User-Agent that says who is asking.")
    if request.query.get("fmt") != "json" and "json" not in request.headers.get("accept", ""):
        return as_text('<?xml version="1.0" encoding="UTF-8"?><metadata/>', content_type="application/xml")
    found = _route(request)
    if found.status != 200:
        return found
    etag = f'"{hashlib.md5(found.body, usedforsecurity=False).hexdigest()}"'
    return Answer(200, found.body, found.content_type, LIMITS | {"etag": etag})


def _route(request: Request) -> Answer:
    match request.path.strip("/").split("/"):
        case [entity] if entity in ALL and "query" in request.query:
            return _search(entity, request.query)
        case [entity] if entity in ALL and "artist" in request.query:
            return _browse(entity, request.query)
        case [entity] if entity in ALL:
            return error(400, "Either query or a linked entity must be given.")
        case [entity, mbid] if entity in ALL:
            return _lookup(entity, mbid.casefold(), request)
    return error(404, "Not Found")


@cache
def _documents(entity: str) -> list[tuple[Entity, dict[str, list[str]]]]:
    return [(each, each.document()) for each in ALL[entity]()]


@cache
def _by_mbid(entity: str) -> dict[str, Entity]:
    return {each.mbid: each for each in ALL[entity]()}


# Searching


def _search(entity: str, query: dict[str, str]) -> Answer:
    """`score` is 100 for the best."""
    size, start = query.get("limit", str(USUAL)), query.get("offset", "0")
    if whole(start) < 0:
        return error(400, "Invalid offset.")
    try:
        score = parse(query["query"], entity.replace("-", ""))
    except LuceneError as wrong:
        return error(400, f"Unable to parse search: cannot read '{wrong}'")
    hits = [(score(document), each) for each, document in _documents(entity)]
    hits = sorted(((points, each) for points, each in hits if points), key=lambda hit: (-hit[0], -hit[1].popularity))
    taken = min(MOST, whole(size)) if whole(size) > 0 else USUAL
    rows = [
        {"id": each.mbid, "score": math.ceil(100 * points / hits[0][0]), **_found(each)}
        for points, each in hits[int(start) : int(start) + taken]
    ]
    return _json({"created": CREATED, "count": len(hits), "offset": int(start), f"{entity}s": rows})


def _found(entity: Entity) -> Json:
    """A row of a search: what is unknown has no key."""
    match entity:
        case Group():
            row = _found_group(entity)
        case Release():
            row = _found_release(entity)
        case Recording():
            row = _found_recording(entity)
        case Artist(name):
            row = {"name": name, "sort-name": name}
    return {name: value for name, value in row.items() if value not in ("", [], None)}


def _found_group(group: Group) -> Json:
    return _typed(group) | {
        "count": len(group.releases),
        "title": group.work.title,
        "first-release-date": group.work.released,
        "secondary-types": group.secondary,
        "secondary-type-ids": [TYPES[name] for name in group.secondary],
        "artist-credit": credit(group.work, found=True),
        "releases": [
            {"id": release.mbid, "status-id": TYPES["Official"], "title": release.work.title, "status": "Official"}
            for release in group.releases
        ],
        "tags": _tags(group.work),
    }


def _typed(group: Group) -> Json:
    number = TYPES[group.primary]
    return {"type-id": number, "primary-type-id": number, "primary-type": group.primary}


def _found_release(release: Release) -> Json:
    return {
        "status-id": TYPES["Official"],
        "count": 1,
        "title": release.work.title,
        "status": "Official",
        "artist-credit": credit(release.work, found=True),
        "release-group": {"id": release.group.mbid, "title": release.work.title, **_typed(release.group)},
        "date": release.date,
        "track-count": len(release.songs),
        "media": [{"format": "CD", "disc-count": 1, "track-count": len(release.songs)}],
    }


def _found_recording(recording: Recording) -> Json:
    track = recording.track
    return {
        "title": track.title,
        "length": track.seconds * 1000 or None,
        "video": None,
        "artist-credit": credit(track, found=True),
        "first-release-date": track.released,
        "releases": [
            {
                "id": release.mbid,
                "status-id": TYPES["Official"],
                "count": 1,
                "title": release.work.title,
                "status": "Official",
                "release-group": {"id": release.group.mbid, "title": release.work.title, **_typed(release.group)},
                "track-count": len(release.songs),
            }
            for release in recording.releases
        ],
        "tags": _tags(track),
    }


def _tags(work: Work) -> list[Json]:
    return [{"count": 1, "name": name} for name in work.genres]


# Lookups and browsing: other shapes, no score, and nothing more than `inc` asks for


def _lookup(entity: str, mbid: str, request: Request) -> Answer:
    incs = request.query.get("inc", "").replace("+", " ").split()
    for inc in incs:
        if inc not in INCS:
            return error(400, f"{inc} is not a valid inc parameter for the {entity} resource.")
    if not _is_mbid(mbid):
        return error(400, "Invalid mbid.")
    if entity == "release-group" and (group := merged_group(mbid)):
        location = (
            f"{request.prefix}/{entity}/{group.mbid}?{'&'.join(f'{key}={value}' for key, value in request.pairs)}"
        )
        return moved(location.replace(" ", "+"), 301, _json(_looked_up(group, incs)).body)
    found = _by_mbid(entity).get(mbid)
    return _json(_looked_up(found, incs)) if found else error(404, "Not Found")


def _is_mbid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _browse(entity: str, query: dict[str, str]) -> Answer:
    """The works of one artist, by MBID."""
    size, start = query.get("limit", str(USUAL)), max(0, whole(query.get("offset", "0")))
    kinds = [kind.casefold() for kind in query.get("type", "").split("|") if kind]
    rows = [
        each
        for each, document in _documents(entity)
        if query["artist"] in document["arid"]
        and (not kinds or not isinstance(each, Group) or each.primary.casefold() in kinds)
    ]
    taken = min(MOST, whole(size)) if whole(size) > 0 else USUAL
    page = [_looked_up(each, query.get("inc", "").split()) for each in rows[start : start + taken]]
    return _json({f"{entity}s": page, f"{entity}-offset": start, f"{entity}-count": len(rows)})


def _looked_up(entity: Entity, incs: list[str]) -> Json:
    match entity:
        case Group():
            return _group(entity, incs)
        case Release():
            return _release(entity, incs)
        case Recording():
            return _recording(entity, incs)
        case Artist():
            return _artist(entity, incs)


def _group(group: Group, incs: list[str]) -> Json:
    row = {
        "id": group.mbid,
        "title": group.work.title,
        "disambiguation": "",
        "primary-type": group.primary,
        "primary-type-id": TYPES[group.primary],
        "secondary-types": group.secondary,
        "secondary-type-ids": [TYPES[name] for name in group.secondary],
        "first-release-date": group.work.released,
    } | _included(group.work, incs)
    if "releases" in incs:
        row["releases"] = [_release(release, []) for release in group.releases]
    return row


def _release(release: Release, incs: list[str]) -> Json:
    """Only releases say whether there is a cover."""
    covered = release.covered
    row = {
        "id": release.mbid,
        "title": release.work.title,
        "disambiguation": "",
        "status": "Official",
        "status-id": TYPES["Official"],
        "quality": "normal",
        "date": release.date,
        "country": None,
        "barcode": None,
        "asin": None,
        "packaging": None,
        "packaging-id": None,
        "text-representation": {"language": None, "script": None},
        "release-events": [{"date": release.date, "area": None}],
        "cover-art-archive": {
            "artwork": covered, "front": covered, "back": False, "count": int(covered), "darkened": False,
        },
    } | _included(release.work, incs)  # fmt: skip
    if "release-groups" in incs:
        row["release-group"] = _group(release.group, [])
    if "media" in incs or "recordings" in incs:
        row["media"] = [_medium(release, incs)]
    return row


def _medium(release: Release, incs: list[str]) -> Json:
    songs = [Recording(song) for song in release.songs]
    medium = {"title": "", "position": 1, "format": "CD", "format-id": None, "track-count": len(songs)}
    if "recordings" not in incs:
        return medium
    return medium | {"track-offset": 0, "tracks": [_track(*place) for place in enumerate(songs, 1)]}


def _track(position: int, song: Recording) -> Json:
    return {
        "id": made_mbid(f"track/{song.mbid}"),
        "position": position,
        "number": str(position),
        "title": song.track.title,
        "length": song.track.seconds * 1000 or None,
        "recording": _recording(song, []),
    }


def _recording(recording: Recording, incs: list[str]) -> Json:
    track = recording.track
    row = {
        "id": recording.mbid,
        "title": track.title,
        "length": track.seconds * 1000 or None,
        "video": False,
        "disambiguation": "",
        "first-release-date": track.released,
    } | _included(track, incs)
    if "releases" in incs:
        row["releases"] = [_release(release, []) for release in recording.releases]
    if "isrcs" in incs:
        row["isrcs"] = []
    return row


def _artist(artist: Artist, incs: list[str]) -> Json:
    row: Json = {"id": artist.mbid, "name": artist.name, "sort-name": artist.name, "disambiguation": ""}
    row |= dict.fromkeys(
        (
            "area",
            "begin-area",
            "begin_area",
            "country",
            "end-area",
            "end_area",
            "gender",
            "gender-id",
            "type",
            "type-id",
        )
    )
    row |= {"ipis": [], "isnis": [], "life-span": {"begin": None, "end": None, "ended": False}}
    if "aliases" in incs:
        row["aliases"] = []
    if "release-groups" in incs:
        row["release-groups"] = [_group(group, []) for group in groups() if artist.name in group.work.creators]
    return row


def _included(work: Work, incs: list[str]) -> Json:
    more: Json = {}
    if {"artists", "artist-credits"} & set(incs):
        more["artist-credit"] = credit(work, found=False)
    if "tags" in incs:
        more["tags"] = _tags(work)
    if "genres" in incs:
        more["genres"] = [
            {"id": made_mbid(f"genre/{name}"), "name": name, "count": 1, "disambiguation": ""} for name in work.genres
        ]
    if "ratings" in incs:
        more["rating"] = {"value": round(work.rating / 2, 2), "votes-count": work.votes // 500}
    return more


def _json(data: Json, status: int = 200) -> Answer:
    return as_json(data, status, "application/json; charset=utf-8")


def error(status: int, message: str) -> Answer:
    return _json({"error": message, "help": USAGE}, status)


def trouble(status: int) -> Answer:
    """Asked too fast and too busy are both 503; the second is the edge's, and asks for no wait."""
    match status:
        case 429:
            hint = "Please see http://wiki.musicbrainz.org/XMLWebService for more information."
            return _json({"error": f"Your requests are exceeding the allowable rate limit. {hint}"}, 503)
        case 503:
            busy = "The MusicBrainz web server is currently busy. Please try again later."
            edge = {"x-ratelimit-zone": "global", "x-ratelimit-limit": "15", "x-ratelimit-remaining": "12"}
            return Answer(503, _json({"error": busy}).body, "application/json", edge | {"retry-after": "0"})
        case 401:
            return error(403, "Forbidden")
    return error(status, "Internal server error")
