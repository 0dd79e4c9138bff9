"""Secrets that are handed out in a link, a cookie or a token: random, and kept as their SHA-256 only."""

import hashlib
import hmac
import secrets

from app.kit.ids import UUID


def new_token() -> str:
    """Of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """A fast one is enough for so many random bits."""
    return hashlib.sha256(token.encode()).digest()


def is_of(token: str, hashed: bytes) -> bool:
    return hmac.compare_digest(hash_of(token), hashed)


def joined(id_: UUID, secret: str) -> str:
    """What is handed out where the row is found by its id, before the secret is compared."""
    return f"{id_.hex}.{secret}"


def parted(token: str) -> tuple[UUID, str] | None:
    """Id and secret, if it is of that form."""
    id_, _, secret = token.partition(".")
    try:
        return (UUID(hex=id_), secret) if secret else None
    except ValueError:
        return None
