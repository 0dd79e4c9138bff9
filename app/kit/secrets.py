"""The instance's own secret: from `SECRET_KEY`, else made once and kept beside the data, for this user's eyes only."""

import hashlib
import hmac
import os
import secrets

from app.kit.settings import Settings

NAME = "secret.key"


def secret_key(settings: Settings) -> bytes:
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    path = settings.tastebuds_data / NAME
    settings.tastebuds_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_bytes()


def sign(key: bytes, text: str) -> str:
    return f"{_mark(key, text)}.{text}"


def signed(key: bytes, value: str) -> str | None:
    """The text, if we signed it."""
    mark, _, text = value.partition(".")
    return text if hmac.compare_digest(mark.encode(), _mark(key, text).encode()) else None


def _mark(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
