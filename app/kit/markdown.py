"""Markdown as people write it in notes, made into markup that can do nothing: no scripts, no pictures, no styles.

CommonMark without raw HTML; what comes of it goes through an allow-list as well, so that one fault is not enough.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

LENGTH_MAX = 10_000  # characters; what is longer is shown as far as this
NESTED_MAX = 12  # quotes and lists in each other
HEADING_FIRST = 4  # a note stands under headings of the page: what it calls the first is this one
SCHEMES = {"http", "https", "mailto"}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}  # the last, or it lets `title` be
TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *(f"h{level}" for level in range(HEADING_FIRST, 7)),
}
REL = "nofollow noreferrer noopener"

PARSER = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": NESTED_MAX}).disable("image")
CLEANER = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=REL, clean_content_tags={"script", "style"}
)


@lru_cache(64)
def markdown(text: str) -> Markup:
    """Of somebody's words; the same text is rendered once."""
    tokens = PARSER.parse(text[:LENGTH_MAX])
    for token in tokens:
        _shift(token)
    return Markup(CLEANER.clean(PARSER.renderer.render(tokens, PARSER.options, {})))  # noqa: S704 - cleaned


def _shift(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(int(token.tag[1:]) + HEADING_FIRST - 1, 6)}"
