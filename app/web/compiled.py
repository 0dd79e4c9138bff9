"""Templates as they were compiled, kept beside them as Python keeps its own modules: each is compiled once, not once in
every process.
"""

from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from app.web.edition import FOLDER, drawn

KEPT = FOLDER / "__pycache__"


class Compiled(FileSystemBytecodeCache):
    """Of just this code: what filters make of constants is compiled in. Where nothing can be written, none is kept."""

    def __init__(self, kept: Path = KEPT) -> None:
        place = kept / drawn()
        if not place.exists():
            rmtree(kept, ignore_errors=True)
            with suppress(OSError):
                place.mkdir(parents=True)
        super().__init__(str(place))

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
