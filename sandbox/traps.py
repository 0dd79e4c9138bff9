"""What a picture's address may answer to do harm."""

import struct
import zlib
from functools import cache

__all__ = ["METADATA", "SVG", "bomb"]

METADATA = "http://169.254.169.254/latest/meta-data/"  # where a machine in a cloud finds its own keys
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(document.domain)</script></svg>'
SIDE = 30_000


@cache
def bomb() -> bytes:
    """A PNG of some hundred kilobytes that is 900 million pixels when it is unpacked."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + SIDE // 8)  # one bit each
    packed = b"".join(packer.compress(row) for _ in range(SIDE)) + packer.flush()
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
