"""What the sandbox knows, and that all of it can be found."""

import json
import re

import httpx

from sandbox.google_books import isbn10, volume_id
from sandbox.works import Album, Book, Film, Game, Screen, Series, Track, Work, find, works_of
from tests.sandbox.asking import google, igdb, lastfm, tmdb


def test_there_are_two_hundred_works_or_more_in_all_media() -> None:
    assert len(works_of(Work)) >= 200
    assert all(len(works_of(kind)) >= 20 for kind in (Book, Film, Series, Game, Album, Track))


def test_no_two_works_are_the_same() -> None:
    for kind in (Book, Screen, Game, Album, Track):
        assert len({work.key for work in works_of(kind)}) == len(works_of(kind))
    assert len({work.number() for work in works_of(Work)}) == len(works_of(Work))
    assert len({volume_id(book) for book in works_of(Book)}) == len(works_of(Book))


def test_every_isbn_has_its_check_digit() -> None:
    for isbn in filter(None, (book.isbn for book in works_of(Book))):
        assert re.fullmatch(r"97[89]\d{10}", isbn)
        assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(isbn)) % 10 == 0, isbn


def test_an_isbn_13_has_its_isbn_10() -> None:
    assert isbn10("9780975686263") == "0975686267"
    assert isbn10("9780375714573") == "037571457X"
    assert isbn10("9791234567896") == ""


def test_imdb_and_tmdb_numbers_are_used_once() -> None:
    imdb = [work.imdb for work in works_of(Screen) if work.imdb]
    assert len(imdb) == len(set(imdb))
    assert all(re.fullmatch(r"tt\d{7,8}", number) for number in imdb)
    for kind in (Film, Series):
        numbers = [work.tmdb for work in works_of(kind) if work.tmdb]
        assert len(numbers) == len(set(numbers))


def test_dates_are_as_precise_as_known() -> None:
    assert all(re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", work.released) for work in works_of(Work))


def test_dune_is_a_book_two_films_a_game_and_two_soundtracks() -> None:
    found = {(type(work).__name__, work.year) for work in find(works_of(Work), "dune")}
    assert {("Book", 2005), ("Film", 1984), ("Film", 2021), ("Game", 1992), ("Album", 1984), ("Album", 2021)} <= found


def test_search_folds_accents_case_and_punctuation() -> None:
    for query in ("amelie", "AMÉLIE", "Amélie!", "le fabuleux destin"):
        assert find(works_of(Film), query)[0].title == "Amélie"
    assert find(works_of(Book), "étranger")[0].title == "L'Étranger"
    assert find(works_of(Book), "hitchhikers guide")[0].creators == ("Douglas Adams",)
    assert find(works_of(Screen), "侍")[0].title == "Seven Samurai"


def test_an_exact_title_comes_before_a_longer_and_a_more_popular_one() -> None:
    assert [film.title for film in find(works_of(Film), "dune")] == ["Dune", "Dune", "Dune: Part Two"]
    assert find(works_of(Film), "m")[0].title == "M"


async def test_every_book_is_found_by_its_title(box: httpx.AsyncClient) -> None:
    for book in works_of(Book):
        answer = await google(box, q=book.title, maxResults=40)
        assert volume_id(book) in [item["id"] for item in answer.json()["items"]], book.title


async def test_every_film_and_series_is_found_by_its_titles(box: httpx.AsyncClient) -> None:
    for work in works_of(Screen):
        kind, title, date = (
            ("movie", "title", "release_date") if isinstance(work, Film) else ("tv", "name", "first_air_date")
        )
        for query in filter(None, (work.title, work.original)):
            for path in (kind, "multi"):
                rows = (await tmdb(box, f"/search/{path}", query=query)).json()["results"]
                assert (work.title, work.released) in [(row.get(title), row.get(date)) for row in rows], query


async def test_every_game_is_found_by_its_names(box: httpx.AsyncClient) -> None:
    for game in works_of(Game):
        for query in (game.title, *game.also):
            rows = (
                await igdb(box, "games", f"search {json.dumps(query, ensure_ascii=False)}; fields name; limit 500;")
            ).json()
            assert game.title in [row["name"] for row in rows], query


async def test_every_album_and_track_is_found_by_its_title(box: httpx.AsyncClient) -> None:
    for work in (*works_of(Album), *works_of(Track)):
        kind = type(work).__name__.lower()
        results = (await lastfm(box, f"{kind}.search", **{kind: work.title})).json()["results"]
        rows = results[f"{kind}matches"][kind]
        names = [(row["name"], row["artist"]) for row in (rows if isinstance(rows, list) else [rows])]
        assert (work.title, " & ".join(work.creators)) in names, work.title
