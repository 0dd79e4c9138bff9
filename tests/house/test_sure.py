"""Every route that changes something asks for a proof of the last minutes, or it says here why not (SE-7)."""

from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from sqlalchemy import text

from app.api.routes import ROUTES as API
from app.kit.db import Database
from app.pages.routes import ROUTES as PAGES
from app.web.forgery import SAFE
from app.web.signed_in import only_the_sure
from tests.api.program import member
from tests.cast import Person
from tests.house.test_routes import HERS, handlers
from tests.pages.conftest import Evening
from tests.whole import everything

OLD = text("UPDATE sessions SET proved_at = now() - interval '11 minutes'")

# what one keeps is changed and undone by who is in; it costs nobody an account
KEEPING = (
    "/menus",
    "/items",
    "/library",
    "/tags",
    "/log/",
    "/goals",
    "/search/verdicts",
    "/api/menus",
    "/api/items",
    "/api/library",
    "/api/tags",
    "/api/logs",
    "/api/goals",
    "/api/ingest",
)
UNSURE = {
    "POST /register": "nobody is in yet",
    "POST /registration": "nobody is in yet",
    "POST /setup": "nobody is in yet",
    "POST /login": "is a proof",
    "POST /login/second": "is a proof",
    "POST /login/passkey": "is a proof",
    "POST /login/provider": "is a proof",
    "POST /passkeys/challenges": "asks for a proof; to register, the handler asks whether one was given",
    "POST /reset": "for who cannot prove it",
    "PUT /reset/password": "the link is the proof",
    "POST /proof": "is a proof",
    "POST /logout": "whoever is in may leave",
    "DELETE /settings/closure": "undoes; after a login, which was the proof",
    "PUT /settings": "the form asks for the password, and the code, where the address changes",
    "PUT /settings/password": "the form asks for the password, and the code",
    "POST /settings/data/imports": "adds to what one keeps, and takes nothing away",
    "PUT /settings/sessions/{session_id}": "a name for one's own eyes",
    "PUT /settings/public": "what others may read of you, told in the activity and undone as it was done",
    "PUT /settings/preferences": "how things are shown",
    "PUT /api/me/profile": "as on the page",
    "PUT /api/preferences": "as on the page",
    "DELETE /ops/invitations/{invitation_id}": "lets somebody in no more, and nobody in",
    "POST /ops/sources/{source}/circuit": "asks a source again, or not; costs nobody an account",
    "DELETE /ops/sources/{source}/circuit": "as above",
    "POST /ops/sources/keys/{source}/test": "asks a source with the key there is",
    "PUT /ops/menus/{menu_id}/slug": "the address before leads to the new one",
    "PUT /api/ops/menus/{menu_id}/slug": "as on the page",
    "POST /ops/tags": "a word to choose from",
    "PUT /ops/tags/{tag_id}": "as above",
    "DELETE /ops/tags/{tag_id}": "as above; what had it is as it was otherwise",
    "POST /api/imports": "adds to what one keeps, and takes nothing away",
    "POST /api/auth/register": "nobody is in yet",
    "POST /api/auth/login": "is a proof",
    "POST /api/auth/refresh": "the token is the proof, good once, and makes no session surer",
    "POST /api/auth/logout": "whoever is in may leave",
    "PUT /api/auth/sessions/{session_id}": "a name for one's own eyes",
}


def asks(handler: HTTPRouteHandler) -> bool:
    return any(guard is only_the_sure for guard in handler.resolve_guards())


def changing(door: Any) -> list[tuple[str, str, HTTPRouteHandler]]:
    return [(method, path, handler) for method, path, handler in handlers(door) if method not in SAFE]


@pytest.mark.parametrize("door", [PAGES, API], ids=["pages", "programs"])
def test_whatever_changes_something_asks_for_a_proof_or_says_why_not(door: Any) -> None:
    for method, path, handler in changing(door):
        is_kept = path.startswith(KEEPING)
        assert asks(handler) is not (is_kept or f"{method} {path}" in UNSURE), f"{method} {path}"


def test_no_reason_is_left_of_a_route_that_is_gone() -> None:
    there = {f"{method} {path}" for door in (PAGES, API) for method, path, _ in handlers(door)}
    assert UNSURE.keys() <= there


async def test_an_old_proof_changes_nothing_anywhere(odile: Person, evening: Evening, database: Database) -> None:
    await odile.token()
    async with database.session() as session:
        await session.execute(OLD)
    before = await everything(database)
    asked = [(method, path) for method, path, handler in changing(PAGES) if asks(handler)]
    assert len(asked) > 20
    for method, path in asked:
        answer = await odile.send(method, evening.at(path.format(**HERS)))
        assert (answer.status_code, "Is it you?" in answer.text) == (403, True), f"{method} {path}"
    assert await everything(database) == before


async def test_nor_for_a_program(app: ASGIApp, evening: Evening, database: Database) -> None:
    """The operator's writing calls among them."""
    program = await member(app, database, "Olaf")
    async with database.session() as session:
        await session.execute(text("UPDATE users SET is_operator = true WHERE id = :id"), {"id": program.id})
        await session.execute(OLD)
    before = await everything(database)
    asked = [(method, path) for method, path, handler in changing(API) if asks(handler)]
    assert {path for _, path in asked} >= {"/api/ops/users/{user_id}/suspension", "/api/ops/users/{user_id}/sessions"}
    for method, path in asked:
        answer = await program.ask(method, evening.at(path.format(**HERS)), {})
        assert answer.status_code == 403, f"{method} {path}: {answer.text}"
        assert answer.json()["type"].endswith("#proof-needed"), f"{method} {path}"
    assert await everything(database) == before
