"""Where a cover is: its provider's host and size, from the key a candidate carries."""

from typing import Literal
from urllib.parse import quote, urlsplit

from app.kit.settings import Settings

Size = Literal["small", "medium", "large"]

TMDB_SIZES: dict[Size, str] = {"small": "w154", "medium": "w342", "large": "w500"}
IGDB_SIZES: dict[Size, str] = {"small": "t_cover_small", "medium": "t_cover_big", "large": "t_cover_big_2x"}
LASTFM_SIZES: dict[Size, str] = {"small": "174s", "medium": "300x300", "large": "300x300"}


def cover_url(settings: Settings, provider: str, key: str, size: Size = "medium") -> str | None:
    """None for a provider we do not know."""
    name = quote(key, safe="")
    match provider:
        case "google_books":  # any other zoom answers a placeholder for books without preview
            path = f"/books/content?id={name}&printsec=frontcover&img=1&zoom=1&source=gbs_api"
            return settings.google_books_covers_url + path
        case "tmdb":
            return f"{settings.tmdb_covers_url}/t/p/{TMDB_SIZES[size]}/{name}"
        case "igdb":
            return f"{settings.igdb_covers_url}/igdb/image/upload/{IGDB_SIZES[size]}/{name}.jpg"
        case "lastfm":
            return f"{settings.lastfm_covers_url}/i/u/{LASTFM_SIZES[size]}/{name}"
    return None


def cover_hosts(settings: Settings) -> tuple[str, ...]:
    """The origins covers come from, for the Content-Security-Policy."""
    bases = (
        settings.google_books_covers_url,
        settings.tmdb_covers_url,
        settings.igdb_covers_url,
        settings.lastfm_covers_url,
    )
    origins = (f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, bases))
    return tuple(dict.fromkeys(origins))
