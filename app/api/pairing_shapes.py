"""The shapes of pairings: mine, and as anyone may read them."""

import msgspec

from app.kit.ids import UUID


class Pairing(msgspec.Struct, frozen=True, kw_only=True):
    """`first` and `second` are course items, in the order the menu serves them."""

    id: UUID
    first: UUID
    second: UUID
    sentence: str


class Pairings(msgspec.Struct, frozen=True, kw_only=True):
    pairings: list[Pairing]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """On the menu: which course, and which item in it, both counted from 1."""

    course: int
    item: int
    title: str


class PublicPairing(msgspec.Struct, frozen=True, kw_only=True):
    first: Place
    second: Place
    sentence: str
