"""How the tokens of programs that are no JWT are written: `tb_<id>_<secret>_<checksum>`.

The prefix is what scanners of leaked secrets look for; the checksum lets them tell a token from what looks like one,
without asking us. Both are no secret.
"""

import re
import secrets
import zlib
from typing import Final

from app.kit.ids import UUID

PERSONAL: Final = "tb"
REFRESH: Final = "tbr"
SECRET_BYTES = 24

WRITTEN = re.compile(r"(tbr?)_([0-9a-f]{32})_([0-9a-f]{48})_([0-9a-f]{8})", re.ASCII)


def new_secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


def write(prefix: str, id_: UUID, secret: str) -> str:
    body = f"{prefix}_{id_.hex}_{secret}"
    return f"{body}_{zlib.crc32(body.encode()):08x}"


def read(prefix: str, token: str) -> tuple[UUID, str] | None:
    """Its id and its secret, if it is one of this prefix and whole."""
    found = WRITTEN.fullmatch(token)
    if found is None or found[1] != prefix or write(prefix, UUID(found[2]), found[3]) != token:
        return None
    return UUID(found[2]), found[3]
