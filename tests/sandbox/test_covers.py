import xml.etree.ElementTree as ET

import httpx
import pytest

from sandbox.lastfm import STAR
from tests.sandbox.asking import google, igdb, lastfm, tmdb


async def size(box: httpx.AsyncClient, path: str) -> tuple[int, int]:
    answer = await box.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "image/svg+xml"
    picture = ET.fromstring(answer.text)
    return int(picture.attrib["width"]), int(picture.attrib["height"])


async def test_google_has_two_sizes_and_a_placeholder(box: httpx.AsyncClient) -> None:
    link = (await google(box, q="isbn:9780441013593")).json()["items"][0]["volumeInfo"]["imageLinks"]["thumbnail"]
    assert link.startswith("http://books.google.com/books/content?")
    path = link.replace("http://books.google.com", "/google-books-covers")
    assert await size(box, path) == (128, 192)
    assert "Dune" in (await box.get(path)).text
    assert ">image not<" in (await box.get(path.replace("zoom=1", "zoom=3"))).text


async def test_tmdb_has_posters_and_backdrops(box: httpx.AsyncClient) -> None:
    film = (await tmdb(box, "/movie/194")).json()
    assert await size(box, f"/tmdb-covers/t/p/w342{film['poster_path']}") == (342, 513)
    assert await size(box, f"/tmdb-covers/t/p/original{film['poster_path']}") == (1000, 1500)
    assert await size(box, f"/tmdb-covers/t/p/w1280{film['backdrop_path']}") == (1280, 720)


async def test_igdb_has_its_sizes_and_their_doubles(box: httpx.AsyncClient) -> None:
    key = (await igdb(box, "games", "fields cover.image_id; where id = 72;")).json()[0]["cover"]["image_id"]
    assert await size(box, f"/igdb-covers/igdb/image/upload/t_cover_big/{key}.jpg") == (264, 374)
    assert await size(box, f"/igdb-covers/igdb/image/upload/t_cover_big_2x/{key}.webp") == (528, 748)


async def test_lastfm_has_squares_and_the_star(box: httpx.AsyncClient) -> None:
    album = (await lastfm(box, "album.getInfo", artist="Björk", album="Homogenic")).json()["album"]
    link = album["image"][3]["#text"]
    assert link.startswith("https://lastfm.freetls.fastly.net/i/u/300x300/")
    assert await size(box, link.replace("https://lastfm.freetls.fastly.net", "/lastfm-covers")) == (300, 300)
    assert await size(box, f"/lastfm-covers/i/u/64s/{STAR}.png") == (64, 64)


@pytest.mark.parametrize(
    "path",
    [
        "/google-books-covers/books",
        "/tmdb-covers/t/p/w342/none.jpg",
        "/tmdb-covers/t/p/w1/none.jpg",
        "/igdb-covers/igdb/image/upload/t_huge/co1.jpg",
        "/lastfm-covers/i/u/300x300/none.png",
    ],
)
async def test_what_is_no_picture_is_not_found(box: httpx.AsyncClient, path: str) -> None:
    assert (await box.get(path)).status_code == 404
