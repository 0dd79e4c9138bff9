"""Passwords that are guessed first: breached ones, words and names, patterns, and what stands around the account.

Looked up in a list that is shipped, never outside: `common_passwords.txt.md` tells where it is from. (ASVS 6.2.4,
6.2.11)
"""

import gzip
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

LIST = Path(__file__).with_name("common_passwords.txt.gz")
WORD_MIN = 3  # letters of a word that counts as somebody's own
NUMBER_MIN = 16  # characters of a password without a letter

SPELLED = str.maketrans("@430157$!+", "aaeolstsit")  # p4$$w0rd
NO_LETTERS = re.compile(r"[\W\d_]+")
AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
AROUND_SIGNS = re.compile(r"^[^a-z@$]+|[^a-z@$]+$")  # but for those that stand for letters
LINES = (
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "12345678901234567890",
    "abcdefghijklmnopqrstuvwxyz",
)
WALKS = (*LINES, *(line[::-1] for line in LINES))

COMMON = "This is among the first passwords anyone would try. Take a sentence of your own."
PERSONAL = "This is made of your name, your address or the name of this site. Take a sentence of your own."
PATTERN = "This is a pattern, which is guessed early. Take a sentence of your own."


def why_guessed(password: str, *known: str) -> str | None:
    """The sentence for who typed it. `known`: what others know of them, and the names of the place."""
    typed = password.casefold()
    spellings = _spellings(typed)
    words = _words(known)
    if any(_is_made_of(NO_LETTERS.sub("", spelled), words) for spelled in spellings):
        return PERSONAL
    if _is_number(typed) or _repeats(typed) or _repeats(AROUND.sub("", typed)) or _walks(typed):
        return PATTERN
    if any(_is_listed(spelled) for spelled in spellings):
        return COMMON
    return None


def _spellings(typed: str) -> set[str]:
    """With and without the digits and signs around it, and with letters for the signs that stand for them."""
    cut = {typed, typed.replace(" ", ""), AROUND.sub("", typed), AROUND_SIGNS.sub("", typed)}
    return cut | {spelled.translate(SPELLED) for spelled in cut}


def _words(known: Iterable[str]) -> list[str]:
    """Whole, and in parts: `alice.smith@example.org` → alicesmithexampleorg, alicesmith, alice, smith, …"""
    parts = [part for said in known for part in (said, *NO_LETTERS.split(said), *said.split("@"))]
    letters = {NO_LETTERS.sub("", part.casefold()) for part in parts}
    return [word for word in letters if len(word) >= WORD_MIN]


def _is_made_of(letters: str, words: Iterable[str]) -> bool:
    """Of these words and nothing else: `alicetastebuds`."""
    rest = letters
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(letters) and not rest


def _is_number(typed: str) -> bool:
    """A date, a telephone: guessed one after the other."""
    return not NO_LETTERS.sub("", typed) and typed.isascii() and len(typed) < NUMBER_MIN


def _repeats(typed: str) -> bool:
    """`abcabcabcabc`, `aaaaaaaaaab`: a short piece over and over, or three characters at most."""
    pieces = range(1, len(typed) // 2 + 1)
    return bool(typed) and (len(set(typed)) <= 3 or any(typed[piece:] == typed[:-piece] for piece in pieces))


def _walks(typed: str) -> bool:
    """Runs of four and more along the keyboard, the alphabet or the digits, and little else."""
    keys = re.sub(r"[\W_]+", "", typed)
    return bool(keys) and len(_without_runs(keys)) <= len(keys) // 4


def _without_runs(keys: str) -> str:
    left, at = [], 0
    while at < len(keys):
        run = max(_run(keys, at, line) for line in WALKS)
        if run < 4:
            left.append(keys[at])
        at += run if run >= 4 else 1
    return "".join(left)


def _run(keys: str, at: int, line: str) -> int:
    """How many characters from there on follow each other in the line."""
    length, place = 1, line.find(keys[at])
    while place >= 0 and at + length < len(keys) and line[place + length : place + length + 1] == keys[at + length]:
        length += 1
    return length


@lru_cache(maxsize=1)
def _list() -> bytes:
    """As it is, line by line: a set of it would take five megabytes."""
    return b"\n" + gzip.decompress(LIST.read_bytes())


def _is_listed(word: str) -> bool:
    return word.isascii() and len(word) >= 4 and b"\n" + word.encode() + b"\n" in _list()
