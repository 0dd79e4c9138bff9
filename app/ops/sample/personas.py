"""The people of the sample instance and what is theirs."""

from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).parent / "personas.toml"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`item` is the slug of a sample work, as "book/dune"."""

    item: str
    status: Literal["wanted", "active", "paused", "done", "dropped"]
    rating: float | None = None
    favourite: bool = False
    notes: str = ""


class CourseItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    item: str
    note: str


class Course(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    intent: str
    items: tuple[CourseItem, ...]


class Menu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    intent: str
    published: bool
    courses: tuple[Course, ...]


class Persona(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    email: str
    entries: tuple[Entry, ...] = ()
    menus: tuple[Menu, ...] = ()


class Cast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first of `persona` operates the instance; `password` opens every account."""

    password: str
    persona: tuple[Persona, ...]


def cast() -> Cast:
    return msgspec.toml.decode(FILE.read_bytes(), type=Cast)
