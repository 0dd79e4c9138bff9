"""Which limit each route has, written down a second time: who moves a route to another has to say so here (RL-2)."""

from typing import Any

import pytest

from app.api.routes import ROUTES as API
from app.pages.routes import ROUTES
from app.web.forgery import SAFE
from app.web.limits import FAMILIES, Family, family_of
from tests.house.test_routes import handlers

# how many in how many seconds; None: `accounts/throttling` and `accounts/registering` count these, or nobody does
FIGURES = {
    "reads": (600, 300),
    "searches": (300, 300),
    "writes": (300, 300),
    "moves": (120, 60),
    "programs": (600, 300),
    "covers": (1200, 60),
    "exports": (10, 3600),
    "renewals": (30, 300),
    "imports": (10, 3600),
    "pictures": (60, 300),
    "guests": (120, 300),
    "ways": (60, 300),
    "door": None,
    "free": None,
}
# what only reads, and what does not, belongs to "reads" or "programs" and to "writes" if it does not stand here
OF_PAGES = {
    "searches": {"GET /search", "GET /search/found", "GET /search/stream", "GET /items/{item_id}/sources/new"},
    "moves": {"PUT /menus/{menu_id}/order"},
    "covers": {"GET /covers/{name}"},
    "renewals": {"POST /items/{item_id}/renewal"},
    "exports": {"POST /settings/data/exports"},
    "imports": {"POST /menus/imports", "POST /settings/data/imports"},
    "pictures": {"POST /items/by-hand", "PUT /items/{item_id}"},
    "guests": {"GET /g/{token}"},
    "ways": {
        "GET /login/provider/answer",
        "POST /login/passkey",
        "POST /login/provider",
        "POST /logout",
        "POST /passkeys/challenges",
        "POST /proof",
        "POST /registration",
        "POST /setup",
        "PUT /reset/password",
    },
    "door": {"POST /login", "POST /login/second", "POST /register", "POST /reset"},
    "free": {"GET /assets/{name}", "GET /health", "GET /livez", "GET /metrics", "GET /readyz"},
}
OF_PROGRAMS = {
    "exports": {"GET /api/export"},
    "imports": {"POST /api/imports"},
    "pictures": {"PUT /api/items/{item_id}/cover"},
    "renewals": {"POST /api/items/{item_id}/renewal"},
    "searches": {"GET /api/search"},
    "moves": {"PUT /api/menus/{menu_id}/order"},
    "ways": {"POST /api/auth/logout"},
    "door": {"POST /api/auth/login", "POST /api/auth/register"},
    "free": {"GET /api/health"},
}


def figures(family: Family) -> tuple[int, int] | None:
    return (family.limit.quota, round(family.limit.window)) if family.limit else None


@pytest.mark.parametrize(
    ("door", "named", "reads"), [(ROUTES, OF_PAGES, "reads"), (API, OF_PROGRAMS, "programs")], ids=["pages", "programs"]
)
def test_every_route_is_in_the_family_it_is_meant_to_be_in(door: Any, named: dict[str, set[str]], reads: str) -> None:
    meant = {route: family for family, routes in named.items() for route in routes}
    found = {}
    for method, path, handler in handlers(door):
        handler.resolve_opts()
        found[f"{method} {path}"] = family_of(handler, method).name
    assert meant.keys() <= found.keys()
    for route, family in found.items():
        rest = reads if route.partition(" ")[0] in SAFE else "writes"
        assert family == meant.get(route, rest), route


def test_a_family_has_the_figures_it_is_meant_to_have_and_each_has_routes() -> None:
    assert {name: figures(family) for name, family in FAMILIES.items()} == FIGURES
    used = OF_PAGES.keys() | OF_PROGRAMS.keys() | {"reads", "programs", "writes"}
    assert used == FIGURES.keys()
