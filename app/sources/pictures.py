"""From what a provider sends to the pictures we serve: decoded with care, brought to one shape, written anew.

Nothing of the original's bytes survives. Takes tens of milliseconds, so it is for a thread; Pillow is imported there,
because no start should wait for it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.sources.covers import RATIOS, WIDTHS, Shape

if TYPE_CHECKING:
    from PIL import Image

TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")  # as providers call them
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # as Pillow does: no other decoder is tried
OWN_TYPES, OWN_FORMATS = TYPES[:3], FORMATS[:3]  # what people may put here
PIXELS_MAX = 20_000_000
SIDE_MIN = 20  # less is a blank, or a pixel that counts visitors
CROP_MAX = 1.15  # a shape so near is cropped; another is set on a ground
EDGES = 64  # the picture's edge is looked at in so many steps
GREY = 6  # of 255: so little colour is none
OWN_EFFORT = 50  # of 100, where nothing may be lost
QUALITY, EFFORT = 80, 2  # WebP; more effort takes twice as long and saves a tenth

BLANK: dict[Shape, bytes] = {  # one clear pixel, and two by three: nothing to see, what lies below shows through
    "tall": bytes.fromhex("524946461a000000574542505650384c0d0000002f01800010071011118888fe0700"),
    "square": bytes.fromhex("524946461a000000574542505650384c0d0000002f00000010071011118888fe0700"),
}

log = logging.getLogger(__name__)


class NoPicture(Exception):
    """What came is no picture we can show, or one that says there is none."""


class TooManyPixels(NoPicture):
    """More than are decoded here."""


class TooSmall(NoPicture):
    """Nothing to see."""


@dataclass(frozen=True, slots=True)
class Own:
    """What somebody sent, as it is kept. `whole` is WebP without loss: sent itself, it becomes the very same."""

    digest: bytes
    whole: bytes
    by_width: dict[int, bytes]


def made_of(content: bytes, shape: Shape, *, grey_png_is_none: bool = False) -> dict[int, bytes]:
    """WebP by width, each exactly so wide and of the shape's height. Raises `NoPicture`."""
    return _by_width(_largest(content, shape, FORMATS, grey_png_is_none=grey_png_is_none))


def own_of(content: bytes, shape: Shape) -> Own:
    """Raises `NoPicture`."""
    try:
        picture = _largest(content, shape, OWN_FORMATS)
    except NoPicture:
        raise
    except Exception as error:  # a decoder's fault is one picture's, and a bug of ours
        log.exception("a cover that was sent cannot be made")
        raise NoPicture from error
    written = io.BytesIO()
    picture.save(written, "WEBP", lossless=True, quality=OWN_EFFORT, method=1)
    digest = hashlib.blake2b(picture.tobytes()).digest()
    return Own(digest, written.getvalue(), _by_width(picture))


def _largest(content: bytes, shape: Shape, formats: tuple[str, ...], *, grey_png_is_none: bool = False) -> Image.Image:
    """As wide as the widest, and of the shape's height."""
    from PIL import Image

    wide, high = RATIOS[shape]
    try:
        with Image.open(io.BytesIO(content), formats=formats) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                raise TooManyPixels
            if min(opened.size) < SIDE_MIN:
                raise TooSmall
            is_png = opened.format == "PNG"
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2 * high // wide))  # JPEG is decoded smaller at once
            picture = _plain(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels from None
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, ArithmeticError, TypeError, struct.error):
        raise NoPicture from None  # whatever a decoder stumbles over
    if grey_png_is_none and is_png and _is_grey(picture):
        raise NoPicture
    return _shaped(picture, WIDTHS[-1], WIDTHS[-1] * high // wide)


def _by_width(largest: Image.Image) -> dict[int, bytes]:
    return {width: _webp(largest, width, width * largest.height // largest.width) for width in WIDTHS}


def _plain(opened: Image.Image) -> Image.Image:
    """The first frame, upright, in three channels; what was transparent is white."""
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(opened)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layered = upright.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return upright.convert("RGB")


def _shaped(picture: Image.Image, width: int, height: int) -> Image.Image:
    from PIL import Image, ImageOps

    stretch = (picture.width * height) / (picture.height * width)
    if max(stretch, 1 / stretch) <= CROP_MAX:
        return ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    inside = ImageOps.contain(picture, (width, height), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", (width, height), _edge(inside))
    ground.paste(inside, ((width - inside.width) // 2, (height - inside.height) // 2))
    return ground


def _edge(picture: Image.Image) -> tuple[int, int, int]:
    """The middle one of the colours along its border."""
    small = picture.resize((EDGES, EDGES))
    last = EDGES - 1
    border = [small.getpixel(at) for i in range(EDGES) for at in ((i, 0), (i, last), (0, i), (last, i))]
    red, green, blue = (sorted(channel)[len(border) // 2] for channel in zip(*border, strict=True))
    return red, green, blue


def _is_grey(picture: Image.Image) -> bool:
    bands = [band.tobytes() for band in picture.resize((EDGES, EDGES)).split()]
    return all(max(colour) - min(colour) <= GREY for colour in zip(*bands, strict=True))


def _webp(picture: Image.Image, width: int, height: int) -> bytes:
    from PIL import Image

    scaled = picture if picture.width == width else picture.resize((width, height), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    scaled.save(written, "WEBP", quality=QUALITY, method=EFFORT)
    return written.getvalue()
