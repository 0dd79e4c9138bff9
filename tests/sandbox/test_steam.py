import httpx
import pytest

from tests.sandbox.asking import steam
from tests.sandbox.conftest import recorded


async def test_a_search_looks_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    found = (await steam(box, "storesearch/", term="elden ring")).json()
    assert set(found) == set(recorded("steam/storesearch_l4d2.json"))
    assert set(found["items"][0]) == set(recorded("steam/storesearch_l4d2.json")["items"][0])
    assert (found["items"][0]["id"], found["items"][0]["metascore"]) == (1245620, "95")
    plain = (await steam(box, "storesearch/", term="dune")).json()["items"][0]
    assert set(plain) == set(recorded("steam/storesearch_excerpt.json")["items"][0])
    assert plain["metascore"] == ""


async def test_what_is_sold_for_a_game_is_an_app_too(box: httpx.AsyncClient) -> None:
    items = (await steam(box, "storesearch/", term="elden ring")).json()["items"]
    assert {item["type"] for item in items} == {"app"}
    kinds = [(await steam(box, "appdetails", appids=item["id"])).json()[str(item["id"])]["data"] for item in items]
    assert [data["type"] for data in kinds] == ["game", "dlc"]


async def test_ten_at_the_most_whatever_is_asked(box: httpx.AsyncClient) -> None:
    found = (await steam(box, "storesearch/", term="e", count=50)).json()
    assert found["total"] == len(found["items"]) <= 10
    assert (await steam(box, "storesearch/", term="qqqqq")).json() == {"total": 0, "items": []}


async def test_an_apps_details_look_like_the_recorded_ones(box: httpx.AsyncClient) -> None:
    found = (await steam(box, "appdetails", appids=1245620)).json()["1245620"]
    real = recorded("steam/appdetails_1245620_excerpt.json")["1245620"]
    assert set(found) == set(real)
    assert set(real["data"]) <= set(found["data"])
    assert set(found["data"]["genres"][0]) == set(real["data"]["genres"][0])
    assert found["data"]["header_image"].startswith(real["data"]["header_image"])
    assert (found["data"]["required_age"], found["data"]["mac_requirements"]) == ("18", [])


async def test_an_unknown_app_has_no_success(box: httpx.AsyncClient) -> None:
    assert (await steam(box, "appdetails", appids=999999999)).json() == recorded(
        "steam/appdetails_missing_template.json"
    )


async def test_several_apps_are_told_their_prices_only(box: httpx.AsyncClient) -> None:
    refused = await steam(box, "appdetails", appids="620,400")
    assert (refused.status_code, refused.json()) == (400, None)
    found = (await steam(box, "appdetails", appids="620,400", filters="price_overview")).json()
    assert set(found) == {"620", "400"}
    assert set(found["620"]["data"]) == {"price_overview"}


@pytest.mark.parametrize(
    ("params", "date", "currency"),
    [
        ({"cc": "us", "l": "english"}, "Feb 25, 2022", "USD"),
        ({"cc": "gb", "l": "english"}, "25 Feb, 2022", "GBP"),
        ({"cc": "", "l": ""}, "25 lutego 2022", "PLN"),
    ],
)
async def test_dates_and_prices_are_the_countrys(
    box: httpx.AsyncClient, params: dict[str, str], date: str, currency: str
) -> None:
    data = (await steam(box, "appdetails", appids=1245620, **params)).json()["1245620"]["data"]
    assert (data["release_date"]["date"], data["price_overview"]["currency"]) == (date, currency)


async def test_the_list_of_all_apps_is_gone(box: httpx.AsyncClient) -> None:
    answer = await box.get("/steam/ISteamApps/GetAppList/v2/")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")
