"""From what a provider sends to pictures of one shape; from what is none, nothing (XS-4)."""

import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from app.sources.covers import RATIOS, Shape
from app.sources.pictures import BLANK, NoPicture, made_of
from sandbox.traps import SVG, bomb
from tests.fair_loop import costs_less_than
from tests.sources.painting import BLUE, GREEN, RED, about, framed, painted, read, written

SIZES = [(128, 192), (333, 500), (264, 374), (600, 900), (300, 300), (460, 215), (20, 4000), (1, 21), (2000, 3000)]


@pytest.mark.parametrize("shape", RATIOS)
@pytest.mark.parametrize("size", [size for size in SIZES if min(size) >= 20])
def test_every_width_is_exact_and_of_its_shape(size: tuple[int, int], shape: Shape) -> None:
    made = made_of(painted(*size), shape)
    wide, high = RATIOS[shape]
    assert {width: read(content).size for width, content in made.items()} == {
        width: (width, width * high // wide) for width in (160, 320, 640)
    }
    assert {read(content).format for content in made.values()} == {"WEBP"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_four_formats_are_read(kind: str) -> None:
    made = read(made_of(painted(200, 300, kind=kind), "tall")[160])
    assert about(made.convert("RGB").getpixel((80, 120)), RED)


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("L", 90), ("1", 1), ("P", 3), ("CMYK", (0, 255, 255, 0)), ("I;16", 4000), ("RGBA", (9, 9, 9, 0))],
)
def test_every_kind_of_colour_is_read(mode: str, colour: object) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert read(made_of(painted(200, 300, colour, mode, kind), "tall")[160]).mode == "RGB"


def test_what_is_transparent_is_white() -> None:
    made = read(made_of(painted(200, 300, (0, 0, 0, 0), "RGBA", "PNG"), "tall")[160])
    assert about(made.convert("RGB").getpixel((80, 120)), (255, 255, 255))


def test_of_what_moves_the_first_frame_is_seen() -> None:
    frames = [Image.new("RGB", (200, 300), colour) for colour in (RED, BLUE, GREEN)]
    for kind in ("GIF", "WEBP", "PNG"):
        moving = written(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
        made = read(made_of(moving, "tall")[160])
        assert about(made.convert("RGB").getpixel((80, 120)), RED, 20)
        assert getattr(made, "n_frames", 1) == 1


def test_a_picture_lying_on_its_side_is_set_upright() -> None:
    lying = Image.new("RGB", (300, 200), RED)
    lying.paste(BLUE, (0, 0, 150, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is at the right
    made = read(made_of(written(lying, "JPEG", exif=exif), "tall")[160]).convert("RGB")
    assert about(made.getpixel((80, 20)), BLUE)
    assert about(made.getpixel((80, 220)), RED)


def test_nothing_of_the_original_s_notes_survives() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Taken at home, <script>"
    content = painted(200, 300, exif=exif, comment=b"<script>alert(1)</script>", icc_profile=b"profile" * 9)
    for made in made_of(content, "tall").values():
        assert b"script" not in made
        assert not {b"EXIF", b"ICCP", b"XMP "} & {made[at : at + 4] for at in range(len(made))}


def test_a_near_shape_is_cropped_a_little() -> None:
    """3:4, as IGDB has them, on 2:3: the edges go, nothing is added."""
    made = read(made_of(framed(600, 800, BLUE, RED), "tall")[640]).convert("RGB")
    assert about(made.getpixel((320, 10)), BLUE)
    assert about(made.getpixel((2, 480)), BLUE)
    assert about(made.getpixel((320, 480)), RED)


def test_another_shape_is_whole_on_a_ground_of_its_edge_s_colour() -> None:
    """A banner, as Steam has them."""
    made = read(made_of(framed(460, 215, GREEN, RED), "tall")[640]).convert("RGB")
    assert about(made.getpixel((320, 20)), GREEN)
    assert about(made.getpixel((320, 940)), GREEN)
    assert about(made.getpixel((320, 480)), RED)
    assert about(made.getpixel((2, 480)), GREEN)


def test_small_pictures_are_made_as_wide_as_is_said() -> None:
    assert read(made_of(painted(128, 192), "tall")[640]).size == (640, 960)


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def claiming(width: int, height: int) -> bytes:
    """A PNG of nothing that says it is so large."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Sign in</title>",
        SVG.encode(),
        b"\xff\xd8\xff\xe0" + b"\0" * 99,
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        painted(200, 300, kind="BMP"),
        painted(200, 300, kind="TIFF"),
        painted(200, 300, kind="ICO"),
        painted(200, 300, kind="PPM"),
        painted(1, 1, kind="GIF"),
        painted(19, 300),
        cut(painted(200, 300)),
        cut(framed(200, 300, RED, BLUE)),
        claiming(4473, 4473),
        claiming(2**31 - 1, 2**31 - 1),
        claiming(0, 0),
        claiming(10_000, 10_000),
    ],
)
def test_what_is_no_picture_of_ours_is_none(content: bytes) -> None:
    with pytest.raises(NoPicture):
        made_of(content, "tall")


def test_a_bomb_is_not_unpacked() -> None:
    content = bomb()
    with costs_less_than(2.0), pytest.raises(NoPicture):
        made_of(content, "tall")


@settings(max_examples=100, deadline=None)  # a busy machine takes its time
@given(at=some.integers(0, 3000), byte=some.integers(0, 255), kind=some.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
def test_a_broken_byte_breaks_nothing_of_ours(at: int, byte: int, kind: str) -> None:
    content = bytearray(painted(60, 90, kind=kind))
    content[at % len(content)] = byte
    with suppress(NoPicture):
        made_of(bytes(content), "tall")


def test_a_png_without_colour_may_say_that_there_is_none() -> None:
    grey, red = painted(128, 192, (90, 90, 90), kind="PNG"), painted(128, 192, kind="PNG")
    assert made_of(grey, "tall")
    assert made_of(red, "tall", grey_png_is_none=True)
    assert made_of(painted(128, 192, (90, 90, 90)), "tall", grey_png_is_none=True)
    with pytest.raises(NoPicture):
        made_of(grey, "tall", grey_png_is_none=True)


@pytest.mark.parametrize("shape", RATIOS)
def test_a_blank_is_clear_and_has_the_shape(shape: Shape) -> None:
    blank = read(BLANK[shape]).convert("RGBA")
    assert blank.size[0] * RATIOS[shape][1] == blank.size[1] * RATIOS[shape][0]
    assert blank.getchannel("A").getextrema() == (0, 0)
