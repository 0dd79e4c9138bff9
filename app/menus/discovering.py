"""Published menus in lists: of one host, or of everybody here, by the words in them."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import text

from app.kit.db import AnyRow, AsyncSession, changed
from app.kit.forms import Form, Line
from app.kit.ids import UUID
from app.menus.reading import place_in, place_of

PAGE = 24
QUESTION_MAX = 200
WORDS_MAX = 12

# a page is found first and counted after; a word counts that only begins as asked
PUBLISHED = """
    WITH page AS MATERIALIZED (
        SELECT m.id, m.title, m.intent, m.slug, m.published_at, m.updated_at, u.name AS author, h.handle
        FROM menus m JOIN users u ON u.id = m.owner_id
        LEFT JOIN host_profiles h ON h.user_id = u.id AND h.is_public {searched}
        WHERE m.published_at IS NOT NULL AND u.closes_at IS NULL AND u.disabled_at IS NULL {filters}
        ORDER BY m.published_at DESC, m.id DESC
        LIMIT :at_most
    )
    SELECT page.*, (SELECT count(*) FROM courses c WHERE c.menu_id = page.id) AS courses,
        (SELECT count(*) FROM course_items s JOIN courses c ON c.id = s.course_id WHERE c.menu_id = page.id) AS items
    FROM page ORDER BY published_at DESC, id DESC
"""
SEARCHED = "JOIN menu_words w ON w.menu_id = m.id"
FILTERS = {
    "owner_id": "AND m.owner_id = :owner_id",
    "asked": "AND w.words @@ CAST(:asked AS tsquery)",
    "published_at": "AND (m.published_at, m.id) < (:published_at, :id)",
}
MENUS_MAX = 500  # at once; the others when they change themselves
# in one order for all who refresh
REFRESH = text("""
    UPDATE menu_words w SET words = now.words FROM (
        SELECT menu_id, menu_words_of(menu_id) AS words FROM menu_words WHERE menu_id IN (
            SELECT c.menu_id FROM course_items s JOIN courses c ON c.id = s.course_id
            WHERE s.item_id = ANY(:items) ORDER BY c.menu_id DESC LIMIT :at_most
        ) ORDER BY menu_id FOR UPDATE
    ) AS now WHERE w.menu_id = now.menu_id AND w.words IS DISTINCT FROM now.words
""")
ASKED = text("""
    SELECT string_agg(quote_literal(left(word, 100)) || ':*', ' & ')
    FROM (SELECT word FROM unnest(search_lexemes(:q, true)) AS word WHERE word <> '' LIMIT :at_most) AS words
""")


class DiscoverForm(Form):
    """`after` is where the page before ended."""

    q: Annotated[Line, Field(max_length=QUESTION_MAX)] = ""
    after: Line = ""


async def of_host(
    session: AsyncSession, owner_id: UUID, *, after: str = "", at_most: int = PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """The last published first, and what to ask after for the next page, if there is one."""
    return await _listed(session, {"owner_id": owner_id}, after, at_most)


async def discovered(
    session: AsyncSession, form: DiscoverForm, *, at_most: int = PAGE
) -> tuple[Sequence[AnyRow], str | None]:
    """Of everybody here, with all the words asked for. Two statements where words are."""
    if not form.q:
        return await _listed(session, {}, form.after, at_most)
    asked = await session.scalar(ASKED, {"q": form.q, "at_most": WORDS_MAX})
    if not asked:
        return (), None
    return await _listed(session, {"asked": asked}, form.after, at_most)


async def _listed(
    session: AsyncSession, wanted: dict[str, Any], after: str, at_most: int
) -> tuple[Sequence[AnyRow], str | None]:
    given = wanted | (dict(zip(("published_at", "id"), place_in(after), strict=True)) if after else {})
    filters = " ".join(said for name, said in FILTERS.items() if name in given)
    statement = text(PUBLISHED.format(searched=SEARCHED if "asked" in given else "", filters=filters))
    rows = (await session.execute(statement, given | {"at_most": at_most + 1})).all()
    if len(rows) <= at_most:
        return rows, None
    last = rows[at_most - 1]
    return rows[:at_most], place_of(last.published_at, last.id)


async def refresh(session: AsyncSession, items: Collection[UUID]) -> int:
    """How many menus are found by other words, now that these works may be called otherwise."""
    return await changed(session, REFRESH, {"items": list(items), "at_most": MENUS_MAX}) if items else 0
