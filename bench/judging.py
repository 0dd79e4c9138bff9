"""How well an engine answers the judged questions of `search_index/judged.toml`, which says how they are written."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.catalog.candidates import Candidate
from app.search.contract import CatalogSearch, Hit, Question

SEEN = 10  # hits that are looked at
SLIPS = ("typo", "transposition")

_judged: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[1] / "search_index" / "judged.toml").read_text(encoding="utf-8")
)
FLOORS: dict[str, float] = _judged["floors"]


@dataclass(frozen=True, slots=True)
class Judged:
    kind: str
    text: str
    want: tuple[str, ...]
    held_out: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`place` of the first hit that was wanted, from 1; 0 if none was seen."""

    judged: Judged
    place: int
    foremost: tuple[str, ...]  # three hits, as they came


@dataclass(frozen=True, slots=True)
class Score:
    """`first`, `five`: shares of the questions with what was wanted there. `mrr`: mean of 1/place."""

    asked: int
    first: float
    five: float
    mrr: float


JUDGED = [
    Judged(kind, each["text"], tuple(each["want"]), each.get("held_out", False))
    for kind, questions in _judged["kinds"].items()
    for each in questions
]


async def judge(engine: CatalogSearch, questions: Sequence[Judged] = JUDGED) -> list[Verdict]:
    verdicts = []
    for judged in questions:
        answer = await engine.search(Question(text=judged.text, per_page=SEEN))
        places = (place for place, hit in enumerate(answer.hits, 1) if is_wanted(hit, judged.want))
        foremost = tuple(f"{hit.type}:{hit.title} ({hit.year})" for hit in answer.hits[:3])
        verdicts.append(Verdict(judged, next(places, 0), foremost))
    return verdicts


def is_wanted(work: Hit | Candidate, want: Sequence[str]) -> bool:
    name = f"{work.type}:{work.title}"
    names = {name, f"{name} ({work.year})", *(f"by:{creator}" for creator in work.creators)}
    return any(each in names or (each.endswith("…") and name.startswith(each[:-1])) for each in want)


def score(verdicts: Sequence[Verdict]) -> Score:
    places = [verdict.place for verdict in verdicts]
    asked = len(places) or 1
    return Score(
        asked=len(places),
        first=sum(place == 1 for place in places) / asked,
        five=sum(0 < place <= 5 for place in places) / asked,
        mrr=sum(1 / place for place in places if place) / asked,
    )


def crossed(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """The floors that do not hold, in words."""
    whole = score(verdicts)
    exact = score([verdict for verdict in verdicts if verdict.judged.kind == "exact"])
    slips = score([verdict for verdict in verdicts if verdict.judged.kind in SLIPS])
    if whole.first < FLOORS["first"]:
        yield f"first: {whole.first:.3f}, and should be at least {FLOORS['first']}"
    if whole.five < FLOORS["five"]:
        yield f"among five: {whole.five:.3f}, and should be at least {FLOORS['five']}"
    if exact.first - slips.first > FLOORS["typo_costs"]:
        yield f"a typo costs {exact.first - slips.first:.3f}, and should cost at most {FLOORS['typo_costs']}"
