"""How good the answers are, on the judged questions."""

import tomllib
from pathlib import Path

from app.search.contract import CatalogSearch, Question
from tests.search.conftest import label
from tests.search.works import WORKS

JUDGED = tomllib.loads((Path(__file__).parents[2] / "search_index" / "judged.toml").read_text(encoding="utf-8"))


def test_every_wanted_title_is_in_the_catalog() -> None:
    known = {f"{work.type}:{work.title}" for work in WORKS} | {f"{w.type}:{w.title} ({w.year})" for w in WORKS}
    wanted = {want for kind in JUDGED["kinds"].values() for judged in kind for want in judged["want"]}
    assert wanted <= known


async def test_the_answers_are_as_good_as_promised(catalog: CatalogSearch) -> None:
    missed: list[str] = []
    first: dict[str, list[bool]] = {}
    five: dict[str, list[bool]] = {}
    for kind, questions in JUDGED["kinds"].items():
        for judged in questions:
            answer = await catalog.search(Question(text=judged["text"]))
            good = [bool(label(hit) & set(judged["want"])) for hit in answer.hits[:5]]
            first.setdefault(kind, []).append(good[:1] == [True])
            five.setdefault(kind, []).append(any(good))
            if not first[kind][-1]:
                missed.append(f"{kind}: {judged['text']!r} gave {[hit.title for hit in answer.hits[:3]]}")
    floors = JUDGED["floors"]
    assert _share([hit for hits in first.values() for hit in hits]) >= floors["first"], missed
    assert _share([hit for hits in five.values() for hit in hits]) >= floors["five"], missed
    typos = first["typo"] + first["transposition"]
    assert _share(first["exact"]) - _share(typos) <= floors["typo_costs"], missed


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)
