"""Text from elsewhere is plain, whole and storable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.text import clip, one_line, paragraphs, storable

ANYTHING = st.text(st.characters(codec=None), max_size=300)


@given(ANYTHING)
def test_whatever_comes_out_is_storable(text: str) -> None:
    for kept in (storable(text), paragraphs(text, 50) or "", one_line(text, 50) or ""):
        assert "\x00" not in kept
        kept.encode()


@given(ANYTHING)
def test_a_line_has_no_breaks_no_edges_and_no_more_than_its_limit(text: str) -> None:
    line = one_line(text, 50)
    assert line is None or (0 < len(line) <= 50 and line == line.strip() and "\n" not in line)


@pytest.mark.parametrize(
    ("given_text", "text"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("<b>Bold</b> and <i class='x'>slanted</i>", "Bold and slanted"),
        ("I <3 you, a < b > c", "I <3 you, a < b > c"),
        ("No\u00a0break\u2003here", "No break here"),
        ("e\u0301", "é"),
        ("a\x00b\ud800c", "ab\ufffdc"),
        ("\u202eevil", "evil"),
        ("👩\u200d🚀 ascends", "👩\u200d🚀 ascends"),
        ("مرحبا", "مرحبا"),
        ("one<br>two<p>three</p>four", "one two three four"),
    ],
)
def test_markup_becomes_plain_text(given_text: str, text: str) -> None:
    assert one_line(given_text, 100) == text


@pytest.mark.parametrize("blank", ["", " ", "\n", "\u200b\u200d", "\x00", "<p></p>", "&nbsp;", "\u0301"])
def test_what_cannot_be_seen_is_nothing(blank: str) -> None:
    assert paragraphs(blank, 100) is None


def test_paragraphs_keep_their_breaks() -> None:
    assert paragraphs("<p>One</p>\r\n\r\n\r\n\r\n<p>Two</p>", 100) == "One\n\nTwo"


def test_a_megabyte_is_clipped() -> None:
    assert one_line("Title " * 200_000, 500) == clip("Title " * 200, 500)
