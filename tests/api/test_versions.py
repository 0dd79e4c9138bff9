"""Programs say which version they change (C1): `ETag` out, `If-Match` in; nobody writes over what they did not see."""

import asyncio

import pytest

from tests.api.program import Member
from tests.pages.conftest import Evening

MENU = "/api/menus/{menu}"
COURSE = MENU + "/courses/{starters}"
SERVED = COURSE + "/items/{served_dune}"
ENTRY = "/api/library/{dune}"
TITLE = {"title": "Small plates"}
WRITTEN = [(MENU, TITLE), (COURSE, TITLE), (SERVED, {"note": "Slowly."}), (ENTRY, {"notes": "Twice."})]

EVERY = pytest.mark.parametrize(("path", "sent"), WRITTEN, ids=["menu", "course", "course item", "entry"])


async def tag_of(alice: Member, path: str) -> str:
    return str((await alice.get(path)).headers["etag"])


@EVERY
async def test_of_two_who_read_the_same_one_writes(
    alice: Member, evening: Evening, path: str, sent: dict[str, str]
) -> None:
    there = evening.at(path)
    tag = await tag_of(alice, there)
    first = await alice.put(there, sent, if_match=tag)
    second = await alice.put(there, sent | {"title": "Other"}, if_match=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    assert first.headers["etag"] == await tag_of(alice, there) != tag
    assert second.headers["content-type"] == "application/problem+json"
    assert (await alice.put(there, sent, if_match=first.headers["etag"])).status_code == 200


@EVERY
async def test_who_says_no_version_is_asked_for_it(
    alice: Member, evening: Evening, path: str, sent: dict[str, str]
) -> None:
    answer = await alice.client.put(evening.at(path), json=sent)
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["detail"]


@EVERY
@pytest.mark.parametrize("said", ['W/"1"', "nonsense", '"999999"', "", '"'], ids=repr)
async def test_what_names_no_version_of_ours_matches_none(
    alice: Member, evening: Evening, path: str, sent: dict[str, str], said: str
) -> None:
    assert (await alice.put(evening.at(path), sent, if_match=said)).status_code == 412


@EVERY
async def test_any_version_may_be_meant(alice: Member, evening: Evening, path: str, sent: dict[str, str]) -> None:
    there = evening.at(path)
    tag = await tag_of(alice, there)
    assert (await alice.put(there, sent, if_match=f'"0", {tag}')).status_code == 200
    assert (await alice.put(there, sent, if_match="*")).status_code == 200


@pytest.mark.parametrize("path", ["/api/tags/{tag}", "/api/logs/{line}"])
async def test_of_twenty_who_write_over_whatever_is_there_nobody_is_refused(
    alice: Member, evening: Evening, path: str
) -> None:
    there = evening.at(path)
    said = [{"name": f"Tag {each}"} if "tags" in path else {"note": f"Note {each}"} for each in range(20)]
    answers = await asyncio.gather(*(alice.put(there, each, if_match="*") for each in said))
    assert {answer.status_code for answer in answers} == {200}


async def test_what_is_wrong_is_said_before_which_version(alice: Member, evening: Evening) -> None:
    assert (await alice.client.put(evening.at(MENU), json={"title": ""})).status_code == 422


async def test_an_entry_there_is_not_has_no_version(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/library/{arrival}")
    assert (await alice.put(there, {}, if_match="*")).status_code == 412
    assert (await alice.put(there, {})).status_code == 201
    assert (await alice.put(there, {})).status_code == 428


async def test_adding_and_moving_go_with_any_version(alice: Member, evening: Evening) -> None:
    before = await tag_of(alice, evening.at(MENU))
    assert (await alice.post(evening.at(MENU + "/courses"), {"title": "Pudding"})).status_code == 201
    moved = await alice.client.put(evening.at(MENU + "/order"), json={"course": str(evening.mains), "move": "up"})
    assert moved.status_code == 200
    assert await tag_of(alice, evening.at(MENU)) != before


async def test_a_program_s_key_counts_once(alice: Member) -> None:
    """Idempotency-Key, as the draft writes it and bare."""
    answers = [
        await alice.client.post("/api/menus", json={"title": "Winter"}, headers={"idempotency-key": key})
        for key in ('"one"', "one", "two")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].content == answers[1].content != answers[2].content
    assert answers[1].headers["location"] == answers[0].headers["location"]
    other = await alice.client.post("/api/menus", json={"title": "Summer"}, headers={"idempotency-key": "one"})
    assert other.status_code == 422


async def test_a_version_of_an_entry_that_was_let_go_is_none_of_the_next(alice: Member, evening: Evening) -> None:
    there = evening.at("/api/library/{arrival}")
    first = await alice.put(there, {"notes": "Once."})
    assert (await alice.delete(there)).status_code == 204
    second = await alice.put(there, {"notes": "Twice."})
    assert second.headers["etag"] == await tag_of(alice, there)
    assert (await alice.put(there, {}, if_match=first.headers["etag"])).status_code == 412
    assert (await alice.put(there, {}, if_match=second.headers["etag"])).status_code == 200
