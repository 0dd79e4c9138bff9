"""Shapes of what becomes of a menu among people: forks, cooking, hosts, discovering."""

from datetime import datetime

import msgspec

from app.kit.ids import UUID


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The menu a fork was made of. `public_url` is null where it cannot be read any more; its words are old then."""

    title: str
    author: str
    public_url: str | None


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One change upstream. `id` is another as soon as either side says something else.

    `was`, `theirs` and `mine` are words where words changed; `collides` where I changed the same.
    """

    id: str
    kind: str
    said: str
    was: str
    theirs: str
    mine: str
    collides: bool


class Upstream(msgspec.Struct, frozen=True, kw_only=True):
    """`left`: those I left before, as long as they still apply."""

    origin: Origin
    pieces: list[Piece]
    left: list[Piece]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """`done` works of `total`, as my library says."""

    course: str
    done: int
    total: int


class Cooking(msgspec.Struct, frozen=True, kw_only=True):
    """A menu I cook. `slug`, `title` and `author` are null, and `courses` empty, while it is not public: then it is
    stopped by its `id`, in place of the slug."""

    id: UUID
    slug: str | None
    title: str | None
    author: str | None
    started_at: datetime
    finished_at: datetime | None
    courses: list[Progress]


class Kitchen(msgspec.Struct, frozen=True, kw_only=True):
    """Begun last first; `next` is the address of the next page."""

    cooking: list[Cooking]
    next: str | None


class PublishedMenu(msgspec.Struct, frozen=True, kw_only=True):
    """`host` is the handle of the author's public profile, if there is one."""

    title: str
    intent: str
    slug: str
    author: str
    host: str | None
    public_url: str
    published_at: datetime
    updated_at: datetime
    course_count: int
    item_count: int


class PublishedMenus(msgspec.Struct, frozen=True, kw_only=True):
    """Published last first; `next` is the address of the next page."""

    menus: list[PublishedMenu]
    next: str | None


class Host(PublishedMenus, frozen=True, kw_only=True):
    """A public profile, with the menus its host published."""

    handle: str
    name: str
    bio: str


class ForkedMenu(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    slug: str
    origin: Origin
