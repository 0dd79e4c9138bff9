"""The key ring: what the instance's secrets are used for, each purpose with a key of its own.

The newest secret signs and seals, any of them verifies and opens. A running process sees a change of the file within a
second, and at once when it meets a key it does not know.
"""

import hashlib
import hmac
import logging
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from app.kit import secrets
from app.kit.settings import Settings

EVERY = 1.0  # seconds between looks at the file

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """Of one secret, for one purpose (HKDF, RFC 5869). `id` names it and tells nothing of it."""

    id: str
    key: bytes = field(repr=False)


class Ring:
    """`folder` has the file, unless the secrets were `given`."""

    def __init__(self, folder: Path, given: SecretStr | None = None) -> None:
        self._folder, self._given = folder, given
        self._secrets = secrets.secrets_at(folder, given)
        self._looked_at = time.monotonic()

    @property
    def count(self) -> int:
        return len(self._secrets)

    def keys(self, purpose: str) -> tuple[Key, ...]:
        """Newest first."""
        if self._given is None and time.monotonic() - self._looked_at >= EVERY:
            self.look_again()
        return _derived(self._secrets, purpose)

    def newest(self, purpose: str) -> Key:
        return self.keys(purpose)[0]

    def find(self, purpose: str, id_: str) -> Key | None:
        """The key of this id, also when it was made a moment ago."""
        found = _by_id(self.keys(purpose), id_)
        if found is None:
            self.look_again()
            found = _by_id(self.keys(purpose), id_)
        return found

    def look_again(self) -> None:
        """A file that is gone, or cannot be read for the moment, leaves what is known: a new one would open nothing."""
        self._looked_at = time.monotonic()
        try:
            if self._given is None:
                self._secrets = secrets.secrets_in(self._folder)
        except (OSError, RuntimeError) as error:
            log.warning("the secrets cannot be read again: %s", error)

    def sign(self, purpose: str, text: str) -> str:
        return f"{mark(self.newest(purpose), text)}.{text}"

    def signed(self, purpose: str, value: str) -> str | None:
        """The text, if we signed it for this purpose."""
        said, _, text = value.partition(".")
        return text if self.is_mark(purpose, said, text) else None

    def is_mark(self, purpose: str, said: str, text: str) -> bool:
        """Whether any of our secrets marks this text so."""
        return any(hmac.compare_digest(said.encode(), mark(key, text).encode()) for key in self.keys(purpose))


@lru_cache(maxsize=8)
def _ring(folder: Path, given: SecretStr | None) -> Ring:
    return Ring(folder, given)


def ring_of(settings: Settings) -> Ring:
    """One for the process. Makes the file where there is none. Raises `RuntimeError`."""
    return _ring(settings.tastebuds_data, settings.secret_key)


def mark(key: Key, text: str) -> str:
    return hmac.new(key.key, text.encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=64)
def _derived(given: tuple[bytes, ...], purpose: str) -> tuple[Key, ...]:
    return tuple(_derive(secret, purpose) for secret in given)


def _derive(secret: bytes, purpose: str) -> Key:
    derived = HKDF(algorithm=SHA256(), length=36, salt=None, info=f"tastebuds {purpose}".encode()).derive(secret)
    return Key(derived[32:].hex(), derived[:32])


def _by_id(found: tuple[Key, ...], id_: str) -> Key | None:
    return next((key for key in found if key.id == id_), None)
