"""Where a cover is: at its provider, by the key a candidate carries; and at our own door, where the address is signed.

What is signed may be had by anyone, signed in or not; nothing else may. The address is the same every time, so that
pages and pictures can be kept.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import quote, urlsplit

from app.kit.keys import Key, mark, ring_of
from app.kit.settings import Settings

PURPOSE = "covers"
HAND = "hand"  # no provider: somebody put it here (`hand_covers.py`)
RECIPE = 1  # of the pictures we make: another one, other addresses
WIDTHS = (160, 320, 640)

Shape = Literal["tall", "square"]
RATIOS: dict[Shape, tuple[int, int]] = {"tall": (2, 3), "square": (1, 1)}  # width to height


@dataclass(frozen=True, slots=True)
class Provider:
    """`setting` has its address; `place` is the way from there to the picture at the best of its sizes for us, with the
    key as one part ({name}) or as several ({path}). `onward` is where it sends us on to. A PNG without colour from
    where all covers are JPEG may be the picture that says there is none."""

    setting: str
    place: str
    onward: tuple[str, ...] = ()
    may_be_stored: bool = True
    grey_png_is_none: bool = False


PROVIDERS = {
    "google_books": Provider(  # any other zoom answers a placeholder for books without preview
        "google_books_covers_url",
        "/books/content?id={name}&printsec=frontcover&img=1&zoom=1&source=gbs_api",
        may_be_stored=False,  # its terms forbid copies; a day is what its own headers say
        grey_png_is_none=True,
    ),
    "open_library": Provider(  # 404 rather than a blank picture
        "open_library_covers_url", "/b/id/{name}-L.jpg?default=false", ("archive.org", "*.archive.org")
    ),
    "tmdb": Provider("tmdb_covers_url", "/t/p/w780/{name}"),
    "wikidata": Provider("wikimedia_covers_url", "/wiki/Special:FilePath/{name}?width=500", ("upload.wikimedia.org",)),
    "tvmaze": Provider("tvmaze_covers_url", "/uploads/images/original_untouched/{path}"),
    "igdb": Provider("igdb_covers_url", "/igdb/image/upload/t_cover_big_2x/{name}.jpg"),
    "steam": Provider("steam_covers_url", "/store_item_assets/steam/apps/{path}"),
    "cover_art": Provider("cover_art_url", "/release-group/{name}/front-500", ("archive.org", "*.archive.org")),
    "lastfm": Provider("lastfm_covers_url", "/i/u/300x300/{name}"),
    "itunes": Provider("itunes_covers_url", "/image/thumb/{path}/600x600bb.jpg"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture somebody asks for. `mark` names the cover in every width."""

    mark: str
    shape: Shape
    provider: str
    key: str
    width: int


def cover_place(settings: Settings, provider: str, key: str, medium: str) -> str | None:
    """The path all widths of a cover lie below, as in `/covers/…/`; `160.webp` is one. None for an unknown provider."""
    if not _is_known(provider):
        return None
    return _place(ring_of(settings).newest(PURPOSE), shape_of(medium), provider, key)


def _is_known(provider: str) -> bool:
    return provider in PROVIDERS or provider == HAND


def shape_of(medium: str) -> Shape:
    return "square" if medium == "music" else "tall"


def cover_url(settings: Settings, provider: str, key: str, medium: str) -> str | None:
    """In full, for programs: the middle width."""
    place = cover_place(settings, provider, key, medium)
    return place and f"{settings.address}{place}{WIDTHS[1]}.webp"


def asked_for(settings: Settings, path: str) -> Asked | None:
    """What a path below `/covers/` asks for, if we signed it."""
    said, _, rest = path.partition("/")
    shape, _, rest = rest.partition("/")
    provider, _, rest = rest.partition("/")
    key, _, name = rest.rpartition("/")
    if shape not in get_args(Shape) or not _is_known(provider):
        return None
    width = next((each for each in WIDTHS if f"{each}.webp" == name), None)
    if width is None or not ring_of(settings).is_mark(PURPOSE, said, _marked(shape, provider, key)):
        return None
    return Asked(said, shape, provider, key, width)  # type: ignore[arg-type]  # one of them, as was seen above


def source_of(settings: Settings, asked: Asked) -> tuple[str, tuple[str, ...]]:
    """The address at its provider, and the hosts it may lead to."""
    provider = PROVIDERS[asked.provider]
    base: str = getattr(settings, provider.setting)
    place = provider.place.format(name=quote(asked.key, safe=""), path=_upright(asked.key))
    onward = () if _is_given(settings, provider) else provider.onward
    return base + place, (urlsplit(base).hostname or "", *onward)


def origins_given(settings: Settings) -> list[str]:
    """Those the operator configured: only they may be inside the network."""
    return [getattr(settings, each.setting) for each in PROVIDERS.values() if _is_given(settings, each)]


def _is_given(settings: Settings, provider: Provider) -> bool:
    return bool(getattr(settings, provider.setting) != Settings.model_fields[provider.setting].default)


@lru_cache(maxsize=8192)
def _place(signing: Key, shape: str, provider: str, key: str) -> str:
    return f"/covers/{mark(signing, _marked(shape, provider, key))}/{shape}/{provider}/{quote(key, safe='')}/"


def _marked(shape: str, provider: str, key: str) -> str:
    return f"{RECIPE}/{shape}/{provider}/{key}"


def _upright(key: str) -> str:
    """None of its parts leads upwards."""
    return "/".join(quote(part, safe="") for part in key.split("/") if part.strip("."))
