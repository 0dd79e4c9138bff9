"""Whatever is sent, the answer is clear and the fault is never ours."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

import httpx
import pytest
from litestar.types import ASGIApp

from tests.cast import PASSWORD, Browser, Person
from tests.markup import read

FORM = "application/x-www-form-urlencoded"
IDS = (
    "1",
    "None",
    "0190a5b0",
    "not-an-id",
    "00000000-0000-0000-0000-00000000000g",
    "{0190a5b0-c0de-7000-8000-00000000cafe",
    "%00",
    "%FF%FE",
    "x" * 3000,
    "🍷",
    "' OR 1=1 --",
    "../../etc/passwd",
    "0190a5b0-c0de-7000-8000-00000000cafe",
)
PATHS = (
    "/menus/{}",
    "/menus/{}/edit",
    "/menus/{}/delete",
    "/items/{}",
    "/menus/{}/courses/{}/items/new",
    "/search/outside/{}",
)
WRITES = (
    ("PUT", "/menus/{}"),
    ("DELETE", "/menus/{}"),
    ("POST", "/menus/{}/publication"),
    ("POST", "/menus/{}/courses"),
    ("PUT", "/menus/{}/courses/{}"),
    ("DELETE", "/menus/{}/removals/{}"),
    ("POST", "/items/{}/entry"),
    ("PUT", "/items/{}/entry"),
)


async def raw(person: Person, path: str, body: bytes, kind: str = FORM) -> httpx.Response:
    said = {"sec-fetch-site": "same-origin", "content-type": kind, "x-csrf-token": await person.token()}
    return await person.client.post(path, content=body, headers=said)


@pytest.mark.parametrize(
    "address",
    [
        "/ops/audit?user=1&user=2",  # read as a whole
        "/search?q=dune&q=arrival",  # read one by one
        "/login?next=/menus&next=/library",
        "/search?id=1&id=2",  # read by nobody
        "/menus?_method=PUT&_method=DELETE",
        "/api/menus?after=1&after=2",
        "/api/openapi.json?id=1&id=1",
    ],
)
async def test_a_parameter_that_is_there_twice_is_no_parameter(odile: Person, address: str) -> None:
    """Two readers could each believe another of them (CS-3)."""
    answer = await odile.get(address)
    assert answer.status_code == 400
    assert "A parameter of this address is there twice." in answer.text
    assert (await odile.get(address.rpartition("&")[0])).status_code != 400


@pytest.mark.parametrize("path", PATHS)
async def test_a_malformed_id_names_nothing(alice: Person, path: str) -> None:
    for id_ in IDS:
        address = path.replace("{}", id_ if id_.startswith("%") else quote(id_, safe=""))
        assert (await alice.get(address)).status_code == 404, address


@pytest.mark.parametrize(("method", "path"), WRITES)
async def test_a_malformed_id_changes_nothing(alice: Person, method: str, path: str) -> None:
    for id_ in IDS:
        address = path.replace("{}", id_ if id_.startswith("%") else quote(id_, safe=""))
        assert (await alice.send(method, address, {"title": "x"})).status_code == 404, address


@pytest.mark.parametrize("field", ["item", "preview"])
async def test_a_malformed_id_in_a_form_names_nothing(alice: Person, field: str) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    editor = await alice.follow(await alice.post(f"{menu}/courses", {"title": "Starters"}))
    items = next(link.attributes["href"] for link in editor.every("a") if "/items/new" in link.attributes["href"])
    for id_ in (*IDS, "", "\x00"):
        answer = await alice.post(items.partition("/new")[0], {field: id_})
        assert answer.status_code == 404, id_
    assert (await alice.post("/items", {"preview": "\x00"})).status_code == 404
    assert (await alice.post("/items", {})).status_code == 404


@pytest.mark.parametrize(
    "form", [{"course": "x", "move": "up"}, {"move": "up"}, {"item": "\x00", "move": "sideways"}, {}]
)
async def test_a_move_that_makes_no_sense_is_said_so(alice: Person, form: dict[str, str]) -> None:
    menu = (await alice.post("/menus", {"title": "Winter"})).headers["location"].removesuffix("/edit")
    for target in ("", "courses"):
        assert (await alice.send("PUT", f"{menu}/order", form, target=target)).status_code == 422


@pytest.mark.parametrize(
    "path", ["/menus", "/login", "/register", "/items", "/items/by-hand", "/menus/imports", "/settings/data/imports"]
)
async def test_a_megabyte_is_too_much_and_said_so(alice: Person, path: str) -> None:
    answer = await raw(alice, path, b"title=" + b"x" * 1_000_000)
    assert answer.status_code == 413
    assert "larger than" in answer.text
    assert read(answer.text).has("h1")


async def test_a_megabyte_from_nobody_is_too_much_as_well(nobody: Browser) -> None:
    said = {"sec-fetch-site": "same-origin", "content-type": FORM}
    answer = await nobody.client.post("/login", content=b"email=" + b"x" * 1_000_000, headers=said)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"title=\xff\xfe",
        b"title=%FF%FE",
        b"title=%ED%A0%80",
        b"title=\xf0\x9f\x8d\xb7",
        b"title=one&title=two",
        b"title=one&_csrf_token=a&_csrf_token=b",
        b"&".join(b"f%d=1" % number for number in range(1000)),
    ],
    ids=["latin-1", "escaped latin-1", "surrogate", "raw UTF-8", "twice", "token twice", "a thousand fields"],
)
async def test_a_form_no_browser_sends_is_not_read(alice: Person, body: bytes) -> None:
    answer = await raw(alice, "/menus", body)
    assert answer.status_code == 400
    assert read(answer.text).one("h1").text == "That did not arrive whole"


@pytest.mark.parametrize(
    "title",
    [
        "🍷 and 🍞",
        "שולחן ערוך",
        "مدن الملح",
        "e\u0301te\u0301",
        "a\u200db",
        "<b>&amp;</b>",
        "'; DROP TABLE menus; --",
        "Ω" * 200,
    ],
)
async def test_a_title_in_any_letters_is_kept_as_it_is(alice: Person, title: str) -> None:
    answer = await alice.post("/menus", {"title": title})
    editor = await alice.follow(answer)
    assert editor.at("menu-head").one("h1").text == title
    assert editor.at("menu-head").value("title") == title


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("a\x00b", "This holds a character that cannot be kept."),
        ("two\nlines", "Keep this on one line."),
        ("two\rlines", "Keep this on one line."),
        ("   ", "This is needed."),
        ("x" * 201, "Use 200 characters or fewer (this has 201)."),
    ],
)
async def test_a_title_that_cannot_be_kept_says_why(alice: Person, title: str, said: str) -> None:
    answer = await alice.post("/menus", {"title": title})
    assert answer.status_code == 422
    assert read(answer.text).wrong() == {"title": said}


@pytest.mark.parametrize("field", ["email", "password", "name"])
async def test_a_nul_at_the_door_is_no_fault(nobody: Browser, field: str) -> None:
    form = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}
    for path in ("/login", "/register"):
        answer = await nobody.post(path, form | {field: form[field] + "\x00"})
        assert answer.status_code in (303, 403, 422)  # 403 where nobody may register
        nobody.client.cookies.clear()


@pytest.mark.parametrize("q", ["x" * 10_000, "dune " * 2000, "🍷" * 2500])
async def test_a_question_of_ten_thousand_letters_is_said_to_be_too_long(alice: Person, q: str) -> None:
    for target in ("", "results"):
        answer = await alice.get("/search", q=q, target=target)
        assert answer.status_code == 422
        assert "use 200 characters or fewer" in answer.text


@pytest.mark.parametrize(
    "q",
    [
        "\x00",
        "a\x00b",
        "'",
        '"',
        "\\",
        "%",
        "_",
        "*",
        "!",
        "&|!:()<->",
        "a & b | !c",
        "🍷",
        "שלום",
        "ﷺ",
        "\u202edune",
        "-",
        "'; --",
        "x" * 200,
    ],
)
async def test_any_question_gets_an_answer(alice: Person, q: str) -> None:
    assert (await alice.get("/search", q=q)).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "50", "51", "999999999", "9" * 30])
async def test_a_page_there_is_not_is_the_nearest(alice: Person, page: str) -> None:
    assert (await alice.get("/search", q="dune", page=page)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=dune&page=two",
        "/search?q=dune&page=" + "9" * 5000,
        "/search?q=dune&outside=perhaps",
        "/search?q=%FF%FE",
        "/search?q=a&q=b",
        "/search?type=cheese&q=a",
        "/library?after=x",
        "/library?after=%00",
        "/library?type=%00&status=%00",
        "/library?status=eaten&type=cheese",
        "/menus?after=x",
        "/menus?after=nan_0190a5b0c0de7000800000000000cafe",
        "/menus?after=inf_0190a5b0c0de7000800000000000cafe",
        "/menus?after=-1e308_0190a5b0c0de7000800000000000cafe",
        "/menus?after=-62135596800_0190a5b0c0de7000800000000000cafe",
        "/menus?after=%00",
        "/login?next=%00",
        "/search?" + "&".join(f"p{number}=1" for number in range(3000)),
        "/%FF%FE",
        "/%00",
        "/" + "x" * 20_000,
        "/menus/" + "-" * 5_000,
        "//",
        "//evil.com",
        "/search/../library",
    ],
    ids=lambda path: path[:40],
)
async def test_no_address_is_a_fault(alice: Person, path: str) -> None:
    assert (await alice.get(path)).status_code < 500


@pytest.mark.parametrize(("menu", "course"), [("x", "y"), ("x", ""), ("%00", "%00")])
async def test_an_adder_of_a_menu_there_is_not_is_not_found(
    alice: Person, make_app: Callable[..., ASGIApp], menu: str, course: str
) -> None:
    assert (await alice.get(f"/search/outside/books?q=x&menu={menu}&course={course}")).status_code in (404, 422)


HEADERS: dict[str, Callable[[], dict[str, str]]] = {
    "cookie": lambda: {"cookie": "__Host-session=" + "x" * 8000},
    "cookies": lambda: {"cookie": "; ".join(f"c{number}=1" for number in range(500))},
    "latin cookie": lambda: {"cookie": "__Host-session=caf\u00e9; flash=caf\u00e9"},
    "empty cookie": lambda: {"cookie": "__Host-session="},
    "hx-target": lambda: {"hx-request": "true", "hx-target": "div#" + "x" * 5000},
    "hx-target of a block": lambda: {"hx-request": "true", "hx-target": "div#content"},
    "hx-target of nothing": lambda: {"hx-request": "true", "hx-target": "#"},
    "authorization": lambda: {"authorization": "Bearer \u00e9"},
    "host": lambda: {"host": "evil.example"},
    "user-agent": lambda: {"user-agent": "x" * 8000},
    "forwarded": lambda: {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example"},
}


@pytest.mark.parametrize("kind", HEADERS)
async def test_no_header_is_a_fault(nobody: Browser, kind: str) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in HEADERS[kind]().items()]
    for path in ("/", "/login", "/library", "/api/library"):
        answer = await nobody.client.get(path, headers=headers)
        assert answer.status_code < 500
        assert "evil.example" not in answer.text
    refused: Awaitable[httpx.Response] = nobody.client.post("/login", headers=headers)
    assert (await refused).status_code < 500
