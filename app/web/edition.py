"""Which edition of the product draws the pages: the same in every process of one release and one configuration."""

import hashlib
from functools import cache
from pathlib import Path

from app.kit.settings import Settings
from app.sources.covers import cover_place
from app.web.assets import Assets

CODE = Path(__file__).resolve().parents[1]
FOLDER = CODE.parent / "templates"


def edition_of(settings: Settings, assets: Assets) -> str:
    """What is drawn differs with templates, code, style, the address it is at, and the key that signs covers."""
    said = (drawn(), assets.url("app.css"), settings.address, cover_place(settings, "tmdb", "a", "movie"))
    return hashlib.blake2b(repr(said).encode(), digest_size=8).hexdigest()


@cache
def drawn() -> str:
    """A digest of the code and the templates."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted([*FOLDER.rglob("*.html"), *CODE.rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
