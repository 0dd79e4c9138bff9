"""The picture of a menu that others show beside a link to it: 1200 by 630, drawn here in our own type.

What our fonts have no letters for is set in one of the system's, and what none has is left out rather than boxed.
"""

import asyncio
import io
import unicodedata
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from app.kit.errors import TooBusy
from app.kit.text import UNSEEN, clip
from app.menus.reading import WholeMenu

WIDTH, HEIGHT = 1200, 630
DRAWN = "1"  # another look has another validator
PAPER, LEAF, INK, SOFT, EDGE, RULE, ACCENT = "#f8f2e6", "#fdfaf2", "#2a211b", "#67574a", "#8d7b66", "#dccfb8", "#8b2d1b"
ROOM = 900  # pixels a line may take
TITLE_SIZES = (112, 96, 82, 70, 60, 52, 44)
LINES_MAX = 3
TITLE_MAX = 120  # characters
COURSES_MAX = 12
KEPT_MAX = 128  # pictures, of some 15 kB each
WAITING_MAX = 16  # of a tenth of a second each
COLOURS = 64  # paper, ink and what lies between

OURS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
ROMAN = ("eb-garamond-roman.*.woff2", "eb-garamond-roman-ext.*.woff2")
ITALIC = ("eb-garamond-italic.*.woff2", "eb-garamond-italic-ext.*.woff2")
SYSTEM = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
SCRIPTS = ("", "CJK", "Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Telugu", "Thai", "Armenian", "Georgian")
NAMES = (
    *(f"Noto{style}{script}-Regular.tt[fc]" for script in SCRIPTS for style in ("Serif", "Naskh", "Sans")),
    "DejaVuSerif.ttf",
)
UNKNOWN = "\U0010fffe"  # no font has a letter for it


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    author: str
    courses: tuple[str, ...]


class Run(NamedTuple):
    """A piece of a line that one font sets."""

    text: str
    font: FreeTypeFont
    width: float


def card_of(menu: WholeMenu) -> Card:
    courses = tuple(clip(course.title, 60) for course in menu.courses[:COURSES_MAX])
    return Card(clip(menu.title, TITLE_MAX), clip(menu.author, 60), courses)


def draw(card: Card) -> bytes:
    """A PNG. Takes a tenth of a second of a thread of its own."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    on = ImageDraw.Draw(image)
    on.rectangle((30, 30, WIDTH - 31, HEIGHT - 31), fill=LEAF, outline=EDGE)
    on.rectangle((42, 42, WIDTH - 43, HEIGHT - 43), outline=EDGE, width=2)
    on.rectangle((49, 49, WIDTH - 50, HEIGHT - 50), outline=RULE)
    _spaced(on, "MENU", 106, 26, ACCENT, 9)
    size, lines = _title(card.title)
    leading = round(size * 1.08)
    top = 276 - leading * len(lines) // 2
    for number, line in enumerate(lines):
        _centred(on, line, top + leading * number + leading // 2, size, INK, ROMAN)
    below = max(top + leading * len(lines) + 44, 408)
    if _is_drawn(card.author):
        _centred(on, f"a menu by {card.author}", below, 38, SOFT, ITALIC)
    _ornament(on, below + 52)
    if courses := _row([course for course in card.courses if _is_drawn(course)]):
        _spaced(on, courses, min(below + 104, 548), 22, INK, 4)
    drawn = io.BytesIO()
    image.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def _title(title: str) -> tuple[int, list[str]]:
    """As large as it goes on three lines at most; whatever is longer ends in an ellipsis."""
    for size in TITLE_SIZES:
        is_smallest = size == TITLE_SIZES[-1]
        lines = _broken([piece for word in title.split() for piece in _pieces(word, size, is_smallest)], size)
        if len(lines) <= LINES_MAX and all(_width(line, size, ROMAN) <= ROOM for line in lines):
            return size, lines
    if len(lines) <= LINES_MAX:  # words beside each other come to a hair more than each alone
        return size, lines
    return size, [*lines[: LINES_MAX - 1], clip(lines[LINES_MAX - 1], max(len(lines[LINES_MAX - 1]) - 1, 1))]


def _broken(words: Sequence[str], size: int) -> list[str]:
    """On as few lines as it takes, and those as even as they get."""
    widths = {word: _width(word, size, ROMAN) for word in words}
    space = _width("n n", size, ROMAN) - _width("nn", size, ROMAN)
    fewest = len(_filled(words, widths, space, ROOM))
    narrow, wide = 0, ROOM
    while wide - narrow > 8:
        middle = (narrow + wide) // 2
        if len(_filled(words, widths, space, middle)) <= fewest:
            wide = middle
        else:
            narrow = middle
    return _filled(words, widths, space, wide)


def _filled(words: Sequence[str], widths: dict[str, int], space: int, room: int) -> list[str]:
    lines: list[str] = []
    taken = room + 1
    for word in words:
        taken += space + widths[word]
        if taken > room:
            lines.append(word)
            taken = widths[word]
        else:
            lines[-1] += f" {word}"
    return lines


def _pieces(word: str, size: int, is_smallest: bool) -> Iterator[str]:
    """Scripts without spaces are broken anywhere; a word of others only where no type is small enough for it."""
    breaks = is_smallest or any(unicodedata.east_asian_width(letter) == "W" for letter in word)
    piece = ""
    for letter in word:
        if breaks and piece and _width(piece + letter, size, ROMAN) > ROOM:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _row(courses: Sequence[str]) -> str:
    """As many of them as a line has room for, and how many there are besides."""
    for shown in range(len(courses), 0, -1):
        left = len(courses) - shown
        row = " · ".join((*courses[:shown], *([f"{left} more"] if left else ()))).upper()
        if _width(row, 22, ROMAN) + 4 * len(row) <= ROOM + 60:
            return row
    return ""


def _centred(on: ImageDraw.ImageDraw, text: str, middle: int, size: int, fill: str, fonts: tuple[str, ...]) -> None:
    runs = _runs(text, size, fonts)
    at = (WIDTH - sum(run.width for run in runs)) / 2
    for run in runs:
        on.text((at, middle + size * 0.3), run.text, fill=fill, font=run.font, anchor="ls")
        at += run.width


def _spaced(on: ImageDraw.ImageDraw, text: str, baseline: int, size: int, fill: str, apart: int) -> None:
    """In capitals, letter by letter; scripts whose letters join are set as they are."""
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text):
        _centred(on, text, baseline, size, fill, ROMAN)
        return
    runs = [run for letter in text for run in _runs(letter, size, ROMAN)]
    at = (WIDTH - sum(run.width + apart for run in runs) + apart) / 2
    for run in runs:
        on.text((at, baseline), run.text, fill=fill, font=run.font, anchor="ls")
        at += run.width + apart


def _ornament(on: ImageDraw.ImageDraw, middle: int) -> None:
    half = WIDTH // 2
    on.line((half - 90, middle, half - 18, middle), fill=EDGE)
    on.line((half + 18, middle, half + 90, middle), fill=EDGE)
    on.polygon(((half - 7, middle), (half, middle - 7), (half + 7, middle), (half, middle + 7)), fill=ACCENT)


def _is_drawn(text: str) -> bool:
    return any(not run.text.isspace() for run in _runs(text, 40, ROMAN))


def _width(text: str, size: int, fonts: tuple[str, ...]) -> int:
    return round(sum(run.width for run in _runs(text, size, fonts)))


def _runs(text: str, size: int, fonts: tuple[str, ...]) -> list[Run]:
    """Each letter in the first font that has it. A mark or a space goes with the letter before it, if it can."""
    pieces: list[tuple[str, str]] = []
    for letter in UNSEEN.sub("", " ".join(text.split()) or text[:1]):  # type is set in one line, or not at all
        path = _font_for(letter, fonts)
        if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Zs") and pieces:
            path = path and pieces[-1][1]
        if path and pieces and pieces[-1][1] == path:
            pieces[-1] = (pieces[-1][0] + letter, path)
        elif path:
            pieces.append((letter, path))
    return [run for piece, path in pieces if (run := _laid(piece, _sized(path, size)))]


@lru_cache(maxsize=4096)
def _laid(text: str, font: FreeTypeFont) -> Run | None:
    """None for the few sequences that cannot be shaped at all."""
    try:
        return Run(text, font, font.getlength(text))
    except (ValueError, RuntimeError):
        return None


@lru_cache(maxsize=8192)
def _font_for(letter: str, fonts: tuple[str, ...]) -> str | None:
    return next((path for path in _paths(fonts) if _has(path, letter)), None)


def _has(path: str, letter: str) -> bool:
    return letter.isspace() or bytes(_sized(path, 40).getmask(letter)) != _boxed(path)


@cache
def _boxed(path: str) -> bytes:
    """What a font draws for a letter it has not."""
    return bytes(_sized(path, 40).getmask(UNKNOWN))


@lru_cache(maxsize=256)
def _sized(path: str, size: int) -> FreeTypeFont:
    return ImageFont.truetype(path, size)


@cache
def _paths(fonts: tuple[str, ...]) -> tuple[str, ...]:
    return (*(str(path) for name in fonts for path in sorted(OURS.glob(name))), *_of_the_system())


@cache
def _of_the_system() -> tuple[str, ...]:
    there = {path.name: path for folder in SYSTEM for path in _files(folder)}
    return tuple(str(there[name]) for pattern in NAMES for name in sorted(there) if Path(name).match(pattern))


def _files(folder: Path) -> Iterable[Path]:
    return folder.rglob("*.tt[fc]") if folder.is_dir() else ()


class Cards:
    """Draws one after the other, in a thread of its own, and keeps the last; who asks for one being drawn waits for it.

    Raises `TooBusy` where more wait than would be served in good time.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Card, bytes] = OrderedDict()
        self._drawing: dict[Card, asyncio.Future[bytes]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cards")

    async def picture(self, card: Card) -> bytes:
        if card in self._kept:
            self._kept.move_to_end(card)
            return self._kept[card]
        if card not in self._drawing:
            if len(self._drawing) >= WAITING_MAX:
                raise TooBusy("Many pictures are being drawn. Try again in a few seconds.")
            self._drawing[card] = asyncio.get_running_loop().run_in_executor(self._thread, draw, card)
            self._drawing[card].add_done_callback(partial(self._keep, card))
        return await asyncio.shield(self._drawing[card])

    def _keep(self, card: Card, drawn: "asyncio.Future[bytes]") -> None:
        del self._drawing[card]
        if not drawn.cancelled() and drawn.exception() is None:
            self._kept[card] = drawn.result()
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
