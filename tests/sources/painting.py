"""Pictures as providers send them, and worse."""

import io
from typing import Any

from PIL import Image

RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 30)


def painted(width: int, height: int, colour: Any = RED, mode: str = "RGB", kind: str = "JPEG", **more: Any) -> bytes:
    return written(Image.new(mode, (width, height), colour), kind, **more)


def framed(width: int, height: int, edge: Any, inside: Any, **more: Any) -> bytes:
    """`edge` is the outermost tenth."""
    picture = Image.new("RGB", (width, height), edge)
    picture.paste(inside, (width // 10, height // 10, width - width // 10, height - height // 10))
    return written(picture, "PNG", **more)


def written(picture: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **more)
    return content.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def about(colour: Any, wanted: tuple[int, ...], tolerance: int = 12) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(colour, wanted, strict=False))
