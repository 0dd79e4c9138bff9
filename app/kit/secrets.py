"""The instance's own secret: from `SECRET_KEY`, else made once and kept beside the data, for this user's eyes only."""

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

from app.kit.settings import Settings

NAME = "secret.key"


def secret_key(settings: Settings) -> bytes:
    return secret_at(settings.tastebuds_data, settings.secret_key)


def secret_at(folder: Path, given: SecretStr | None) -> bytes:
    if given:
        return given.get_secret_value().encode()
    path = folder / NAME
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    key = path.read_bytes().strip()
    if not key:
        raise RuntimeError(f"{path} is empty. Remove it, and a new secret is made.")
    return key


def _make(path: Path) -> None:
    """Whole or not at all; of two who make it at once the first one's counts."""
    with tempfile.NamedTemporaryFile(dir=path.parent) as fresh:  # of mode 0600
        fresh.write(secrets.token_hex(32).encode())
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)


def key_for(purpose: str, secret: bytes) -> bytes:
    """What is signed for one purpose is worth nothing for another."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def sign(key: bytes, text: str) -> str:
    return f"{mark(key, text)}.{text}"


def signed(key: bytes, value: str) -> str | None:
    """The text, if we signed it."""
    said, _, text = value.partition(".")
    return text if hmac.compare_digest(said.encode(), mark(key, text).encode()) else None


def mark(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
