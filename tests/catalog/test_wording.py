"""What is known of a work, in words."""

from importlib.resources import files

import pytest

from app.catalog.wording import in_words, names
from app.sources import open_library, tvmaze, wikidata


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("countries", ["GB"], "United Kingdom"),
        ("countries", ["US", "SU", "Ruritania"], "United States, Soviet Union, Ruritania"),
        ("countries", [], ""),
        ("language", "pt", "Portuguese"),
        ("language", "qq", "qq"),
        ("language", None, ""),
    ],
)
def test_codes_are_told_by_their_names_and_other_words_as_they_are(field: str, value: object, said: str) -> None:
    assert in_words(field, value) == said


def test_every_country_of_today_has_a_name() -> None:
    lines = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8").splitlines()
    codes = {line[:2] for line in lines if not line.startswith("#")}
    assert len(codes) > 240
    assert codes - names()["countries"].keys() == set()


def test_every_language_the_sources_tell_has_a_name() -> None:
    told = {*open_library.LANGUAGES.values(), *wikidata.LANGUAGES.values(), *tvmaze.LANGUAGES.values()}
    assert told - names()["languages"].keys() == set()
