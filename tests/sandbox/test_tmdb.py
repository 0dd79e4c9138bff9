import httpx
import pytest

from tests.sandbox.asking import tmdb
from tests.sandbox.conftest import recorded


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"params": {"api_key": ""}},
        {"params": {"api_key": "wrong"}},
        {"headers": {"Authorization": "Bearer wrong"}},
    ],
)
async def test_a_missing_or_wrong_key_is_refused(box: httpx.AsyncClient, asked: dict[str, dict[str, str]]) -> None:
    answer = await box.get("/tmdb/3/authentication", **asked)  # type: ignore[arg-type]
    assert answer.status_code == 401
    assert answer.json() == recorded("tmdb/error_status_401.json")


async def test_a_key_may_be_a_token_or_a_parameter(box: httpx.AsyncClient) -> None:
    assert (await tmdb(box, "/authentication")).json()["success"] is True
    assert (await box.get("/tmdb/3/authentication?api_key=sandbox")).status_code == 200


@pytest.mark.parametrize("path", ["/movie/1", "/tv/438631", "/nowhere", "/movie/438631/nothing"])
async def test_what_is_not_there_is_error_34(box: httpx.AsyncClient, path: str) -> None:
    answer = await tmdb(box, path)
    assert answer.status_code == 404
    assert answer.json() == recorded("tmdb/error_status_response.json")


@pytest.mark.parametrize("page", ["0", "501", "x", "²"])
async def test_pages_run_from_1_to_500(box: httpx.AsyncClient, page: str) -> None:
    answer = await tmdb(box, "/search/movie", query="dune", page=page)
    assert answer.status_code == 400
    assert answer.json() == recorded("tmdb/error_status_400.json")


async def test_twenty_to_a_page(box: httpx.AsyncClient) -> None:
    first, second = [(await tmdb(box, "/search/multi", query="the", page=page)).json() for page in (1, 2)]
    assert len(first["results"]) == 20
    assert first["total_pages"] == 2
    assert first["total_results"] == 20 + len(second["results"])
    assert not {row["id"] for row in first["results"]} & {row["id"] for row in second["results"]}


async def test_nothing_found_is_one_empty_page(box: httpx.AsyncClient) -> None:
    found = (await tmdb(box, "/search/multi", query="qqqqq")).json()
    assert found == {"page": 1, "results": [], "total_pages": 1, "total_results": 0}


async def test_people_are_among_the_results_of_multi(box: httpx.AsyncClient) -> None:
    rows = (await tmdb(box, "/search/multi", query="kubrick")).json()["results"]
    person = next(row for row in rows if row["media_type"] == "person")
    assert person["known_for"]
    assert not {"title", "poster_path", "release_date", "overview"} & set(person)


async def test_a_year_narrows_the_search(box: httpx.AsyncClient) -> None:
    for name in ("year", "primary_release_year"):
        rows = (await tmdb(box, "/search/movie", query="dune", **{name: 1984})).json()["results"]
        assert [row["id"] for row in rows] == [841]
    rows = (await tmdb(box, "/search/tv", query="the office", first_air_date_year=2001)).json()["results"]
    assert [row["id"] for row in rows] == [2996]


async def test_the_same_number_is_a_film_and_a_series(box: httpx.AsyncClient) -> None:
    assert (await tmdb(box, "/movie/1398")).json()["title"] == "Stalker"
    assert (await tmdb(box, "/tv/1398")).json()["name"] == "The Sopranos"


async def test_details_carry_what_was_appended_to_them(box: httpx.AsyncClient) -> None:
    parts = "external_ids,credits,alternative_titles,release_dates,keywords"
    film = (await tmdb(box, "/movie/438631", append_to_response=parts)).json()
    assert film["external_ids"]["imdb_id"] == film["imdb_id"] == "tt1160419"
    assert [row["name"] for row in film["credits"]["crew"]] == ["Denis Villeneuve"]
    assert film["alternative_titles"]["titles"][0]["title"] == "Dune: Part One"
    series = (await tmdb(box, "/tv/94605", append_to_response="external_ids,content_ratings")).json()
    assert series["external_ids"]["imdb_id"] == "tt11126994"
    assert series["seasons"][0]["name"] == "Specials"
    assert sum(season["episode_count"] for season in series["seasons"][1:]) == series["number_of_episodes"]


async def test_more_than_twenty_appends_are_error_27(box: httpx.AsyncClient) -> None:
    answer = await tmdb(box, "/movie/438631", append_to_response=",".join(["credits"] * 21))
    assert (answer.status_code, answer.json()["status_code"]) == (400, 27)


async def test_absent_text_is_empty_and_an_absent_picture_null(box: httpx.AsyncClient) -> None:
    row = (await tmdb(box, "/search/movie", query="the day the clown cried")).json()["results"][0]
    assert (row["release_date"], row["overview"], row["poster_path"], row["vote_count"]) == ("", "", None, 0)
    assert (await tmdb(box, f"/movie/{row['id']}")).json()["imdb_id"] is None


async def test_text_that_is_not_translated_is_empty(box: httpx.AsyncClient) -> None:
    film = (await tmdb(box, "/movie/346", language="ja")).json()
    assert (film["title"], film["overview"]) == ("七人の侍", "")
    assert (await tmdb(box, "/movie/346")).json()["title"] == "Seven Samurai"


async def test_works_are_found_by_imdb_id(box: httpx.AsyncClient) -> None:
    found = (await tmdb(box, "/find/tt3581920", external_source="imdb_id")).json()
    assert [row["name"] for row in found["tv_results"]] == ["The Last of Us"]
    nothing = await tmdb(box, "/find/tt10751754", external_source="imdb_id")
    assert nothing.json() == recorded("tmdb/find_imdb_none.json")


async def test_films_have_the_recorded_genres(box: httpx.AsyncClient) -> None:
    assert (await tmdb(box, "/genre/movie/list")).json() == recorded("tmdb/genre_movie_list.json")


async def test_an_answer_already_had_is_not_sent_again(box: httpx.AsyncClient) -> None:
    first = await tmdb(box, "/movie/841")
    headers = {"Authorization": "Bearer sandbox", "If-None-Match": first.headers["etag"]}
    again = await box.get("/tmdb/3/movie/841", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
