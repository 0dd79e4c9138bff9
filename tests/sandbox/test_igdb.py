import httpx
import pytest

from tests.sandbox.asking import IGDB_HEADERS, igdb
from tests.sandbox.conftest import recorded

RECOMMENDED = """search "dune"; fields name,slug,summary,first_release_date,game_type.type,parent_game,version_parent,
cover.image_id,platforms.abbreviation,platforms.name,genres.name,involved_companies.developer,
involved_companies.publisher,involved_companies.company.name,alternative_names.name,total_rating,total_rating_count,
external_games.uid,external_games.external_game_source,websites.url; where version_parent = null; limit 20;"""


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Client-ID": "sandbox"},
        {"Client-ID": "sandbox", "Authorization": "bearer sandbox"},
        {"Client-ID": "sandbox", "Authorization": "Bearer wrong"},
        {"Client-ID": "wrong", "Authorization": "Bearer sandbox"},
    ],
)
async def test_a_missing_or_wrong_token_is_refused(box: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await box.post("/igdb/v4/games", content="fields *;", headers=headers)
    assert answer.status_code == 401
    assert answer.json() == recorded("igdb/error_401_authorization_failure.json")


async def test_what_is_no_endpoint_is_not_found(box: httpx.AsyncClient) -> None:
    answers = [await igdb(box, "gmaes", "fields *;"), await box.get("/igdb/v4/games", headers=IGDB_HEADERS)]
    for answer in answers:
        assert answer.status_code == 404
        assert answer.json() == recorded("igdb/error_404_javalin.json")


async def test_a_limit_above_500_is_forbidden(box: httpx.AsyncClient) -> None:
    answer = await igdb(box, "games", "fields name; limit 2500;")
    assert answer.status_code == 403
    assert answer.json() == recorded("igdb/error_403_limit_too_high.json")


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("fields name", "Missing `;` at end of query"),
        ('search "du"ne"; fields name;', "Missing `;` at end of query"),
        ("fields nmae;", "Invalid field name: 'nmae'"),
        ("fields cover.imageid;", "Invalid field name: 'imageid'"),
        ("fields name; where id = x;", "Unexpected value 'x'"),
        ("fields name; where (id = 1;", "Expecting ')'"),
        ("fields name; where id;", "Unexpected end of query"),
        ("fields name; limit ten;", "Expecting a NUMBER, got 'ten'"),
        ("please name;", "Unexpected token 'please'"),
        ('search "dune"; sort name asc;', "Sorting is not possible when searching"),
    ],
)
async def test_a_query_that_cannot_be_read_says_why(box: httpx.AsyncClient, query: str, cause: str) -> None:
    answer = await igdb(box, "games", query)
    assert answer.status_code == 400
    assert [error["cause"] for error in answer.json()] == [cause]


async def test_the_recommended_search_expands_what_it_names(box: httpx.AsyncClient) -> None:
    games = (await igdb(box, "games", RECOMMENDED)).json()
    assert games[0]["name"] == "Dune"
    spice = next(game for game in games if game["name"] == "Dune: Spice Wars")
    assert spice["game_type"]["type"] == "Main Game"
    assert spice["external_games"][0]["uid"] == "1605220"
    assert {row["company"]["name"] for row in spice["involved_companies"]} == {"Shiro Games", "Funcom"}
    assert spice["platforms"][0] == {"id": 6, "name": "PC (Microsoft Windows)", "abbreviation": "PC"}


async def test_links_are_numbers_unless_expanded(box: httpx.AsyncClient) -> None:
    game = (await igdb(box, "games", "fields *; where id = 72;")).json()[0]
    assert isinstance(game["cover"], int)
    assert all(isinstance(number, int) for number in game["genres"])
    bare = (await igdb(box, "games", "where id = 72;")).json()
    assert bare == [{"id": 72}]
    less = (await igdb(box, "games", "fields *; exclude summary; where id = 72;")).json()[0]
    assert set(game) - set(less) == {"summary"}


async def test_what_is_unknown_has_no_key(box: httpx.AsyncClient) -> None:
    game = (await igdb(box, "games", 'search "beyond good and evil 2"; fields *;')).json()[0]
    assert "first_release_date" not in game
    assert None not in game.values()


async def test_dates_are_seconds_and_may_lie_before_1970(box: httpx.AsyncClient) -> None:
    query = 'fields first_release_date,release_dates.human,release_dates.date_format; where name = "{}";'
    portal = (await igdb(box, "games", query.format("Portal 2"))).json()[0]
    assert portal["first_release_date"] == 1_303_084_800
    assert portal["release_dates"][0]["human"] == "2011-Apr-18"
    spacewar = (await igdb(box, "games", query.format("Spacewar!"))).json()[0]
    assert spacewar["first_release_date"] < 0
    assert (spacewar["release_dates"][0]["human"], spacewar["release_dates"][0]["date_format"]) == ("1962", 2)


async def test_famous_developers_stand_there_twice(box: httpx.AsyncClient) -> None:
    game = (await igdb(box, "games", "fields involved_companies.company; where id = 71;")).json()[0]
    companies = [row["company"] for row in game["involved_companies"]]
    assert len(companies) > len(set(companies))


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("id = (71,72)", ["Portal", "Portal 2"]),
        ("id = 71 | id = 72", ["Portal", "Portal 2"]),
        ('name ~ "PORTAL"', ["Portal"]),
        ('name ~ "portal"*', ["Portal", "Portal 2"]),
        ('name = *"tal 2"', ["Portal 2"]),
        ('name = "portal"', []),
        ("platforms = [8,11]", ["Silent Hill 2"]),
        ("platforms = {8,11}", ["Silent Hill 2"]),
        ('platforms.name = "PDP-1"', ["Spacewar!"]),
        ("first_release_date = null", ["Beyond Good and Evil 2"]),
        ("first_release_date < 0", ["Spacewar!"]),
        ('external_games.uid = "620" & external_games.external_game_source = 1', ["Portal 2"]),
        ("id = (71,72) & id != 72", ["Portal"]),
        ("id = (71,72) & !(id = 72)", ["Portal"]),
        ("id = (71,72) & id = !(72)", ["Portal"]),
        ("(id = 71 | id = 72) & rating_count >= 1 & version_parent = null", ["Portal", "Portal 2"]),
    ],
)
async def test_where_narrows(box: httpx.AsyncClient, where: str, names: list[str]) -> None:
    rows = (await igdb(box, "games", f"fields name; where {where}; sort name asc;")).json()
    assert [row["name"] for row in rows] == names


async def test_quotes_and_semicolons_in_a_search_are_text(box: httpx.AsyncClient) -> None:
    answer = await igdb(box, "games", r'search "dune \"; limit 501;"; fields name;')
    assert (answer.status_code, answer.json()) == (200, [])


async def test_ten_by_default_then_as_asked(box: httpx.AsyncClient) -> None:
    everything = (await igdb(box, "games", "limit 500;")).json()
    assert (await igdb(box, "games", "")).json() == everything[:10]
    assert (await igdb(box, "games", "limit 5; offset 7;")).json() == everything[7:12]
    assert (await igdb(box, "games/count", "")).json() == {"count": len(everything)}
    newest = (await igdb(box, "games", "fields name; sort first_release_date desc; limit 1;")).json()
    assert newest[0]["name"] == "Dune: Awakening"


async def test_several_queries_in_one(box: httpx.AsyncClient) -> None:
    query = 'query games "r" { search "dune"; fields name; limit 2; }; query games/count "c" { search "dune"; };'
    found = (await igdb(box, "multiquery", query)).json()
    assert [row["name"] for row in found] == ["r", "c"]
    assert len(found[0]["result"]) == 2
    assert found[1]["count"] >= 4


async def test_other_tables_can_be_asked(box: httpx.AsyncClient) -> None:
    rows = (await igdb(box, "external_games", 'fields game.name; where uid = "292030";')).json()
    assert rows[0]["game"]["name"] == "The Witcher 3: Wild Hunt"


@pytest.mark.parametrize(
    ("form", "status", "message"),
    [
        ({}, 400, "missing client id"),
        ({"client_id": "a"}, 400, "missing client secret"),
        ({"client_id": "a", "client_secret": "b"}, 400, "missing grant type"),
        ({"client_id": "wrong", "client_secret": "b", "grant_type": "client_credentials"}, 400, "invalid client"),
        (
            {"client_id": "a", "client_secret": "wrong", "grant_type": "client_credentials"},
            403,
            "invalid client secret",
        ),
        ({"client_id": "a", "client_secret": "b", "grant_type": "password"}, 400, "invalid grant type"),
    ],
)
async def test_twitch_says_what_is_wrong(
    box: httpx.AsyncClient, form: dict[str, str], status: int, message: str
) -> None:
    answer = await box.post("/twitch/oauth2/token", data=form)
    assert (answer.status_code, answer.json()) == (status, {"status": status, "message": message})


async def test_twitch_gives_a_token_that_igdb_takes(box: httpx.AsyncClient) -> None:
    form = {"client_id": "a", "client_secret": "b", "grant_type": "client_credentials"}
    for asked in ({"params": form}, {"data": form}):
        token = (await box.post("/twitch/oauth2/token", **asked)).json()  # type: ignore[arg-type]
        assert set(token) == set(recorded("igdb/twitch_token_200_template.json"))
        headers = {"Client-ID": "a", "Authorization": f"Bearer {token['access_token']}"}
        assert (await box.post("/igdb/v4/games", headers=headers)).status_code == 200
