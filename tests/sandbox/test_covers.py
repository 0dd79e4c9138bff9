import io
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

from sandbox.lastfm import STAR
from sandbox.wikidata_items import image_of
from sandbox.works import Film, find, works_of
from tests.sandbox.asking import google, igdb, itunes, lastfm, open_library, steam, tmdb, tvmaze


async def size_of(box: httpx.AsyncClient, path: str) -> tuple[int, int]:
    answer = await box.get(path)
    assert answer.status_code == 200, path
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert answer.headers["content-type"] == Image.MIME[picture.format or ""]
        return picture.size


async def test_google_has_two_sizes_and_a_placeholder(box: httpx.AsyncClient) -> None:
    link = (await google(box, q="isbn:9780441013593")).json()["items"][0]["volumeInfo"]["imageLinks"]["thumbnail"]
    assert link.startswith("http://books.google.com/books/content?")
    path = link.replace("http://books.google.com", "/google-books-covers")
    assert await size_of(box, path) == (128, 192)
    assert (await box.get(path)).headers["content-type"] == "image/jpeg"
    assert (await box.get(path.replace("zoom=1", "zoom=3"))).headers["content-type"] == "image/png"


async def test_tmdb_has_posters_and_backdrops(box: httpx.AsyncClient) -> None:
    film = (await tmdb(box, "/movie/194")).json()
    assert await size_of(box, f"/tmdb-covers/t/p/w342{film['poster_path']}") == (342, 513)
    assert await size_of(box, f"/tmdb-covers/t/p/original{film['poster_path']}") == (1000, 1500)
    assert await size_of(box, f"/tmdb-covers/t/p/w1280{film['backdrop_path']}") == (1280, 720)


async def test_igdb_has_its_sizes_and_their_doubles(box: httpx.AsyncClient) -> None:
    key = (await igdb(box, "games", "fields cover.image_id; where id = 72;")).json()[0]["cover"]["image_id"]
    assert await size_of(box, f"/igdb-covers/igdb/image/upload/t_cover_big/{key}.jpg") == (264, 374)
    assert await size_of(box, f"/igdb-covers/igdb/image/upload/t_cover_big_2x/{key}.webp") == (528, 748)


async def test_lastfm_has_squares_and_the_star(box: httpx.AsyncClient) -> None:
    album = (await lastfm(box, "album.getInfo", artist="Björk", album="Homogenic")).json()["album"]
    link = album["image"][3]["#text"]
    assert link.startswith("https://lastfm.freetls.fastly.net/i/u/300x300/")
    assert await size_of(box, link.replace("https://lastfm.freetls.fastly.net", "/lastfm-covers")) == (300, 300)
    assert await size_of(box, f"/lastfm-covers/i/u/64s/{STAR}.png") == (64, 64)


async def test_open_library_has_three_sizes_and_a_blank(box: httpx.AsyncClient) -> None:
    row = (await open_library(box, q="dune")).json()["docs"][0]
    sizes = {size: await size_of(box, f"/open-library-covers/b/id/{row['cover_i']}-{size}.jpg") for size in "SML"}
    assert sizes == {"S": (40, 58), "M": (180, 270), "L": (333, 500)}
    assert await size_of(box, f"/open-library-covers/b/olid/{row['cover_edition_key']}-M.jpg") == (180, 270)
    assert await size_of(box, "/open-library-covers/b/isbn/9780441013593-S.jpg") == (40, 58)
    assert await size_of(box, "/open-library-covers/b/id/1-M.jpg") == (1, 1)


async def test_tvmaze_has_two_sizes(box: httpx.AsyncClient) -> None:
    image = (await tvmaze(box, "/shows/169")).json()["image"]
    sizes = [await size_of(box, link.replace("https://static.tvmaze.com", "/tvmaze-covers")) for link in image.values()]
    assert sizes == [(210, 295), (680, 1000)]


async def test_wikimedia_draws_a_file_as_wide_as_asked(box: httpx.AsyncClient) -> None:
    name = image_of(find(works_of(Film), "inception")[0])
    address = f"/wikimedia-covers/wiki/Special:FilePath/{quote(name)}"
    assert await size_of(box, f"{address}?width=400") == (400, 600)
    assert await size_of(box, address.replace("%20", "_")) == (800, 1200)
    assert await size_of(box, f"{address}?width=4000") == (800, 1200)


async def test_steam_keeps_the_pictures_of_newer_games_below_a_hash(box: httpx.AsyncClient) -> None:
    host = "https://shared.akamai.steamstatic.com"
    folder = "/steam-covers/store_item_assets/steam/apps"
    assert await size_of(box, f"{folder}/1245620/library_600x900.jpg") == (600, 900)
    item = (await steam(box, "storesearch/", term="dune awakening")).json()["items"][0]
    assert await size_of(box, item["tiny_image"].replace(host, "/steam-covers")) == (231, 87)
    assert (await box.get(f"{folder}/{item['id']}/library_600x900.jpg")).status_code == 404


async def test_itunes_draws_any_size_up_to_a_limit(box: httpx.AsyncClient) -> None:
    link = (await itunes(box, "search", term="kid a", entity="album"))["results"][0]["artworkUrl100"]
    path = link.replace("https://is1-ssl.mzstatic.com", "/itunes-covers")
    assert await size_of(box, path) == (100, 100)
    assert await size_of(box, path.replace("100x100bb", "600x600bb")) == (600, 600)
    assert (await box.get(path.replace("100x100bb.jpg", "100000x100000-999.jpg"))).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/google-books-covers/books",
        "/tmdb-covers/t/p/w342/none.jpg",
        "/tmdb-covers/t/p/w1/none.jpg",
        "/igdb-covers/igdb/image/upload/t_huge/co1.jpg",
        "/lastfm-covers/i/u/300x300/none.png",
        "/open-library-covers/b/id/1-M.jpg?default=false",
        "/open-library-covers/b/name/dune-M.jpg",
        "/tvmaze-covers/uploads/images/medium_portrait/0/1.jpg",
        "/wikimedia-covers/wiki/Special:FilePath/none.jpg",
        "/steam-covers/store_item_assets/steam/apps/1/header.jpg",
        "/itunes-covers/image/thumb/Music115/v4/aa/bb/cc/none/source/100x100bb.jpg",
    ],
)
async def test_what_is_no_picture_is_not_found(box: httpx.AsyncClient, path: str) -> None:
    assert (await box.get(path)).status_code == 404
