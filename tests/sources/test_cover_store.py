"""Pictures on disk: whole or not at all, within a quota, the longest unused first to go."""

import os
import threading
import time
from pathlib import Path

from app.sources.cover_store import AGE_MAX, HALF_WRITTEN, CoverStore

KB = 1024
DAY = 24 * 3600.0


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def aged(folder: Path, mark: str, *, used: float = 0.0, written: float = 0.0) -> None:
    """So many seconds ago."""
    for path in folder.rglob(f"{mark}-*"):
        os.utime(path, (time.time() - used, time.time() - written))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    store = CoverStore(tmp_path / "covers", 100 * KB)
    assert store.read("abc", 160) is None
    store.write("abc", {160: b"small", 320: b"middle"})
    assert (store.read("abc", 160), store.read("abc", 320), store.read("abc", 640)) == (b"small", b"middle", None)
    assert CoverStore(tmp_path / "covers", 0).read("abc", 160) == b"small"


def test_only_its_owner_may_look(tmp_path: Path) -> None:
    CoverStore(tmp_path / "covers", KB).write("abc", {160: b"x"})
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "covers").rglob("*"))


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    roomy, store = CoverStore(tmp_path, 1000 * KB), CoverStore(tmp_path, 100 * KB)
    for number in range(12):
        roomy.write(f"a{number:02}", {160: b"x" * 10 * KB})
        aged(tmp_path, f"a{number:02}", used=DAY - number * 60, written=DAY)
    assert store.read("a00", 160)
    assert store.sweep() == 3
    assert {path.stem for path in files(tmp_path)} == {"a00-160", *(f"a{number:02}-160" for number in range(4, 12))}
    assert store.sweep() == 0


def test_use_is_noted_and_age_is_kept(tmp_path: Path) -> None:
    store = CoverStore(tmp_path, KB)
    store.write("abc", {160: b"x"})
    aged(tmp_path, "abc", used=2 * DAY, written=3 * DAY)
    store.read("abc", 160)
    seen = files(tmp_path)[0].stat()
    assert time.time() - seen.st_atime < 60
    assert time.time() - seen.st_mtime > 2 * DAY


def test_nothing_is_kept_for_longer_than_a_source_allows(tmp_path: Path) -> None:
    store = CoverStore(tmp_path, 100 * KB)
    for mark, written in (("old", AGE_MAX + 60), ("new", AGE_MAX - 60)):
        store.write(mark, {160: b"x"})
        aged(tmp_path, mark, written=written)
    assert store.sweep() == 1
    assert [path.stem for path in files(tmp_path)] == ["new-160"]


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    store = CoverStore(tmp_path, 100 * KB)
    store.write("abc", {160: b"x"})
    for name, age in (("tmpold", HALF_WRITTEN + 60), ("tmpnew", 10.0)):
        path = tmp_path / "ab" / name
        path.write_bytes(b"half")
        os.utime(path, (time.time(), time.time() - age))
    assert store.sweep() == 1
    assert [path.name for path in files(tmp_path)] == ["abc-160.webp", "tmpnew"]


def test_much_that_is_written_sweeps_by_itself(tmp_path: Path) -> None:
    store = CoverStore(tmp_path, 64 * KB)
    for number in range(200):
        store.write(f"{number:03}", {160: b"x" * KB})
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 70 * KB


def test_without_a_quota_nothing_is_stored(tmp_path: Path) -> None:
    store = CoverStore(tmp_path / "covers", 0)
    store.write("abc", {160: b"x"})
    assert store.read("abc", 160) is None
    assert store.sweep() == 0
    assert not (tmp_path / "covers").exists()


def test_a_disk_that_takes_nothing_costs_only_the_copy(tmp_path: Path) -> None:
    (tmp_path / "covers").write_text("a file where a folder should be")
    store = CoverStore(tmp_path / "covers", KB)
    store.write("abc", {160: b"x"})
    assert store.read("abc", 160) is None
    assert store.sweep() == 0


def test_readers_never_see_half_a_picture(tmp_path: Path) -> None:
    store, content = CoverStore(tmp_path, 10_000 * KB), b"x" * 300 * KB
    store.write("abc", {160: content})
    done = threading.Event()

    def writing() -> None:
        for _ in range(50):
            CoverStore(tmp_path, 10_000 * KB).write("abc", {160: content})
        done.set()

    thread = threading.Thread(target=writing)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.add(len(store.read("abc", 160) or b""))
    thread.join()
    assert seen <= {len(content)}
    assert [path.name for path in files(tmp_path)] == ["abc-160.webp"]


def test_two_may_sweep_at_once(tmp_path: Path) -> None:
    store = CoverStore(tmp_path, 1000 * KB)
    for number in range(300):
        store.write(f"{number:03}", {160: b"x" * KB})
    small = CoverStore(tmp_path, 10 * KB)
    threads = [threading.Thread(target=small.sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files(tmp_path)) == 9
