"""Steam: what the store sells becomes games."""

import pytest

from app.catalog.candidates import Cover, GameFacts, Identifier
from app.sources.errors import SourceDown
from app.sources.source import Source
from app.sources.steam import candidate_of_app, candidate_of_row
from tests.sources.fixture import fixture
from tests.sources.stub import Stub

HASHED = (
    "https://shared.akamai.steamstatic.com/store_item_assets/steam/apps/3751950/" + "e3" * 20 + "/capsule_231x87.jpg"
)


def test_an_app_is_a_game_with_all_its_facts() -> None:
    game = candidate_of_app(fixture("steam_app"))
    assert game is not None
    assert (game.source, game.external_id, game.type, game.title) == ("steam", "620", "game", "Portal 2")
    assert game.facts == GameFacts(
        developers=("Valve",), publishers=("Valve",), platforms=("Windows", "macOS", "Linux")
    )
    assert (str(game.released and game.released.value), game.description) == ("2011-04-18", "Puzzles & portals.")
    assert game.cover == Cover(provider="steam", key="620/library_600x900.jpg")
    assert game.identifiers == (Identifier(scheme="steam", value="620"),)
    assert game.url == "https://store.steampowered.com/app/620"


@pytest.mark.parametrize(
    ("image", "key"),
    [
        (
            "https://shared.akamai.steamstatic.com/store_item_assets/steam/apps/620/capsule.jpg?t=1",
            "620/library_600x900.jpg",
        ),
        (HASHED, "3751950/" + "e3" * 20 + "/capsule_231x87.jpg"),
        ("https://example.org/620/capsule.jpg", None),
        (None, None),
    ],
)
def test_a_cover_is_the_box_or_the_picture_we_were_shown(image: str | None, key: str | None) -> None:
    game = candidate_of_row(fixture("steam_row") | {"tiny_image": image})
    assert game is not None
    assert game.cover == (Cover(provider="steam", key=key) if key else None)


@pytest.mark.parametrize(
    ("said", "date"), [("Q3 2026", "2026-01-01"), ("Coming soon", None), ("Feb 24, 2022", "2022-02-24"), ("", None)]
)
def test_dates_are_free_text(said: str, date: str | None) -> None:
    game = candidate_of_app(fixture("steam_app") | {"release_date": {"coming_soon": True, "date": said}})
    assert game is not None
    assert (str(game.released.value) if game.released else None) == date


async def test_it_is_asked_as_from_one_place_whoever_asks(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"total": 2, "items": [fixture("steam_row"), fixture("steam_row") | {"id": 9, "type": "sub"}]})
    assert [game.title for game in await sources["steam"].search("portal")] == ["Portal 2"]
    assert stub.heard[0].query == {"term": "portal", "l": "english", "cc": "US"}
    assert await sources["steam"].search("portal", None, 2) == []
    assert len(stub.heard) == 1


async def test_a_game_is_fetched_by_its_number(sources: dict[str, Source], stub: Stub) -> None:
    stub.says(200, {"620": {"success": True, "data": fixture("steam_app")}})
    assert (await sources["steam"].fetch("620")).creators == ("Valve",)
    assert stub.heard[0].query == {"appids": "620", "l": "english", "cc": "US"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"620": {"success": False}}, "not_found"),
        (200, {"620": {"success": True, "data": fixture("steam_app") | {"type": "dlc"}}}, "not_found"),
        (200, {"620": []}, "unreadable"),
        (200, b"null", "rate_limited"),
        (429, b"null", "rate_limited"),
        (403, b"<html>", "rate_limited"),
        (502, b"<html>", "down"),
    ],
)
async def test_each_trouble_has_its_kind(
    sources: dict[str, Source], stub: Stub, status: int, body: object, kind: str
) -> None:
    stub.says(status, body)
    with pytest.raises(SourceDown) as down:
        await sources["steam"].fetch("620")
    assert down.value.kind == kind
