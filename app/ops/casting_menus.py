"""What the personas serve, as rows: menus, forks of them, and which are being cooked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.kit import clock
from app.kit.db import AsyncSession
from app.kit.ids import UUID, new_id
from app.menus import snapshots
from app.menus.lineage_models import MenuFollow, MenuLineage
from app.menus.models import Course, CourseItem, Menu, Pairing
from app.menus.sharing import slug_for
from app.menus.snapshots import Snapshot
from app.ops.planting import Row, Rows
from app.ops.sample import personas


@dataclass(frozen=True, slots=True)
class Works:
    """Those of the sample, by their slugs."""

    ids: Mapping[str, UUID]
    titles: Mapping[str, str]

    def served(self, slug: str, note: str) -> snapshots.Item:
        """In a place of its own."""
        return snapshots.Item(str(new_id()), str(self.ids[slug]), self.titles[slug], note)

    def by_id(self, said: Mapping[str, str]) -> dict[str, str]:
        """What is said of each, by its id."""
        return {str(self.ids[slug]): words for slug, words in said.items()}


@dataclass(frozen=True, slots=True)
class Laid:
    """A menu that was made: its row, whose it is, and what it serves; ids are the keys."""

    row: Row
    author: str
    whole: Snapshot


async def add(
    session: AsyncSession, rows: Rows, people: Sequence[personas.Persona], ids: Mapping[str, UUID], works: Works
) -> None:
    """`ids` of the people by their names. Forks and cooks of what is not planted now are left out."""
    laid: dict[str, Laid] = {}
    for persona in people:
        for menu in reversed(persona.menus):
            row = await _menu(session, ids[persona.name], menu.title, menu.intent, is_public=menu.published)
            laid[menu.title] = Laid(row, persona.name, _whole(menu, works))
            rows[Menu].append(row)
            _lay(rows, row["id"], laid[menu.title].whole)
    for persona in people:
        for fork in persona.forks:
            if origin := laid.get(fork.of):
                row = await _menu(session, ids[persona.name], fork.title, origin.whole.intent, is_public=False)
                _fork(rows, row, fork, origin, works)
        rows[MenuFollow] += [
            {"user_id": ids[persona.name], "menu_id": laid[title].row["id"]} for title in persona.cooks if title in laid
        ]


async def _menu(session: AsyncSession, owner_id: UUID, title: str, intent: str, *, is_public: bool) -> Row:
    published_at = clock.now() if is_public else None
    return {
        "id": new_id(),
        "owner_id": owner_id,
        "title": title,
        "intent": intent,
        "slug": await slug_for(session, title),
        "published_at": published_at,
        "first_published_at": published_at,
    }


def _whole(menu: personas.Menu, works: Works) -> Snapshot:
    courses = tuple(
        snapshots.Course(
            str(new_id()),
            course.title,
            course.intent,
            tuple(works.served(each.item, each.note) for each in course.items),
        )
        for course in menu.courses
    )
    places = {item.item: item.key for course in courses for item in course.items}
    pairings = []
    for pairing in menu.pairings:
        one, other = (places[str(works.ids[slug])] for slug in pairing.items)
        pairings.append(snapshots.pairing(one, other, pairing.sentence))
    return Snapshot(menu.title, menu.intent, courses, tuple(pairings))


def _lay(rows: Rows, menu_id: UUID, whole: Snapshot) -> None:
    for position, course in enumerate(whole.courses, 1):
        words = {"title": course.title, "intent": course.intent}
        rows[Course].append({"id": UUID(course.key), "menu_id": menu_id, "position": position, **words})
        rows[CourseItem] += [
            {
                "id": UUID(item.key),
                "course_id": UUID(course.key),
                "item_id": UUID(item.item),
                "position": at,
                "note": item.note,
            }
            for at, item in enumerate(course.items, 1)
        ]
    for each in whole.pairings:
        first, second = map(UUID, each.ends)
        rows[Pairing].append({"menu_id": menu_id, "first_id": first, "second_id": second, "sentence": each.sentence})


def _fork(rows: Rows, row: Row, fork: personas.Fork, origin: Laid, works: Works) -> None:
    """Of the origin as it was then."""
    unknown = {str(works.ids[slug]) for slug in fork.then.without}
    lacking = {item.key for item in origin.whole.items.values() if item.item in unknown}
    then = _noted(snapshots.without_items(origin.whole, lacking), works.by_id(fork.then.notes))
    ids = {key: new_id() for key in (*(course.key for course in then.courses), *then.items)}
    rows[Menu].append(row)
    _lay(rows, row["id"], _copied(_noted(then, works.by_id(fork.notes)), ids))
    rows[MenuLineage].append(
        {
            "menu_id": row["id"],
            "origin_id": origin.row["id"],
            "origin_title": then.title,
            "origin_author": origin.author,
            "origin_slug": origin.row["slug"],
            "seen": snapshots.packed(then, ids),
        }
    )


def _noted(whole: Snapshot, notes: Mapping[str, str]) -> Snapshot:
    """With other notes on some works, by their ids."""
    courses = tuple(
        replace(course, items=tuple(replace(item, note=notes.get(item.item, item.note)) for item in course.items))
        for course in whole.courses
    )
    return replace(whole, courses=courses)


def _copied(whole: Snapshot, ids: Mapping[str, UUID]) -> Snapshot:
    """The same with other keys."""
    courses = tuple(
        replace(
            course,
            key=str(ids[course.key]),
            items=tuple(replace(item, key=str(ids[item.key])) for item in course.items),
        )
        for course in whole.courses
    )
    pairings = []
    for each in whole.pairings:
        one, other = (str(ids[key]) for key in each.ends)
        pairings.append(snapshots.pairing(one, other, each.sentence))
    return replace(whole, courses=courses, pairings=tuple(pairings))
