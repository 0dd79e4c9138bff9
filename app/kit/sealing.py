"""Secrets at rest: the database alone opens none of them, and each opens only in the place it was sealed for.

What is sealed is one byte for the form, four for the id of the key, twelve for the nonce, then AES-256-GCM with the
place as associated data. A column that holds such bytes says for what purpose in its model (`sealed_for`), and is
sealed anew by `tastebuds rotate-secrets`.
"""

import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, MetaData, Table
from sqlalchemy.orm import MappedColumn, mapped_column

from app.kit.keys import Ring

FORM = b"\x01"
ID = 4  # bytes
NONCE = 12  # bytes, as NIST SP 800-38D has it
PURPOSE = "sealed_for"


class Unsealable(Exception):
    """Sealed with another secret, for another place, or damaged. Carries nothing of what it was."""


class KeyMissing(Unsealable):
    """Sealed with a secret that is not on this ring: the right one opens it."""


class Seal:
    """Seals with the newest key of `purpose`, opens with any there is."""

    def __init__(self, ring: Ring, purpose: str) -> None:
        self._ring, self._purpose = ring, purpose

    @property
    def prefix(self) -> bytes:
        """What everything sealed with the newest key begins with."""
        return prefixes(self._ring, self._purpose)[0]

    def seal(self, text: str, place: str) -> bytes:
        key, nonce = self._ring.newest(self._purpose), os.urandom(NONCE)
        return FORM + bytes.fromhex(key.id) + nonce + AESGCM(key.key).encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises `Unsealable`."""
        form, id_, rest = sealed[:1], sealed[1 : 1 + ID].hex(), sealed[1 + ID :]
        if form != FORM or len(rest) < NONCE:
            raise Unsealable
        key = self._ring.find(self._purpose, id_)
        if key is None:
            raise KeyMissing
        try:
            return AESGCM(key.key).decrypt(rest[:NONCE], rest[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unsealable from None


def prefixes(ring: Ring, purpose: str) -> list[bytes]:
    """What is sealed begins with one of them, by the key it was sealed with; newest first."""
    return [FORM + bytes.fromhex(key.id) for key in ring.keys(purpose)]


def sealed_for(purpose: str, **more: Any) -> MappedColumn[bytes]:
    """A column of sealed bytes."""
    return mapped_column(LargeBinary, info={PURPOSE: purpose}, **more)


def sealed_columns(metadata: MetaData) -> list[Column[Any]]:
    """Every one there is, in the order of the tables."""
    return [column for table in metadata.sorted_tables for column in table.columns if PURPOSE in column.info]


def key_of(table: Table) -> Column[Any]:
    """The column that names a row in its place."""
    (column,) = table.primary_key.columns
    return column


def place_of(table: str, row: object, column: str) -> str:
    """Where something is sealed for: moved to another row or column it does not open."""
    return f"{table}/{row}/{column}"
