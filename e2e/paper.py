"""What a PDF says, page by page: as much of the format as Chromium writes."""

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"(.*?)stream\r?\n(.*)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"(BT)|/F(\d+) [\d.]+ Tf|<([0-9A-F]+)> Tj")
BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")
ONE, RANGE = re.compile(rb"<(\w+)> <(\w+)>\n"), re.compile(rb"<(\w+)> <(\w+)> <(\w+)>\n")


@dataclass(frozen=True)
class Sheet:
    """In points, 72 to the inch."""

    width: int
    height: int
    text: str


def sheets(pdf: bytes) -> list[Sheet]:
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    return [_sheet(objects, body) for body in objects.values() if b"/Type /Page\n" in body]


def _sheet(objects: dict[int, bytes], page: bytes) -> Sheet:
    letters = {int(name): _letters(objects, int(at)) for name, at in re.findall(rb"/F(\d+) (\d+) 0 R", page)}
    text, font = "", dict[bytes, str]()
    for begins, name, glyphs in SHOWN.findall(_stream(objects, page, b"Contents")):
        if begins:
            text += "\n"
        elif name:
            font = letters[int(name)]
        else:
            wide = len(next(iter(font)))  # fonts with few glyphs name each by one byte, others by two
            text += "".join(font.get(glyphs[at : at + wide], "") for at in range(0, len(glyphs), wide))
    box = BOX.search(page)
    assert box
    return Sheet(round(float(box[1])), round(float(box[2])), " ".join(text.split()))


def _letters(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    """What each of its glyphs stands for."""
    table = _stream(objects, objects[font], b"ToUnicode")
    letters: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        letters |= {glyph: _text(said) for glyph, said in ONE.findall(block)}
    for block in re.findall(rb"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for first, last, said in RANGE.findall(block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                letters[b"%0*X" % (len(first), int(first, 16) + step)] = chr(int(said, 16) + step)
    return letters


def _text(said: bytes) -> str:
    return bytes.fromhex(said.decode()).decode("utf-16-be")


def _stream(objects: dict[int, bytes], holder: bytes, name: bytes) -> bytes:
    at = re.search(rb"/%s (\d+) 0 R" % name, holder)
    found = STREAM.match(objects[int(at[1])]) if at else None
    if not found:
        return b""
    return zlib.decompress(found[2]) if b"FlateDecode" in found[1] else found[2]
