"""Lucene's query language, as much of it as clients of MusicBrainz use.

releasegroup:"ok computer" AND artist:radiohead NOT (status:bootleg OR primarytype:single)

Words alone are sought in the default field; any of them is enough, and the more the better. Fields are lists of
texts; `*` at the end of a word stands for anything, `~2` and `^3` after it are taken and have no effect.
"""

import re
from collections.abc import Callable, Mapping

from sandbox.works import fold

__all__ = ["LuceneError", "Score", "parse"]

Document = Mapping[str, list[str]]
Score = Callable[[Document], float]  # 0 does not match

TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*")(?:[~^][\d.]*)*
      | (?P<sign>&&|\|\||[()+!-])
      | (?P<field>\w+):(?!\s)
      | (?P<word>(?:[^\s()":^~\\\[\]{}]|\\.)+)(?:[~^][\d.]*)*
    )""",
    re.VERBOSE,
)
AND, OR, NOT = ("AND", "&&"), ("OR", "||"), ("NOT", "!", "-")
Token = tuple[str, str]  # kind, text


class LuceneError(Exception):
    """The query cannot be read."""


def parse(text: str, default: str) -> Score:
    """`default` is the field of words that name none."""
    return _Reader(text, default).all()


class _Reader:
    """Recursive descent; what is joined by AND is wanted, what by OR or nothing is welcome."""

    def __init__(self, text: str, default: str) -> None:
        self.tokens = _tokens(text)
        self.fields = [default]

    def all(self) -> Score:
        found = self._clauses()
        if self.tokens:
            raise LuceneError(self.tokens[0][1])
        return found

    def _clauses(self) -> Score:
        wanted: list[Score] = []
        welcome: list[Score] = []
        unwanted: list[Score] = []
        joined = False
        while self.tokens and self.tokens[0][1] != ")":
            must, mustnot = self._modifiers()
            clause = self._clause()
            then_and = self._taken(*AND)
            if not then_and:
                self._taken(*OR)
            (unwanted if mustnot else wanted if must or joined or then_and else welcome).append(clause)
            joined = then_and
        if joined or not (wanted or welcome or unwanted):
            raise LuceneError("end of query")
        return _weighed(wanted, welcome, unwanted)

    def _modifiers(self) -> tuple[bool, bool]:
        must = mustnot = False
        while self.tokens and self.tokens[0][0] in ("sign", "word"):
            if self._taken("+"):
                must = True
            elif self._taken(*NOT):
                mustnot = True
            else:
                break
        return must, mustnot

    def _clause(self) -> Score:
        if not self.tokens:
            raise LuceneError("end of query")
        kind, text = self.tokens.pop(0)
        if kind == "field":
            self.fields.append(text.casefold())
            found = self._clause()
            self.fields.pop()
            return found
        if text == "(" and kind == "sign":
            found = self._clauses()
            if not self._taken(")"):
                raise LuceneError("missing )")
            return found
        if kind == "quoted":
            return _phrase(self.fields[-1], _plain(text[1:-1]))
        if kind == "word":
            return _word(self.fields[-1], _plain(text), starred=text.endswith("*") and not text.endswith(r"\*"))
        raise LuceneError(text)

    def _taken(self, *texts: str) -> bool:
        if self.tokens and self.tokens[0][0] in ("sign", "word") and self.tokens[0][1] in texts:
            self.tokens.pop(0)
            return True
        return False


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            raise LuceneError(text[place:].strip()[:1])
        found.append((str(match.lastgroup), str(match[str(match.lastgroup)])))
        place = match.end()
    return found


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _weighed(wanted: list[Score], welcome: list[Score], unwanted: list[Score]) -> Score:
    def score(document: Document) -> float:
        if any(clause(document) for clause in unwanted):
            return 0
        must = [clause(document) for clause in wanted]
        may = [clause(document) for clause in welcome]
        if not all(must) or not (any(must) or any(may) or not (must or may)):
            return 0
        return sum(must) + sum(may) or 1

    return score


def _phrase(field: str, text: str) -> Score:
    """The words in that order; the whole of a text counts for more."""
    wanted = fold(text)

    def score(document: Document) -> float:
        best = 0.0
        for value in document.get(field, []):
            folded = fold(value)
            if folded == wanted and (wanted or value == text):
                return 3
            if wanted and f" {wanted} " in f" {folded} ":
                best = 2
        return best

    return score


def _word(field: str, text: str, *, starred: bool) -> Score:
    words = fold(text).split()

    def score(document: Document) -> float:
        if text == "*":
            return 1
        best = 0.0
        for value in document.get(field, []):
            known = fold(value).split()
            if value == text or (words and known == words):
                return 2
            if not words and text in value:
                best = max(best, 1)
            if words and all(_is_in(word, known, starred) for word in words):
                best = max(best, 1 + len(words) / max(2, 2 * len(known)))
        return best

    return score


def _is_in(word: str, known: list[str], starred: bool) -> bool:
    return any(each.startswith(word) for each in known) if starred else word in known
