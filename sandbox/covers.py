"""Cover images at each provider's own paths: drawn on request, a title on a coloured ground, in the right shape."""

import re

from sandbox import google_books as books
from sandbox import igdb as games
from sandbox import itunes as apple
from sandbox import lastfm as music
from sandbox import open_library as library
from sandbox import steam as store
from sandbox import tmdb_shapes as screens
from sandbox import tvmaze as shows
from sandbox import wikidata_items as commons
from sandbox.drawing import drawn
from sandbox.web import Answer, Request, as_json, as_text, whole
from sandbox.works import Album, Book, Film, Series, Work

__all__ = [
    "cover",
    "google_books",
    "igdb",
    "itunes",
    "lastfm",
    "open_library",
    "open_library_trouble",
    "steam",
    "tmdb",
    "trouble",
    "tvmaze",
    "wikimedia",
]

GOOGLE_ZOOMS = {"1": (128, 192), "5": (80, 120)}
IGDB_SIZES = {
    "micro": (35, 35),
    "thumb": (90, 90),
    "cover_small": (90, 128),
    "cover_big": (264, 374),
    "logo_med": (284, 160),
    "screenshot_med": (569, 320),
    "screenshot_big": (889, 500),
    "screenshot_huge": (1280, 720),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
}
ITUNES_MAX = 3000
OPEN_LIBRARY_SIZES = {"S": (40, 58), "M": (180, 270), "L": (333, 500)}
STEAM_SIZES = {
    "capsule_231x87": (231, 87),
    "capsule_616x353": (616, 353),
    "header": (460, 215),
    "library_600x900": (600, 900),
}
TVMAZE_SIZES = {"medium_portrait": (210, 295), "original_untouched": (680, 1000)}
WIKIMEDIA_WIDTH = 800  # of the original
TMDB_WIDTHS = (92, 154, 185, 300, 342, 500, 780, 1280)


def google_books(request: Request) -> Answer:
    """Zooms other than 1 and 5 answer with the picture that says there is none, as does a book without a cover."""
    if request.path != "/books/content":
        return trouble(404)
    book = books.book_of(request.query.get("id", ""))
    size = GOOGLE_ZOOMS.get(request.query.get("zoom", ""))
    if book is None or size is None or not book.cover:
        return _drawn("image not available", "", 128, 192, 0, saturation=0)
    return cover(book, *size)


def tmdb(request: Request) -> Answer:
    match = re.fullmatch(r"/t/p/(?:w(\d+)|original)(/\w+\.jpg)", request.path)
    if not match or (match[1] and int(match[1]) not in TMDB_WIDTHS):
        return trouble(404)
    if work := screens.by_poster(match[2]):
        width = int(match[1] or 1000)
        return cover(work, width, width * 3 // 2)
    if work := screens.by_backdrop(match[2]):
        width = int(match[1] or 1920)
        return cover(work, width, width * 9 // 16)
    return trouble(404)


def igdb(request: Request) -> Answer:
    match = re.fullmatch(r"/igdb/image/upload/t_(\w+?)(_2x)?/(\w+)\.(?:jpg|png|webp)", request.path)
    if not match or match[1] not in IGDB_SIZES or not (game := games.game_of_image(match[3])):
        return trouble(404)
    width, height = IGDB_SIZES[match[1]]
    scale = 2 if match[2] else 1
    return cover(game, width * scale, height * scale)


def lastfm(request: Request) -> Answer:
    match = re.fullmatch(r"/i/u/(?:(\d+)s/|(\d+)x\d+/|ar0/)?(\w+)\.(?:jpg|png|gif)", request.path)
    if not match:
        return trouble(404)
    size = int(match[1] or match[2] or 300)
    if match[3] == music.STAR:
        return _drawn("★", "", size, size, 0, saturation=0)
    record = music.record_of_image(match[3])
    return cover(record, size, size) if record else trouble(404)


def open_library(request: Request) -> Answer:
    """A blank of one pixel where there is none, unless ?default=false asks for a 404."""
    match = re.fullmatch(r"/b/(id|isbn|olid)/(\w+)(?:-([SML]))?\.jpg", request.path)
    book = library.book_of_cover(match[1], match[2]) if match else None
    if match and book and book.cover:
        return cover(book, *OPEN_LIBRARY_SIZES[match[3] or "L"])
    if not match or request.query.get("default") == "false":
        return trouble(404)
    return _drawn("", "", 1, 1, 0, saturation=0)


def open_library_trouble(status: int) -> Answer:
    """A limit is JSON; too many covers by ISBN are forbidden."""
    if status == 429:
        return as_json({"status": 429, "message": "Too Many Requests. Please email us at info@archive.org"}, 429)
    return trouble(403 if status == 401 else status)


def tvmaze(request: Request) -> Answer:
    match = re.fullmatch(r"/uploads/images/(\w+)/\d+/(\d+)\.jpg", request.path)
    series = shows.series_of_image(match[2]) if match else None
    return cover(series, *TVMAZE_SIZES[match[1]]) if match and series and match[1] in TVMAZE_SIZES else trouble(404)


def steam(request: Request) -> Answer:
    """Newer games only below their hash; the plain addresses are not found."""
    match = re.fullmatch(r"/store_item_assets/steam/apps/(\d+)/(?:[0-9a-f]+/)?(\w+)\.jpg", request.path)
    app = store.app_of(match[1]) if match else None
    if not match or not app or match[2] not in STEAM_SIZES or request.path != store.asset(app, f"{match[2]}.jpg"):
        return trouble(404)
    return cover(app.game, *STEAM_SIZES[match[2]])


def itunes(request: Request) -> Answer:
    """Any size up to the largest; 100000x100000-999, which once gave the original, is refused."""
    match = re.fullmatch(r"/image/thumb/\w+/v4/\w\w/\w\w/\w\w/([\w-]+)/source/(\d+)x(\d+)(\S+)", request.path)
    work = apple.work_of_artwork(match[1]) if match else None
    if not match or not work:
        return trouble(404)
    side = int(match[2])
    if not 0 < side <= ITUNES_MAX or not re.fullmatch(r"bb\.(jpg|png|webp)", match[4]):
        return as_text("Bad Request", 400)
    if isinstance(work, Film | Book | Series):  # fits into the square
        return cover(work, side * 2 // 3, side)
    return cover(work, side, side)


def wikimedia(request: Request) -> Answer:
    """`width` in pixels, never larger than the original."""
    name = request.path.removeprefix("/wiki/Special:FilePath/")
    work = commons.work_of_image(name) if name != request.path else None
    if work is None:
        return trouble(404)
    asked = whole(request.query.get("width", ""))
    width = min(asked, WIKIMEDIA_WIDTH) if asked > 0 else WIKIMEDIA_WIDTH
    return cover(work, width, width if isinstance(work, Album) else width * 3 // 2)


def trouble(status: int) -> Answer:
    return as_text({401: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}.get(status, "Error"), status)


def cover(work: Work, width: int, height: int) -> Answer:
    return _drawn(work.title, ", ".join(work.creators), width, height, work.digest("hue")[0] * 360 // 256)


def _drawn(title: str, below: str, width: int, height: int, hue: int, saturation: int = 38) -> Answer:
    """Covers are JPEG, placeholders PNG, as at Google."""
    media_type = "image/jpeg" if saturation else "image/png"
    picture = drawn(title, below, width, height, hue, saturation, media_type)
    return Answer(200, picture, media_type).having(cache_control="public, max-age=86400")
