"""The ASGI app: every source under its prefix, and the switchboard beside them."""

from collections.abc import MutableMapping
from typing import Any

import msgspec

from sandbox import (
    cover_art,
    covers,
    google_books,
    igdb,
    itunes,
    lastfm,
    musicbrainz,
    open_library,
    openid,
    steam,
    tmdb,
    tvmaze,
    twitch,
    wikidata,
)
from sandbox.switchboard import Fault, Source, Switchboard, play
from sandbox.web import Answer, Receive, Request, Send, Wire, as_json, as_text

__all__ = ["SOURCES", "Sandbox", "create_app"]

SOURCES = (
    Source("google_books", "/google-books/v1", google_books.answer, google_books.trouble),
    Source("google_books_covers", "/google-books-covers", covers.google_books, covers.trouble),
    Source("tmdb", "/tmdb/3", tmdb.answer, tmdb.trouble),
    Source("tmdb_covers", "/tmdb-covers", covers.tmdb, covers.trouble),
    Source("igdb", "/igdb/v4", igdb.answer, igdb.trouble),
    Source("igdb_covers", "/igdb-covers", covers.igdb, covers.trouble),
    Source("twitch", "/twitch/oauth2", twitch.answer, twitch.trouble),
    Source("lastfm", "/lastfm/2.0", lastfm.answer, lastfm.trouble),
    Source("lastfm_covers", "/lastfm-covers", covers.lastfm, covers.trouble),
    Source("open_library", "/open-library", open_library.answer, open_library.trouble),
    Source("open_library_covers", "/open-library-covers", covers.open_library, covers.open_library_trouble),
    Source("tvmaze", "/tvmaze", tvmaze.answer, tvmaze.trouble),
    Source("tvmaze_covers", "/tvmaze-covers", covers.tvmaze, covers.trouble),
    Source("wikidata", "/wikidata", wikidata.answer, wikidata.trouble),
    Source("wikimedia_covers", "/wikimedia-covers", covers.wikimedia, covers.trouble),
    Source("steam", "/steam", steam.answer, steam.trouble),
    Source("steam_covers", "/steam-covers", covers.steam, covers.trouble),
    Source("musicbrainz", "/musicbrainz/ws/2", musicbrainz.answer, musicbrainz.trouble),
    Source("cover_art", "/cover-art", cover_art.answer, cover_art.trouble),
    Source("itunes", "/itunes", itunes.answer, itunes.trouble),
    Source("itunes_covers", "/itunes-covers", covers.itunes, covers.trouble),
    Source("openid", "/openid", openid.answer, openid.trouble),
)


class Sandbox:
    def __init__(self) -> None:
        self.switchboard = Switchboard(source.name for source in SOURCES)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        wire = Wire(scope, receive, send)
        request = await wire.request()
        source = next((source for source in SOURCES if _is_below(request.path, source.prefix)), None)
        if source is None:
            await wire.say(self._control(request))
        else:
            await play(self.switchboard.take(source.name), source, request.below(source.prefix), wire)

    def _control(self, request: Request) -> Answer:
        match request.method, request.path:
            case "GET", "/_calls":
                return as_json(self.switchboard.counts())
            case "DELETE", "/_calls":
                self.switchboard.calls.clear()
                return as_json(self.switchboard.counts())
            case "GET", "/_faults":
                return as_json(self.switchboard.faults())
            case "DELETE", "/_faults":
                self.switchboard.reset()
                return as_json(self.switchboard.faults())
            case "POST", "/_faults":
                return self._break(request)
            case "GET", "/":
                return as_text("".join(f"{source.name:20} {source.prefix}\n" for source in SOURCES))
        return as_text("Not here. GET / says what is.\n", 404)

    def _break(self, request: Request) -> Answer:
        try:
            self.switchboard.set(msgspec.json.decode(request.body, type=Fault))
        except ValueError as error:  # msgspec's own are ValueErrors too
            return as_json({"error": str(error)}, 422)
        return as_json(self.switchboard.faults())


def create_app() -> Sandbox:
    return Sandbox()


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")


async def _lifespan(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": message["type"] + ".complete"})
    await send({"type": "lifespan.shutdown.complete"})
