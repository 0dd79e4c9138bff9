"""argon2id, off the event loop, a few at a time: each takes 46 MiB and a twentieth of a second (RFC 9106)."""

import asyncio
import os
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kit.errors import TooBusy

T = TypeVar("T")

HASHER = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1, hash_len=32, salt_len=16)
AT_ONCE = asyncio.Semaphore(os.cpu_count() or 1)
WAITING_MAX = 16
FOR_KNOWN = 4  # places of these that strangers cannot take

_waiting = 0
_nobodys: str | None = None


async def hash_password(password: str) -> str:
    """Raises `TooBusy`."""
    return await _off_loop(lambda: HASHER.hash(password))


async def matches(password_hash: str | None, password: str, *, stranger: bool = False) -> bool:
    """`None` stands for an account that does not exist: it takes as long and never matches. Raises `TooBusy`.

    `stranger`: from a browser that nobody logged in with; however many guess, others find a place.
    """
    places = WAITING_MAX - FOR_KNOWN if stranger else WAITING_MAX
    found = await _off_loop(lambda: _verify(password_hash or _hash_of_nobody(), password), places)
    return found and password_hash is not None


def is_stale(password_hash: str) -> bool:
    return HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _hash_of_nobody() -> str:
    """Made once, with a salt of its own, so that no address answers faster than another from then on."""
    global _nobodys
    if _nobodys is None:
        _nobodys = HASHER.hash(os.urandom(16).hex())
    return _nobodys


async def _off_loop(work: Callable[[], T], places: int = WAITING_MAX) -> T:
    global _waiting
    if _waiting >= places:
        raise TooBusy
    _waiting += 1
    try:
        async with AT_ONCE:
            return await asyncio.to_thread(work)
    finally:
        _waiting -= 1
