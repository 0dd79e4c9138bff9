"""Documentation as a contract: settings, commands, jobs and the guide's pages, each there and none that is not."""

import argparse
import re
from pathlib import Path

import pytest
from litestar.routes import HTTPRoute

from app.cli import COMMANDS, main
from app.jobs.schedule import FUNCTIONS, SCHEDULE
from app.kit.settings import Settings
from app.pages.routes import ROUTES
from app.sources.registry import SOURCES
from e2e.screenshots import GUIDE, IMAGES, README

ROOT = Path(__file__).parents[2]
PICTURE_MAX = 120_000  # bytes

EXAMPLES = {
    f"{where}openlibrary.py" for where in ("app/sources/", "sandbox/", "tests/sources/test_")
}  # of adding a source


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def rows(text: str) -> dict[str, list[str]]:
    """The rows of every table, by the first code in their first cell."""
    found = {}
    for line in re.findall(r"^\|(.*)\|$", text, re.MULTILINE):
        cells = [cell.strip() for cell in line.split("|")]
        if name := re.match(r"`([^`]+)`", cells[0]):
            found[name[1]] = cells
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    assert rows(doc("settings.md")).keys() == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_default_of_a_setting_is_the_one_that_is_documented(name: str) -> None:
    default = Settings.model_fields[name].default
    said = rows(doc("settings.md"))[name.upper()][1]
    if isinstance(default, str | int) and default != "":
        assert f"`{default}`" in said


def test_every_key_a_source_needs_is_a_setting() -> None:
    for source in SOURCES:
        assert {key.lower() for key in source.keys} <= Settings.model_fields.keys()


def test_every_command_is_documented_and_no_other() -> None:
    section = doc("operations.md").partition("## Commands")[2].partition("\n## ")[0]
    assert {command.split()[0] for command in rows(section)} == set(COMMANDS)


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for command in COMMANDS:
        assert command in said
    assert argparse.SUPPRESS not in said


def test_every_job_is_documented_and_tried_again() -> None:
    section = doc("operations.md").partition("## What runs by itself")[2]
    for job in FUNCTIONS:
        assert f"`{job.__name__}`" in section
    for recurring in SCHEDULE:
        assert recurring.function in FUNCTIONS
        assert (recurring.retries or 0) >= 3
        assert recurring.timeout


def test_every_module_of_jobs_is_where_the_doc_says() -> None:
    section = doc("operations.md").partition("## What runs by itself")[2]
    for path in re.findall(r"`(app/[\w/]+\.py)`", section):
        assert (ROOT / path).exists()


@pytest.mark.parametrize("path", sorted([*ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]), ids=lambda path: path.name)
def test_every_link_and_file_a_document_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
        assert (path.parent / target).exists(), target
    for name in re.findall(r"`((?:app|templates|tests|assets|migrations|sandbox|bench|docs|e2e)/[\w/.-]+\.\w+)`", text):
        assert (ROOT / name).exists() or name in EXAMPLES, name


def test_every_picture_of_the_guide_is_made_by_the_command_and_small() -> None:
    named = re.findall(r"\]\(images/([\w-]+)\.png\)", doc("guide.md"))
    assert len(set(named)) == len(named)
    assert set(named) <= {*README, *GUIDE}
    assert set(GUIDE) <= set(named)
    for name in named:
        assert (IMAGES / f"{name}.png").stat().st_size < PICTURE_MAX, name


def test_every_door_the_guide_names_is_one() -> None:
    """As `/log` or `/items/{id}/episodes`: a page that can be opened."""
    pages = {
        re.sub(r"{\w+}", "{}", route.path_format)
        for route in ROUTES.routes
        if isinstance(route, HTTPRoute) and any("GET" in handler.http_methods for handler in route.route_handlers)
    }
    named = re.findall(r"`(/[\w{][^`?]*)(?:\?[^`]*)?`", doc("guide.md"))
    assert len(named) > 20
    assert {re.sub(r"{\w+}", "{}", path) for path in named} <= pages


def test_every_page_of_the_settings_is_in_the_guide() -> None:
    layout = (ROOT / "templates" / "settings" / "layout.html").read_text("utf-8")
    assert rows(doc("guide.md")).keys() >= set(re.findall(r'\("(/settings[/\w]*)"', layout))


def test_every_quick_key_is_in_the_guide() -> None:
    script = (ROOT / "assets" / "js" / "quick_keys.js").read_text("utf-8")
    keys = re.findall(r'^  "?([a-z/?])"?: \["', script, re.MULTILINE)
    section = doc("guide.md").partition("quick keys")[2].partition("\n## ")[0]
    assert sorted(keys) == sorted(re.findall(r"`(.)`", section))


@pytest.mark.parametrize("domain", ["menus", "library"])
def test_every_capability_is_told_once_in_the_architecture(domain: str) -> None:
    section = doc("architecture.md").partition(f"| `app/{domain}/` |")[2].partition("\n\n")[0]
    told = re.findall(r"`(\w+)`", section)
    there = {path.stem for path in (ROOT / "app" / domain).glob("*.py")}
    assert sorted(told) == sorted(name for name in there if not re.search(r"(models|forms|__init__)$", name))


def test_every_name_in_the_glossary_s_code_is_in_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("app/**/*.py"))
    for cells in re.findall(r"^\| \*\*.*$", doc("glossary.md").partition("## Kept for later")[0], re.MULTILINE):
        for name in re.findall(r"`([A-Za-z_][\w.]*)`", cells.split("|")[3]):
            assert re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", code), name


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_no_lock_names_an_index_and_every_line_has_its_hash(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert not re.search(r"--(?:extra-)?index-url|--find-links|https?://", text)
    pinned = re.findall(r"^([\w.\-\[\]]+==[^\s;\\]+)", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)


def test_there_is_no_lock_that_names_one() -> None:
    assert not (ROOT / "uv.lock").exists()
    assert not list(ROOT.glob("package*.json"))
