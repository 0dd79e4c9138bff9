import httpx
import pytest

from sandbox.google_books import volume_id
from sandbox.works import Book, find, works_of
from tests.sandbox.asking import google
from tests.sandbox.conftest import recorded


def book(title: str) -> Book:
    return find(works_of(Book), title)[0]


async def test_without_a_key_the_quota_is_none(box: httpx.AsyncClient) -> None:
    answer = await google(box, q="dune", key="")
    assert answer.status_code == 429
    assert answer.json() == recorded("google-books/error_429_keyless_quota_zero.json")


async def test_a_wrong_key_is_a_bad_request(box: httpx.AsyncClient) -> None:
    answer = await google(box, q="dune", key="wrong")
    assert answer.status_code == 400
    assert answer.json() == recorded("google-books/error_400_keyInvalid_template.json")


async def test_the_key_may_come_as_a_header(box: httpx.AsyncClient) -> None:
    headers = {"X-Goog-Api-Key": "sandbox"}
    assert (await box.get("/google-books/v1/volumes?q=dune", headers=headers)).status_code == 200


async def test_nothing_found_has_no_items(box: httpx.AsyncClient) -> None:
    answer = await google(box, q="isbn:9780140328721")
    assert answer.json() == recorded("google-books/search_empty_isbn_no_items.json")


async def test_an_unknown_volume_is_not_found(box: httpx.AsyncClient) -> None:
    answer = await google(box, "/volumes/zzzzzz")
    assert answer.status_code == 404
    assert answer.json() == recorded("google-books/error_404_notFound_template.json")


@pytest.mark.parametrize("params", [{}, {"q": " "}, {"q": "a", "maxResults": 41}, {"q": "a", "startIndex": -1}])
async def test_bad_parameters_are_bad_requests(box: httpx.AsyncClient, params: dict[str, str]) -> None:
    answer = await google(box, **params)
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["locationType"] == "parameter"


async def test_pages_follow_each_other_until_one_is_short(box: httpx.AsyncClient) -> None:
    starts = (0, 20, 40, 60, 80)
    pages = [(await google(box, q="subject:fiction", maxResults=20, startIndex=start)).json() for start in starts]
    titles = [item["id"] for page in pages for item in page.get("items", [])]
    assert len(titles) == len(set(titles)) > 60
    assert "items" not in pages[-1]


async def test_the_total_is_no_count_of_pages(box: httpx.AsyncClient) -> None:
    totals = {(await google(box, q="subject:fiction", startIndex=start)).json()["totalItems"] for start in (0, 10, 20)}
    assert len(totals) == 3


@pytest.mark.parametrize(
    "query",
    [
        "isbn:9780441013593",
        "isbn:0441013597",
        "intitle:dune inauthor:herbert",
        'intitle:"dune" inauthor:"frank herbert"',
        "dune inpublisher:ace",
    ],
)
async def test_operators_narrow_the_search(box: httpx.AsyncClient, query: str) -> None:
    items = (await google(box, q=query)).json()["items"]
    assert items[0]["id"] == volume_id(book("dune"))


async def test_a_language_can_be_asked_for(box: httpx.AsyncClient) -> None:
    items = (await google(box, q="Gabriel García Márquez", langRestrict="es")).json()["items"]
    assert [item["volumeInfo"]["title"] for item in items] == ["Cien años de soledad"]


async def test_only_the_named_fields_are_sent(box: httpx.AsyncClient) -> None:
    fields = "totalItems,items(id,volumeInfo(title,imageLinks/thumbnail))"
    found = (await google(box, q="isbn:9780441013593", fields=fields)).json()
    assert set(found) == {"totalItems", "items"}
    assert set(found["items"][0]) == {"id", "volumeInfo"}
    assert set(found["items"][0]["volumeInfo"]) == {"title", "imageLinks"}
    assert set(found["items"][0]["volumeInfo"]["imageLinks"]) == {"thumbnail"}


async def test_detail_says_more_than_a_hit_and_says_it_otherwise(box: httpx.AsyncClient) -> None:
    hit = (await google(box, q="isbn:9780441013593")).json()["items"][0]
    detail = (await google(box, f"/volumes/{hit['id']}")).json()
    assert hit["volumeInfo"]["categories"] == ["Fiction"]
    assert detail["volumeInfo"]["categories"][0] == "Fiction / Science Fiction / General"
    assert detail["volumeInfo"]["description"].startswith("<p>")
    assert "printedPageCount" not in hit["volumeInfo"]


async def test_what_is_unknown_has_no_key(box: httpx.AsyncClient) -> None:
    hit = (await google(box, q="ألف ليلة وليلة")).json()["items"][0]
    assert not {"authors", "publishedDate", "pageCount", "imageLinks"} & set(hit["volumeInfo"])
    assert hit["volumeInfo"]["industryIdentifiers"][0]["type"] == "OTHER"
