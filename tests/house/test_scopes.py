"""Every call of programs says which scope it asks for, and none asks for one there is not (SE-9)."""

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from app.accounts.scopes import SCOPES, SESSION
from app.api.routes import ROUTES
from app.web.scoped import OPT, only_in_scope
from app.web.wiring import DEPENDENCIES
from tests.house.test_routes import handlers

ASKED: dict[str, HTTPRouteHandler] = {
    f"{method} {path}": handler
    for method, path, handler in handlers(Litestar([ROUTES], dependencies=DEPENDENCIES, openapi_config=None))
}
FOR_ANYONE = {
    "POST /api/auth/register",
    "POST /api/auth/login",
    "POST /api/auth/refresh",
    "GET /api/public/hosts/{handle}",
    "GET /api/public/menus",
    "GET /api/public/menus/{slug}",
    "GET /api/health",
    "GET /api/openapi.json",
}
# what a stolen token must not reach: who may come in, and with what
ACCOUNTS_OWN = ("/api/auth", "/api/me/password")


@pytest.mark.parametrize("route", sorted(ASKED))  # a router keeps them in no order
def test_every_call_asks_for_a_scope_that_there_is(route: str) -> None:
    handler = ASKED[route]
    guarded = only_in_scope in handler.resolve_guards()
    assert guarded == (route not in FOR_ANYONE)
    if guarded:
        scope = handler.opt.get(OPT)
        assert scope in (*SCOPES, SESSION), f"{route}: say **needs(…) with one of app/accounts/scopes.py, or SESSION"
        assert handler.resolve_security() == [{"bearer": [scope]}]
        assert scope == SESSION or not route.partition(" ")[2].startswith(ACCOUNTS_OWN)
        assert scope == SESSION or scope.endswith(":write") or route.startswith("GET ")


def test_every_scope_is_asked_for_somewhere() -> None:
    assert SCOPES.keys() == {handler.opt.get(OPT) for handler in ASKED.values()} - {SESSION, None}
