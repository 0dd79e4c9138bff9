"""A menu as it looked at one moment: plain values, which keep in JSON and compare.

Courses and items have keys that mean the same in each snapshot they are compared in: the origin's ids. What only the
fork has keeps its own ids for keys.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from app.catalog import models as catalog
from app.kit.ids import UUID
from app.menus.models import COURSES_MAX, INTENT_MAX, ITEMS_MAX, NOTE_MAX, PAIRINGS_MAX, SENTENCE_MAX, TITLE_MAX
from app.menus.reading import WholeMenu


@dataclass(frozen=True, slots=True)
class Item:
    """`item` is the work's id in the catalog, `title` the work's."""

    key: str
    item: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    key: str
    title: str
    intent: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """`ends` are the keys of two items, sorted: which two they are is which pairing it is."""

    ends: tuple[str, str]
    sentence: str


@dataclass(frozen=True)
class Snapshot:
    title: str
    intent: str = ""
    courses: tuple[Course, ...] = ()
    pairings: tuple[Pairing, ...] = ()

    def course(self, key: str) -> Course | None:
        return next((course for course in self.courses if course.key == key), None)

    @cached_property
    def parents(self) -> dict[str, str]:
        """The course of each item, by keys."""
        return {item.key: course.key for course in self.courses for item in course.items}

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.key: item for course in self.courses for item in course.items}

    @cached_property
    def paired(self) -> dict[tuple[str, str], Pairing]:
        return {pairing.ends: pairing for pairing in self.pairings}


def pairing(one: str, other: str, sentence: str) -> Pairing:
    return Pairing((one, other) if one < other else (other, one), sentence)


def taken(menu: WholeMenu, keys: Mapping[UUID, str] | None = None) -> Snapshot:
    """`keys`: of its courses and course items, where they are not their own ids."""
    names = keys or {}

    def key(id_: UUID) -> str:
        return names.get(id_) or str(id_)

    return Snapshot(
        menu.title,
        menu.intent,
        tuple(
            Course(
                key(course.id),
                course.title,
                course.intent,
                tuple(Item(key(row.course_item_id), str(row.item_id), row.title, row.note) for row in course.items),
            )
            for course in menu.courses
        ),
        tuple(
            pairing(key(pair.first.course_item_id), key(pair.second.course_item_id), pair.sentence)
            for pair in menu.pairings
        ),
    )


def keys_of(menu: WholeMenu, known: Mapping[str, str], theirs: Snapshot) -> dict[UUID, str]:
    """What the fork's courses and course items are called in the origin, by their ids.

    `known`: by key, what came of each. What I added myself, and the origin did too, is one and the same.
    """
    by_id = {id_: key for key, id_ in known.items()}
    ids = [course.id for course in menu.courses] + [row.course_item_id for each in menu.courses for row in each.items]
    found = {id_: by_id[str(id_)] for id_ in ids if str(id_) in by_id}
    there = set(found.values())
    titled = {course.title: course for course in reversed(theirs.courses) if course.key not in there}
    for course in menu.courses:
        if course.id not in found and course.title in titled:
            found[course.id] = titled.pop(course.title).key
        beside = theirs.course(found.get(course.id, ""))
        served = {item.item: item.key for item in beside.items if item.key not in there} if beside else {}
        for row in course.items:
            if row.course_item_id not in found and str(row.item_id) in served:
                found[row.course_item_id] = served.pop(str(row.item_id))
    return found


def packed(snapshot: Snapshot, ids: Mapping[str, UUID], early: Snapshot | None = None) -> dict[str, Any]:
    """As JSON keeps it. `ids`: what came of each course and item of the origin, by key; `early`: the same snapshot
    without what was left of it."""
    kept = _packed(snapshot) | {"mine": {key: str(id_) for key, id_ in ids.items()}}
    return kept if early in (None, snapshot) else kept | {"early": _packed(early)}


def _packed(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "title": snapshot.title,
        "intent": snapshot.intent,
        "courses": [
            {
                "key": course.key,
                "title": course.title,
                "intent": course.intent,
                "items": [[item.key, item.item, item.title, item.note] for item in course.items],
            }
            for course in snapshot.courses
        ],
        "pairings": [[*each.ends, each.sentence] for each in snapshot.pairings],
    }


Key = Annotated[str, Meta(min_length=1, max_length=60, pattern="^[0-9a-f-]+$")]  # an id
Title = Annotated[str, Meta(max_length=TITLE_MAX)]
Intent = Annotated[str, Meta(max_length=INTENT_MAX)]
WorkTitle = Annotated[str, Meta(max_length=catalog.TITLE_MAX)]
Note = Annotated[str, Meta(max_length=NOTE_MAX)]
Sentence = Annotated[str, Meta(max_length=SENTENCE_MAX)]


class KeptCourse(msgspec.Struct):
    key: Key
    title: Title
    intent: Intent
    items: Annotated[list[tuple[Key, UUID, WorkTitle, Note]], Meta(max_length=ITEMS_MAX)]


class KeptMenu(msgspec.Struct):
    title: Title
    intent: Intent
    courses: Annotated[list[KeptCourse], Meta(max_length=COURSES_MAX)]
    pairings: Annotated[list[tuple[Key, Key, Sentence]], Meta(max_length=PAIRINGS_MAX)]


class Kept(KeptMenu, omit_defaults=True):
    """What `packed` makes, within the bounds of what it is made of."""

    mine: Annotated[dict[Key, UUID], Meta(max_length=2 * COURSES_MAX * (ITEMS_MAX + 1))]
    early: KeptMenu | None = None


def repacked(kept: Any) -> Any:
    """Of somebody's file. Raises `ValueError` for what `packed` would not have made."""
    return msgspec.to_builtins(msgspec.convert(kept, Kept))


def unpacked(kept: Mapping[str, Any]) -> tuple[Snapshot, Snapshot, dict[str, str]]:
    """The snapshot, the same without what was left of it, and what came of each course and item, by key."""
    snapshot = _unpacked(kept)
    return snapshot, _unpacked(kept["early"]) if "early" in kept else snapshot, dict(kept["mine"])


def _unpacked(kept: Mapping[str, Any]) -> Snapshot:
    courses = tuple(
        Course(each["key"], each["title"], each["intent"], tuple(Item(*item) for item in each["items"]))
        for each in kept["courses"]
    )
    pairings = tuple(pairing(*each) for each in kept["pairings"])
    return Snapshot(kept["title"], kept["intent"], courses, pairings)


def in_catalog(snapshot: Snapshot, now: Mapping[UUID, UUID]) -> Snapshot:
    """Its works as they are called now. What is gone is left out, and what became one with another of its course."""
    courses, gone = [], set()
    for course in snapshot.courses:
        served: dict[str, Item] = {}
        for item in course.items:
            work = now.get(UUID(item.item))
            if work is None or str(work) in served:
                gone.add(item.key)
            else:
                served[str(work)] = replace(item, item=str(work))
        courses.append(replace(course, items=tuple(served.values())))
    return without_items(replace(snapshot, courses=tuple(courses)), gone)


def with_course(snapshot: Snapshot, key: str, changed: Course) -> Snapshot:
    courses = tuple(changed if course.key == key else course for course in snapshot.courses)
    return replace(snapshot, courses=courses)


def without_items(snapshot: Snapshot, keys: Set[str]) -> Snapshot:
    """Nor their pairings."""
    courses = tuple(
        replace(course, items=tuple(item for item in course.items if item.key not in keys))
        for course in snapshot.courses
    )
    kept = tuple(each for each in snapshot.pairings if keys.isdisjoint(each.ends))
    return replace(snapshot, courses=courses, pairings=kept)
