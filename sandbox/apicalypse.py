"""IGDB's query language, as much of it as clients use (api-docs.igdb.com, Apicalypse).

search "dune"; fields name,cover.image_id; where version_parent = null & id != (1,2); sort name asc; limit 5;
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.web import Json

__all__ = ["Condition", "Query", "QueryError", "parse", "parse_many"]

Look = Callable[[str], list[Json]]  # the values a row has at a dotted path
Condition = Callable[[Look], bool]

STRING = r'"(?:[^"\\]|\\.)*"'
STATEMENT = re.compile(rf"((?:{STRING}|[^;\"])*);")
NAMED = re.compile(rf'\s*query\s+([\w/]+)\s+"([^"]*)"\s*\{{((?:{STRING}|[^"}}])*)\}}\s*;')
TOKEN = re.compile(rf"\s*(\*?{STRING}\*?|!=|>=|<=|[=<>~&|!(){{}}\[\],]|[\w.+-]+)")
SETS = {"(": ")", "[": "]", "{": "}"}
NAMED_MAX = 10


class QueryError(Exception):
    """`title` and `cause` as IGDB words them."""

    def __init__(self, cause: str, title: str = "Syntax Error") -> None:
        super().__init__(cause)
        self.title, self.cause = title, cause


@dataclass
class Query:
    fields: list[str] = field(default_factory=list)
    exclude: list[str] = field(default_factory=list)
    where: Condition = lambda look: True
    sort: tuple[str, bool] | None = None  # field, descending?
    limit: int = 10
    offset: int = 0
    search: str | None = None


def parse(text: str) -> Query:
    query = Query()
    if STATEMENT.sub("", text).strip():
        raise QueryError("Missing `;` at end of query")
    for statement in STATEMENT.findall(text):
        keyword, _, rest = statement.strip().partition(" ")
        if keyword:
            _read(query, keyword, rest.strip())
    if query.search is not None and query.sort:
        raise QueryError("Sorting is not possible when searching")
    return query


def parse_many(text: str) -> list[tuple[str, str, Query]]:
    """The (endpoint, name, query) of each `query endpoint "name" { … };`."""
    if NAMED.sub("", text).strip():
        raise QueryError("Missing `;` at end of query")
    named = [(endpoint, name, parse(body)) for endpoint, name, body in NAMED.findall(text)]
    if len(named) > NAMED_MAX:
        raise QueryError(f"You can only have {NAMED_MAX} queries in a multiquery")
    return named


def _read(query: Query, keyword: str, rest: str) -> None:
    match keyword:
        case "fields" | "f":
            query.fields += [name.strip() for name in rest.split(",") if name.strip()]
        case "exclude" | "x":
            query.exclude += [name.strip() for name in rest.split(",") if name.strip()]
        case "where" | "w":
            query.where = _Where(rest).condition()
        case "sort" | "s":
            name, _, direction = rest.partition(" ")
            query.sort = (name, direction.strip().lower() == "desc")
        case "limit" | "l":
            query.limit = _whole(rest)
        case "offset" | "o":
            query.offset = _whole(rest)
        case "search":
            if not re.fullmatch(STRING, rest):
                raise QueryError("Expecting a STRING as input, surround your input with quotes")
            query.search = _unquoted(rest)
        case _:
            raise QueryError(f"Unexpected token '{keyword}'")


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise QueryError(f"Expecting a NUMBER, got '{text}'")
    return int(text)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])


class _Where:
    """Recursive descent; `&` binds tighter than `|`."""

    def __init__(self, text: str) -> None:
        if TOKEN.sub("", text).strip():
            raise QueryError(f"Cannot read '{text}'")
        self.tokens: list[str] = TOKEN.findall(text)

    def condition(self) -> Condition:
        found = self._any()
        if self.tokens:
            raise QueryError(f"Unexpected token '{self.tokens[0]}'")
        return found

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._taken("|"):
            parts.append(self._all())
        return lambda look: any(part(look) for part in parts)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._taken("&"):
            parts.append(self._one())
        return lambda look: all(part(look) for part in parts)

    def _one(self) -> Condition:
        if self._taken("!"):
            inner = self._one()
            return lambda look: not inner(look)
        if self._taken("("):
            inside = self._any()
            self._expect(")")
            return inside
        path, operator = self._next(), self._next()
        if operator in (">", ">=", "<", "<="):
            return _ordered(path, operator, self._value())
        if operator not in ("=", "!=", "~"):
            raise QueryError(f"Unexpected token '{operator}'")
        negated = (operator == "!=") ^ self._taken("!")
        same = self._set(path) if self.tokens and self.tokens[0] in SETS else self._same(path, operator)
        return (lambda look: not same(look)) if negated else same

    def _set(self, path: str) -> Condition:
        opening = self._next()
        wanted = [self._value()]
        while self._taken(","):
            wanted.append(self._value())
        self._expect(SETS[opening])
        match opening:
            case "(":
                return lambda look: any(value in look(path) for value in wanted)
            case "[":
                return lambda look: all(value in look(path) for value in wanted)
        return lambda look: sorted(map(str, look(path))) == sorted(map(str, wanted))

    def _same(self, path: str, operator: str) -> Condition:
        if self.tokens and '"' in self.tokens[0]:
            return _text(path, self._next(), ignore_case=operator == "~")
        wanted = self._value()
        if wanted is None:
            return lambda look: not look(path)
        return lambda look: wanted in look(path)

    def _value(self) -> Json:
        token = self._next()
        if token.startswith('"'):
            return _unquoted(token)
        if token in ("null", "true", "false"):
            return {"null": None, "true": True, "false": False}[token]
        try:
            return float(token) if "." in token else int(token)
        except ValueError:
            raise QueryError(f"Unexpected value '{token}'") from None

    def _next(self) -> str:
        if not self.tokens:
            raise QueryError("Unexpected end of query")
        return self.tokens.pop(0)

    def _taken(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._taken(token):
            raise QueryError(f"Expecting '{token}'")


def _ordered(path: str, operator: str, wanted: Json) -> Condition:
    tests: dict[str, Callable[[Json], bool]] = {
        ">": lambda value: value > wanted,
        ">=": lambda value: value >= wanted,
        "<": lambda value: value < wanted,
        "<=": lambda value: value <= wanted,
    }
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        raise QueryError(f"Cannot compare with '{wanted}'")
    return lambda look: any(isinstance(value, int | float) and tests[operator](value) for value in look(path))


def _text(path: str, token: str, *, ignore_case: bool) -> Condition:
    """A star outside the quotes stands for anything: *"middle"*."""
    before, after = ".*" if token.startswith("*") else "", ".*" if token.endswith("*") else ""
    pattern = before + re.escape(_unquoted(token.strip("*"))) + after
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else re.NOFLAG)
    return lambda look: any(isinstance(value, str) and re.fullmatch(pattern, value, flags) for value in look(path))
