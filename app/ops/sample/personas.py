"""The people of the sample instance and what is theirs. Days are counted back from the day of planting."""

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


class Log(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `time` through a work. `progress`: on which day how far (pages, hours of a game, episodes); `episodes`: on
    which day which, by season and number."""

    item: str
    began: int | None = None
    progress: tuple[tuple[int, float], ...] = ()
    episodes: tuple[tuple[int, int, int], ...] = ()
    finished: int | None = None
    gave_up: int | None = None
    time: int = 1
    note: str = ""


class SharedTag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    colour: str


class Tag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of a shared tag's name is that one."""

    name: str
    items: tuple[str, ...]
    colour: str = "none"


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the year of planting."""

    target: int
    type: Literal["book", "movie", "game", "music"] | None = None


class View(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    query: str


class Preferences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rating_scale: Literal["stars", "ten", "hundred"] = "stars"
    shares_taste: bool = False


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    handle: str
    bio: str


class CourseItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    item: str
    note: str


class Course(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    intent: str
    items: tuple[CourseItem, ...]


class Pairing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    items: tuple[str, str]
    sentence: str


class Menu(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    intent: str
    published: bool
    courses: tuple[Course, ...]
    pairings: tuple[Pairing, ...] = ()


class Then(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the origin of a fork lacked when it was forked, and what its notes were."""

    without: tuple[str, ...] = ()
    notes: dict[str, str] = {}


class Fork(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`of`: the title of a menu further up; `notes`: those that are this host's own."""

    of: str
    title: str
    then: Then
    notes: dict[str, str] = {}


class Persona(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    email: str
    entries: tuple[Entry, ...] = ()
    menus: tuple[Menu, ...] = ()
    forks: tuple[Fork, ...] = ()
    cooks: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    log: tuple[Log, ...] = ()
    goals: tuple[Goal, ...] = ()
    views: tuple[View, ...] = ()
    preferences: Preferences | None = None
    profile: Profile | None = None


class Cast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first of `persona` operates the instance; `password` opens every account, `shared_tags` are the house's."""

    password: str
    shared_tags: tuple[SharedTag, ...]
    persona: tuple[Persona, ...]


def cast() -> Cast:
    return msgspec.toml.decode(FILE.read_bytes(), type=Cast)
