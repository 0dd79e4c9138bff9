"""Cover images at each provider's own paths: drawn on request, a title on a coloured ground, in the right shape."""

import html
import re
import textwrap

from sandbox import google_books as books
from sandbox import igdb as games
from sandbox import lastfm as music
from sandbox import tmdb_shapes as screens
from sandbox.web import Answer, Request, as_text
from sandbox.works import Work

__all__ = ["google_books", "igdb", "lastfm", "tmdb", "trouble"]

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
TMDB_WIDTHS = (92, 154, 185, 300, 342, 500, 780, 1280)


def google_books(request: Request) -> Answer:
    """Zooms other than 1 and 5 answer with the picture that says there is none, as does a book without a cover."""
    if request.path != "/books/content":
        return trouble(404)
    book = books.book_of(request.query.get("id", ""))
    size = GOOGLE_ZOOMS.get(request.query.get("zoom", ""))
    if book is None or size is None or not book.cover:
        return _drawn("image not available", "", 128, 192, 0, saturation=0)
    return _cover(book, *size)


def tmdb(request: Request) -> Answer:
    match = re.fullmatch(r"/t/p/(?:w(\d+)|original)(/\w+\.jpg)", request.path)
    if not match or (match[1] and int(match[1]) not in TMDB_WIDTHS):
        return trouble(404)
    if work := screens.by_poster(match[2]):
        width = int(match[1] or 1000)
        return _cover(work, width, width * 3 // 2)
    if work := screens.by_backdrop(match[2]):
        width = int(match[1] or 1920)
        return _cover(work, width, width * 9 // 16)
    return trouble(404)


def igdb(request: Request) -> Answer:
    match = re.fullmatch(r"/igdb/image/upload/t_(\w+?)(_2x)?/(\w+)\.(?:jpg|png|webp)", request.path)
    if not match or match[1] not in IGDB_SIZES or not (game := games.game_of_image(match[3])):
        return trouble(404)
    width, height = IGDB_SIZES[match[1]]
    scale = 2 if match[2] else 1
    return _cover(game, width * scale, height * scale)


def lastfm(request: Request) -> Answer:
    match = re.fullmatch(r"/i/u/(?:(\d+)s/|(\d+)x\d+/|ar0/)?(\w+)\.(?:jpg|png|gif)", request.path)
    if not match:
        return trouble(404)
    size = int(match[1] or match[2] or 300)
    if match[3] == music.STAR:
        return _drawn("★", "", size, size, 0, saturation=0)
    record = music.record_of_image(match[3])
    return _cover(record, size, size) if record else trouble(404)


def trouble(status: int) -> Answer:
    return as_text({401: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}.get(status, "Error"), status)


def _cover(work: Work, width: int, height: int) -> Answer:
    return _drawn(work.title, ", ".join(work.creators), width, height, work.digest("hue")[0] * 360 // 256)


def _drawn(title: str, below: str, width: int, height: int, hue: int, saturation: int = 38) -> Answer:
    """Set on a plane 100 wide, so that every size is the same picture."""
    tall = round(100 * height / width)
    lines = textwrap.wrap(title, 14, max_lines=6, placeholder=" …") or [title]
    step = 13
    top = max(16, tall / 2 - step * len(lines) / 2)
    words = "".join(
        f'<text x="50" y="{top + step * place:g}" font-size="11">{html.escape(line)}</text>'
        for place, line in enumerate(lines)
    )
    foot = (
        f'<text x="50" y="{tall - 8}" font-size="6">{html.escape(textwrap.shorten(below, 30, placeholder=" …"))}</text>'
    )
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 100 {tall}">'
        f'<rect width="100" height="{tall}" fill="hsl({hue} {saturation}% 32%)"/>'
        f'<rect x="4" y="4" width="92" height="{tall - 8}" fill="none" stroke="#fff" stroke-opacity=".4"/>'
        f'<g fill="#fff" text-anchor="middle" font-family="Georgia, serif">{words}{foot}</g></svg>'
    )
    return as_text(picture, content_type="image/svg+xml").having(cache_control="public, max-age=86400")
