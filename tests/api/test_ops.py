"""The operator's programs see how the sources and the search do."""

import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.accounts import personal_tokens
from app.accounts.token_forms import PersonalTokenForm
from app.kit import clock
from app.kit.db import Database
from app.kit.ids import new_id
from app.sources.circuits import SharedCircuits
from tests.api.described import as_described
from tests.api.expected import CALLS, Call
from tests.api.program import Member, Program, member

OPS = [call for call in CALLS if call.path.startswith("/api/ops/")]
PARKED = text("""
INSERT INTO events (topic, happened, subject_id, recorded_at, parked_because)
VALUES ('item', 'stored', :id, :now, 'TooLong')
""")
OPERATES = text("UPDATE users SET is_operator = true WHERE id = :id")


@pytest.mark.parametrize("call", OPS, ids=str)
async def test_who_does_not_operate_is_told_no_more_than_the_description_says(
    app: ASGIApp, alice: Member, database: Database, call: Call
) -> None:
    """All may read that these calls are there: who asks is needed first, then the scope, and then there is nothing."""
    method, path = call.method, call.path.format(menu=new_id())
    form = PersonalTokenForm(name="script", scopes=["library:read"])
    async with database.session() as session:
        _, token = await personal_tokens.make(session, alice.id, form)
    answers = [await each.ask(method, path, call.sent) for each in (Program(app), Program(app, token), alice)]
    assert [answer.status_code for answer in answers] == [401, 403, 404]


async def test_the_operator_s_program_sees_each_source(app: ASGIApp, database: Database, alice: Member) -> None:
    odile = await member(app, database, "Odile")
    async with database.session() as session:
        await session.execute(OPERATES, {"id": odile.id})
        await SharedCircuits(database).hold(session, "books")
    answer = await odile.get("/api/ops/sources")
    as_described(await alice.see("/api/openapi.json"), "GET /api/ops/sources", answer)
    (books,) = answer.json()
    assert (books["source"], books["state"], books["requests"]) == ("books", "off", 0)
    assert books["sentence"] == "books is not asked at the moment: whoever runs this Tastebuds switched it off."
    assert (books["budget_left"], books["requests_today"], books["last_trouble"]) == (10, None, None)


async def test_and_how_the_search_of_the_catalog_does(app: ASGIApp, database: Database, alice: Member) -> None:
    odile, item = await member(app, database, "Odile"), new_id()
    async with database.session() as session:
        await session.execute(OPERATES, {"id": odile.id})
        await session.execute(PARKED, {"id": item, "now": clock.now()})
    answer = await odile.get("/api/ops/search")
    as_described(await alice.see("/api/openapi.json"), "GET /api/ops/search", answer)
    told = answer.json()
    assert (told["engine"], told["healthy"], told["stands_in"], told["behind"]) == ("Postgres", True, None, None)
    assert (told["changes"], told["refused"]) == (0, 1)
    assert told["refused_items"] == [{"item_id": str(item), "title": None, "engine": "Postgres", "reason": "TooLong"}]
