"""Pictures on disk: written whole or not at all, the longest unused first to go when there is no room.

Any number of processes may share the folder. Losing it costs nothing but fetching again.
"""

import logging
import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

AGE_MAX = 180 * 24 * 3600.0  # seconds; TMDB lets nobody keep anything for longer than six months
HALF_WRITTEN = 3600.0  # seconds after which nobody is still writing
USED_AGAIN = 3600.0  # seconds within which another use is not noted
ROOM = 0.9  # of the quota: swept to here, so that the next picture needs no sweep
SWEPT_AFTER = 1 / 16  # of the quota written since: the hourly sweep may be another machine's

log = logging.getLogger(__name__)


class File(NamedTuple):
    used: float
    path: str
    size: int


class CoverStore:
    """`quota` in bytes; with none nothing is stored."""

    def __init__(self, folder: Path, quota: int) -> None:
        self._folder, self._quota = folder, quota
        self._written = 0

    def read(self, mark: str, width: int) -> bytes | None:
        path = self._path(mark, width)
        try:
            content = path.read_bytes()
            self._note_use(path)
        except OSError:
            return None
        return content

    def write(self, mark: str, pictures: Mapping[int, bytes]) -> None:
        """A disk that is full or closed to us costs the copy, not the picture."""
        if not self._quota:
            return
        try:
            self._path(mark, 0).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for width, content in pictures.items():
                self._put(self._path(mark, width), content)
        except OSError as error:
            log.warning("a cover cannot be stored: %s", error.strerror)
        if self._written > self._quota * SWEPT_AFTER:
            self.sweep()

    def sweep(self) -> int:
        """How many files went: those past their age, then the longest unused until there is room."""
        self._written = 0
        now, gone = time.time(), 0
        kept: list[File] = []
        for entry in self._entries():
            with suppress(FileNotFoundError):  # another process sweeps too
                seen = entry.stat(follow_symlinks=False)
                if now - seen.st_mtime > (AGE_MAX if entry.name.endswith(".webp") else HALF_WRITTEN):
                    Path(entry.path).unlink()
                    gone += 1
                else:
                    kept.append(File(seen.st_atime, entry.path, seen.st_size))
        return gone + self._make_room(kept)

    def _make_room(self, files: list[File]) -> int:
        total, gone = sum(file.size for file in files), 0
        if total <= self._quota:
            return 0
        for file in sorted(files):
            if total <= self._quota * ROOM:
                break
            with suppress(FileNotFoundError):
                Path(file.path).unlink()
            total, gone = total - file.size, gone + 1
        return gone

    def _entries(self) -> list[os.DirEntry[str]]:
        try:
            folders = [each.path for each in os.scandir(self._folder) if each.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [entry for folder in folders for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]

    def _path(self, mark: str, width: int) -> Path:
        return self._folder / mark[:2] / f"{mark}-{width}.webp"

    def _put(self, path: Path, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as fresh:  # of mode 0600
            try:
                fresh.write(content)
                fresh.close()
                Path(fresh.name).replace(path)
            except OSError:
                Path(fresh.name).unlink(missing_ok=True)
                raise
        self._written += len(content)

    def _note_use(self, path: Path) -> None:
        """The time of the last use is the file's own, set by hand: most systems no longer do it by themselves."""
        seen, now = path.stat(), time.time()
        if now - seen.st_atime > USED_AGAIN:
            os.utime(path, (now, seen.st_mtime))


NOWHERE = CoverStore(Path(os.devnull), 0)  # keeps nothing
