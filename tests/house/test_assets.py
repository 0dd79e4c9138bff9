"""What every visitor downloads: little, ours, and what we say it is."""

import gzip
import hashlib
import re
from pathlib import Path

from app.web.assets import ROOT, Assets

MOST = 40 * 1024
VENDOR = ROOT / "vendor"
PROJECT = Path(__file__).parents[2]


def test_style_and_script_of_any_page_are_under_forty_kilobytes() -> None:
    """Every page has the style, htmx and app.js; some have a module of their own, and none more than two."""
    shared = [ROOT / "built" / "app.css", ROOT / "js" / "app.js", *VENDOR.glob("*.js")]
    modules = sorted(size(path) for path in (ROOT / "js").glob("*.js") if path not in shared)
    assert sum(map(size, shared)) + sum(modules[-2:]) < MOST


def size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def test_no_browser_slants_letters_that_have_no_italics() -> None:
    """Arabic and Japanese stand upright; Greek and Cyrillic have italics, in what stands in for ours."""
    style = (ROOT / "built" / "app.css").read_text("utf-8")
    assert "font-synthesis-style:none" in style
    assert "font-synthesis-style: none" in (PROJECT / "templates/menus/offline.html").read_text("utf-8")
    faces = re.findall(r"@font-face\{([^}]*)\}", style)
    assert ["font-style:italic" in face for face in faces if "local(" in face] == [False, True]


def test_what_is_vendored_is_what_its_note_says() -> None:
    said = dict(
        re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", (VENDOR / "README.md").read_text("utf-8"), re.MULTILINE)
    )
    for path in VENDOR.glob("*.js"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == said[path.name]
    core, extension, ours = (VENDOR / "htmx.js").read_bytes().split(b"\n", 2)
    assert ours.decode() in (VENDOR / "README.md").read_text("utf-8")
    assert hashlib.sha256(core + b"\n").hexdigest() == said["dist/htmx.min.js"] or (
        hashlib.sha256(core).hexdigest() == said["dist/htmx.min.js"]
    )
    assert hashlib.sha256(extension).hexdigest() == said["dist/ext/hx-sse.min.js"]


def test_style_names_only_files_that_are_served() -> None:
    assets = Assets()
    for address in re.findall(r"url\(\"?([^)\"]+)\"?\)", (ROOT / "built" / "app.css").read_text("utf-8")):
        if not address.startswith("data:"):
            assert address.startswith("/assets/"), address
            assert assets.at(address.removeprefix("/assets/")), address


def test_every_asset_a_template_names_is_served() -> None:
    assets = Assets()
    for path in (PROJECT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        for name in re.findall(r"asset\(\"([^\"]+)\"\)", text):
            assert assets.at(assets.url(name).removeprefix("/assets/"))
        for address in re.findall(r"\"/assets/([^\"]+)\"", text):
            assert assets.at(address), address


def test_script_asks_nothing_of_eval_and_writes_no_markup() -> None:
    for path in (ROOT / "js").glob("*.js"):
        assert not re.search(
            r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text("utf-8")
        )
