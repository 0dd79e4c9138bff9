"""Questions of every kind about a set of works, each with what it is after: a title, or works of a creator."""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.kit.ids import UUID
from app.search.contract import Question
from bench.titles import Work

COMMON = 20
RARE = 1_000  # words that are, where generated titles have each many times
SPACELESS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@dataclass(frozen=True, slots=True)
class Query:
    kind: str
    text: str
    type: str | None
    title: str | None = None
    creator: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # of the question


def question(query: Query, viewer: UUID) -> Question:
    return Question(text=query.text, type=query.type, viewer=viewer, **query.more)  # type: ignore[arg-type]


def queries(works: list[Work], each: int, seed: int = 7) -> list[Query]:
    dice = random.Random(seed)
    known = [work for work in works if work.popularity > 0.3 and work.title.isascii() and len(work.title) > 3] or works
    asked: list[Query] = []
    for kind, make in MAKERS.items():
        made = 0
        while made < each:
            work = dice.choice(known)
            text = make(work, dice)
            if text:
                after: dict[str, Any] = {"creator": work.creators[0]} if kind == "creator" else {"title": work.title}
                asked.append(Query(kind, text, work.type if dice.random() < 0.3 else None, **after))
                made += 1
    counted = Counter(word for work in works for word in set(re.findall(r"[a-z]+", work.title.lower())))
    common = [word for word, _ in counted.most_common(COMMON * 3)]
    asked += [Query("common", " ".join(dice.sample(common, dice.choice((1, 1, 2)))), None) for _ in range(each)]
    rare = [word for word, n in counted.items() if n <= 3 and len(word) > 3] or list(counted)[-RARE:]
    asked += [Query("rare", dice.choice(rare), None) for _ in range(each)]
    asked += [Query("no hit", _nonsense(dice), None) for _ in range(each)]
    asked += [Query("short", dice.choice(common + rare)[: dice.randint(1, 3)], None) for _ in range(each)]
    asked += _others(works, known, common, each, random.Random(seed + 1))
    dice.shuffle(asked)
    return asked


def _others(works: list[Work], known: list[Work], common: list[str], each: int, dice: random.Random) -> Iterator[Query]:
    """Other scripts, numbers, filters and sorts, with words or without."""
    foreign = [work for work in works if SPACELESS.search(work.title)] or known
    numbered = [work for work in known if re.search(r"\b\d+\b", work.title)] or known
    for _ in range(each):
        work = dice.choice(foreign)
        run = SPACELESS.search(work.title)
        start = dice.randrange(len(run[0])) if run else 0
        yield Query("other script", run[0][start : start + dice.randint(1, 4)] if run else work.title, None)
        work = dice.choice(numbered)
        number = re.search(r"\b\d+\b", work.title)
        word = dice.choice(work.title.split())
        yield Query("number", f"{word} {number[0]}" if number and dice.random() < 0.5 else (number or [word])[0], None)
        work = dice.choice(known)
        filters: list[dict[str, Any]] = [
            {"by": (work.creators or ("",))[0]},
            {"tag": work.genres[0]},
            {"source": work.source},
            {"years": (work.year, None) if work.year else (1980, 1999)},
        ]
        chosen = dict(item for filter_ in dice.sample(filters, dice.choice((1, 1, 2))) for item in filter_.items())
        yield Query("filtered", dice.choice((work.title, dice.choice(common), "")), None, more=chosen)
        text = dice.choice((work.title, dice.choice(common), ""))
        yield Query("sorted", text, None, more={"sort": dice.choice(("newest", "rating", "title"))})
        mark = {"mark": dice.choice(("library", "done", "wanted"))}
        yield Query("my own", dice.choice((dice.choice(common), work.title.split()[0], "")), None, more=mark)


def _exact(work: Work, _dice: random.Random) -> str:
    return work.title


def _prefix(work: Work, dice: random.Random) -> str:
    return work.title[: dice.randint(4, max(4, len(work.title) - 1))].strip()


def _typo(work: Work, dice: random.Random) -> str | None:
    words = work.title.split()
    long = [n for n, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return None
    n = dice.choice(long)
    words[n] = "".join(dice.choice(list(_edits(words[n], dice))))
    return " ".join(words)


def _edits(word: str, dice: random.Random) -> Iterator[str]:
    i, letter = dice.randrange(1, len(word) - 1), dice.choice("abcdefghijklmnopqrstuvwxyz")
    yield word[:i] + word[i + 1 :]
    yield word[:i] + letter + word[i:]
    yield word[:i] + letter + word[i + 1 :]
    yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _with_creator(work: Work, dice: random.Random) -> str | None:
    if not work.creators or not work.creators[0]:
        return None
    return f"{dice.choice(work.title.split())} {work.creators[0].split()[-1]}"


def _creator(work: Work, _dice: random.Random) -> str | None:
    return work.creators[0] if work.creators and work.creators[0] else None


MAKERS = {
    "exact": _exact,
    "prefix": _prefix,
    "typo": _typo,
    "title + creator": _with_creator,
    "creator": _creator,
}


def _nonsense(dice: random.Random) -> str:
    return " ".join(
        "".join(dice.choices("bcdfghjklmnpqrstvwxz", k=dice.randint(6, 9))) for _ in range(dice.randint(1, 2))
    )
