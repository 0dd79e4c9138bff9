"""The sample's data: everything in it can be stored, shown and found."""

import datetime as dt
import tomllib
import unicodedata
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
import pytest

from app.accounts import models as accounts
from app.accounts.hosting import HostForm
from app.catalog import candidates
from app.catalog import models as catalog
from app.catalog.candidates import Candidate
from app.library import models as library
from app.library.looking import read_what_can_be, said_by
from app.library.shelf_forms import LookForm
from app.menus import models as menus
from app.ops.sample import personas, works
from app.sources.normalising import IMDB, isbn13

WORKS = list(works.candidates())
CAST = personas.cast()
MENUS = [menu for persona in CAST.persona for menu in persona.menus]
COURSES = [course for menu in MENUS for course in menu.courses]
ENTRIES = [entry for persona in CAST.persona for entry in persona.entries]
IDS = {work.external_id for work in WORKS}


def tables() -> list[tuple[candidates.ItemType, str, dict[str, Any]]]:
    return [
        (type_, slug, table)
        for type_, file in works.FILES.items()
        for slug, table in tomllib.loads((works.FOLDER / file).read_text("utf-8")).items()
    ]


def texts(value: Any) -> list[str]:
    """Every text inside, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    return [text for each in value for text in texts(each)] if isinstance(value, list | tuple) else []


def titled(title: str) -> set[str]:
    return {work.external_id for work in WORKS if work.title == title}


def test_every_work_travels_as_a_candidate() -> None:
    assert [candidates.from_json(candidates.to_json(work)) for work in WORKS] == WORKS


def test_no_table_says_what_its_medium_does_not_know() -> None:
    of_any = works.OF_EVERY_WORK | {"creators", "released", "isbn13", "imdb", "steam"}
    for type_, slug, table in tables():
        facts = {field.name for field in msgspec.structs.fields(works.FACTS[type_])}
        assert table.keys() <= of_any | facts, slug


def test_there_is_something_of_every_medium() -> None:
    counts = Counter(work.type for work in WORKS)
    assert sum(counts.values()) >= 240
    assert min(counts.values()) >= 45


def test_every_work_is_there_once() -> None:
    assert len(IDS) == len(WORKS)


def test_no_two_works_share_an_identifier() -> None:
    shared = Counter(identifier for work in WORKS for identifier in work.identifiers)
    assert [identifier for identifier, times in shared.items() if times > 1] == []


def test_identifiers_have_their_registry_s_shape() -> None:
    for work in WORKS:
        for identifier in work.identifiers:
            assert identifier.scheme in candidates.STRONG_SCHEMES
            match identifier.scheme:
                case "isbn13":
                    assert isbn13(identifier.value) == identifier.value, work.external_id
                case "imdb":
                    assert IMDB.fullmatch(identifier.value), work.external_id
                    assert identifier.kind in ("movie", "tv")
                case _:
                    assert identifier.value.isdecimal()


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.external_id)
def test_a_work_is_described_and_fits_its_columns(work: Candidate) -> None:
    assert 1 <= len(work.title) <= catalog.TITLE_MAX
    assert work.description
    assert 40 <= len(work.description) <= 400
    assert work.description.endswith((".", "!", "?", '"'))
    assert work.genres
    assert 0 < work.popularity <= 1
    assert work.language is None or (len(work.language) == 2 and work.language.islower())
    assert work.original_title != work.title
    assert work.released is None or work.released.value <= dt.date(2026, 1, 1)


def test_text_is_clean() -> None:
    everything = [*texts([table for _, _, table in tables()]), *texts(tomllib.loads(personas.FILE.read_text("utf-8")))]
    for text in everything:
        assert text == text.strip() == unicodedata.normalize("NFC", text)
        assert "  " not in text


def test_dates_are_as_precise_as_they_are_written() -> None:
    written = {"1965": "year", "1965-08": "month", "1965-08-01": "day"}
    for text, precision in written.items():
        found = works.released({"released": text})
        assert found
        assert found.precision == precision
        assert found.value.year == 1965
    assert works.released({}) is None


def test_who_made_it_is_named_unless_nobody_knows() -> None:
    nameless = {work.external_id for work in WORKS if not work.creators}
    assert nameless == {"book/one-thousand-and-one-nights", "movie/midnight-diner", "game/akira"}


def test_dune_is_what_a_newcomer_hopes_for() -> None:
    assert titled("Dune") == {
        "book/dune",
        "movie/dune-1984",
        "movie/dune-2021",
        "game/dune",
        "music/dune-klaus-schulze",
        "music/dune-toto",
        "music/dune-hans-zimmer",
    }


@pytest.mark.parametrize(
    "title", ["Solaris", "Akira", "Persepolis", "Metro 2033", "Blade Runner", "The Witcher", "Yes"]
)
def test_one_title_in_several_media(title: str) -> None:
    assert len({id_.split("/")[0] for id_ in titled(title)}) > 1


@pytest.mark.parametrize("title", ["It", "Us", "Her", "We", "M", "Z", "V.", "1984", "2001", "Them!", "8½"])
def test_titles_that_are_hard_to_search_are_among_them(title: str) -> None:
    assert titled(title)


def test_original_titles_come_in_many_scripts() -> None:
    names = {
        unicodedata.name(letter).split()[0]
        for work in WORKS
        for letter in work.original_title or ""
        if letter.isalpha()
    }
    assert names >= {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "BENGALI", "CJK", "KATAKANA", "HIRAGANA", "HANGUL"}


def test_the_cast_is_four_people_and_odile_operates() -> None:
    assert [persona.name for persona in CAST.persona] == ["Odile", "Alice", "Bob", "Charlie"]
    assert len(CAST.password) >= 12
    for persona in CAST.persona:
        assert len(persona.name) <= accounts.NAME_MAX
        assert persona.email == f"{persona.name.lower()}@tastebuds.example"


def test_everything_kept_or_served_is_in_the_catalog() -> None:
    assert {entry.item for entry in ENTRIES} <= IDS
    assert {item.item for course in COURSES for item in course.items} <= IDS


def test_a_person_has_one_entry_on_a_work_and_a_course_serves_it_once() -> None:
    for persona in CAST.persona:
        assert max(Counter(entry.item for entry in persona.entries).values()) == 1
    for course in COURSES:
        assert max(Counter(item.item for item in course.items).values()) == 1


def test_entries_are_legal() -> None:
    for entry in ENTRIES:
        assert entry.status in library.STATUSES
        assert entry.rating is None or (0 <= entry.rating <= 10 and (entry.rating * 2).is_integer())
        assert len(entry.notes) <= library.NOTES_MAX
        assert not (entry.status == "wanted" and entry.rating is not None)


def test_every_status_is_shown_by_somebody() -> None:
    assert {entry.status for entry in ENTRIES} == set(library.STATUSES)


def test_what_stands_around_is_in_the_catalog_and_on_the_shelf() -> None:
    assert works.seasons().keys() <= {work.external_id for work in WORKS if getattr(work.facts, "kind", "") == "series"}
    for persona in CAST.persona:
        kept = {entry.item: entry for entry in persona.entries}
        assert {item for tag in persona.tags for item in tag.items} <= kept.keys()
        assert {time.item for time in persona.log} <= kept.keys()
        for time in persona.log:
            assert kept[time.item].status == "done" or time.finished is None, time.item
            assert (kept[time.item].status == "dropped") == (time.gave_up is not None), time.item


def test_the_log_goes_on_day_by_day_for_a_year() -> None:
    for persona in CAST.persona:
        for time in persona.log:
            days = [time.began, *(ago for ago, *_ in (*time.progress, *time.episodes)), time.finished, time.gave_up]
            told = [day for day in days if day is not None]
            assert told == sorted(told, reverse=True), time.item
            assert 0 < min(told) <= max(told) < 365, time.item


def test_tags_goals_views_and_profiles_are_legal() -> None:
    shared = {tag.name for tag in CAST.shared_tags}
    assert {tag.colour for tag in CAST.shared_tags} <= set(library.COLOURS)
    for persona in CAST.persona:
        assert {tag.colour for tag in persona.tags if tag.name not in shared} <= set(library.COLOURS) - {"none"}
        assert all(0 < goal.target <= 100 for goal in persona.goals)
        for view in persona.views:
            form = read_what_can_be(LookForm, dict(parse_qsl(view.query)))
            assert urlencode(said_by(form)) == view.query
        if persona.profile:
            HostForm.read({"handle": persona.profile.handle, "bio": persona.profile.bio})


def test_a_fork_is_of_a_published_menu_and_something_of_it_changed_since() -> None:
    published = {menu.title: menu for menu in MENUS if menu.published}
    for persona in CAST.persona:
        assert set(persona.cooks) <= published.keys()
        for fork in persona.forks:
            notes = {item.item: item.note for course in published[fork.of].courses for item in course.items}
            assert {*fork.then.without, *fork.then.notes, *fork.notes} <= notes.keys()
            assert fork.then.without
            assert fork.then.notes.items().isdisjoint(notes.items())


def test_pairings_tie_two_media_that_a_menu_serves() -> None:
    for menu in MENUS:
        served = {item.item for course in menu.courses for item in course.items}
        for pairing in menu.pairings:
            assert set(pairing.items) <= served
            assert len({item.partition("/")[0] for item in pairing.items}) == 2
            assert 1 <= len(pairing.sentence) <= menus.SENTENCE_MAX


def test_menus_have_courses_with_intents_and_a_note_on_everything_served() -> None:
    assert [menu.published for menu in MENUS].count(True) == 2
    for menu in MENUS:
        assert 1 <= len(menu.title) <= menus.TITLE_MAX
        assert 1 <= len(menu.intent) <= menus.INTENT_MAX
        assert 2 <= len(menu.courses) <= 4
        assert len({item.item.split("/")[0] for course in menu.courses for item in course.items}) >= 3
    for course in COURSES:
        assert 1 <= len(course.title) <= menus.TITLE_MAX
        assert 1 <= len(course.intent) <= menus.INTENT_MAX
        assert 2 <= len(course.items) <= 4
        assert all(1 <= len(item.note) <= menus.NOTE_MAX for item in course.items)
