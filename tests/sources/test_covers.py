"""A cover is found from its key."""

import pytest

from app.kit.settings import read_settings
from app.sources.covers import cover_hosts, cover_url

SETTINGS = read_settings(google_books_covers_url="http://127.0.0.1:9/google", tmdb_covers_url="https://image.tmdb.org/")


@pytest.mark.parametrize(
    ("provider", "key", "url"),
    [
        (
            "google_books",
            "B1hSG45JCX4C",
            "http://127.0.0.1:9/google/books/content?id=B1hSG45JCX4C&printsec=frontcover&img=1&zoom=1&source=gbs_api",
        ),
        ("tmdb", "abc.jpg", "https://image.tmdb.org/t/p/w342/abc.jpg"),
        ("igdb", "co1wyy", "https://images.igdb.com/igdb/image/upload/t_cover_big/co1wyy.jpg"),
        ("lastfm", "0123.png", "https://lastfm.freetls.fastly.net/i/u/300x300/0123.png"),
        ("tmdb", "../../x?y#z", "https://image.tmdb.org/t/p/w342/..%2F..%2Fx%3Fy%23z"),
        ("nobody", "x", None),
    ],
)
def test_each_provider_has_its_address(provider: str, key: str, url: str | None) -> None:
    assert cover_url(SETTINGS, provider, key) == url


def test_sizes_differ() -> None:
    assert cover_url(SETTINGS, "tmdb", "a.jpg", "small") == "https://image.tmdb.org/t/p/w154/a.jpg"
    assert cover_url(SETTINGS, "igdb", "a", "large") == "https://images.igdb.com/igdb/image/upload/t_cover_big_2x/a.jpg"


def test_the_policy_names_each_origin_once() -> None:
    assert cover_hosts(SETTINGS) == (
        "http://127.0.0.1:9",
        "https://image.tmdb.org",
        "https://images.igdb.com",
        "https://lastfm.freetls.fastly.net",
    )
