"""How somebody likes things shown. Who never said has no row, and gets the defaults."""

from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field
from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.kit import clock
from app.kit.db import AsyncSession, Base, HasTimes
from app.kit.forms import Form, wrong
from app.kit.ids import UUID

RatingScale = Literal["stars", "ten", "hundred"]

NO_ZONE = "Choose one that is on the list."


@cache
def time_zones() -> list[str]:
    """Those of places, by the IANA database of this machine."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))


def _zone(name: str) -> str:
    if name and name not in time_zones():
        raise wrong(NO_ZONE)
    return name


class PreferencesForm(Form):
    rating_scale: RatingScale = Field("stars", description="How ratings are shown; they are kept from 0 to 10.")
    has_quick_keys: bool = Field(True, description="Whether single keys do something on lists.")
    shares_taste: bool = Field(False, description="Whether the public profile shows the taste profile.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "", description="Whose calendar days are counted by, as IANA calls it; UTC's where none is said."
    )


class UserPreferences(HasTimes, Base):
    """`rating_scale`: how ratings are shown; they are kept from 0 to 10 in halves. `shares_taste`: whether the public
    profile shows the taste profile. `shelf`: how the library was last looked at, by the names in its address.
    `time_zone`: whose calendar days are counted by; nothing where they never said."""

    __tablename__ = "user_preferences"
    __table_args__ = (CheckConstraint("rating_scale IN ('stars', 'ten', 'hundred')", name="rating_scale"),)
    id = None  # type: ignore[assignment]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    rating_scale: Mapped[str] = mapped_column(default="stars", server_default="stars")
    has_quick_keys: Mapped[bool] = mapped_column(default=True, server_default="true")
    shares_taste: Mapped[bool] = mapped_column(default=False, server_default="false")
    shelf: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict, server_default="{}")
    time_zone: Mapped[str] = mapped_column(default="", server_default="")


async def preferences_of(session: AsyncSession, user_id: UUID) -> UserPreferences:
    """As they are, or as they would be by default; a row to add where there was none."""
    found = await session.scalar(select(UserPreferences).where(UserPreferences.user_id == user_id))
    return found or UserPreferences(user_id=user_id, **PreferencesForm.read({}).model_dump())


async def prefer(session: AsyncSession, user_id: UUID, form: PreferencesForm) -> None:
    wanted = form.model_dump() | {"updated_at": clock.now()}
    statement = insert(UserPreferences).values(user_id=user_id, created_at=clock.now(), **wanted)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=wanted))
