"""Tokens that are handed out in a link, once: random, and kept as their SHA-256 only."""

import hashlib
import secrets


def new_token() -> str:
    """Of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """A fast one is enough for so many random bits."""
    return hashlib.sha256(token.encode()).digest()
