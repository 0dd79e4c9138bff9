"""What the sandbox knows, and that all of it can be found."""

import json
import re

import httpx

from sandbox.google_books import isbn10, volume_id
from sandbox.musicbrainz_records import groups, recordings
from sandbox.open_library_records import edition_id, volumes
from sandbox.wikidata_items import items
from sandbox.works import Album, Book, Film, Game, Screen, Series, Track, Work, find, works_of
from tests.sandbox.asking import google, igdb, itunes, lastfm, musicbrainz, open_library, steam, tmdb, tvmaze, wikidata


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


async def test_every_book_is_found_at_open_library(box: httpx.AsyncClient) -> None:
    for volume in volumes():
        for book in volume.editions:
            asked = {"title" if len(book.title) < 3 else "q": book.title, "fields": "edition_key"}
            docs = (await open_library(box, **asked)).json()["docs"]
            assert any(edition_id(book) in doc["edition_key"] for doc in docs), book.title
    assert sum(len(volume.editions) for volume in volumes()) == len(works_of(Book))


async def test_every_series_is_found_at_tvmaze(box: httpx.AsyncClient) -> None:
    for series in works_of(Series):
        for query in filter(None, (series.title, series.original)):
            rows = (await tvmaze(box, "/search/shows", q=query)).json()
            assert (series.title, series.released) in [(r["show"]["name"], r["show"]["premiered"]) for r in rows], query


async def test_every_item_is_found_at_wikidata_by_its_label(box: httpx.AsyncClient) -> None:
    for item in items().values():
        asked = {"search": item.labels["en"], "language": "en", "limit": 50}
        rows = (await wikidata(box, "wbsearchentities", **asked)).json()["search"]
        assert item.number in [row["id"] for row in rows], item.labels


async def test_every_film_is_found_at_wikidata_by_its_titles(box: httpx.AsyncClient) -> None:
    for film in works_of(Film):
        for title in filter(None, (film.title, film.original, *film.also)):
            asked = {"srsearch": f"haswbstatement:P31=Q11424|P31=Q29168811 {title}", "srlimit": 50}
            found = (await wikidata(box, "query", list="search", **asked)).json()["query"]["search"]
            assert film.title in [items()[row["title"]].labels["en"] for row in found], title


async def test_every_game_that_is_sold_there_is_found_at_steam(box: httpx.AsyncClient) -> None:
    sold = [game for game in works_of(Game) if game.steam]
    assert len(sold) >= 20
    for game in sold:
        found = (await steam(box, "storesearch/", term=game.title)).json()["items"]
        assert game.steam in [item["id"] for item in found], game.title


async def test_every_album_and_track_is_found_at_musicbrainz(box: httpx.AsyncClient) -> None:
    for entity, field, known in (("release-group", "releasegroup", groups()), ("recording", "recording", recordings())):
        for each in known:
            title = re.sub(r'(["\\])', r"\\\1", each.work.title)
            found = (await musicbrainz(box, entity, query=f'{field}:"{title}"', limit=100)).json()
            assert each.mbid in [row["id"] for row in found[f"{entity}s"]], each.work.title


async def test_every_work_but_games_is_found_at_itunes(box: httpx.AsyncClient) -> None:
    names = {Album: "collectionName", Book: "trackName", Film: "trackName", Track: "trackName"}
    entities = {Album: "album", Book: "ebook", Film: "movie", Track: "song"}
    for work in works_of(Work):
        if type(work) in names:
            asked = {"term": work.title, "entity": entities[type(work)], "limit": 200}
            rows = (await itunes(box, "search", **asked))["results"]
            assert work.title in [row[names[type(work)]] for row in rows], work.title
    for series in works_of(Series):
        rows = (await itunes(box, "search", term=series.title, media="tvShow", limit=200))["results"]
        assert series.title in [row["artistName"] for row in rows], series.title
