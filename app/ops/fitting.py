"""What is particular to a list before its lines become rows: what is made anew here, and what no rule of the database
would refuse."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.accounts import hosting
from app.accounts.models import NAME_MAX
from app.accounts.preferences import time_zones
from app.kit import clock
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.kit.text import clip
from app.library import tagging
from app.library.log_forms import AMOUNT_MAX, EARLIEST, EPISODES_MAX, ROUNDS_MAX
from app.menus import snapshots
from app.menus.link_forms import READABLE
from app.menus.models import TITLE_MAX
from app.menus.sharing import ONE_AT_A_TIME, RESERVED, SLUG_MAX, slug, slug_for
from app.ops.restoring import THERE, WRONG, Fit, Known, Line

SHARED = text("SELECT id FROM tags WHERE user_id IS NULL AND key = :key")
ORIGINS = text("""
    SELECT m.id, m.title, m.slug, u.name FROM menus m JOIN users u ON u.id = m.owner_id WHERE m.id = ANY(:ids)
""")
CLAIMED = text("SELECT slug FROM menu_slugs WHERE slug = ANY(:slugs)")
MENU_OF = text("""
    SELECT s.id, c.menu_id FROM course_items s JOIN courses c ON c.id = s.course_id WHERE s.id = ANY(:ids)
""")
MADE_MAX = SLUG_MAX + 9  # with the letters `slug_for` puts behind one that is taken
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def tags(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    """One that everybody has there is everybody's here, if there is one; else it becomes one's own."""
    for line in lines:
        key = str(await session.scalar(tagging.KEY, {"name": line.values["name"]}))
        line.values["key"] = key
        if line.given.get("is_shared") is True and line.was:
            shared = await session.scalar(SHARED, {"key": key})
            if shared is not None:
                known.found("tags", line.was, shared)
                line.result = THERE


async def views(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    for line in lines:
        line.values["query"] = _renamed(known, line.values["query"])


async def menus(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    """An address that is taken, or none, is made anew of the title; a menu that is here keeps the one it has."""
    wanted = {line.values["slug"] for line in lines}
    for one in sorted(wanted | {slug(line.values["title"]) for line in lines}):  # two imports never wait for each other
        await session.execute(ONE_AT_A_TIME, {"slug": one})
    claimed = set(await session.scalars(CLAIMED, {"slugs": sorted(wanted)}))
    for line in lines:
        if not _is_slug(line.values["slug"]) or line.values["slug"] in claimed:
            line.values["slug"] = await slug_for(session, line.values["title"])


async def slugs(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    for line in lines:
        if not _is_slug(line.values["slug"]):
            line.leave("This is no address for a menu.")


async def pairings(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    """The lesser first, and both of the menu."""
    both = [line.values[name] for line in lines for name in ("first_id", "second_id")]
    menus = {row.id: row.menu_id for row in await session.execute(MENU_OF, {"ids": both})}
    for line in lines:
        first, second = sorted((line.values["first_id"], line.values["second_id"]))
        line.values |= {"first_id": first, "second_id": second}
        if {menus.get(first), menus.get(second)} != {line.menu}:
            line.leave("These two are not on this menu.")


async def lineage(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    """What an origin is called it says itself where it is here."""
    ids = [line.values["origin_id"] for line in lines if line.values.get("origin_id")]
    origins = {row.id: row for row in await session.execute(ORIGINS, {"ids": ids})}
    for line in lines:
        try:
            line.values["seen"] = snapshots.repacked(_renamed_in(known, line.values.get("seen")))
        except ValueError:
            line.leave(WRONG.format(name="seen"))
            continue
        line.values |= _called(line.values, origins.get(line.values.get("origin_id")))


def _called(values: Mapping[str, Any], origin: AnyRow | None) -> dict[str, str]:
    title, author, slug = (values[f"origin_{name}"] for name in ("title", "author", "slug"))
    if origin is not None:
        title, author, slug = origin.title, origin.name, origin.slug
    return {
        "origin_title": clip(" ".join(title.split()), TITLE_MAX),
        "origin_author": clip(" ".join(author.split()), NAME_MAX),
        "origin_slug": slug if _is_slug(slug) else "",
    }


async def log(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    """Within what can be typed."""
    for line in lines:
        values = line.values
        most = {"percent": 100, "minutes": AMOUNT_MAX * 60}.get(str(values.get("unit")), AMOUNT_MAX)
        fits = {
            "day": EARLIEST <= values["day"] <= clock.today() + timedelta(days=1),
            "round": values.get("round", 1) <= ROUNDS_MAX,
            "amount": (values.get("amount") or 0) <= most,
            "season": 1 <= (values.get("season") or 1) <= EPISODES_MAX,
            "episode": 1 <= (values.get("episode") or 1) <= EPISODES_MAX,
        }
        if wrong := [name for name, is_so in fits.items() if not is_so]:
            line.leave(WRONG.format(name=wrong[0]))


async def public_profile(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    for line in lines:
        if line.values["handle"] in hosting.RESERVED:
            line.leave("This handle is not for people.")


async def preferences(session: AsyncSession, known: Known, lines: Sequence[Line]) -> None:
    for line in lines:
        shelf = line.values.get("shelf", {})
        if not isinstance(shelf, dict) or not all(isinstance(each, str) for each in shelf.values()):
            line.leave("“shelf” is not as it has to be.")
        if line.values.get("time_zone") not in time_zones():
            line.values["time_zone"] = ""


def _is_slug(slug: str) -> bool:
    return len(slug) <= MADE_MAX and bool(READABLE.fullmatch(slug)) and slug not in RESERVED


def _renamed(known: Known, words: str) -> str:
    """With the ids of here."""
    return IDS.sub(lambda found: str(known.anywhere(UUID(found[0]))), words)


def _renamed_in(known: Known, value: Any) -> Any:
    if isinstance(value, str):
        return _renamed(known, value)
    if isinstance(value, dict):
        return {_renamed(known, name): _renamed_in(known, each) for name, each in value.items()}
    return [_renamed_in(known, each) for each in value] if isinstance(value, list) else value


FITS: dict[str, Fit] = {
    "log": log,
    "tags": tags,
    "views": views,
    "menus": menus,
    "slugs": slugs,
    "pairings": pairings,
    "lineage": lineage,
    "public-profile": public_profile,
    "preferences": preferences,
}
