"""What changed upstream, in pieces one can take over or leave: three snapshots in, pieces out, and nothing else.

`base` is what the origin looked like when it was last compared, `theirs` what it looks like now, `mine` the fork. A
piece is a change of theirs that mine does not have. What I took off myself does not come back. Applied to both `mine`
and `base`, a piece is taken over; applied to `base` alone, it is left. `early` is `base` without what was left: only
what is taken over is applied to it, so what differs from there alone was left, and can be taken over after all.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeVar

from app.menus.snapshots import Course, Item, Pairing, Snapshot, with_course, without_items

K = TypeVar("K", bound=Course | Item)

ROUNDS = 8  # a piece may wait for another: an item for its course, a pairing for both its items


@dataclass(frozen=True, slots=True)
class Piece:
    """`said` is a sentence. `was`, `theirs` and `mine` are words; `mine` only where they collide."""

    kind: str
    key: str
    said: str
    was: str = ""
    theirs: str = ""
    mine: str = ""
    collides: bool = False
    print: str = ""  # of all that the piece was made of
    items: tuple[str, ...] = ()  # by key: those that come with a course

    @property
    def place(self) -> str:
        return _digest(self.kind, self.key)

    @property
    def id(self) -> str:
        """Another as soon as either side says something else: who names it has seen just this."""
        return f"{self.place}-{_digest(self.print, self.was, self.theirs, self.mine)}"


def pieces(base: Snapshot, theirs: Snapshot, mine: Snapshot) -> list[Piece]:
    """Those that can be taken over now, the menu's own first, then course by course."""
    return [*_of_menu(base, theirs, mine), *_of_courses(base, theirs, mine), *_of_pairings(base, theirs, mine)]


def left(early: Snapshot, theirs: Snapshot, mine: Snapshot, listed: Iterable[Piece]) -> list[Piece]:
    """Those that were left, as long as they still apply, but for places that have one `listed` again."""
    places = {piece.place for piece in listed}
    return [piece for piece in pieces(early, theirs, mine) if piece.place not in places]


def applied(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    """Doing it twice is doing it once."""
    return _all_of(piece.kind, [piece], to, theirs)


def known_anew(piece: Piece, base: Snapshot, theirs: Snapshot) -> Snapshot:
    """Applied to the base of who left it: what was added is there since, as it was then."""
    base = applied(piece, base, theirs)
    added = {"item.added": (piece.key,), "course.added": piece.items}.get(piece.kind, ())
    if piece.kind == "course.added":
        base = _word_course("title")(piece, _word_course("intent")(piece, base, theirs), theirs)
    return _add_items(set(added), without_items(base, set(added)), theirs)


def all_applied(
    base: Snapshot, theirs: Snapshot, mine: Snapshot, early: Snapshot
) -> tuple[Snapshot, Snapshot, Snapshot, int]:
    """Base, mine and early with every piece that collides with nothing of mine, and how many there were."""
    count = 0
    for _ in range(ROUNDS):
        now = [piece for piece in pieces(base, theirs, mine) if not piece.collides]
        if not now:
            break
        by_kind = {kind: [piece for piece in now if piece.kind == kind] for kind in KINDS}
        for kind, alike in by_kind.items():
            base, mine, early = (_all_of(kind, alike, each, theirs) for each in (base, mine, early))
        count += len(now)
    return base, mine, early, count


# which there are


def _of_menu(base: Snapshot, theirs: Snapshot, mine: Snapshot) -> Iterator[Piece]:
    yield from _words(
        "menu.title", "", f"The menu is now called {_q(theirs.title)}.", base.title, theirs.title, mine.title
    )
    yield from _words("menu.intent", "", "The intent of the menu was changed.", base.intent, theirs.intent, mine.intent)
    common = _in_all(base.courses, theirs.courses, mine.courses)
    orders = [_order(each.courses, common) for each in (base, theirs, mine)]
    if orders[1] not in (orders[0], orders[2]):
        titles = ", ".join(course.title for course in theirs.courses if course.key in common)
        yield Piece(
            "courses.order",
            "",
            "The courses come in another order.",
            theirs=titles,
            collides=orders[0] != orders[2],
            print=repr(orders),
        )


def _of_courses(base: Snapshot, theirs: Snapshot, mine: Snapshot) -> Iterator[Piece]:
    for course in theirs.courses:
        before, own = base.course(course.key), mine.course(course.key)
        if own is None:
            if before is None:
                yield _course_added(base, course, mine)
            continue
        if before is not None:
            called = f"The course {_q(before.title)} is now called {_q(course.title)}."
            yield from _words("course.title", course.key, called, before.title, course.title, own.title)
            intended = f"The intent of the course {_q(course.title)} was changed."
            yield from _words("course.intent", course.key, intended, before.intent, course.intent, own.intent)
        yield from _of_items(base, theirs, mine, course, own)
        if before is not None:
            yield from _item_order(before, course, own)
    for course in base.courses:
        own = mine.course(course.key)
        if theirs.course(course.key) is not None:
            yield from _items_removed(base, theirs, mine, course)
        elif own is not None and not _holds_what_waits(base, theirs, mine, course, own):
            yield _course_removed(theirs, course, own)


def _of_items(base: Snapshot, theirs: Snapshot, mine: Snapshot, course: Course, own: Course) -> Iterator[Piece]:
    """Added to this course of theirs, moved to it, and noted otherwise."""
    before, ours, was_in, is_in = base.items, mine.items, base.parents, mine.parents
    works = {item.item for item in own.items}
    for item in course.items:
        there, here = before.get(item.key), ours.get(item.key)
        if there is None and here is None and item.item not in works:
            said = f"{_q(item.title)} is new in {_q(course.title)}."
            yield Piece("item.added", item.key, said, theirs=item.note, print=item.item)
        if there is None or here is None:
            continue
        if was_in[item.key] != course.key != is_in[item.key] and item.item not in works:
            yield _item_moved(base, mine, item, course, was_in[item.key], is_in[item.key])
        said = f"The note on {_q(item.title)} was changed."
        yield from _words("item.note", item.key, said, there.note, item.note, here.note)


def _item_moved(base: Snapshot, mine: Snapshot, item: Item, to: Course, was_in: str, is_in: str) -> Piece:
    before, now = base.course(was_in), mine.course(is_in)
    assert before is not None and now is not None  # noqa: S101, PT018 - its course, looked up a line before
    said = f"{_q(item.title)} moved from {_q(before.title)} to {_q(to.title)}."
    collides = was_in != is_in
    return Piece(
        "item.moved", item.key, said, mine=now.title if collides else "", collides=collides, print=f"{to.key} {is_in}"
    )


def _items_removed(base: Snapshot, theirs: Snapshot, mine: Snapshot, course: Course) -> Iterator[Piece]:
    """Of a course that is still there. What goes with its course is said of the course."""
    still, ours = theirs.items, mine.items
    for item in course.items:
        if item.key not in still and item.key in ours:
            own = ours[item.key]
            collides = own.note != item.note
            said = f"{_q(item.title)} is not served in {_q(course.title)} any more."
            yield Piece(
                "item.removed", item.key, said, mine=own.note if collides else "", collides=collides, print=own.note
            )


def _course_added(base: Snapshot, course: Course, mine: Snapshot) -> Piece:
    known = base.items.keys() | mine.items.keys()
    served = [item for item in course.items if item.key not in known]
    told = [course.intent] if course.intent else []
    told += [item.title for item in served]
    said = f"The course {_q(course.title)} is new."
    keys = tuple(item.key for item in served)
    return Piece("course.added", course.key, said, theirs="\n".join(told), print=repr((course, keys)), items=keys)


def _course_removed(theirs: Snapshot, course: Course, own: Course) -> Piece:
    known = {item.key for item in course.items} | set(theirs.items)
    added = [item.title for item in own.items if item.key not in known]
    reworded = {item.key: item.note for item in course.items}
    collides = bool(added) or any(reworded.get(item.key, item.note) != item.note for item in own.items)
    collides = collides or (own.title, own.intent) != (course.title, course.intent)
    told = "\n".join([own.title, *(item.title for item in own.items)]) if collides else ""
    said = f"The course {_q(course.title)} is gone."
    return Piece("course.removed", course.key, said, mine=told, collides=collides, print=repr(own))


def _holds_what_waits(base: Snapshot, theirs: Snapshot, mine: Snapshot, course: Course, own: Course) -> bool:
    """Whether something in it goes to a course that is theirs only so far: that one comes first."""
    now_in = theirs.parents
    new = {each.key for each in theirs.courses if base.course(each.key) is None and mine.course(each.key) is None}
    return any(now_in.get(item.key) in new for item in (*course.items, *own.items))


def _item_order(before: Course, course: Course, own: Course) -> Iterator[Piece]:
    common = _in_all(before.items, course.items, own.items)
    orders = [_order(each.items, common) for each in (before, course, own)]
    if orders[1] not in (orders[0], orders[2]):
        titles = ", ".join(item.title for item in course.items if item.key in common)
        said = f"{_q(course.title)} is served in another order."
        yield Piece(
            "course.order", course.key, said, theirs=titles, collides=orders[0] != orders[2], print=repr(orders)
        )


def _of_pairings(base: Snapshot, theirs: Snapshot, mine: Snapshot) -> Iterator[Piece]:
    before, ours, served = base.paired, mine.paired, mine.items
    for ends, pairing in theirs.paired.items():
        if not (set(ends) <= served.keys()):
            continue
        both = " and ".join(_q(served[key].title) for key in ends)
        if ends in before and ends in ours:
            words = (before[ends].sentence, pairing.sentence, ours[ends].sentence)
            yield from _words("pairing.sentence", "+".join(ends), f"{both} are paired by another sentence.", *words)
        elif ends not in before and ends not in ours:
            yield Piece("pairing.added", "+".join(ends), f"{both} are paired.", theirs=pairing.sentence)
    still = theirs.items
    for ends in before.keys() - theirs.paired.keys():
        if ends in ours and set(ends) <= still.keys():
            both = " and ".join(_q(still[key].title) for key in ends)
            was, own = before[ends].sentence, ours[ends].sentence
            yield Piece(
                "pairing.removed",
                "+".join(ends),
                f"{both} are not paired any more.",
                was=was,
                mine=own if own != was else "",
                collides=own != was,
            )


def _words(kind: str, key: str, said: str, was: str, theirs: str, mine: str) -> Iterator[Piece]:
    if theirs not in (was, mine):
        collides = mine != was
        yield Piece(kind, key, said, was=was, theirs=theirs, mine=mine if collides else "", collides=collides)


# what they do


def _all_of(kind: str, alike: Sequence[Piece], to: Snapshot, theirs: Snapshot) -> Snapshot:
    """Those that come by the thousand together: each alone would go through the whole menu again."""
    if kind in APPLY_ALL:
        return APPLY_ALL[kind]({piece.key for piece in alike}, to, theirs)
    for piece in alike:
        to = APPLY[kind](piece, to, theirs)
    return to


def _take_order(_: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    return replace(to, courses=_reordered(to.courses, theirs.courses))


def _add_course(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    course = theirs.course(piece.key)
    if course is None or to.course(piece.key) is not None:
        return to
    new = replace(course, items=tuple(item for item in course.items if item.key in piece.items))
    return replace(to, courses=_placed(to.courses, [new], theirs.courses))


def _remove_course(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    """What theirs serves elsewhere goes there."""
    course = to.course(piece.key)
    if course is None:
        return to
    works = {each.key: {item.item for item in each.items} for each in to.courses}
    moved = set()
    for item in course.items:
        served = works.get(theirs.parents.get(item.key, ""))
        if served is not None and item.item not in served:
            served.add(item.item)
            moved.add(item.key)
    to = _move_items(moved, to, theirs)
    gone = {key for key, parent in to.parents.items() if parent == piece.key}
    to = without_items(to, gone)
    return replace(to, courses=tuple(each for each in to.courses if each.key != piece.key))


def _word_course(name: str) -> Callable[[Piece, Snapshot, Snapshot], Snapshot]:
    def word(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
        own, course = to.course(piece.key), theirs.course(piece.key)
        if own is None or course is None:
            return to
        return with_course(to, piece.key, replace(own, **{name: getattr(course, name)}))

    return word


def _order_items(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    own, course = to.course(piece.key), theirs.course(piece.key)
    if own is None or course is None:
        return to
    return with_course(to, piece.key, replace(own, items=_reordered(own.items, course.items)))


def _add_items(keys: Set[str], to: Snapshot, theirs: Snapshot) -> Snapshot:
    return _serve({key: theirs.items[key] for key in keys if key not in to.items}, to, theirs)


def _remove_items(keys: Set[str], to: Snapshot, _: Snapshot) -> Snapshot:
    return without_items(to, keys)


def _move_items(keys: Set[str], to: Snapshot, theirs: Snapshot) -> Snapshot:
    moved = {key for key in keys if key in to.items and to.parents[key] != theirs.parents[key]}
    if not moved:
        return to
    served = _serve({key: to.items[key] for key in moved}, without_items(to, moved), theirs)
    return replace(served, pairings=to.pairings)


def _serve(items: Mapping[str, Item], to: Snapshot, theirs: Snapshot) -> Snapshot:
    """By key: where theirs has them, in courses that are made where they are not there yet."""
    for course in theirs.courses:
        new = [items[item.key] for item in course.items if item.key in items]
        if not new:
            continue
        if to.course(course.key) is None:
            to = replace(to, courses=_placed(to.courses, [replace(course, items=())], theirs.courses))
        own = to.course(course.key)
        assert own is not None  # noqa: S101 - made if it was not there
        to = with_course(to, course.key, replace(own, items=_placed(own.items, new, course.items)))
    return to


def _note_items(keys: Set[str], to: Snapshot, theirs: Snapshot) -> Snapshot:
    def noted(item: Item) -> Item:
        return replace(item, note=theirs.items[item.key].note) if item.key in keys else item

    courses = (replace(course, items=tuple(noted(item) for item in course.items)) for course in to.courses)
    return replace(to, courses=tuple(courses))


def _pair(piece: Piece, to: Snapshot, theirs: Snapshot) -> Snapshot:
    """As theirs has it, or no more."""
    one, other = piece.key.split("+")
    now: Pairing | None = theirs.paired.get((one, other))
    kept = tuple(each for each in to.pairings if each.ends != (one, other))
    return replace(to, pairings=(*kept, now) if now else kept)


APPLY: dict[str, Callable[[Piece, Snapshot, Snapshot], Snapshot]] = {
    "menu.title": lambda _, to, theirs: replace(to, title=theirs.title),
    "menu.intent": lambda _, to, theirs: replace(to, intent=theirs.intent),
    "courses.order": _take_order,
    "course.added": _add_course,
    "course.removed": _remove_course,
    "course.title": _word_course("title"),
    "course.intent": _word_course("intent"),
    "course.order": _order_items,
    "pairing.added": _pair,
    "pairing.sentence": _pair,
    "pairing.removed": _pair,
}
APPLY_ALL: dict[str, Callable[[Set[str], Snapshot, Snapshot], Snapshot]] = {  # by their keys
    "item.added": _add_items,
    "item.moved": _move_items,
    "item.note": _note_items,
    "item.removed": _remove_items,
}
KINDS = (  # in the order in which all are taken over
    *("menu.title", "menu.intent", "courses.order", "course.added", "course.title", "course.intent"),
    *("item.added", "item.moved", "item.note", "course.order", "item.removed", "course.removed"),
    *("pairing.added", "pairing.sentence", "pairing.removed"),
)


# rows


def _placed(row: Sequence[K], new: Sequence[K], model: Sequence[K]) -> tuple[K, ...]:
    """Each right after the nearest of those before it in `model` that is there, else first."""
    there = {each.key for each in row}
    coming = {each.key: each for each in new}
    after: dict[str, list[K]] = {}  # by the key of what is there already; "" for the start
    nearest = ""
    for each in model:
        if each.key in there:
            nearest = each.key
        elif each.key in coming:
            after.setdefault(nearest, []).append(coming[each.key])
    placed = after.get("", [])
    for each in row:
        placed += [each, *after.get(each.key, [])]
    return tuple(placed)


def _reordered(row: tuple[K, ...], model: Sequence[K]) -> tuple[K, ...]:
    """Those of `model` in its order, each followed by what of mine followed it."""
    places = {each.key: at for at, each in enumerate(model)}
    first: list[K] = []  # mine that follow none of theirs
    groups: dict[int, list[K]] = {}
    group = first
    for each in row:
        if each.key in places:
            group = groups.setdefault(places[each.key], [])
        group.append(each)
    for at in sorted(groups):
        first += groups[at]
    return tuple(first)


def _in_all(*rows: Iterable[K]) -> set[str]:
    first, *others = ({each.key for each in row} for row in rows)
    return first.intersection(*others)


def _order(row: Iterable[K], keys: set[str]) -> list[str]:
    return [each.key for each in row if each.key in keys]


def _q(words: str) -> str:
    return f"“{words}”"


def _digest(*told: str) -> str:
    return hashlib.blake2b("\0".join(told).encode(), digest_size=8).hexdigest()
