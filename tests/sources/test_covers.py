"""A cover's two addresses: at its provider, and at our own door, where it is signed (SS-4)."""

from pathlib import Path
from urllib.parse import unquote

import pytest

from app.kit.settings import Settings, read_settings
from app.sources.covers import PROVIDERS, Asked, asked_for, cover_place, cover_url, origins_given, source_of

SECRET = "a secret for tests, long enough to be one"
BOX = "http://127.0.0.1:9/google"
SETTINGS = read_settings(_env_file=None, secret_key=SECRET, google_books_covers_url=BOX)

KEYS = (
    ("google_books", "B1hSG45JCX4C"),
    ("tmdb", "abc.jpg"),
    ("tvmaze", "542/1356071.jpg"),
    ("wikidata", "Dune (film) – ½ poster?#%2F.jpg"),
    ("itunes", "Music115/v4/a b/source"),
)


def path_of(place: str | None, name: str = "160.webp") -> str:
    """As a handler gets it: what follows /covers/, decoded."""
    assert place
    return unquote(place.removeprefix("/covers/")) + name


def asked(provider: str, key: str) -> Asked:
    return Asked("mark", "tall", provider, key, 160)


@pytest.mark.parametrize(
    ("provider", "key", "url"),
    [
        (
            "google_books",
            "B1hSG45JCX4C",
            f"{BOX}/books/content?id=B1hSG45JCX4C&printsec=frontcover&img=1&zoom=1&source=gbs_api",
        ),
        ("tmdb", "abc.jpg", "https://image.tmdb.org/t/p/w780/abc.jpg"),
        ("igdb", "co1wyy", "https://images.igdb.com/igdb/image/upload/t_cover_big_2x/co1wyy.jpg"),
        ("lastfm", "0123.png", "https://lastfm.freetls.fastly.net/i/u/300x300/0123.png"),
        ("tmdb", "../../x?y#z", "https://image.tmdb.org/t/p/w780/..%2F..%2Fx%3Fy%23z"),
        ("open_library", "11481354", "https://covers.openlibrary.org/b/id/11481354-L.jpg?default=false"),
        (
            "wikidata",
            "Dune (film) poster.jpg",
            "https://commons.wikimedia.org/wiki/Special:FilePath/Dune%20%28film%29%20poster.jpg?width=500",
        ),
        (
            "tvmaze",
            "542/1356071.jpg",
            "https://static.tvmaze.com/uploads/images/original_untouched/542/1356071.jpg",
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
            "https://is1-ssl.mzstatic.com/image/thumb/Music115/v4/a%20b/source/600x600bb.jpg",
        ),
        (
            "steam",
            "../.././/620/x.jpg?y#z",
            "https://shared.akamai.steamstatic.com/store_item_assets/steam/apps/620/x.jpg%3Fy%23z",
        ),
    ],
)
def test_each_provider_has_its_address(provider: str, key: str, url: str) -> None:
    assert source_of(SETTINGS, asked(provider, key))[0] == url


def test_only_a_provider_s_own_hosts_are_gone_to() -> None:
    assert source_of(SETTINGS, asked("tmdb", "a.jpg"))[1] == ("image.tmdb.org",)
    assert source_of(SETTINGS, asked("open_library", "1"))[1] == (
        "covers.openlibrary.org",
        "archive.org",
        "*.archive.org",
    )
    assert source_of(SETTINGS, asked("wikidata", "a.jpg"))[1] == ("commons.wikimedia.org", "upload.wikimedia.org")


def test_a_provider_elsewhere_sends_nowhere_on() -> None:
    elsewhere = dict.fromkeys(("open_library_covers_url", "cover_art_url", "wikimedia_covers_url"), BOX)
    settings = read_settings(_env_file=None, **elsewhere)
    for provider in ("open_library", "cover_art", "wikidata"):
        assert source_of(settings, asked(provider, "1"))[1] == ("127.0.0.1",)


def test_only_what_the_operator_configured_may_be_anywhere() -> None:
    assert origins_given(SETTINGS) == [BOX]
    assert origins_given(read_settings(_env_file=None)) == []


@pytest.mark.parametrize(("provider", "key"), KEYS)
@pytest.mark.parametrize(
    ("medium", "shape"), [("book", "tall"), ("movie", "tall"), ("game", "tall"), ("music", "square")]
)
def test_what_we_signed_we_know_again(provider: str, key: str, medium: str, shape: str) -> None:
    place = cover_place(SETTINGS, provider, key, medium)
    assert place == cover_place(SETTINGS, provider, key, medium)
    for width in (160, 320, 640):
        found = asked_for(SETTINGS, path_of(place, f"{width}.webp"))
        assert found
        assert (found.provider, found.key, found.shape, found.width) == (provider, key, shape, width)


def test_an_address_has_nothing_that_an_address_must_not_have() -> None:
    place = cover_place(SETTINGS, "wikidata", 'a "b" <c> é &?#%/d', "book") or ""
    assert place.isascii()
    assert not set(place) & set(" \"<>&?#'\\")


def test_programs_get_it_in_full() -> None:
    settings = read_settings(_env_file=None, secret_key=SECRET, base_url="https://food.example")
    url = cover_url(settings, "tmdb", "abc.jpg", "movie") or ""
    assert url == f"https://food.example{cover_place(settings, 'tmdb', 'abc.jpg', 'movie')}320.webp"


def test_of_a_provider_nobody_knows_there_is_no_cover() -> None:
    assert cover_place(SETTINGS, "nobody", "x", "book") is None
    assert cover_url(SETTINGS, "nobody", "x", "book") is None


def test_no_byte_of_an_address_can_be_changed() -> None:
    path = path_of(cover_place(SETTINGS, "tmdb", "abc.jpg", "movie"))
    assert asked_for(SETTINGS, path)
    for at in range(len(path)):
        for other in ("0", "x", "/", "é", ""):
            altered = path[:at] + other + path[at + 1 :]
            assert altered == path or not asked_for(SETTINGS, altered), altered
        assert not asked_for(SETTINGS, path[:at])
        assert not asked_for(SETTINGS, path[:at] + "/" + path[at:])


@pytest.mark.parametrize("name", ["161.webp", "0160.webp", "160.png", "160", "99999.webp", "", "１６０.webp"])
def test_there_are_three_widths_and_no_other(name: str) -> None:
    assert not asked_for(SETTINGS, path_of(cover_place(SETTINGS, "tmdb", "abc.jpg", "movie"), name))


@pytest.mark.parametrize("path", ["", "/", "nothing", "a/b/c/d/e", "//////", "a/tall/tmdb/abc.jpg/160.webp", "é/" * 9])
def test_what_nobody_signed_is_nothing(path: str) -> None:
    assert not asked_for(SETTINGS, path)


def test_a_mark_is_for_one_shape_and_provider() -> None:
    place = cover_place(SETTINGS, "tmdb", "abc.jpg", "movie") or ""
    for one, other in (("/tall/", "/square/"), ("/tmdb/", "/igdb/")):
        assert not asked_for(SETTINGS, path_of(place.replace(one, other)))


def test_another_instance_s_mark_is_worth_nothing(tmp_path: Path) -> None:
    others = [
        read_settings(_env_file=None, secret_key="another secret, also long enough to be one"),
        read_settings(_env_file=None, tastebuds_data=tmp_path),
    ]
    place = cover_place(SETTINGS, "tmdb", "abc.jpg", "movie")
    for settings in others:
        assert not asked_for(settings, path_of(place))
        assert asked_for(settings, path_of(cover_place(settings, "tmdb", "abc.jpg", "movie")))
    assert (tmp_path / "secret.key").exists()


def test_every_setting_of_a_provider_is_one() -> None:
    assert {provider.setting for provider in PROVIDERS.values()} <= Settings.model_fields.keys()
