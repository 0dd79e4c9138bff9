"""What the operator may decide while it runs: the rules of the house. Unset ones have the defaults of the start."""

from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts import auditing
from app.kit import clock
from app.kit.db import AsyncSession, Base
from app.kit.forms import Form
from app.kit.ids import UUID
from app.kit.settings import Settings

Registration = Literal["open", "invitation", "closed"]

RULES = text("SELECT name, value FROM instance_settings")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(7461737468)")  # what was before is told with what is now
KEEP = text("""
    INSERT INTO instance_settings (name, value, changed_at, changed_by)
    VALUES (:name, :value, :now, :actor)
    ON CONFLICT (name) DO UPDATE
    SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by
""").bindparams(bindparam("value", type_=JSONB))


class InstanceSetting(Base):
    __tablename__ = "instance_settings"
    id = None  # type: ignore[assignment]
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)


class HouseRulesForm(Form):
    """What is left out is off."""

    registration: Registration
    discover: bool = False


@dataclass(frozen=True, slots=True)
class HouseRules:
    """`registration`: who may make an account: anybody, who was invited, or nobody.

    `discover`: whether anybody can look through the menus that are published here.
    """

    registration: Registration
    discover: bool = False


async def read(session: AsyncSession, settings: Settings) -> HouseRules:
    """One small statement: what another process changed holds at once."""
    kept = {row.name: row.value for row in await session.execute(RULES)}
    return HouseRules(**{name: kept.get(name, value) for name, value in asdict(defaults(settings)).items()})


async def change(session: AsyncSession, settings: Settings, form: HouseRulesForm, actor_id: UUID) -> HouseRules:
    await session.execute(ONE_AT_A_TIME)
    before, after = asdict(await read(session, settings)), form.model_dump()
    changes: dict[str, Any] = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    for name in changes:
        await session.execute(KEEP, {"name": name, "value": after[name], "now": clock.now(), "actor": actor_id})
    if changes:
        auditing.record(session, "rules.changed", None, actor_id=actor_id, **changes)
    return HouseRules(**after)


def defaults(settings: Settings) -> HouseRules:
    """Open where nobody but this machine can reach it."""
    return HouseRules(registration="open" if _is_at_home(settings.address) else "invitation")


def _is_at_home(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = host == "localhost" or host.endswith(".localhost")
    return parts.scheme == "http" and is_loopback
