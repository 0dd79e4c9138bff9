"""The instance's own secrets, newest first: from `SECRET_KEY`, else the lines of a file made once beside the data.

Several are there while one takes the place of another (`tastebuds rotate-secrets`). The file is for this user's eyes
only.
"""

import os
import secrets
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import SecretStr

NAME = "secret.key"
LENGTH_MIN = 32  # bytes


def secrets_at(folder: Path, given: SecretStr | None) -> tuple[bytes, ...]:
    """Makes one where there is none. Raises `RuntimeError`."""
    if given:
        return split(given.get_secret_value())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / NAME).exists():
        _make(folder / NAME)
    return secrets_in(folder)


def secrets_in(folder: Path) -> tuple[bytes, ...]:
    """Those of the file, which has to be there. Raises `RuntimeError`, `OSError`."""
    path = folder / NAME
    _keep_private(path)
    found = tuple(line for line in path.read_bytes().split() if line)
    if not found:
        raise RuntimeError(f"{path} is empty. Remove it, and a new secret is made.")
    return found


def _keep_private(path: Path) -> None:
    """Takes it away from everybody else's eyes. Raises `RuntimeError` where it is not ours to do so."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 == 0:
        return
    try:
        path.chmod(0o600)
    except OSError:
        raise RuntimeError(
            f"{path} can be read by others (mode {mode:o}) and belongs to somebody else: run `chmod 600` on it as its "
            "owner."
        ) from None


def split(given: str) -> tuple[bytes, ...]:
    """`new,old`; a comma in a sentence with a part too short to be a secret belongs to the one secret it is."""
    parts = tuple(part.strip().encode() for part in given.split(","))
    return parts if all(len(part) >= LENGTH_MIN for part in parts) else (given.encode(),)


def add(folder: Path) -> None:
    """A new one, before those there are."""
    _replace(folder / NAME, [_new(), *secrets_at(folder, None)])


def keep_newest(folder: Path) -> None:
    _replace(folder / NAME, secrets_at(folder, None)[:1])


def _new() -> bytes:
    return secrets.token_hex(32).encode()


def _make(path: Path) -> None:
    """Whole or not at all; of two who make it at once the first one's counts."""
    with tempfile.NamedTemporaryFile(dir=path.parent) as fresh:  # of mode 0600
        fresh.write(_new())
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(fresh.name, path)


def _replace(path: Path, lines: Sequence[bytes]) -> None:
    """Whole or not at all, on the disk before anything is sealed with it."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{NAME}.")  # of mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(b"\n".join(lines))
        file.flush()
        os.fsync(file.fileno())
    Path(fresh).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
