"""Every route is expected somewhere, and none with an id gives a stranger what is another's (ID-1)."""

import ast
import inspect
import re
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.api.routes import ROUTES as API
from app.kit.db import Database
from app.pages.routes import ROUTES
from app.web.forgery import SAFE
from app.web.forms import refuse_ambiguity
from app.web.limits import (
    DOOR,
    EXPORTS,
    FAMILIES,
    FREE,
    GUESTS,
    IMPORTS,
    PICTURES,
    RENEWALS,
    WAYS,
    Family,
    family_of,
    keep_within_limits,
)
from tests.api.expected import CALLS
from tests.cast import Browser, Person
from tests.pages.conftest import Evening
from tests.pages.expected import ACTIONS, DOORS, VIEWS
from tests.whole import everything

PAGES = Path(__file__).parents[2] / "app" / "pages"
SECURITY = (Path(__file__).parents[2] / "docs" / "security.md").read_text("utf-8")

# what stands in an address for what is Alice's; a new kind of id has to be given one
HERS = {
    "menu_id": "{menu}",
    "course_id": "{starters}",
    "course_item_id": "{served_dune}",
    "pairing_id": "{pairing}",
    "item_id": "{dune}",
    "slug": "{slug}",
    "handle": "alice",
    "user_id": "{menu}",
    "invitation_id": "{menu}",
    "source": "books",
    "name": "nothing",
    "passkey_id": "{passkey}",
    "identity_id": "{identity}",
    "removal_id": "{removal}",
    "token_id": "{token}",
    "session_id": "{session}",
    "view_id": "{view}",
    "change_id": "{change}",
    "import_id": "{imported}",
    "link_id": "{guest_link}",
    "token": "nothing",
    "tag_id": "{tag}",
    "merge_id": "{taken}",
    "log_id": "{line}",
}
# what is not its owner's alone: the catalog, and each one's own entry on an item of it
EVERYBODYS = {
    ("GET", "/items/{item_id}"),
    ("POST", "/items/{item_id}/entry"),
    ("PUT", "/items/{item_id}/entry"),
    ("DELETE", "/items/{item_id}/entry"),
    ("POST", "/items/{item_id}/tags"),
    ("GET", "/items/{item_id}/sources"),
    ("GET", "/items/{item_id}/sources/new"),
    ("POST", "/items/{item_id}/sources"),
    ("PUT", "/items/{item_id}/choices"),
    ("POST", "/items/{item_id}/renewal"),
    ("GET", "/items/{item_id}/menus/new"),
    ("GET", "/items/{item_id}/merges"),
    ("POST", "/items/{item_id}/splits"),
    ("POST", "/items/{item_id}/logs"),
    ("PUT", "/items/{item_id}/entry/status"),
    ("PUT", "/items/{item_id}/entry/favourite"),
}


def handlers(router: Any) -> list[tuple[str, str, HTTPRouteHandler]]:
    """Method, path and handler of every route of a door. Copies: what is worked out of a handler stays with it, and one
    that was asked for its guards here would keep an application that is made later from adding its own."""
    return [
        (method, route.path_format, copy(handler))
        for route in router.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in sorted(handler.http_methods)
        if method not in ("OPTIONS", "HEAD")
    ]


def name_of(handler: HTTPRouteHandler) -> str:
    return f"{handler.fn.__module__.rpartition('.')[2]}.{handler.fn.__name__}"


WITH_AN_ID = sorted((method, path) for method, path, _ in handlers(ROUTES) if "{" in path)


def test_every_handler_of_the_pages_is_expected_and_no_other() -> None:
    expected = [*(action.handler for action in ACTIONS), *DOORS, *(view.handler for view in VIEWS)]
    assert sorted(set(expected)) == sorted(expected)
    assert sorted(expected) == sorted({name_of(handler) for _, _, handler in handlers(ROUTES)})


def test_every_handler_stands_where_its_path_says() -> None:
    for module in PAGES.glob("*.py"):
        for function in ast.parse(module.read_text("utf-8")).body:
            if isinstance(function, ast.AsyncFunctionDef) and function.decorator_list:
                assert function.name in STANDARD, f"{module.name}: {function.name}"


@pytest.mark.parametrize("door", [ROUTES, API], ids=["pages", "programs"])
def test_every_route_belongs_to_a_family_of_limits(door: Any) -> None:
    for method, path, handler in handlers(door):
        handler.resolve_opts()
        assert family_of(handler, method).name in FAMILIES, (method, path)
        if method not in SAFE:
            assert family_of(handler, method) is not FREE, (method, path)


def test_the_limits_of_the_door_are_as_told() -> None:
    """docs/security.md names every route that is not in a family of its whole door."""
    section = SECURITY.partition("### Limits by family")[2].partition("\n## ")[0]
    told: dict[str, Family] = {}
    for routes, counted in re.findall(r"^\| (`[A-Z]+ /[^|]*) \| `([^`]+)`", section, re.MULTILINE):
        family = FAMILIES.get(counted, DOOR)
        told |= dict.fromkeys(re.findall(r"`([A-Z]+ /[^`]*)`", routes), family)
    found: dict[str, Family] = {}
    for door in (ROUTES, API):
        for method, path, handler in handlers(door):
            handler.resolve_opts()
            found[f"{method} {path}"] = family_of(handler, method)
    assert {route: found[route] for route in told} == told
    by_name = {DOOR, WAYS, GUESTS, RENEWALS, EXPORTS, IMPORTS, PICTURES}
    named = {route for route, family in found.items() if family in by_name}
    assert named == {*told} - {"POST /api/auth/refresh"}


STANDARD = {
    "index",
    "show",
    "new",
    "create",
    "edit",
    "update",
    "destroy",
    "confirm",  # asked before a menu is deleted
    "reorder",
    "show_login",
    "login",
    "logout",
    "alive",
    "ready",
    "health",
    "stream",  # an index, told again whenever it changes
    "patterns",
}


def test_every_call_of_programs_is_expected() -> None:
    expected = {call.route for call in CALLS}
    asked = {f"{method} {path}" for method, path, handler in handlers(API) if handler.include_in_schema is not False}
    assert asked <= expected, asked - expected


WHERE_TO = ("POST", "/items/{item_id}/menus")  # a course of hers is none to choose


@pytest.mark.parametrize(("method", "path"), WITH_AN_ID)
async def test_an_id_of_hers_gives_a_stranger_nothing(
    charlie: Person, nobody: Browser, evening: Evening, database: Database, method: str, path: str
) -> None:
    address = evening.at(path.format(**HERS))
    form = {"title": "Mine now", "move": "up", "course": str(evening.starters)}
    await nobody.token()
    before = await everything(database)
    for target in ("", "courses"):
        if method == "GET":
            answer = await charlie.get(address, target=target)
            unsigned = await nobody.get(address, target=target)
        else:
            answer = await charlie.send(method, address, form, target=target)
            unsigned = await nobody.send(method, address, form, target=target)
        if (method, path) not in EVERYBODYS:
            assert answer.status_code == (422 if (method, path) == WHERE_TO else 404)
        assert unsigned.status_code in (303, 401, 404)
    if (method, path) not in EVERYBODYS:
        assert await everything(database) == before


async def test_no_other_method_does_anything(
    charlie: Person, nobody: Browser, evening: Evening, database: Database
) -> None:
    """Of every path with an id, those methods there is no handler for."""
    known = {(method, path) for method, path, _ in handlers(ROUTES)}
    before = await everything(database)
    for path in sorted({path for _, path in WITH_AN_ID}):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            if (method, path) not in known:
                for browser in (charlie, nobody):
                    answer = await browser.client.request(method, evening.at(path.format(**HERS)), headers=browser.said)
                    # a path of another name may match as well, and refuses what carries no token
                    assert answer.status_code in (401, 403, 404, 405), (method, path, answer.status_code)
    assert await everything(database) == before


@pytest.mark.parametrize("path", sorted({path for method, path, _ in handlers(ROUTES) if method == "GET"}))
async def test_looking_changes_nothing(alice: Person, evening: Evening, database: Database, path: str) -> None:
    """CS-2: links are followed by prefetchers and crawlers too."""
    before = await everything(database)
    for method in ("GET", "HEAD"):
        await alice.client.request(method, evening.at(path.format(**HERS)))
    assert await everything(database) == before


@pytest.mark.parametrize("door", [ROUTES, API], ids=["pages", "programs"])
def test_no_guard_is_run_in_a_thread(door: Any) -> None:
    """As Litestar runs every one that is not a coroutine: on the way of each request."""
    for method, path, handler in handlers(door):
        for guard in handler.resolve_guards():
            assert inspect.iscoroutinefunction(guard), (method, path, guard)


def test_no_guard_of_the_whole_is_run_in_a_thread() -> None:
    assert inspect.iscoroutinefunction(refuse_ambiguity)
    assert inspect.iscoroutinefunction(keep_within_limits)
