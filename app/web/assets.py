"""Style, scripts, icons and fonts: read once, named by their content, compressed once, kept by browsers for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "assets"
FOR_EVER = "public, max-age=31536000, immutable"
FOLDERS = ("built", "js", "vendor", "icons")
SUFFIXES = {".css", ".js", ".svg", ".woff2", ".png", ".ico", ".webmanifest"}
COMPRESSED = {".css", ".js", ".svg", ".webmanifest"}
TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    gzipped: bytes | None
    media_type: str


class Assets:
    """Every file by the address it is served at. Raises `FileNotFoundError` while the style is not built."""

    def __init__(self, root: Path = ROOT) -> None:
        if not (root / "built" / "app.css").exists():
            raise FileNotFoundError("The style is not built: run `make css`.")
        self._files: dict[str, Asset] = {}
        self._urls: dict[str, str] = {}
        for folder in FOLDERS:
            for path in sorted((root / folder).glob("*")):
                if path.suffix in SUFFIXES:
                    self._add(path)
        for path in sorted((root / "fonts").glob("*.woff2")):  # named by their content already, in the style too
            self._files[f"fonts/{path.name}"] = _read(path)

    def _add(self, path: Path) -> None:
        asset = _read(path)
        digest = hashlib.sha256(asset.content).hexdigest()[:10]
        served = f"{path.stem}.{digest}{path.suffix}"
        self._files[served] = asset
        self._urls[path.name] = f"/assets/{served}"

    def url(self, name: str) -> str:
        return self._urls[name]

    def at(self, served: str) -> Asset | None:
        return self._files.get(served)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = TYPES.get(path.suffix) or mimetypes.types_map.get(path.suffix, "application/octet-stream")
    gzipped = gzip.compress(content, 9, mtime=0) if path.suffix in COMPRESSED else None
    return Asset(content, gzipped, media_type)
