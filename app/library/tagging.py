"""Tags: a host's own words on items, and those the operator offers to all.

Whose a tag is, is its `owner`: a host's id, or None for the shared ones. What is tagged is always a host's own view.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import select, text

from app.catalog.holding import hold, hold_all
from app.kit.db import AnyRow, AsyncSession, limited
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id, parse_id
from app.library.models import TAG_MAX, Tag
from app.library.tag_forms import TagForm

TAGS_MAX = 500  # of one owner
ON_ITEM_MAX = 50
PAGE = 100
SUGGESTED = 8
GONE = "There is no such tag."
TAKEN = "There is a tag of this name already."

# case, spaces and hyphens make no other tag, as in the search; a name of signs only is compared as it is
KEY = text("SELECT coalesce(nullif(search_tag(:name), ''), lower(:name))")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('tags ' || :owner, 0))")
COLUMNS = "t.id, t.name, t.key, t.colour, t.version, t.user_id IS NULL AS is_shared"
OFFERED = f"""
    SELECT {COLUMNS}, count(g.id) AS items
    FROM tags t LEFT JOIN media_item_tags g ON g.tag_id = t.id AND g.user_id = :user_id
    WHERE (t.user_id = :user_id OR t.user_id IS NULL) {{after}}
    GROUP BY t.id ORDER BY t.key, t.id
"""
ALL = text(OFFERED.format(after=""))
FIRST = OFFERED.format(after="") + " LIMIT {at_most}"
AFTER = OFFERED.format(after="AND (t.key, t.id) > (:key, :id)") + " LIMIT {at_most}"
SHARED = text(f"""
    SELECT {COLUMNS}, count(DISTINCT g.user_id) AS hosts
    FROM tags t LEFT JOIN media_item_tags g ON g.tag_id = t.id
    WHERE t.user_id IS NULL
    GROUP BY t.id ORDER BY t.key, t.id
""")
ONE = text(f"""
    SELECT {COLUMNS}, (SELECT count(*) FROM media_item_tags g WHERE g.tag_id = t.id AND g.user_id = :user_id) AS items
    FROM tags t WHERE t.id = :id AND (t.user_id = :user_id OR t.user_id IS NULL)
""")
ON_ITEMS = text("""
    SELECT g.item_id, t.id, t.name, t.colour FROM media_item_tags g JOIN tags t ON t.id = g.tag_id
    WHERE g.user_id = :user_id AND g.item_id = ANY(:item_ids)
    ORDER BY t.key, t.id
""")
# what an item's tags show, in one statement: those I could give it and whether it has them; and, without an id, those
# of its genres that are no tag on it yet, as the tag of that name is written where there is one
AROUND = text(f"""
    WITH offered AS (
        SELECT t.id, t.name, t.key, t.colour, t.user_id, EXISTS (SELECT 1 FROM media_item_tags g
            WHERE g.user_id = :user_id AND g.item_id = :item_id AND g.tag_id = t.id) AS is_on
        FROM tags t WHERE t.user_id = :user_id OR t.user_id IS NULL
    ), suggested AS (
        SELECT DISTINCT ON (g.place) coalesce(o.name, left(btrim(g.genre), {TAG_MAX})) AS name, g.place, o.key
        FROM media_items i CROSS JOIN unnest(i.genres) WITH ORDINALITY AS g(genre, place)
            LEFT JOIN offered o ON o.key = search_tag(g.genre)
        WHERE i.id = :item_id AND search_tag(g.genre) <> '' AND coalesce(NOT o.is_on, true)
            AND g.place <= {SUGGESTED}
        ORDER BY g.place, o.user_id NULLS LAST
    )
    SELECT id, name, colour, is_shared, is_on FROM (
        SELECT id, name, colour, user_id IS NULL AS is_shared, is_on, 0 AS place, key FROM offered
        UNION ALL SELECT NULL, name, NULL, NULL, false, place, NULL FROM suggested
    ) AS found ORDER BY place, key, id
""")
NAMED = text("""
    SELECT id FROM tags WHERE key = :key AND (user_id = :user_id OR user_id IS NULL) ORDER BY user_id NULLS LAST LIMIT 1
""")
# who merges it away, or takes it away, waits
HOLD = text("SELECT id FROM tags WHERE id = :id AND (user_id = :user_id OR user_id IS NULL) FOR KEY SHARE")
HOW_MANY = text("SELECT count(*) FROM tags WHERE user_id IS NOT DISTINCT FROM CAST(:owner AS uuid)")
IS_ON = text("SELECT true FROM media_item_tags WHERE user_id = :user_id AND item_id = :item_id AND tag_id = :tag_id")
# of many at once, and in one order for all, so that no two wait for each other
PUT = text("""
    INSERT INTO media_item_tags AS g (id, user_id, item_id, tag_id)
    SELECT wanted.id, :user_id, wanted.item_id, :tag_id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:item_ids AS uuid[])) AS wanted (id, item_id)
    WHERE (SELECT count(*) FROM media_item_tags o WHERE o.user_id = :user_id AND o.item_id = wanted.item_id) < :at_most
    ORDER BY wanted.item_id
    ON CONFLICT DO NOTHING RETURNING to_jsonb(g)
""")
TAKE = text("""
    DELETE FROM media_item_tags g USING (
        SELECT id FROM media_item_tags WHERE user_id = :user_id AND tag_id = :tag_id AND item_id = ANY(:item_ids)
        ORDER BY item_id FOR UPDATE
    ) mine
    WHERE g.id = mine.id RETURNING to_jsonb(g)
""")
# what has both keeps the other; the rest of these rows goes with the tag
MOVE = text("""
    UPDATE media_item_tags m SET tag_id = :into WHERE m.tag_id = :tag AND NOT EXISTS (
        SELECT 1 FROM media_item_tags o WHERE o.user_id = m.user_id AND o.item_id = m.item_id AND o.tag_id = :into)
""")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `AROUND`."""

    id: UUID | None
    name: str
    colour: str | None
    is_shared: bool | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class Around:
    """The tags of an item, the names of others it could have, and names its genres suggest, for the host to take or
    leave."""

    tags: Sequence[Any]
    offered: Sequence[str]
    suggested: Sequence[str]


async def tags_of(session: AsyncSession, user_id: UUID) -> Sequence[AnyRow]:
    """Mine and the shared ones in the order of their names, with the number of items each is on for me."""
    return (await session.execute(ALL, {"user_id": user_id})).all()


async def page_of_tags(
    session: AsyncSession, user_id: UUID, *, after: str = "", at_most: int = PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """As `tags_of`, and what to ask after for the next page, if there is one. Raises `NotFound`."""
    asked: dict[str, Any] = {"user_id": user_id}
    if after:
        id_, _, asked["key"] = after.partition("_")
        asked["id"] = parse_id(id_)
    if "\0" in after:  # Postgres has no such character
        raise NotFound(GONE)
    rows = (await session.execute(limited(AFTER if after else FIRST, at_most + 1), asked)).all()
    if len(rows) <= at_most:
        return rows, None
    return rows[:at_most], f"{rows[at_most - 1].id}_{rows[at_most - 1].key}"


async def shared_tags(session: AsyncSession) -> Sequence[AnyRow]:
    """With the number of hosts who use each."""
    return (await session.execute(SHARED)).all()


async def tag_of(session: AsyncSession, user_id: UUID, tag_id: UUID) -> AnyRow:
    """Mine or a shared one. Raises `NotFound`."""
    row = (await session.execute(ONE, {"user_id": user_id, "id": tag_id})).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return row


async def create(session: AsyncSession, owner: UUID | None, form: TagForm) -> UUID:
    """Raises `Invalid` for a name there is, and for one too many."""
    await _alone(session, owner)
    key = await _key(session, form.name)
    await _must_be_free(session, owner, key, form)
    if (await session.scalar(HOW_MANY, {"owner": owner}) or 0) >= TAGS_MAX:
        raise Invalid({"": f"{TAGS_MAX} tags are the most there can be. Merge some that mean the same."})
    tag = Tag(user_id=owner, name=form.name, key=key, colour=form.colour)
    session.add(tag)
    await session.flush()
    return tag.id


async def change(
    session: AsyncSession, owner: UUID | None, tag_id: UUID, form: TagForm, *, since: int | None = None
) -> Tag:
    """Its name and colour. Raises `NotFound`, `Invalid`, `Stale`."""
    await _alone(session, owner)
    tag = await _tag(session, owner, tag_id)
    now = {"name": tag.name, "colour": tag.colour}
    if since is not None and tag.version > since and now != form.model_dump():
        raise Stale(now)
    key = await _key(session, form.name)
    if key != tag.key:
        await _must_be_free(session, owner, key, form)
    if now != form.model_dump():
        tag.name, tag.key, tag.colour, tag.version = form.name, key, form.colour, tag.version + 1
    await session.flush()
    return tag


async def merge(session: AsyncSession, owner: UUID | None, tag_id: UUID, into: UUID) -> tuple[str, str]:
    """What has the one has the other afterwards, and the one is gone. One of mine may go into a shared one.

    Their names. Raises `NotFound`, and `Invalid` for a tag into itself.
    """
    if tag_id == into:
        raise Invalid({"into": "Choose another tag."})
    # both locked in one order by all, and so that nobody puts either on anything until this is over
    both = select(Tag).where(Tag.id.in_((tag_id, into))).order_by(Tag.id).with_for_update()
    found = {tag.id: tag for tag in await session.scalars(both)}
    tag, target = found.get(tag_id), found.get(into)
    if tag is None or target is None or tag.user_id != owner or target.user_id not in (owner, None):
        raise NotFound(GONE)
    await session.execute(MOVE, {"tag": tag_id, "into": into})
    await session.delete(tag)
    await session.flush()
    return tag.name, target.name


async def discard(session: AsyncSession, owner: UUID | None, tag_id: UUID) -> str:
    """Its name; it comes off whatever it is on. Raises `NotFound`."""
    tag = await _tag(session, owner, tag_id)
    await session.delete(tag)
    await session.flush()
    return tag.name


async def put_on(session: AsyncSession, user_id: UUID, item_id: UUID, name: str) -> UUID:
    """The tag of that name, mine before a shared one; made now if there is none. Safe to ask twice.

    Raises `NotFound` for an item the catalog does not have, `Invalid`.
    """
    item_id = await hold(session, item_id)
    named = {"key": await _key(session, name), "user_id": user_id}
    tag_id: UUID | None = await session.scalar(NAMED, named)
    if tag_id is None:
        await _alone(session, user_id)  # two who make the same tag make one
        tag_id = await session.scalar(NAMED, named) or await create(session, user_id, TagForm(name=name))
    put = await put_on_all(session, user_id, [item_id], tag_id)
    it = {"user_id": user_id, "item_id": item_id, "tag_id": tag_id}
    if not put and not await session.scalar(IS_ON, it):
        raise Invalid({"name": f"An item has {ON_ITEM_MAX} tags at most."}, {"name": name})
    return tag_id


async def put_on_all(
    session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID], tag_id: UUID
) -> list[dict[str, Any]]:
    """The rows that are new, on those that did not have it yet; items the catalog does not have, and those that have as
    many tags as can be, are passed over. Raises `NotFound` for a tag that is neither mine nor shared."""
    held = sorted({*(await hold_all(session, item_ids)).values()})
    await hold_tag(session, user_id, tag_id)
    put = {"ids": [new_id() for _ in held], "user_id": user_id, "item_ids": held, "tag_id": tag_id}
    put |= {"at_most": ON_ITEM_MAX}
    return list(await session.scalars(PUT, put))


async def take_off(
    session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID], tag_id: UUID
) -> list[dict[str, Any]]:
    """The rows that are gone, of those that had it. Safe to ask twice."""
    taken = {"user_id": user_id, "item_ids": list(item_ids), "tag_id": tag_id}
    return list(await session.scalars(TAKE, taken))


async def hold_tag(session: AsyncSession, user_id: UUID, tag_id: UUID) -> None:
    """It stays until the transaction ends. Raises `NotFound` for one that is neither mine nor shared."""
    if await session.scalar(HOLD, {"user_id": user_id, "id": tag_id}) is None:
        raise NotFound(GONE)


async def around(session: AsyncSession, user_id: UUID, item_id: UUID) -> Around:
    return parted((await session.execute(AROUND, {"user_id": user_id, "item_id": item_id})).all())


def parted(rows: Sequence[Any]) -> Around:
    """The rows of `AROUND`."""
    offered = [row for row in rows if row.id]
    return Around(
        tags=[row for row in offered if row.is_on],
        offered=[row.name for row in offered if not row.is_on],
        suggested=list(dict.fromkeys(row.name for row in rows if not row.id)),
    )


async def on_items(session: AsyncSession, user_id: UUID, item_ids: Iterable[UUID]) -> dict[UUID, list[AnyRow]]:
    """My tags on these items, by item."""
    found: dict[UUID, list[AnyRow]] = {}
    for row in await session.execute(ON_ITEMS, {"user_id": user_id, "item_ids": list(item_ids)}):
        found.setdefault(row.item_id, []).append(row)
    return found


async def _key(session: AsyncSession, name: str) -> str:
    return str(await session.scalar(KEY, {"name": name}))


async def _alone(session: AsyncSession, owner: UUID | None) -> None:
    """Until the transaction ends: an owner's names are looked at and made by one at a time."""
    await session.execute(ONE_AT_A_TIME, {"owner": str(owner or "shared")})


async def _must_be_free(session: AsyncSession, owner: UUID | None, key: str, form: TagForm) -> None:
    if await session.scalar(NAMED, {"key": key, "user_id": owner}):
        raise Invalid({"name": TAKEN}, form.model_dump())


async def _tag(session: AsyncSession, owner: UUID | None, tag_id: UUID) -> Tag:
    its = Tag.user_id == owner if owner else Tag.user_id.is_(None)
    tag = await session.scalar(select(Tag).where(Tag.id == tag_id, its).with_for_update())
    if tag is None:
        raise NotFound(GONE)
    return tag
