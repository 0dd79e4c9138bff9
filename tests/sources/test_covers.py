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
        ("open_library", "11481354", "https://covers.openlibrary.org/b/id/11481354-M.jpg?default=false"),
        (
            "wikidata",
            "Dune (film) poster.jpg",
            "https://commons.wikimedia.org/wiki/Special:FilePath/Dune%20%28film%29%20poster.jpg?width=320",
        ),
        (
            "tvmaze",
            "542/1356071.jpg",
            "https://static.tvmaze.com/uploads/images/medium_portrait/542/1356071.jpg",
        ),
        (
            "steam",
            "620/library_600x900.jpg",
            "https://shared.akamai.steamstatic.com/store_item_assets/steam/apps/620/library_600x900.jpg",
        ),
        ("cover_art", "b1392450", "https://coverartarchive.org/release-group/b1392450/front-500"),
        (
            "itunes",
            "Music115/v4/a b/source",
            "https://is1-ssl.mzstatic.com/image/thumb/Music115/v4/a%20b/source/400x400bb.jpg",
        ),
        (
            "steam",
            "../.././/620/x.jpg?y#z",
            "https://shared.akamai.steamstatic.com/store_item_assets/steam/apps/620/x.jpg%3Fy%23z",
        ),
        ("nobody", "x", None),
    ],
)
def test_each_provider_has_its_address(provider: str, key: str, url: str | None) -> None:
    assert cover_url(SETTINGS, provider, key) == url


def test_sizes_differ() -> None:
    assert cover_url(SETTINGS, "tmdb", "a.jpg", "small") == "https://image.tmdb.org/t/p/w154/a.jpg"
    assert cover_url(SETTINGS, "igdb", "a", "large") == "https://images.igdb.com/igdb/image/upload/t_cover_big_2x/a.jpg"


def test_the_policy_names_each_origin_once() -> None:
    hosts = cover_hosts(SETTINGS)
    assert len(hosts) == len(set(hosts))
    assert {host for host in hosts if not host.startswith("https://")} == {"http://127.0.0.1:9"}
    assert {"https://image.tmdb.org", "https://covers.openlibrary.org", "https://is1-ssl.mzstatic.com"} <= set(hosts)


def test_the_policy_names_where_covers_are_sent_on_to() -> None:
    assert {"https://archive.org", "https://*.archive.org", "https://upload.wikimedia.org"} <= set(
        cover_hosts(SETTINGS)
    )


def test_a_provider_elsewhere_sends_nowhere_on() -> None:
    base = "http://127.0.0.1:9"
    elsewhere = dict.fromkeys(("open_library_covers_url", "cover_art_url", "wikimedia_covers_url"), base)
    hosts = cover_hosts(read_settings(**elsewhere))
    assert not [host for host in hosts if "archive.org" in host or "wikimedia" in host]
