"""What we stand on is named to the byte, and nothing that opens anything is kept with the code (DP-1)."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b"
    r"|\bxox[abprs]-[\w-]{20,}|\bsk_live_[A-Za-z0-9]{20,}|\bAIza[0-9A-Za-z_-]{35}\b|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\."
)
TEXT = {".py", ".md", ".html", ".js", ".css", ".toml", ".yml", ".yaml", ".json", ".txt", ".sh", ".cfg", ".env", ""}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_has_one_version_and_its_hashes(lock: Path) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text("utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+(?:\[[\w,-]+\])?==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_they_are_installed_by_their_hashes_alone() -> None:
    assert "--require-hashes" in (ROOT / "bin" / "setup").read_text("utf-8")


def test_no_key_is_kept_with_the_code() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("no git here to say which files are ours")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in TEXT and path.is_file() and path.stat().st_size < 2_000_000:
            found = KEYS.search(path.read_text("utf-8", errors="ignore"))
            assert not found, name


def test_what_is_vendored_is_what_was_reviewed() -> None:
    """A change of a vendored file is meant, and says so here and in its notice."""
    folder = ROOT / "assets" / "vendor"
    said = "\n".join(path.read_text("utf-8") for path in folder.glob("*.md"))
    for path in folder.glob("*.js"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest in said, f"{path.name} is {digest}"
