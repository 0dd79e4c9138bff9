import io

import httpx
import pytest
from PIL import Image

from sandbox.musicbrainz_records import groups
from tests.sandbox.conftest import recorded, recorded_text

OK_COMPUTER = "/cover-art/release-group/b1392450-e666-3926-a536-22c65f834433"


@pytest.mark.parametrize(("name", "width"), [("front-250", 250), ("front-500", 500), ("front", 1500)])
async def test_the_front_lies_elsewhere(box: httpx.AsyncClient, name: str, width: int) -> None:
    answer = await box.get(f"{OK_COMPUTER}/{name}")
    assert answer.status_code == 307
    picture = await box.get(answer.headers["location"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(picture.content)) as drawn:
        assert drawn.size == (width, width)


async def test_an_index_looks_like_the_recorded_one(box: httpx.AsyncClient) -> None:
    index = (await box.get(OK_COMPUTER)).json()
    real = recorded("coverartarchive/release_76df3287_index.json")
    assert set(index) == set(real)
    assert set(index["images"][0]) == set(real["images"][0])
    assert set(index["images"][0]["thumbnails"]) == set(real["images"][0]["thumbnails"])
    small = index["images"][0]["thumbnails"]["small"]
    assert small.startswith("http://coverartarchive.org/")
    assert (await box.get(small.replace("http://coverartarchive.org", "/cover-art"))).status_code == 200


async def test_no_mbid_is_a_page_as_recorded(box: httpx.AsyncClient) -> None:
    answer = await box.get("/cover-art/release/xyz")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html")
    assert answer.text == recorded_text("coverartarchive/error_400_bad_mbid.html")


async def test_what_has_no_cover_is_not_found(box: httpx.AsyncClient) -> None:
    bare = next(group for group in groups() if not group.covered)
    for path in (f"/cover-art/release-group/{bare.mbid}/front-250", f"{OK_COMPUTER}/back", "/cover-art/x"):
        answer = await box.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html")
