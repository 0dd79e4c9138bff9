"""Secrets at rest: the database alone opens none of them, and each opens only in the place it was sealed for."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes, as NIST SP 800-38D has it


class Unsealable(Exception):
    """Sealed with another secret, for another place, or damaged. Carries nothing of what it was."""


class Seal:
    """AES-256-GCM under a key of `purpose`'s own, derived from the instance's secret (HKDF, RFC 5869).

    `key_id` names the key and tells nothing of it: kept beside what is sealed, it says later which secret opens it.
    """

    def __init__(self, secret: bytes, purpose: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=36, salt=None, info=f"tastebuds {purpose}".encode()).derive(secret)
        self._cipher = AESGCM(derived[:32])
        self.key_id = derived[32:].hex()

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises `Unsealable`."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):  # too short for a nonce
            raise Unsealable from None
