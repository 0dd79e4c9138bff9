from typing import Any

import httpx
import pytest

from tests.sandbox.asking import itunes
from tests.sandbox.conftest import recorded


async def first(box: httpx.AsyncClient, term: str, **params: Any) -> Any:
    return (await itunes(box, "search", term=term, **params))["results"][0]


async def test_the_answer_begins_with_empty_lines_and_is_called_a_script(box: httpx.AsyncClient) -> None:
    answer = await box.get("/itunes/search?term=radiohead")
    assert answer.text.startswith("\n\n\n{")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    nothing = await itunes(box, "search", term="qqqqq")
    assert nothing == recorded("itunes/lookup_upc_075678317729_b.json")


async def test_songs_look_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    song = await first(box, "paranoid android", entity="song")
    assert set(song) == set(recorded("itunes/search_song_jack_johnson_2021.json")["results"][0])
    assert (song["collectionName"], song["trackNumber"], song["trackTimeMillis"]) == ("OK Computer", 2, 383_000)
    assert song["artworkUrl100"].endswith("/100x100bb.jpg")


async def test_albums_look_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    album = await first(box, "kid a", entity="album")
    assert set(album) == set(recorded("itunes/lookup_amgAlbumId_15197.json")["results"][0]) - {"amgArtistId"}


async def test_films_look_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    film = await first(box, "blade runner", media="movie")
    rows = recorded("itunes/search_media_all_term_Michael_20Jackson.json")["results"]
    kinds = [row for row in rows if row.get("kind") == "feature-movie"]
    assert set(film) - {"artistViewUrl"} <= {key for row in kinds for key in row}
    assert film["kind"] == "feature-movie"
    assert isinstance(film["trackTimeMillis"], float)


async def test_books_look_like_the_recorded_ones_and_have_no_wrapper(box: httpx.AsyncClient) -> None:
    book = await first(box, "the lord of the rings", media="ebook")
    assert set(book) == set(recorded("itunes/lookup_isbn_9780316069359.json")["results"][0])
    assert book["artistName"] == "J.\u00a0R.\u00a0R. Tolkien"


async def test_a_series_is_sold_by_the_season(box: httpx.AsyncClient) -> None:
    season = await first(box, "breaking bad", media="tvShow", entity="tvSeason")
    assert (season["artistName"], season["collectionName"]) == ("Breaking Bad", "Breaking Bad, Season 1")


async def test_what_is_not_sold_alone_costs_less_than_nothing(box: httpx.AsyncClient) -> None:
    assert (await first(box, "bohemian rhapsody", entity="song"))["trackPrice"] == -1.0


async def test_media_and_entity_choose_the_kinds(box: httpx.AsyncClient) -> None:
    kinds = {
        row.get("kind", row.get("collectionType")) for row in (await itunes(box, "search", term="dune"))["results"]
    }
    assert {"ebook", "feature-movie", "Album"} <= kinds
    music = (await itunes(box, "search", term="dune", media="music"))["results"]
    assert {row["wrapperType"] for row in music} == {"collection"}
    artist = await first(box, "radiohead", entity="musicArtist")
    assert set(artist) == set(recorded("itunes/lookup_amgArtistId_792844.json")["results"][0]) - {"amgArtistId"}
    assert (await box.get("/itunes/search?term=dune&media=sculpture")).status_code == 400


async def test_pages_follow_each_other(box: httpx.AsyncClient) -> None:
    whole, part = [(await itunes(box, "search", term="the", limit=n, offset=start)) for n, start in ((200, 0), (5, 5))]
    assert part["results"] == whole["results"][5:10]
    assert part["resultCount"] == 5


async def test_lookups_go_by_id_and_isbn(box: httpx.AsyncClient) -> None:
    album = await first(box, "ok computer", entity="album")
    assert (await itunes(box, "lookup", id=album["collectionId"]))["results"] == [album]
    rows = (await itunes(box, "lookup", id=album["collectionId"], entity="song"))["results"]
    assert [row.get("trackName") for row in rows] == [None, "Paranoid Android"]
    assert (await itunes(box, "lookup", isbn="9780441013593"))["results"][0]["trackName"] == "Dune"
    assert (await itunes(box, "lookup", upc="5024545486520"))["resultCount"] == 0


@pytest.mark.parametrize("path", ["", "x", "search/more"])
async def test_other_paths_are_not_there(box: httpx.AsyncClient, path: str) -> None:
    assert (await box.get(f"/itunes/{path}")).status_code == 404
