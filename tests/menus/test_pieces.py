"""What changed upstream, piece by piece: taking all makes the fork what the origin is, taking none leaves it alone."""

import time
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.menus.pieces import Piece, all_applied, applied, known_anew, left, pieces
from app.menus.snapshots import Course, Item, Pairing, Snapshot, packed, pairing, unpacked, without_items

WORDS = ("", "Slowly.", "With salt.", "Last.")
DINNER = Snapshot(
    "Dinner",
    "Warm.",
    (
        Course("a", "Starters", "", (Item("1", "dune", "Dune", "First."), Item("2", "arrival", "Arrival"))),
        Course("b", "Mains", "Rich.", (Item("3", "disco", "Disco Elysium"),)),
    ),
    (pairing("1", "2", "Sand, then snow."),),
)


def kinds(found: list[Piece]) -> list[str]:
    return [piece.kind for piece in found]


def settled(snapshot: Snapshot) -> Snapshot:
    """The order of pairings is nobody's."""
    return replace(snapshot, pairings=tuple(sorted(snapshot.pairings, key=lambda each: each.ends)))


# a menu that somebody goes on working at, in as many steps as it takes


def worked_at(menu: Snapshot, random: Random, steps: int, hand: str) -> Snapshot:
    for step in range(steps):
        menu = random.choice(WORK)(menu, random, f"{hand}{step}")
    return menu


def _renamed(menu: Snapshot, random: Random, _: str) -> Snapshot:
    return replace(menu, title=random.choice(("Dinner", "Supper", "Feast")), intent=random.choice(WORDS))


def _course_added(menu: Snapshot, random: Random, key: str) -> Snapshot:
    served = (Item(f"{key}i", f"{key}w", f"Work {key}"),)
    courses = list(menu.courses)
    courses.insert(random.randint(0, len(courses)), Course(key, f"Course {key}", random.choice(WORDS), served))
    return replace(menu, courses=tuple(courses))


def _course_removed(menu: Snapshot, random: Random, _: str) -> Snapshot:
    if not menu.courses:
        return menu
    gone = random.choice(menu.courses)
    left = without_items(menu, {item.key for item in gone.items})
    return replace(left, courses=tuple(each for each in left.courses if each.key != gone.key))


def _course_worded(menu: Snapshot, random: Random, key: str) -> Snapshot:
    return _each(menu, random, lambda each: replace(each, title=f"Title {key}", intent=random.choice(WORDS)))


def _courses_ordered(menu: Snapshot, random: Random, _: str) -> Snapshot:
    return replace(menu, courses=tuple(random.sample(menu.courses, len(menu.courses))))


def _items_ordered(menu: Snapshot, random: Random, _: str) -> Snapshot:
    return _each(menu, random, lambda each: replace(each, items=tuple(random.sample(each.items, len(each.items)))))


def _item_added(menu: Snapshot, random: Random, key: str) -> Snapshot:
    def added(course: Course) -> Course:
        at = random.randint(0, len(course.items))
        new = Item(f"{key}i", f"{key}w", f"Work {key}", random.choice(WORDS))
        return replace(course, items=(*course.items[:at], new, *course.items[at:]))

    return _each(menu, random, added)


def _item_removed(menu: Snapshot, random: Random, _: str) -> Snapshot:
    return without_items(menu, {random.choice(sorted(menu.items))}) if menu.items else menu


def _item_moved(menu: Snapshot, random: Random, _: str) -> Snapshot:
    if not menu.items:
        return menu
    moved = menu.items[random.choice(sorted(menu.items))]
    bare = replace(without_items(menu, {moved.key}), pairings=menu.pairings)
    to = random.choice(bare.courses).key
    courses = tuple(replace(each, items=(*each.items, moved)) if each.key == to else each for each in bare.courses)
    return replace(bare, courses=courses)


def _item_noted(menu: Snapshot, random: Random, _: str) -> Snapshot:
    return _each(
        menu,
        random,
        lambda each: replace(each, items=tuple(replace(item, note=random.choice(WORDS)) for item in each.items)),
    )


def _paired(menu: Snapshot, random: Random, _: str) -> Snapshot:
    if len(menu.items) < 2:
        return menu
    one, other = random.sample(sorted(menu.items), 2)
    new = pairing(one, other, random.choice(WORDS[1:]))
    return replace(menu, pairings=(*(each for each in menu.pairings if each.ends != new.ends), new))


def _unpaired(menu: Snapshot, _: Random, __: str) -> Snapshot:
    return replace(menu, pairings=menu.pairings[1:])


def _each(menu: Snapshot, random: Random, change: object) -> Snapshot:
    if not menu.courses:
        return menu
    at = random.randrange(len(menu.courses))
    changed = change(menu.courses[at])  # type: ignore[operator]
    return replace(menu, courses=(*menu.courses[:at], changed, *menu.courses[at + 1 :]))


WORK = (
    _renamed,
    _course_added,
    _course_removed,
    _course_worded,
    _courses_ordered,
    _items_ordered,
    _item_added,
    _item_added,
    _item_removed,
    _item_moved,
    _item_noted,
    _paired,
    _unpaired,
)
# of what both do to one thing, who comes first can matter; what I only add to, or reword, never does
MINE_ONLY = (_renamed, _course_added, _course_worded, _item_added, _item_noted)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Snapshot, Snapshot, Random]:
    random = draw(st.randoms(use_true_random=False))
    base = worked_at(DINNER, random, draw(st.integers(0, 6)), "b")
    return base, worked_at(base, random, draw(st.integers(0, 8)), "t"), random


@given(histories())
@settings(max_examples=60)
def test_taking_all_makes_what_nobody_touched_the_same(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, _ = history
    seen, mine, _, _ = all_applied(base, theirs, base, base)
    assert settled(mine) == settled(theirs)
    assert settled(seen) == settled(theirs)
    assert pieces(seen, theirs, mine) == []


@given(histories())
@settings(max_examples=30)
def test_one_by_one_in_any_order_comes_to_the_same(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, random = history
    seen, mine = base, base
    while found := pieces(seen, theirs, mine):
        piece = random.choice(found)
        seen, mine = applied(piece, seen, theirs), applied(piece, mine, theirs)
    assert settled(mine) == settled(theirs)


@given(histories())
@settings(max_examples=30)
def test_leaving_all_changes_nothing_and_asks_no_more(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, random = history
    seen, mine = base, worked_at(base, random, 4, "m")
    before = mine
    for _ in range(200):
        found = pieces(seen, theirs, mine)
        if not found:
            break
        seen = applied(random.choice(found), seen, theirs)
    assert pieces(seen, theirs, mine) == []
    assert mine == before


@given(histories())
@settings(max_examples=30)
def test_what_was_left_is_taken_over_after_all_and_then_nothing_is_missing(
    history: tuple[Snapshot, Snapshot, Random],
) -> None:
    base, theirs, random = history
    seen, early, mine = base, base, base
    while found := pieces(seen, theirs, mine):
        piece = random.choice(found)
        seen = applied(piece, seen, theirs)
        if random.random() < 0.3:
            early, mine = applied(piece, early, theirs), applied(piece, mine, theirs)
    theirs = worked_at(theirs, random, 2, "n")
    for _ in range(200):
        listed = pieces(seen, theirs, mine)
        if not (found := [*listed, *left(early, theirs, mine, listed)]):
            break
        piece = random.choice(found)
        seen = applied(piece, seen, theirs) if piece in listed else known_anew(piece, seen, theirs)
        early, mine = applied(piece, early, theirs), applied(piece, mine, theirs)
    assert settled(mine) == settled(theirs)


def test_what_is_listed_anew_is_not_among_what_was_left() -> None:
    theirs = replace(DINNER, title="Feast")
    seen = replace(DINNER, title="Supper")
    listed = pieces(seen, theirs, DINNER)
    assert kinds(listed) == ["menu.title"]
    assert left(DINNER, theirs, DINNER, listed) == []


def test_what_came_after_all_is_known_as_it_is_now() -> None:
    noted = replace(DINNER.courses[1].items[0], note="Salt.")
    theirs = replace(DINNER, courses=(DINNER.courses[0], replace(DINNER.courses[1], title="Main", items=(noted,))))
    early = replace(without_items(DINNER, {"3"}), courses=DINNER.courses[:1])
    (piece,) = left(early, theirs, early, [])
    mine = applied(piece, early, theirs)
    assert known_anew(piece, DINNER, theirs) == mine == theirs
    (later,) = pieces(theirs, without_items(theirs, {"3"}), mine)
    assert (later.kind, later.collides) == ("item.removed", False)


@given(histories())
@settings(max_examples=30)
def test_two_pieces_taken_either_way_round_come_to_the_same(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, random = history
    mine = base
    for step in range(4):
        mine = random.choice(MINE_ONLY)(mine, random, f"m{step}")
    found = pieces(base, theirs, mine)
    if len(found) < 2:
        return
    one, other = random.sample(found, 2)
    ways = []
    for order in ((one.place, other.place), (other.place, one.place)):
        seen, ours = base, mine
        for place in order:
            piece = next((each for each in pieces(seen, theirs, ours) if each.place == place), None)
            if piece is not None:
                seen, ours = applied(piece, seen, theirs), applied(piece, ours, theirs)
        ways.append(settled(ours))
    assert ways[0] == ways[1]


@given(histories())
@settings(max_examples=30)
def test_a_piece_taken_twice_counts_once_and_is_not_told_again(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, random = history
    mine = worked_at(base, random, 4, "m")
    for piece in pieces(base, theirs, mine):
        once = applied(piece, mine, theirs)
        assert applied(piece, once, theirs) == once
        seen = applied(piece, base, theirs)
        assert piece.place not in {each.place for each in pieces(seen, theirs, once)}


@given(histories())
@settings(max_examples=30)
def test_what_is_kept_as_json_comes_back_as_it_was(history: tuple[Snapshot, Snapshot, Random]) -> None:
    base, theirs, _ = history
    assert unpacked(packed(theirs, {}, base)) == (theirs, base, {})
    assert unpacked(packed(theirs, {})) == (theirs, theirs, {})


def test_nothing_changed_is_no_piece() -> None:
    assert pieces(DINNER, DINNER, DINNER) == []


def test_words_that_only_they_changed_do_not_collide_and_words_of_both_do() -> None:
    theirs = replace(DINNER, title="Supper")
    (piece,) = pieces(DINNER, theirs, DINNER)
    assert (piece.kind, piece.was, piece.theirs, piece.mine, piece.collides) == (
        "menu.title",
        "Dinner",
        "Supper",
        "",
        False,
    )
    (piece,) = pieces(DINNER, theirs, replace(DINNER, title="Feast"))
    assert (piece.mine, piece.collides) == ("Feast", True)
    assert pieces(DINNER, theirs, theirs) == []


def test_taking_all_keeps_my_words_where_they_collide() -> None:
    theirs = replace(DINNER, title="Supper", intent="Cold.")
    _, mine, _, count = all_applied(DINNER, theirs, replace(DINNER, title="Feast"), DINNER)
    assert (mine.title, mine.intent, count) == ("Feast", "Cold.", 1)


def test_what_i_took_off_does_not_come_back() -> None:
    noted = replace(DINNER.courses[0].items[0], note="Now.")
    courses = (replace(DINNER.courses[0], items=(noted, DINNER.courses[0].items[1])), DINNER.courses[1])
    assert pieces(DINNER, replace(DINNER, courses=courses), without_items(DINNER, {"1"})) == []


def test_a_course_that_is_gone_says_what_of_mine_goes_with_it() -> None:
    theirs = replace(without_items(DINNER, {"3"}), courses=DINNER.courses[:1])
    (piece,) = pieces(DINNER, theirs, DINNER)
    assert (piece.kind, piece.collides) == ("course.removed", False)
    own = replace(DINNER.courses[1], items=(*DINNER.courses[1].items, Item("9", "mine", "My own")))
    (piece,) = pieces(DINNER, theirs, replace(DINNER, courses=(DINNER.courses[0], own)))
    assert piece.collides
    assert "My own" in piece.mine


def test_an_item_that_moves_to_a_new_course_waits_for_it() -> None:
    moved = DINNER.courses[1].items[0]
    pudding = Course("c", "Pudding", "", (moved,))
    theirs = replace(DINNER, courses=(DINNER.courses[0], pudding))
    (first,) = pieces(DINNER, theirs, DINNER)
    assert first.kind == "course.added"
    seen, mine = (applied(first, each, theirs) for each in (DINNER, DINNER))
    assert sorted(kinds(pieces(seen, theirs, mine))) == ["course.removed", "item.moved"]


def test_a_piece_has_another_id_once_either_side_says_something_else() -> None:
    theirs = replace(DINNER, title="Supper")
    (one,) = pieces(DINNER, theirs, DINNER)
    (two,) = pieces(DINNER, replace(DINNER, title="Breakfast"), DINNER)
    (three,) = pieces(DINNER, theirs, replace(DINNER, title="Feast"))
    assert one.place == two.place == three.place
    assert len({one.id, two.id, three.id}) == 3


def test_a_pairing_is_one_whoever_is_named_first() -> None:
    assert pairing("2", "1", "Both.") == Pairing(("1", "2"), "Both.")


def test_five_thousand_pieces_are_taken_over_at_once() -> None:
    """Ten times as many cost about ten times as much, not a hundred times."""

    def served(courses: int, note: str, shift: int = 0) -> Snapshot:
        rows = [tuple(Item(f"{at}.{n}", f"w{at}.{n}", "Work", note) for n in range(100)) for at in range(courses)]
        laid = (Course(f"{at}", f"{at}", "", rows[at - shift]) for at in range(courses))
        return Snapshot("Dinner", courses=tuple(laid))

    def cost(courses: int) -> float:
        full, bare = (
            served(courses, ""),
            Snapshot("Dinner", courses=tuple(Course(f"{n}", f"{n}") for n in range(courses))),
        )
        began = time.process_time()
        for base, theirs in (
            (bare, full),
            (full, bare),
            (full, served(courses, "Salt.")),
            (full, served(courses, "", shift=1)),
        ):
            _, mine, _, count = all_applied(base, theirs, base, base)
            assert (mine, count) == (theirs, 100 * courses)
        return time.process_time() - began

    assert min(cost(50) for _ in range(2)) < 40 * min(cost(5) for _ in range(3))
