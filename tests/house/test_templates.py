"""What the strict Content-Security-Policy, htmx and browsers without JavaScript ask of every template."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "templates"
TEMPLATES = {str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in sorted(FOLDER.rglob("*.html"))}
EVERY = pytest.mark.parametrize("name", TEMPLATES)

OFFLINE = {"menus/offline.html"}  # a file to keep, with a policy of its own: it has to bring its style along
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
TAG = re.compile(r"<(\w+)((?:\{\{.*?\}\}|\{%.*?%\}|\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.DOTALL)
FORBIDDEN = {
    "a script of its own": r"<script(?![^>]*\bsrc=)(?! type=\"application/(?:ld\+)?json\")",  # data is not executed
    "a style of its own": r"<style\b|\sstyle\s*=",
    "a handler of its own": r"\son[a-z]+\s*=",
    "script in an htmx attribute": r"\bhx-on\b|\bhx-on:|[\"'](?:js|javascript):",
    "a filter in a trigger": r"hx-trigger=\"[^\"]*\[",
    "markup taken as it comes": r"\|\s*safe\b|autoescape|Markup\(",
    "an address of another site": r"(?:src|href|action|hx-\w+)=[\"']https?://",
    "a way to open a window that can reach back": r"target=[\"']_blank[\"'](?! rel=\"noopener\")",
}


def source(name: str) -> str:
    return COMMENT.sub("", TEMPLATES[name])


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    pages = TEMPLATES.keys() - OFFLINE
    assert [name for name in pages if re.search(FORBIDDEN[what], source(name), re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("what", "markup"),
    [
        ("a script of its own", "<script>x</script>"),
        ("a script of its own", '<script type="module">x</script>'),
        ("a style of its own", "<style>p {}</style>"),
        ("a style of its own", '<p style="color: red">'),
        ("a handler of its own", '<button onclick="x()">'),
        ("script in an htmx attribute", '<b hx-on:click="x()">'),
        ("script in an htmx attribute", "<b hx-vals='js:{a: 1}'>"),
        ("script in an htmx attribute", '<a href="javascript:x()">'),
        ("a filter in a trigger", '<b hx-trigger="click[ctrlKey]">'),
        ("markup taken as it comes", "{{ item.title | safe }}"),
        ("an address of another site", '<script src="https://example.org/x.js">'),
        ("a way to open a window that can reach back", '<a target="_blank">'),
    ],
)
def test_the_lint_sees_what_it_forbids(what: str, markup: str) -> None:
    assert re.search(FORBIDDEN[what], markup, re.IGNORECASE)


# what a link of a source's leads to is called so
OUTSIDE = re.compile(r'<a\b[^>]*href="\{\{ (?:\w+\.)?(?:page|url|home|terms|key_page) \}\}"[^>]*>')


def test_a_link_that_is_not_ours_tells_nobody_where_from() -> None:
    links = [link for name in TEMPLATES for link in OUTSIDE.findall(source(name))]
    assert len(links) >= 5
    assert [link for link in links if 'rel="noreferrer noopener"' not in link] == []


@EVERY
def test_every_form_that_posts_carries_the_token(name: str) -> None:
    for form in FORM.findall(source(name)):
        opening = form.partition(">")[0]
        if 'method="post"' in opening:
            assert "{{ csrf }}" in form or "{{ csrf}}" in form, opening


@EVERY
def test_every_form_that_htmx_sends_is_sent_without_it_too(name: str) -> None:
    for tag, attributes in TAG.findall(source(name)):
        posted = re.search(r'hx-(?:post|put|patch|delete)="([^"]*)"', attributes)
        if posted:
            assert tag == "form"
            assert 'method="post"' in attributes
            assert f'action="{posted[1]}"' in attributes
        got = re.search(r'hx-get="([^"]*)"', attributes)
        if got and tag in ("a", "form"):
            plain = re.search(r'(?:href|action)="([^"]*)"', attributes)
            assert plain
            assert plain[1].partition("#")[0] == got[1]


@EVERY
def test_every_target_is_a_block_or_the_root_of_a_partial(name: str) -> None:
    for target in re.findall(r'hx-target="([^"]+)"', source(name)):
        assert target.startswith("#"), target
        assert target[1:] in regions() | roots(), target


def regions() -> set[str]:
    """Blocks with an element of their name."""
    return {
        block
        for name in TEMPLATES
        for block in re.findall(r"\{% block (\w+) %\}", source(name))
        if any(f'id="{block}"' in source(each) for each in TEMPLATES)
    }


def roots() -> set[str]:
    """The id of the first element of each partial, as it is written."""
    found = set()
    for name in TEMPLATES:
        if Path(name).name.startswith("_") and (first := re.search(r"<\w+ id=\"([^\"]+)\"", source(name))):
            found.add(first[1])
    return found


def test_every_template_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("app/**/*.py"))
    for name in TEMPLATES:
        by_templates = any(f'"{name}"' in source(other) for other in TEMPLATES if other != name)
        assert by_templates or f'"{name}"' in code, name


def test_every_template_that_is_named_is_there() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("app/**/*.py"))
    named = set(re.findall(r'"((?:\w+/)+_?\w+\.html)"', code + "\n".join(map(source, TEMPLATES))))
    assert named <= TEMPLATES.keys()


@EVERY
def test_every_picture_has_words_for_it(name: str) -> None:
    for tag, attributes in TAG.findall(source(name)):
        if tag == "img":
            assert "alt=" in attributes
        if tag == "input" and 'type="hidden"' not in attributes:
            assert "id=" in attributes or "aria-label=" in attributes
