"""Names: two of one title are told apart by as little as does it."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.menus.naming import names


def served(title: str, type_: str = "book", year: int | None = 1965, creator: str = "", **more: Any) -> Any:
    kind = more.get("kind")
    creators = [creator] if creator else []
    return SimpleNamespace(
        title=title, type=type_, kind=kind, year=year, creators=creators, course_title=more.get("course", "Starters")
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ((served("Dune"), served("Arrival")), {}),
        ((served("Dune"), served("Dune", "movie", 2021, kind="film")), {0: "Dune (book)", 1: "Dune (film)"}),
        ((served("Dune"), served("DUNE", "movie")), {0: "Dune (book)", 1: "DUNE (film or series)"}),
        (
            (served("Solaris", "movie", 1972, kind="film"), served("Solaris", "movie", 2002, kind="film")),
            {0: "Solaris (1972)", 1: "Solaris (2002)"},
        ),
        ((served("Solaris"), served("Solaris", year=None)), {0: "Solaris (1965)", 1: "Solaris"}),
        (
            (served("It", creator="Ada"), served("It", creator="Bea"), served("It", "game", creator="Bea")),
            {0: "It (book, Ada)", 1: "It (book, Bea)", 2: "It (game, Bea)"},
        ),
        (
            (served("Dune"), served("Arrival"), served("Dune", course="Mains")),
            {0: "Dune (in Starters)", 2: "Dune (in Mains)"},
        ),
        ((served("Dune"), served("Dune")), {0: "Dune (number 1)", 1: "Dune (number 2)"}),
    ],
    ids=["one of each", "medium", "case", "year", "no year", "two words", "one work twice", "nothing else"],
)
def test_two_of_one_title_differ_by_as_little_as_does_it(rows: tuple[Any, ...], said: dict[int, str]) -> None:
    for place, row in enumerate(rows):
        row.course_item_id = place
    assert names(rows) == said
