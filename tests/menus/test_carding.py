"""The picture of a menu: every title is drawn somehow, within its borders, and nothing is boxed."""

import asyncio
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from app.kit.errors import TooBusy
from app.menus import carding
from app.menus.carding import HEIGHT, LINES_MAX, PAPER, ROMAN, ROOM, WIDTH, Card, Cards

COURSES = ("Starters", "Mains", "Pudding")
LONG = "A night on Arrakis, and what to read, watch and hear before the sun comes up over the dunes of the far north"


def picture(title: str, author: str = "Alice", courses: tuple[str, ...] = COURSES) -> Image.Image:
    with Image.open(io.BytesIO(carding.draw(Card(title, author, courses)))) as image:
        return image.convert("RGB")


@pytest.mark.parametrize(
    "title",
    [
        "Sand",
        LONG,
        "x" * 120,
        "n" * 60,
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
        "東京物語" * 20,
        "🎉",
        "\u202e\0",
    ],
)
def test_every_title_stays_within_the_borders(title: str) -> None:
    image = picture(title)
    assert image.size == (WIDTH, HEIGHT)
    blank = Image.new("RGB", image.size, PAPER)
    left, top, right, bottom = ImageChops.difference(image, blank).getbbox() or (0, 0, 0, 0)
    assert (left, top, right, bottom) == (30, 30, WIDTH - 30, HEIGHT - 30)  # the frame itself, and nothing beyond
    inside = image.crop((56, 56, 140, HEIGHT - 56))
    assert len(inside.getcolors() or ()) == 1


@given(letter=st.sampled_from("nmiWőß字あ🎉"), length=st.integers(1, 120), spaced=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_title_of_one_letter_over_and_over_is_broken_into_lines_that_fit(
    letter: str, length: int, spaced: bool
) -> None:
    title = letter * length
    size, lines = carding._title(f"{title[:-1]} {letter}" if spaced else title)
    assert 1 <= len(lines) <= LINES_MAX
    assert all(carding._width(line, size, ROMAN) <= ROOM + 2 for line in lines)


def test_another_title_is_another_picture_and_the_same_the_same() -> None:
    assert picture("Sand").tobytes() == picture("Sand").tobytes()
    assert picture("Sand").tobytes() != picture("Water").tobytes()


def test_what_no_font_has_is_left_out_rather_than_boxed() -> None:
    nowhere = "\U0010fffd"  # for private use: no font of anybody's system has it
    assert picture(f"Sand{nowhere}", courses=(nowhere,)).tobytes() == picture("Sand", courses=()).tobytes()
    assert picture(nowhere, author=nowhere).size == (WIDTH, HEIGHT)


def test_accents_of_our_second_font_stand_in_the_line() -> None:
    (run,) = carding._runs("Dune", 40, ROMAN)
    mixed = carding._runs("Őrült", 40, ROMAN)
    assert [each.text for each in mixed] == ["Ő", "rült"]
    assert {each.font.getname()[0] for each in (run, *mixed)} == {"EB Garamond"}


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=130), st.lists(st.text(max_size=60), max_size=12))
def test_anything_somebody_wrote_can_be_drawn(title: str, courses: list[str]) -> None:
    assert picture(title, title[:60], tuple(courses)).size == (WIDTH, HEIGHT)


async def test_who_asks_for_one_being_drawn_waits_for_it_and_the_last_are_kept() -> None:
    cards = Cards()
    card = Card("Sand", "Alice", COURSES)
    try:
        drawn = await asyncio.gather(*(cards.picture(card) for _ in range(20)))
        assert all(each is drawn[0] for each in drawn)
        assert await cards.picture(card) is drawn[0]
    finally:
        cards.close()


async def test_more_than_can_be_drawn_in_time_are_refused() -> None:
    cards = Cards()
    try:
        asked = [cards.picture(Card(f"Sand {number}", "Alice", ())) for number in range(carding.WAITING_MAX + 3)]
        drawn = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(isinstance(each, TooBusy) for each in drawn) == 3
    finally:
        cards.close()
