"""Pictures for covers: a title on a coloured ground in a thin frame, the same picture at every size."""

import colorsys
import io
import textwrap
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

__all__ = ["drawn"]

PLANE = 100  # everything is set on a plane so wide
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


@lru_cache(maxsize=1024)
def drawn(title: str, below: str, width: int, height: int, hue: int, saturation: int, media_type: str) -> bytes:
    """`hue` in degrees, `saturation` in hundredths."""
    scale = width / PLANE
    red, green, blue = colorsys.hls_to_rgb(hue / 360, 0.32, saturation / 100)
    picture = Image.new("RGB", (width, height), (round(red * 255), round(green * 255), round(blue * 255)))
    draw = ImageDraw.Draw(picture)
    if width > 30:
        frame = (4 * scale, 4 * scale, width - 4 * scale, height - 4 * scale)
        draw.rectangle(frame, outline=(200, 200, 200), width=max(1, round(scale)))
        _title(draw, title, width, height, scale)
        foot = textwrap.shorten(below, 30, placeholder=" …")
        draw.text((width / 2, height - 12 * scale), foot, "white", ImageFont.load_default(6 * scale), anchor="mm")
    written = io.BytesIO()
    picture.save(written, FORMATS[media_type])
    return written.getvalue()


def _title(draw: ImageDraw.ImageDraw, title: str, width: int, height: int, scale: float) -> None:
    lines = textwrap.wrap(title, 14, max_lines=6, placeholder=" …") or [title]
    step = 13 * scale
    top = max(16 * scale, height / 2 - step * len(lines) / 2)
    font = ImageFont.load_default(11 * scale)
    for place, line in enumerate(lines):
        draw.text((width / 2, top + step * place), line, "white", font, anchor="mm")
