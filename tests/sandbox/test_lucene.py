import pytest

from sandbox.lucene import LuceneError, parse

OK_COMPUTER = {"releasegroup": ["OK Computer"], "artist": ["Radiohead"], "primarytype": ["Album"]}


def score(query: str) -> float:
    return parse(query, "releasegroup")(OK_COMPUTER)


@pytest.mark.parametrize(
    "query",
    [
        "computer",
        "ok kid",
        '"ok computer"',
        '"ok computer"~2^3',
        "comp*",
        "artist:radiohead",
        "releasegroup:(ok computer)",
        "(kid OR ok) && primarytype:album",
        "+computer -kid",
        "computer NOT kid",
        "computer AND !artist:muse",
        "NOT primarytype:single",
        r"ok\-computer",
    ],
)
def test_what_matches(query: str) -> None:
    assert score(query) > 0


@pytest.mark.parametrize(
    "query",
    [
        "kid",
        "comp",
        '"computer ok"',
        "artist:computer",
        "ok AND kid",
        "+kid computer",
        "ok -computer",
        "computer NOT artist:radiohead",
        "(kid OR muse) AND artist:radiohead",
        "nofield:ok",
    ],
)
def test_what_does_not(query: str) -> None:
    assert score(query) == 0


def test_the_nearer_the_better() -> None:
    assert score('"ok computer"') > score("ok computer") > score("ok")


@pytest.mark.parametrize("query", ["", "(ok", "ok)", '"ok', "ok AND", "artist:", "date:[1 TO 2]"])
def test_what_cannot_be_read_is_said_so(query: str) -> None:
    with pytest.raises(LuceneError):
        score(query)
