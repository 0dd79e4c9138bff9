"""Where a menu is found: every slug it has had, and the guest links to it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import Base
from app.kit.ids import UUID

WHOM_MAX = 80


class MenuSlug(Base):
    """Every slug a menu has, or had since it was first published: none of them is another menu's.

    A trigger on `menus` keeps these rows (migration 0023), so that whoever names a menu claims its slug.
    """

    __tablename__ = "menu_slugs"

    id = None  # type: ignore[assignment] # the slug is the key
    slug: Mapped[str] = mapped_column(primary_key=True)
    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MenuShareToken(Base):
    """A guest link, for whoever has it. `opens` counts one a minute at most, and none of the owner's own."""

    __tablename__ = "menu_share_tokens"
    __table_args__ = (
        CheckConstraint(f"length(whom) <= {WHOM_MAX}", name="whom"),
        CheckConstraint("opens >= 0", name="opens"),
    )

    menu_id: Mapped[UUID] = mapped_column(ForeignKey("menus.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    whom: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now, server_default=func.now())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    opens: Mapped[int] = mapped_column(default=0, server_default="0")
