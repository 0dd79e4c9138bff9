"""A ZIP that somebody sent, read with suspicion: nothing in it is written to disk by its name, and each bound is kept
before what it bounds is held.

What is too much, locked, or of another version is refused whole, in words; a line that is too long is one bad line.
"""

import struct
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

import msgspec

from app.kit.errors import Invalid
from app.kit.ids import UUID
from app.ops.exporting import SCHEMA_VERSION
from app.sources.hand_covers import FILE_MAX

OLDEST = 2  # version whose lines are read
MEMBERS_MAX = 20_000
DIRECTORY_MAX = 4 * 1024 * 1024  # bytes of the list of what is in it
UNPACKED_MAX = 4_000_000_000  # bytes of all lists together
RATIO_MAX = 200
SMALL = 20_000_000  # bytes a ratio is not asked of
MANIFEST_MAX = 64 * 1024
LINE_MAX = 2_000_000  # bytes
LINES_MAX = 1_000_000  # of all lists together
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # others unpack into more memory than we give
END = struct.Struct("<4s4H2LH")

NO_ZIP = "This is no ZIP file, or not all of it is here."
LOCKED = "This file is locked with a password. Send the one Tastebuds made."
NOT_OURS = "This ZIP file is no export of Tastebuds: it has no manifest.json that says so."
TOO_MUCH = "There is more in this file than Tastebuds ever puts into one."
ODD = "This file is packed in a way Tastebuds never packs. Send the one it made."
TWICE = "A file in this ZIP is there twice."
NEWER = "This file is of schema version {version}, and this Tastebuds reads {ours}. Update Tastebuds, then try again."
OLDER = "This file is of schema version {version}, which was never meant to be read back. Make a new export."


class Opened:
    """`version` of its schema; its lists by name."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        infos = archive.infolist()
        self._members = {info.filename: info for info in infos}
        if len(infos) > MEMBERS_MAX:
            raise Invalid({"file": TOO_MUCH})
        if len(self._members) != len(infos):
            raise Invalid({"file": TWICE})
        if any(info.flag_bits & 0x1 for info in infos):
            raise Invalid({"file": LOCKED})
        if any(info.compress_type not in METHODS for info in infos):
            raise Invalid({"file": ODD})
        lists = [info for info in infos if info.filename.endswith(".jsonl")]
        unpacked, packed = sum(info.file_size for info in lists), sum(info.compress_size for info in lists)
        if unpacked > UNPACKED_MAX or (unpacked > SMALL and unpacked > packed * RATIO_MAX):
            raise Invalid({"file": TOO_MUCH})
        self.version = self._version()

    def has(self, name: str) -> bool:
        return f"{name}.jsonl" in self._members

    def lines(self, name: str) -> Iterator[bytes]:
        """Each with its end; cut where it is too long, so that it is no JSON. Raises `Invalid` where it is broken."""
        try:
            with self._archive.open(self._members[f"{name}.jsonl"]) as file:
                while line := file.readline(LINE_MAX):
                    if len(line) >= LINE_MAX and not line.endswith(b"\n"):
                        while (more := file.readline(LINE_MAX)) and not more.endswith(b"\n"):
                            pass
                    yield line[:LINE_MAX]  # a limit of `readline` is not kept to the byte
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
            raise Invalid({"file": f"{name}.jsonl cannot be read: it is damaged."}) from error
        except Exception as error:
            if type(error).__module__ == "zlib":
                raise Invalid({"file": f"{name}.jsonl cannot be read: it is damaged."}) from error
            raise

    def cover(self, item_id: UUID) -> bytes:
        """Of the work with this id there; nothing where there is none that can be read."""
        info = self._members.get(f"covers/{item_id}.webp")
        if info is None or info.file_size > FILE_MAX:
            return b""
        try:
            with self._archive.open(info) as file:
                return file.read(FILE_MAX)
        except Exception:  # noqa: BLE001 - a picture that is damaged is one picture less
            return b""

    def _version(self) -> int:
        info = self._members.get("manifest.json")
        if info is None or info.file_size > MANIFEST_MAX:
            raise Invalid({"file": NOT_OURS})
        try:
            version = msgspec.json.decode(self._archive.read(info))["schema_version"]
        except Exception:  # noqa: BLE001 - whatever is wrong with it
            raise Invalid({"file": NOT_OURS}) from None
        if type(version) is not int or version < 1:
            raise Invalid({"file": NOT_OURS})
        if version > SCHEMA_VERSION:
            raise Invalid({"file": NEWER.format(version=version, ours=SCHEMA_VERSION)})
        if version < OLDEST:
            raise Invalid({"file": OLDER.format(version=version)})
        return version


def opened(file: IO[bytes]) -> Opened:
    """Raises `Invalid`. What stands in its list of contents is not read before it is known how long that is."""
    _judge_directory(file)
    try:
        return Opened(zipfile.ZipFile(file))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error, UnicodeDecodeError):
        raise Invalid({"file": NO_ZIP}) from None


def _judge_directory(file: IO[bytes]) -> None:
    """By the end record, which has to stand at the very end. ZIP64 is for what is larger than we take."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END.size - 20))
    end = file.read()
    if len(end) < END.size or end[-END.size :][:4] != b"PK\x05\x06":
        raise Invalid({"file": NO_ZIP})
    *_, members, directory, at, _ = END.unpack(end[-END.size :])
    if end.startswith(b"PK\x06\x07") or members > MEMBERS_MAX or directory > DIRECTORY_MAX or at + directory > size:
        raise Invalid({"file": TOO_MUCH})


def batches(lines: Iterable[bytes], at_most: int, bytes_max: int) -> Iterator[list[tuple[int, bytes]]]:
    """Each line with its number, from 1. A batch ends with the line that fills it."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for number, line in enumerate(lines, 1):
        batch.append((number, line))
        size += len(line)
        if len(batch) >= at_most or size >= bytes_max:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
