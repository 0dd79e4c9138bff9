"""Markdown in notes: what people write is shown, and nothing that anybody writes can do anything."""

import pytest

from app.kit.markdown import LENGTH_MAX, TAGS, markdown
from tests.fair_loop import costs_less_than
from tests.markup import read

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](https://example.org/pixel.png)",
    "![x](javascript:alert(1))",
    '[x](https://example.org "onmouseover=alert(1)")',
    "[x](https://example.org/\"onmouseover='alert(1)')",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<iframe src=//evil.example></iframe>",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "[x]: javascript:alert(1)\n\n[x]",
    "# <script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202etxet\u0000<script>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
)
HUGE = (
    ">" * LENGTH_MAX,
    "[" * LENGTH_MAX,
    "- " * LENGTH_MAX,
    "*a " * LENGTH_MAX,
    "![](" * LENGTH_MAX,
    "[a](" * LENGTH_MAX,
    "<" * LENGTH_MAX,
    "_*" * LENGTH_MAX,
    "`" * LENGTH_MAX,
    "&" * LENGTH_MAX,
    "\n".join(" " * depth + "- x" for depth in range(140)),
    "x" * 5 * LENGTH_MAX,
)


def test_what_is_written_is_shown() -> None:
    shown = markdown("# Sand\n\nIt is *dry* and **long**.\n\n- spice\n- worms\n\n> Fear is the mind-killer.\n\n`code`")
    page = read(str(shown))
    assert page.one("h4").text == "Sand"
    assert (page.one("em").text, page.one("strong").text, page.one("code").text) == ("dry", "long", "code")
    assert [each.text for each in page.every("li")] == ["spice", "worms"]
    assert "Fear is the mind-killer." in page.one("blockquote").text


@pytest.mark.parametrize(("written", "level"), [("#", "h4"), ("##", "h5"), ("###", "h6"), ("######", "h6")])
def test_headings_stand_below_those_of_the_page(written: str, level: str) -> None:
    assert read(str(markdown(f"{written} Sand"))).one(level).text == "Sand"


def test_links_lead_out_and_tell_nothing() -> None:
    link = read(str(markdown("[Arrakis](https://example.org/?a=1&b=2) and <https://example.org>"))).one(
        "a", href="https://example.org/?a=1&b=2"
    )
    assert link.attributes == {"href": "https://example.org/?a=1&b=2", "rel": "nofollow noreferrer noopener"}


@pytest.mark.parametrize("written", HOSTILE)
def test_nothing_can_be_done_with_it(written: str) -> None:
    for text in (written, f"- > {written}", f"**{written}**", written * 50):
        for element in read(str(markdown(text))).every():
            assert not element.tag or element.tag in TAGS, element.tag
            assert set(element.attributes) <= {"href", "rel", "start"}
            assert element.attributes.get("href", "https://").startswith(("https://", "http://", "mailto:"))


@pytest.mark.parametrize("written", HUGE, ids=range(len(HUGE)))
def test_however_long_and_deep_it_takes_no_time(written: str) -> None:
    with costs_less_than(1.0):
        shown = markdown(written)
    assert len(shown) < 12 * LENGTH_MAX


def test_nothing_is_nothing() -> None:
    assert markdown("") == ""
