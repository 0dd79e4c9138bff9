"""What programs get of a menu's address and its guest links."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.kit.db import AnyRow
from app.kit.ids import UUID


class Address(Struct, frozen=True, kw_only=True):
    """`former` slugs lead here, the last one first."""

    slug: str
    public_url: str
    former: list[str]


class GuestLink(Struct, frozen=True, kw_only=True):
    """`opens` counts one a minute at most, and none of the owner's own."""

    id: UUID
    whom: str
    state: Literal["open", "expired", "revoked"]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    opened_at: datetime | None
    opens: int


class NewGuestLink(GuestLink, frozen=True, kw_only=True):
    """`url` is told this once."""

    url: str


def guest_link(row: AnyRow) -> GuestLink:
    return GuestLink(**row._mapping)


def new_guest_link(row: AnyRow, url: str) -> NewGuestLink:
    return NewGuestLink(**row._mapping, url=url)
