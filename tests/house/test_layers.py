"""The floors of the house: what stands on what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOMAINS = sorted(path.parent for path in ROOT.glob("app/*/models.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "services", "service", "managers", "manager", "misc"}


@pytest.mark.slow
def test_every_floor_stands_on_the_ones_below_and_no_two_on_each_other() -> None:
    """The contracts of pyproject.toml."""
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda path: path.name)
def test_inside_a_domain_forms_stand_on_tables_and_tables_on_nothing(domain: Path) -> None:
    """A contract (what every engine promises) is as low as tables are."""
    assert siblings(domain, "models") == set()
    if (domain / "forms.py").exists():
        assert siblings(domain, "forms") <= {"models", "contract"}


def test_nothing_is_named_for_being_handy() -> None:
    names = {part for path in ROOT.glob("app/**/*.py") for part in (*path.parent.parts, path.stem)}
    assert not names & FORBIDDEN_NAMES


def test_only_the_doors_and_the_frame_know_litestar() -> None:
    knowing = {
        path.relative_to(ROOT / "app").parts[0]
        for path in ROOT.glob("app/**/*.py")
        if any(name.partition(".")[0] in ("litestar", "jinja2") for name in imported(path))
    }
    assert knowing <= {"pages", "api", "web", "main.py"}


def test_capabilities_never_commit() -> None:
    """Returning commits, raising rolls back; whoever opened the transaction ends it."""
    for domain in DOMAINS:
        for path in domain.glob("*.py"):
            calls = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
            assert not calls & {"commit", "rollback"}, path


def siblings(domain: Path, module: str) -> set[str]:
    """The modules of its own domain that it imports."""
    package = f"app.{domain.name}"
    beside = {path.stem for path in domain.glob("*.py")}
    found = {name.removeprefix(f"{package}.").partition(".")[0] for name in imported(domain / f"{module}.py")}
    return found & beside


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))
