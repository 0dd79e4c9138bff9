"""Where a cover is: its provider's host and size, from the key a candidate carries."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from app.kit.settings import Settings

Size = Literal["small", "medium", "large"]
SIZES: tuple[Size, ...] = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Provider:
    """`setting` has its address. `place` is the way from there, of the key as one part ({name}) or as several ({path}),
    and of what each of the three sizes is called."""

    setting: str
    place: str
    sizes: tuple[str, str, str] = ("", "", "")


PROVIDERS = {
    "google_books": Provider(  # any other zoom answers a placeholder for books without preview
        "google_books_covers_url", "/books/content?id={name}&printsec=frontcover&img=1&zoom=1&source=gbs_api"
    ),
    "open_library": Provider(  # 404 rather than a blank picture
        "open_library_covers_url", "/b/id/{name}-{size}.jpg?default=false", ("M", "M", "L")
    ),
    "tmdb": Provider("tmdb_covers_url", "/t/p/{size}/{name}", ("w154", "w342", "w500")),
    "wikidata": Provider("wikimedia_covers_url", "/wiki/Special:FilePath/{name}?width={size}", ("160", "320", "500")),
    "tvmaze": Provider(
        "tvmaze_covers_url",
        "/uploads/images/{size}/{path}",
        ("medium_portrait", "medium_portrait", "original_untouched"),
    ),
    "igdb": Provider(
        "igdb_covers_url",
        "/igdb/image/upload/{size}/{name}.jpg",
        ("t_cover_small", "t_cover_big", "t_cover_big_2x"),
    ),
    "steam": Provider("steam_covers_url", "/store_item_assets/steam/apps/{path}"),
    "cover_art": Provider("cover_art_url", "/release-group/{name}/front-{size}", ("250", "500", "500")),
    "lastfm": Provider("lastfm_covers_url", "/i/u/{size}/{name}", ("174s", "300x300", "300x300")),
    "itunes": Provider("itunes_covers_url", "/image/thumb/{path}/{size}.jpg", ("200x200bb", "400x400bb", "600x600bb")),
}

# where the pictures themselves are, when a provider sends us on
ONWARD = {
    "https://covers.openlibrary.org": ("https://archive.org", "https://*.archive.org"),
    "https://coverartarchive.org": ("https://archive.org", "https://*.archive.org"),
    "https://commons.wikimedia.org": ("https://upload.wikimedia.org",),
}


def cover_url(settings: Settings, provider: str, key: str, size: Size = "medium") -> str | None:
    """None for a provider we do not know."""
    found = PROVIDERS.get(provider)
    if found is None:
        return None
    called = found.sizes[SIZES.index(size)]
    place = found.place.format(name=quote(key, safe=""), path=_path(key), size=called)
    return str(getattr(settings, found.setting)) + place


def cover_hosts(settings: Settings) -> tuple[str, ...]:
    """The origins covers come from, for the Content-Security-Policy, which looks at each step of a redirect."""
    bases = (urlsplit(getattr(settings, provider.setting)) for provider in PROVIDERS.values())
    origins = (f"{base.scheme}://{base.netloc}" for base in bases)
    return tuple(dict.fromkeys(each for origin in origins for each in (origin, *ONWARD.get(origin, ()))))


def _path(key: str) -> str:
    """None of its parts leads upwards."""
    return "/".join(quote(part, safe="") for part in key.split("/") if part.strip("."))
