import httpx
import pytest

from tests.sandbox.asking import tvmaze
from tests.sandbox.conftest import recorded


async def test_a_show_looks_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    rows = (await tvmaze(box, "/search/shows", q="the")).json()
    real = recorded("tvmaze/search_shows_girls.json")[0]
    for row in rows:
        assert set(row) == set(real)
        assert set(row["show"]) == set(real["show"])
        assert set(row["show"]["_links"]) <= {"self", "previousepisode", "nextepisode"}
        assert set(row["show"]["image"]) == set(real["show"]["image"])
        assert set(row["show"]["externals"]) == set(real["show"]["externals"])
    network = next(row["show"]["network"] for row in rows if row["show"]["network"])
    assert set(network) == set(real["show"]["network"])
    assert set(network["country"]) == set(real["show"]["network"]["country"])


async def test_a_show_is_broadcast_or_streamed_or_neither_is_known(box: httpx.AsyncClient) -> None:
    names = {}
    for title in ("Breaking Bad", "Arcane", "Cowboy Bebop"):
        show = (await tvmaze(box, "/singlesearch/shows", q=title)).json()
        names[title] = [(show[key] or {}).get("name") for key in ("network", "webChannel")]
    assert names == {"Breaking Bad": ["AMC", None], "Arcane": [None, "Netflix"], "Cowboy Bebop": [None, None]}


async def test_ten_at_the_most_the_best_first(box: httpx.AsyncClient) -> None:
    rows = (await tvmaze(box, "/search/shows", q="e")).json()
    assert len(rows) <= 10
    assert all(0 < row["score"] < 1 for row in rows)
    assert (await tvmaze(box, "/search/shows", q="qqqqq")).json() == []


async def test_one_that_is_not_there_has_an_empty_body(box: httpx.AsyncClient) -> None:
    answer = await tvmaze(box, "/singlesearch/shows", q="qqqqq")
    assert (answer.status_code, answer.content) == (404, b"")


async def test_what_is_embedded_looks_like_the_recorded(box: httpx.AsyncClient) -> None:
    show = (await box.get("/tvmaze/shows/169?embed[]=seasons&embed[]=episodes&embed[]=cast")).json()
    assert set(show["_embedded"]) == {"seasons", "episodes", "cast"}
    real = recorded("tvmaze/shows_13_embed_seasons.json")["_embedded"]["seasons"][0]
    assert set(show["_embedded"]["seasons"][0]) == set(real)
    assert len(show["_embedded"]["seasons"]) == 5
    assert set(recorded("tvmaze/episodebynumber_200.json")) <= set(show["_embedded"]["episodes"][0])
    assert show["_embedded"]["seasons"] == (await tvmaze(box, "/shows/169/seasons")).json()
    assert "_embedded" not in (await tvmaze(box, "/shows/169")).json()


async def test_an_imdb_id_leads_to_its_show(box: httpx.AsyncClient) -> None:
    answer = await tvmaze(box, "/lookup/shows", imdb="tt0903747")
    assert answer.status_code == 301
    assert (await box.get(answer.headers["location"])).json()["name"] == "Breaking Bad"
    assert (await tvmaze(box, "/lookup/shows", imdb="tt0000000")).status_code == 404


async def test_summaries_are_html_or_null(box: httpx.AsyncClient) -> None:
    summaries = {row["show"]["summary"] for row in (await tvmaze(box, "/search/shows", q="the")).json()}
    assert all(text is None or text.startswith("<p>") for text in summaries)


async def test_shows_come_in_pages_until_there_is_none(box: httpx.AsyncClient) -> None:
    assert "Breaking Bad" in [show["name"] for show in (await tvmaze(box, "/shows", page=0)).json()]
    assert (await tvmaze(box, "/shows", page=9)).status_code == 404


@pytest.mark.parametrize("path", ["/shows/1", "/shows/169/nothing", "/nowhere"])
async def test_not_found_is_worded_as_recorded(box: httpx.AsyncClient, path: str) -> None:
    answer = await tvmaze(box, path)
    assert answer.status_code == 404
    assert answer.json() == recorded("tvmaze/episodebynumber_404.json") | {"message": ""}
