"""Merging: one work is one row, and two works never are. The pairs are in `pairs.py`."""

from itertools import combinations
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.candidates import Candidate, Identifier
from app.kit.ids import new_id
from app.search.members import CATALOG, Member, Verdicts, of_candidate, pair
from app.search.merging import alone, merge, steady
from tests.search.pairs import ONE, TWO, Pair, album, book, film, series


def members(*candidates: Candidate) -> list[Member]:
    return [of_candidate(candidate, place=0) for candidate in candidates]


def named(pairs: list[Pair]) -> list[object]:
    return [pytest.param(one, other, id=why) for why, one, other in pairs]


def test_there_are_pairs_enough() -> None:
    assert min(len(ONE), len(TWO)) >= 60
    assert len({why for why, _, _ in (*ONE, *TWO)}) == len(ONE) + len(TWO)


@pytest.mark.parametrize(("one", "other"), named(ONE))
def test_one_work_is_one_row(one: Candidate, other: Candidate) -> None:
    (group,) = merge(members(one, other))
    assert len(group.members) == 2
    assert group.reasons


@pytest.mark.parametrize(("one", "other"), named(TWO))
def test_two_works_are_two_rows(one: Candidate, other: Candidate) -> None:
    assert [group.reasons for group in merge(members(one, other))] == [(), ()]


def test_two_works_stay_two_among_all_the_others() -> None:
    everyone = {
        (why, side): msgspec.structs.replace(candidate, external_id=f"{why} {side}")
        for why, *two in (*ONE, *TWO)
        for side, candidate in enumerate(two)
    }
    groups = merge(members(*everyone.values()))
    for why, *_ in TWO:
        refs = {(each.source, each.external_id) for each in (everyone[why, 0], everyone[why, 1])}
        assert not any(refs <= set(group.refs) for group in groups), why


def test_identifiers_are_followed_from_one_to_the_next() -> None:
    found = members(
        film("tmdb", "Amélie", "", 2001, tmdb=194),
        film(
            "wikidata", "Le Fabuleux Destin d'Amélie Poulain", "", 2001, tmdb=194, imdb="tt0211915", wikidata="Q484048"
        ),
        film("other", "Die fabelhafte Welt der Amélie", "", 2001, imdb="tt0211915"),
    )
    (group,) = merge(found)
    assert group.title == "Amélie"
    assert group.sources == ("tmdb", "wikidata", "other")
    assert group.reasons == ("Both have IMDb tt0211915.", "Both have TMDB 194.")


def test_no_chain_brings_two_strong_identifiers_together() -> None:
    """The same steam number at two games, and the store's row between them: it goes with one of the two."""
    found = members(
        book("open_library", "Dune", "Frank Herbert", 1965, olid="OL1W", isbn="9780441172719"),
        book("open_library", "Dune", "Frank Herbert", 1965, olid="OL2W", isbn="9780593099322", id="b"),
        book("google_books", "Dune", "Frank Herbert", 2005, isbn=("9780441172719", "9780593099322")),
    )
    assert sorted(len(group.members) for group in merge(found)) == [1, 2]


def test_the_nearest_year_is_preferred() -> None:
    found = members(
        film("itunes", "Home", "Ann Lee", 2001),
        film("tmdb", "Home", "Ann Lee", 2000, tmdb=1),
        film("wikidata", "Home", "Ann Lee", 2001, tmdb=2),
    )
    assert {group.sources for group in merge(found)} == {("tmdb",), ("wikidata", "itunes")}


def test_one_number_of_two_kinds_is_two_identifiers() -> None:
    one, other = (
        Member(
            ref=(source, "1"), type="music", kind="album", title=source,
            identifiers=frozenset({Identifier(scheme="mbid", value="x", kind=kind)}),
        )
        for source, kind in (("lastfm", "release"), ("musicbrainz", "release-group"))
    )  # fmt: skip
    assert len(merge([one, other])) == 2


def test_years_do_not_creep() -> None:
    found = members(*(film(f"s{year}", "The Trip", "Ann Lee", year) for year in (1999, 2000, 2001)))
    assert sorted(len(group.members) for group in merge(found)) == [1, 2]


def test_nobody_can_tell_whose_a_film_without_a_director_is() -> None:
    nobody = film("tmdb", "Hercules", "", 2014, tmdb=1)
    ratner, harlin = (
        film("wikidata", "Hercules", "Brett Ratner", 2014),
        film("itunes", "Hercules", "Renny Harlin", 2014),
    )
    assert len(merge(members(nobody, ratner))) == 1
    assert len(merge(members(nobody, ratner, harlin))) == 3


def test_of_two_albums_of_a_name_the_one_without_a_year_is_neither() -> None:
    first = album("musicbrainz", "Home", "Various Artists", 2000, mbid="a")
    second = album("musicbrainz", "Home", "Various Artists", 2010, mbid="b", id="b")
    none = album("lastfm", "Home", "Various Artists")
    assert len(merge(members(first, none))) == 1
    assert len(merge(members(first, second, none))) == 3


def test_reasons_are_plain_sentences() -> None:
    found = members(
        film("wikidata", "Spirited Away", "Hayao Miyazaki", 2001),
        film("itunes", "Spirited Away", "Hayao Miyazaki", 2002),
    )
    assert merge(found)[0].reasons == ("Same title and creator, years 2001 and 2002.",)


def test_an_item_of_the_catalog_leads_and_mine_before_all() -> None:
    item, mine = new_id(), new_id()
    told = of_candidate(book("open_library", "Dune", "Frank Herbert", 1965), place=0)
    known = Member(
        ref=(CATALOG, str(item)), item_id=item, type="book", title="Dune!", credits=("Frank Herbert",), year=1984
    )
    kept = Member(
        ref=(CATALOG, str(mine)), item_id=mine, type="book", title="Dune", credits=("Frank Herbert",), kept=True
    )
    (group,) = merge([told, known])
    assert (group.title, group.year, group.item_id, group.sources) == ("Dune!", 1984, item, (CATALOG, "open_library"))
    (group,) = merge([told, known, kept])
    assert (group.title, group.item_id, group.kept) == ("Dune", mine, True)


def test_what_the_catalog_made_an_item_of_is_that_item_whatever_it_is_called() -> None:
    item = new_id()
    told = of_candidate(film("tmdb", "Dune: Part One", "", 2021, tmdb=438631), place=0, item_id=item)
    known = Member(ref=(CATALOG, str(item)), item_id=item, type="movie", kind="film", title="Dune", year=2021)
    (group,) = merge([told, known])
    assert group.reasons == ("The catalog has these as one item.",)


def test_a_row_keeps_its_key_when_more_of_it_arrives() -> None:
    late, early = members(
        book("open_library", "Dune", "Frank Herbert", 1965), book("google_books", "Dune", "Frank Herbert", 2005)
    )
    before = merge([early])
    after = merge([early, late])
    assert after[0].key != before[0].key
    assert steady(after, before)[0].key == before[0].key
    apart = members(book("open_library", "Emma", "Jane Austen", 1815))
    assert len({group.key for group in steady(merge([early, late, *apart]), before)}) == 2


# verdicts


HERE, THERE = members(film("itunes", "Solaris", "Andrei Tarkovsky", 1972), film("tmdb", "Solaris", "", 1972, tmdb=593))


def test_what_a_host_split_stays_apart() -> None:
    assert len(merge([HERE, THERE])) == 1
    verdicts = Verdicts(splits=frozenset({pair(HERE.ref, THERE.ref)}))
    assert len(merge([HERE, THERE], verdicts)) == 2


def test_what_a_host_joined_is_one_whatever_its_identifiers() -> None:
    one, other = members(film("tmdb", "A", "Ann", 1999, tmdb=1), film("tmdb", "B", "Bob", 2020, tmdb=2))
    (group,) = merge([one, other], Verdicts(joins=frozenset({pair(one.ref, other.ref)})))
    assert group.reasons == ("You said these are one.",)


def test_a_host_cannot_join_a_film_and_a_series() -> None:
    one, other = members(film("tmdb", "Fargo", "", 1996, tmdb=275), series("tmdb", "Fargo", "", 2014, tmdb=60622))
    assert len(merge([one, other], Verdicts(joins=frozenset({pair(one.ref, other.ref)})))) == 2


def test_a_verdict_on_a_preview_holds_for_the_item_it_became() -> None:
    item = new_id()
    known = Member(
        ref=(CATALOG, str(item)), refs=frozenset({(CATALOG, str(item)), THERE.ref}), item_id=item,
        type="movie", kind="film", title="Solaris", credits=("Andrei Tarkovsky",), year=1972,
    )  # fmt: skip
    assert len(merge([HERE, known])) == 1
    assert len(merge([HERE, known], Verdicts(splits=frozenset({pair(HERE.ref, THERE.ref)})))) == 2


def test_what_is_one_item_for_everybody_is_one_row_for_each_host() -> None:
    item = new_id()
    told = [of_candidate(film("tmdb", "Solaris", "", 1972), place=0, item_id=item), HERE]
    known = Member(ref=(CATALOG, str(item)), item_id=item, type="movie", kind="film", title="Solaris", year=1972)
    verdicts = Verdicts(splits=frozenset({pair(told[0].ref, known.ref)}))
    (group,) = merge([*told, known], verdicts)
    assert group.separable == (HERE.ref,)


def test_by_themselves_they_keep_the_keys_they_will_have() -> None:
    assert [group.key for group in alone([HERE])] == [group.key for group in merge([HERE])]


# whatever comes, in whatever order


@st.composite
def found(draw: st.DrawFn) -> Member:
    """Few values, so that everything meets everything."""
    source = draw(st.sampled_from(["tmdb", "itunes", "wikidata", "lastfm", CATALOG]))
    item_type, kind = draw(
        st.sampled_from([("book", None), ("movie", "film"), ("movie", "series"), ("music", "track")])
    )
    schemes = st.sampled_from(["isbn13", "imdb", "tmdb", "tvdb"])
    identifiers = draw(st.frozensets(st.tuples(schemes, st.sampled_from("12")), max_size=2))
    makers = draw(st.sampled_from([(), ("Ann Lee",), ("Bob Roe",), ("Ann Lee", "Bob Roe")]))
    ref = (source, draw(st.sampled_from("abcdefghij")))
    return Member(
        ref=ref,
        refs=frozenset({ref}),
        type=item_type,  # type: ignore[arg-type]
        kind=kind,
        title=draw(st.sampled_from(["Home", "Home (Live)", "The Home", "Home II", "Away", "Home: A Novel"])),
        creators=makers,
        credits=makers,
        year=draw(st.sampled_from([None, 1999, 2000, 2001])),
        identifiers=frozenset(Identifier(scheme=scheme, value=value) for scheme, value in identifiers),
        duration_ms=draw(st.sampled_from([None, 100_000, 200_000])) if item_type == "music" else None,
    )


REFS = [(source, letter) for source in ("tmdb", "itunes", CATALOG) for letter in "abc"]
PAIRS = st.frozensets(st.tuples(st.sampled_from(REFS), st.sampled_from(REFS)).map(lambda two: pair(*two)), max_size=3)


@st.composite
def said(draw: st.DrawFn) -> Verdicts:
    splits = draw(PAIRS)
    return Verdicts(splits=splits, joins=draw(PAIRS) - splits)


@settings(max_examples=300, deadline=None)
@given(st.lists(found(), max_size=12, unique_by=lambda member: member.ref), said(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(found: list[Member], verdicts: Verdicts, random: Any) -> None:
    groups = merge(found, verdicts)
    shuffled = found[:]
    random.shuffle(shuffled)
    assert sorted(merge(shuffled, verdicts), key=lambda group: group.key) == sorted(groups, key=lambda group: group.key)


@settings(max_examples=300, deadline=None)
@given(st.lists(found(), max_size=12, unique_by=lambda member: member.ref), said())
def test_what_may_not_be_one_never_is(found: list[Member], verdicts: Verdicts) -> None:
    groups = merge(found, verdicts)
    assert sorted(member.ref for group in groups for member in group.members) == sorted(each.ref for each in found)
    assert len({group.key for group in groups}) == len(groups)
    for group in groups:
        assert len({(member.type, member.kind) for member in group.members}) == 1
        for one, other in combinations(group.members, 2):
            assert pair(one.ref, other.ref) not in verdicts.splits
            assert pair(one.ref, other.ref) in verdicts.joins or not contradicting(one, other)


def contradicting(one: Member, other: Member) -> bool:
    """Both say what IMDb or TMDB calls them, and have nothing in common there."""
    for scheme in ("imdb", "tmdb"):
        values = [{each.value for each in member.identifiers if each.scheme == scheme} for member in (one, other)]
        if all(values) and values[0].isdisjoint(values[1]):
            return True
    return False
