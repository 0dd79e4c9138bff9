"""What the sources really answered, recorded by others and no part of this project: where it is, what is in it."""

import json
import os
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.catalog.candidates import Candidate
from app.kit.outbound import Kind, OutboundError, Reply, by_status
from app.sources import google_books, igdb, itunes, lastfm, musicbrainz, open_library, steam, tmdb, tvmaze, wikidata
from app.sources.normalising import as_list, dig
from app.sources.open_library import WORK_KEY
from app.sources.source import keyless

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / os.environ.get("TASTEBUDS_RECORDED", "../shared/recorded")
MANIFEST = RECORDED / "manifest.json"

Entry = dict[str, Any]
Mapping = Callable[[Any], Candidate | None]

JUDGES: dict[str, Callable[[Reply], OutboundError | None]] = {
    "google-books": google_books.judge,
    "tmdb": by_status,
    "igdb": igdb.judge,
    "lastfm": lastfm.judge,
    "openlibrary": keyless,
    "tvmaze": tvmaze.judge,
    "wikidata": wikidata.judge,
    "steam": steam.judge,
    "musicbrainz": musicbrainz.judge,
    "coverartarchive": keyless,
    "itunes": keyless,
}
MAPPINGS: dict[Mapping, dict[str, str]] = {
    google_books.candidate_of_volume: google_books.MAPPING,
    tmdb.candidate_of_movie: tmdb.MAPPING_OF_MOVIE,
    tmdb.candidate_of_series: tmdb.MAPPING_OF_SERIES,
    igdb.candidate_of_game: igdb.MAPPING,
    lastfm.candidate_of_album: lastfm.MAPPING_OF_ALBUM,
    lastfm.candidate_of_track: lastfm.MAPPING_OF_TRACK,
    open_library.candidate_of_row: open_library.MAPPING_OF_ROW,
    open_library.candidate_of_work: open_library.MAPPING_OF_WORK,
    tvmaze.candidate_of_show: tvmaze.MAPPING,
    steam.candidate_of_row: steam.MAPPING_OF_ROW,
    steam.candidate_of_app: steam.MAPPING,
    musicbrainz.candidate_of_album: musicbrainz.MAPPING_OF_ALBUM,
    musicbrainz.candidate_of_track: musicbrainz.MAPPING_OF_TRACK,
    itunes.candidate_of_album: itunes.MAPPING_OF_ALBUM,
    itunes.candidate_of_track: itunes.MAPPING_OF_TRACK,
    itunes.candidate_of_movie: itunes.MAPPING_OF_MOVIE,
}
MIXED: tuple[Mapping, ...] = (tmdb.candidate_of_row, itunes.candidate_of_row, wikidata.candidate_of_item)
TROUBLE: dict[str, Kind] = {
    "error_400_keyInvalid_template.json": "bad_credentials",
    "error_403_unknownLocation.json": "bad_request",
    "error_404_notFound_template.json": "not_found",
    "error_429_keyless_quota_zero.json": "bad_credentials",
    "error_503_backendFailed.json": "down",
    "error_status_400.json": "bad_request",
    "error_status_401.json": "bad_credentials",
    "error_status_422.json": "bad_request",
    "error_status_response.json": "not_found",
    "error_429_status25_handmade.json": "rate_limited",
    "error_401_authorization_failure.json": "bad_credentials",
    "error_401_legacy_v3_array.json": "bad_credentials",
    "error_403_limit_too_high.json": "bad_request",
    "error_404_javalin.json": "not_found",
    "error_429_template.json": "rate_limited",
    "AlbumSearchError.json": "bad_request",
    "AlbumGetInfoMissing.json": "not_found",
    "UserGetLovedTracksError.json": "bad_request",
    "doc_artist.getInfo_2_404.json": "not_found",
    "doc_user.getLovedTracks_1_404.json": "not_found",
    "doc_user.getRecentTracks_3_403.json": "bad_credentials",
    "error_8_template.json": "down",
    "error_10_template.json": "bad_credentials",
    "error_11_template.json": "down",
    "error_16_template.json": "down",
    "error_26_template.json": "bad_credentials",
    "error_29_template.json": "rate_limited",
    "work_editions_notfound.json": "not_found",
    "error_429_api.json": "rate_limited",
    "error_429_covers.json": "rate_limited",
    "episodebynumber_404.json": "not_found",
    "appdetails_rate_limited_template.txt": "rate_limited",
    "getapplist_404.html": "not_found",
    "error_400_bad_inc.json": "bad_request",
    "error_503_rate_limit.json": "rate_limited",
    "error_503_server_busy.json": "down",
    "error_400_bad_mbid.html": "bad_request",
    "redirect_302_get_index.json.txt": "down",
    "redirect_307_get_76df3287-6cda-33eb-8.txt": "down",
    "redirect_307_head_back.txt": "down",
    "redirect_307_head_front.txt": "down",
}
ITUNES_MAPPINGS: dict[str, Mapping] = {
    "song": itunes.candidate_of_track,
    "feature-movie": itunes.candidate_of_movie,
}


def entries(but: Container[str] = (), suffix: str = "") -> list[Any]:
    if not MANIFEST.exists():
        reason = f"no recorded answers at {RECORDED}: set TASTEBUDS_RECORDED"
        return [pytest.param("", {}, marks=pytest.mark.skip(reason=reason))]
    manifest = json.loads(MANIFEST.read_text())
    found = [(source, entry) for source in JUDGES for entry in manifest[source]]
    return [
        pytest.param(source, entry, id=f"{source}/{entry['file']}")
        for source, entry in found
        if entry["file"] not in but and entry["file"].endswith(suffix)
    ]


def works_in(source: str, entry: Entry, body: Any) -> tuple[Mapping | None, list[Any]]:
    """The rows that are works, and what maps them."""
    url = urlsplit(entry["url"])
    match source:
        case "google-books":
            return google_books.candidate_of_volume, body.get("items", []) if "totalItems" in body else [body]
        case "tmdb":
            return _of_tmdb(entry, url.path, body)
        case "igdb":
            games = body if url.path.endswith("/games") else [dig(row, "game") for row in as_list(body)]
            return igdb.candidate_of_game, [game for game in games if isinstance(game, dict)]
        case "openlibrary" | "tvmaze" | "wikidata" | "steam" | "musicbrainz" | "itunes" | "coverartarchive":
            return KEYLESS_WORKS[source](entry["file"], body) if source in KEYLESS_WORKS else (None, [])
    return _of_lastfm(parse_qs(url.query).get("method", [""])[0].split(" ")[0].casefold(), body)


def _of_tmdb(entry: Entry, path: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    rows = [row for row in as_list(body.get("results")) if row.get("media_type") != "person"]
    if "/find/" in path:
        return tmdb.candidate_of_row, body["movie_results"] + body["tv_results"]
    if path.endswith("/search/multi"):
        return tmdb.candidate_of_row, rows
    if path.endswith("/search/movie"):
        return tmdb.candidate_of_movie, rows
    if path.endswith("/search/tv"):
        return tmdb.candidate_of_series, rows
    if entry["file"].startswith(("movie_2", "movie_detail", "edge_movie")):
        return tmdb.candidate_of_movie, [body]
    return (tmdb.candidate_of_series, [body]) if path.count("/") == 3 and "/tv/" in path else (None, [])


def _of_lastfm(method: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    match method:
        case "album.search":
            return lastfm.candidate_of_album, as_list(dig(body, "results", "albummatches", "album"))
        case "album.getinfo":
            return lastfm.candidate_of_album, [body["album"]]
        case "artist.gettopalbums":
            return lastfm.candidate_of_album, as_list(dig(body, "topalbums", "album"))
        case "artist.gettoptracks":
            return lastfm.candidate_of_track, as_list(dig(body, "toptracks", "track"))
        case "track.getsimilar":
            return lastfm.candidate_of_track, as_list(dig(body, "similartracks", "track"))
        case "user.getlovedtracks":
            return lastfm.candidate_of_track, as_list(dig(body, "lovedtracks", "track"))
        case "user.getrecenttracks":
            return lastfm.candidate_of_track, as_list(dig(body, "recenttracks", "track"))
    return None, []


def _of_open_library(file: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    if file.startswith("search_"):
        return open_library.candidate_of_row, body["docs"]
    is_work = WORK_KEY.fullmatch(str(dig(body, "key"))) is not None
    return (open_library.candidate_of_work, [body]) if is_work else (None, [])


def _of_tvmaze(file: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    if file.startswith("episode"):
        return None, []
    return tvmaze.candidate_of_show, [row.get("show", row) for row in as_list(body)]


def _of_wikidata(_: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    return (wikidata.candidate_of_item, [body]) if wikidata.is_film(body) else (None, [])


def _of_steam(file: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    if file.startswith("storesearch"):
        return steam.candidate_of_row, body["items"]
    apps = body.values() if isinstance(body, dict) else ()
    return steam.candidate_of_app, [app["data"] for app in apps if app["success"]]


def _of_musicbrainz(file: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    if "release-groups" in body:
        return musicbrainz.candidate_of_album, body["release-groups"]
    if "recordings" in body:
        return musicbrainz.candidate_of_track, body["recordings"]
    if file.startswith("release_group_"):
        return musicbrainz.candidate_of_album, [body]
    return (musicbrainz.candidate_of_track, [body]) if file.startswith("picard_recording_multi") else (None, [])


def _of_itunes(_: str, body: Any) -> tuple[Mapping | None, list[Any]]:
    rows = [row for row in body["results"] if row.get("kind") in ("song", "feature-movie") or "collectionType" in row]
    return itunes.candidate_of_row, rows


KEYLESS_WORKS: dict[str, Callable[[str, Any], tuple[Mapping | None, list[Any]]]] = {
    "openlibrary": _of_open_library,
    "tvmaze": _of_tvmaze,
    "wikidata": _of_wikidata,
    "steam": _of_steam,
    "musicbrainz": _of_musicbrainz,
    "itunes": _of_itunes,
}
