"""Text from elsewhere, made fit to keep and to show."""

import html
import re
import unicodedata

SURROGATE = re.compile("[\ud800-\udfff]")
# what cannot be seen and can do harm: control characters but tab and newline, and explicit bidirectional overrides
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
BREAK = re.compile(r"</?(?:br|p|div|li|h[1-6])\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--[^<>]*-->")  # "I <3 you" and "a < b" are no tags


def storable(text: str) -> str:
    """Without what Postgres refuses in text and jsonb: NUL goes, a lone surrogate becomes U+FFFD."""
    return SURROGATE.sub("\ufffd", text.replace("\x00", ""))


def paragraphs(text: str, limit: int) -> str | None:
    """Plain text with its line breaks: no tags, no entities, NFC. None if there is nothing to see."""
    text = storable(text)[: 4 * limit + 1000].replace("\r\n", "\n").replace("\r", "\n")  # bounds the work below
    text = html.unescape(TAG.sub("", BREAK.sub("\n", text)))
    text = unicodedata.normalize("NFC", UNSEEN.sub("", storable(text)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return clip(text, limit) if any(is_seen(character) for character in text) else None


def one_line(text: str, limit: int) -> str | None:
    """As `paragraphs`, on a single line."""
    whole = paragraphs(text, 2 * limit)
    return clip(" ".join(whole.split()), limit) if whole else None


def clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def is_seen(character: str) -> bool:
    """Letters, numbers, punctuation and symbols; not spaces, joiners or marks that stand alone."""
    return unicodedata.category(character)[0] in "LNPS"
