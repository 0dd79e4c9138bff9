"""Reading titles and names: what names a work, what an edition or another version, and who is the same person."""

import pytest

from app.catalog.candidates import ItemType
from app.search.folding import compact, fold, numbered
from app.search.identity import agree
from app.search.titles import read


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Amélie", "amelie"),
        ("Ágætis byrjun", "agaetis byrjun"),
        ("Ørsted & Łódź", "orsted and lodz"),
        ("Romeo + Juliet", "romeo and juliet"),
        ("Ke$ha", "kesha"),
        ("P!nk", "pink"),
        ("$100", "100"),
        ("WALL·E", "walle"),
        ("DOOM™ Eternal", "doom eternal"),
        ("Alien³", "alien3"),
        ("ガンダム", "ガンダム"),
        ("हिन्दी", "हिन्दी"),
        ("÷", "÷"),
        ("! ! !", "!!!"),
        ("", ""),
    ],
)
def test_words_are_compared_without_case_accents_and_punctuation(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rocky ii", "rocky 2"),
        ("rocky two", "rocky 2"),
        ("the godfather part ii", "the godfather 2"),
        ("kill bill vol 1", "kill bill 1"),
        ("saga volume 01", "saga 1"),
        ("final fantasy x", "final fantasy 10"),
        ("star wars episode iv a new hope", "star wars episode 4 a new hope"),
        ("the two towers", "the two towers"),
        ("i robot", "i robot"),
        ("x", "x"),
        ("v for vendetta", "v for vendetta"),
        ("part", "part"),
        ("volume 0", "volume 0"),
    ],
)
def test_numbers_are_digits_where_they_are_numbers(text: str, words: str) -> None:
    assert " ".join(numbered(text.split())) == words


def test_a_leading_article_is_no_part_of_a_name() -> None:
    assert compact(["the", "wall"]) == "wall"
    assert compact(["the"]) == "the"


@pytest.mark.parametrize(
    ("item_type", "title", "key"),
    [
        ("book", "Dune: Deluxe Edition", "dune"),
        ("book", "Dune (Dune Chronicles, Book 1)", "dune"),
        ("book", "Saga (Volume 2)", "saga2"),
        ("book", "Left Hand of Darkness, The", "lefthandofdarkness"),
        ("book", "Batman: Penguin Triumphant", "batmanpenguintriumphant"),
        ("movie", "Dune: Part Two", "dune2"),
        ("movie", "Dune (1984)", "dune"),
        ("movie", "1984", "1984"),
        ("movie", "Blade Runner: The Final Cut", "bladerunner"),
        ("game", "Portal 2 - Game of the Year Edition", "portal2"),
        ("game", "Dark Souls: Remastered", "darksoulsremastered"),
        ("music", "Creep (Acoustic)", "creep~acoustic"),
        ("music", "Heroes - 2017 Remaster", "heroes~2017~remaster"),
        ("music", "Don't You (Forget About Me)", "dontyouforgetaboutme"),
        ("music", "(I Can't Get No) Satisfaction", "icantgetnosatisfaction"),
        ("music", "Live and Let Die", "liveandletdie"),
        ("music", "Umbrella (feat. JAY-Z)", "umbrella"),
        ("music", "Lucky Old Sun [with Willie Nelson]", "luckyoldsun"),
        ("music", "Bad - Single", "bad~single"),
        ("music", "Red (Taylor's Version)", "red~taylors"),
        ("music", "( )", "()"),
    ],
)
def test_a_title_is_taken_apart(item_type: ItemType, title: str, key: str) -> None:
    assert read(item_type, title).key == key


@pytest.mark.parametrize(
    "title", ["", " ", "(", ")(", "((((", "[]{}", " - ", ": : :", "#", "#1", "the", "(#1-2)", "ep"]
)
@pytest.mark.parametrize("item_type", ["book", "movie", "game", "music"])
def test_any_title_can_be_read(item_type: ItemType, title: str) -> None:
    assert read(item_type, title, title, title) == read(item_type, title, title, title)


@pytest.mark.parametrize(
    ("item_type", "one", "other", "same"),
    [
        ("book", "J.R.R. Tolkien", "Tolkien, J. R. R.", True),
        ("book", "JK Rowling", "Joanne K. Rowling", True),
        ("book", "Martin Luther King, Jr.", "Martin Luther King", True),
        ("book", "Gabriel García Márquez", "Gabriel Garcia Marquez", True),
        ("book", "Homer", "Homer", True),
        ("book", "Homer", "Homer Simpson", False),
        ("book", "Stephen King", "Owen King", False),
        ("book", "Jo Nesbø", "Jo Walton", False),
        ("movie", "Lana Wachowski", "Lilly Wachowski", False),
        ("movie", "Michael Johnson", "Michael Johnston", False),
        ("game", "CD PROJEKT RED", "CD Projekt Red S.A.", True),
        ("game", "Valve", "Valve Corporation", True),
        ("game", "id Software", "Bethesda Softworks", False),
        ("music", "The Beatles", "Beatles", True),
        ("music", "Eminem feat. Rihanna", "Eminem", True),
        ("music", "Paul Simon", "Simon & Garfunkel", False),
        ("music", "AC/DC", "ACDC", True),
    ],
)
def test_who_is_the_same(item_type: ItemType, one: str, other: str, same: bool) -> None:
    assert agree(item_type, [one], [other]) is same
    assert agree(item_type, [other], [one]) is same
