"""IGDB: games, behind a token that is shared and renewed once."""

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.candidates import Cover, GameFacts, Identifier, SourceRating
from app.kit.outbound import Kind, Reply
from app.sources.errors import SourceDown
from app.sources.igdb import candidate_of_game, judge, quotable
from app.sources.source import Source
from tests.sources.fixture import fixture
from tests.sources.stub import Heard, Stub, reply

TOKEN = "/oauth2/token"
REFUSED = {"message": "Authorization Failure. Have you tried:", "Tip 1": "Own words."}


def with_tokens(stub: Stub, games: Any, refused: frozenset[str] = frozenset(), status: int = 200) -> None:
    """Tokens t1, t2, …; those in `refused` get a 401."""
    numbers = itertools.count(1)

    def answer(heard: Heard) -> bytes:
        if heard.path == TOKEN:
            return reply(200, {"access_token": f"t{next(numbers)}", "expires_in": 5_000_000, "token_type": "bearer"})
        if heard.headers["authorization"].removeprefix("Bearer ") in refused:
            return reply(401, REFUSED)
        return reply(status, games)

    stub.answers(answer)


def tokens_asked(stub: Stub) -> int:
    return sum(heard.path == TOKEN for heard in stub.heard)


def test_a_game_has_all_its_facts() -> None:
    game = candidate_of_game(fixture("igdb_game"))
    assert game is not None
    assert (game.external_id, game.type, game.title) == ("1942", "game", "The Witcher 3: Wild Hunt")
    assert game.creators == ("CD Projekt RED",)
    assert game.facts == GameFacts(
        developers=("CD Projekt RED",),
        publishers=("CD Projekt RED", "WB Games"),
        platforms=("PC (Microsoft Windows)", "PlayStation 4"),
    )
    assert game.released is not None
    assert (game.released.value.isoformat(), game.released.precision) == ("2015-05-01", "month")
    assert game.genres == ("Role-playing (RPG)", "Adventure")
    assert game.cover == Cover(provider="igdb", key="co1wyy")
    assert game.url == "https://www.igdb.com/games/the-witcher-3-wild-hunt"
    assert game.rating == SourceRating(value=93.4249123, scale=100, votes=4100)
    assert set(game.identifiers) == {
        Identifier(scheme="igdb", value="1942"),
        Identifier(scheme="steam", value="292030"),
        Identifier(scheme="gog", value="1207664663"),
    }


async def test_a_search_reads_bare_numbers_for_relations(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, fixture("igdb_search"))
    third, first = await sources["igdb"].search("witcher", None, 2)
    assert (third.external_id, third.genres, third.cover, third.facts) == ("1942", (), None, GameFacts())
    assert first.cover == Cover(provider="igdb", key="co1old")
    assert first.released is not None
    assert first.released.value.isoformat() == "1969-12-31"
    token, asked = stub.heard
    assert token.body == b"client_id=client&client_secret=client-secret&grant_type=client_credentials"
    assert asked.headers["client-id"] == "client"
    assert b'search "witcher"; fields name' in asked.body
    assert asked.body.endswith(b"limit 20; offset 20;")


@given(st.text(max_size=60))
def test_a_search_text_cannot_leave_its_quotes(text: str) -> None:
    assert not set(quotable(text)) & set('\\";\n\r')


async def test_a_search_for_nothing_quotable_finds_nothing(sources: dict[str, Source], stub: Stub) -> None:
    assert await sources["igdb"].search('"; ') == []
    assert stub.heard == []


async def test_one_game_is_fetched_by_its_id(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [fixture("igdb_game")])
    assert (await sources["igdb"].fetch("1942")).title == "The Witcher 3: Wild Hunt"
    assert b"where id = 1942;" in stub.heard[-1].body


async def test_an_empty_list_is_a_game_unknown(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [])
    with pytest.raises(SourceDown) as down:
        await sources["igdb"].fetch("1942")
    assert down.value.kind == "not_found"


async def test_twenty_who_ask_at_once_share_one_token(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [])
    await asyncio.gather(*(sources["igdb"].search("witcher") for _ in range(20)))
    assert tokens_asked(stub) == 1


async def test_twenty_refused_at_once_renew_the_token_once(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [], refused=frozenset({"t1"}))
    found = await asyncio.gather(*(sources["igdb"].search("witcher") for _ in range(20)))
    assert found == [[]] * 20
    assert tokens_asked(stub) == 2


async def test_a_token_is_used_with_the_keys_it_was_had_with(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [])
    await sources["igdb"].search("x")
    sources["igdb"].settings = sources["igdb"].settings.model_copy(update={"igdb_client_id": "another"})
    await sources["igdb"].search("x")
    assert tokens_asked(stub) == 2


async def test_a_new_token_refused_too_is_a_wrong_key(sources: dict[str, Source], stub: Stub) -> None:
    with_tokens(stub, [], refused=frozenset({"t1", "t2"}))
    with pytest.raises(SourceDown) as down:
        await sources["igdb"].search("witcher")
    assert down.value.kind == "bad_credentials"
    assert str(down.value) == "IGDB refused the key: check IGDB_CLIENT_ID and IGDB_CLIENT_SECRET."
    assert tokens_asked(stub) == 2


@pytest.mark.parametrize(("status", "message"), [(400, "invalid client"), (403, "invalid client secret")])
async def test_twitch_refuses_a_wrong_client_in_its_own_way(
    sources: dict[str, Source], stub: Stub, status: int, message: str
) -> None:
    stub.says(status, {"status": status, "message": message})
    with pytest.raises(SourceDown) as down:
        await sources["igdb"].search("witcher")
    assert down.value.kind == "bad_credentials"


@pytest.mark.parametrize("answer", [{}, [], {"access_token": ""}, {"access_token": 5}, None])
async def test_a_token_that_is_none_is_unreadable(sources: dict[str, Source], stub: Stub, answer: Any) -> None:
    stub.says(200, answer)
    with pytest.raises(SourceDown) as down:
        await sources["igdb"].search("witcher")
    assert down.value.kind == "unreadable"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, [{"title": "Syntax Error", "status": 400, "cause": ""}], "bad_request"),
        (401, REFUSED, "bad_credentials"),
        (403, [{"title": "Forbidden", "status": 403, "cause": "limit"}], "bad_request"),
        (403, None, "bad_request"),
        (403, {"message": "Forbidden"}, "bad_credentials"),
        (404, {"title": "Not Found", "status": 404, "details": {}}, "not_found"),
        (429, {"message": "Too Many Requests"}, "rate_limited"),
        (502, None, "down"),
    ],
)
def test_each_trouble_has_its_kind(status: int, body: Any, kind: Kind) -> None:
    error = judge(Reply(status, body))
    assert error is not None
    assert error.kind == kind
