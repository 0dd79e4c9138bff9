"""The log for programs: what is said is told back, in pages, and nobody writes over what they have not seen."""

from tests.api.program import Member
from tests.pages.conftest import Evening


async def test_what_is_said_is_told_back_and_moves_the_entry(alice: Member, evening: Evening) -> None:
    arrival = str(evening.arrival)
    await alice.ask("PUT", f"/api/library/{arrival}", {"status": "wanted"})
    said = {"item": arrival, "kind": "started", "amount": 1.5, "unit": "hours", "day": "2026-02-03", "note": "Rain."}
    answer = await alice.ask("POST", "/api/logs", said)
    line = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert (line["amount"], line["unit"], line["round"], line["moved_to"]) == (90, "minutes", 1, "active")
    assert line["item"]["title"] == "Arrival"
    there = await alice.see(answer.headers["location"])
    assert there == {name: value for name, value in line.items() if name != "moved_to"}


async def test_a_line_is_written_over_by_who_has_seen_it(alice: Member, evening: Evening) -> None:
    path = evening.at("/api/logs/{line}")
    said = {"kind": "finished", "day": "2026-05-18"}
    unsaid = await alice.client.put(path, json=said)
    stale = await alice.client.put(path, json=said, headers={"if-match": '"7"'})
    done = await alice.client.put(path, json=said, headers={"if-match": '"1"'})
    assert [answer.status_code for answer in (unsaid, stale, done)] == [428, 412, 200]
    assert (done.json()["day"], done.headers["etag"]) == ("2026-05-18", '"2"')


async def test_the_log_comes_in_pages_and_by_item(alice: Member, evening: Evening) -> None:
    for number in range(60):
        await alice.ask("POST", "/api/logs", {"item": str(evening.disco), "note": f"Day {number}", "day": "2026-01-01"})
    whole = await alice.see("/api/logs?year=2026")
    rest = await alice.see(whole["next"])
    assert (len(whole["lines"]), len(rest["lines"]), rest["next"]) == (50, 11, None)
    ids = {line["id"] for line in whole["lines"] + rest["lines"]}
    assert len(ids) == 61
    (only,) = (await alice.see("/api/logs", item=str(evening.dune)))["lines"]
    assert only["kind"] == "finished"
    assert (await alice.get("/api/logs", after="there")).status_code == 404


async def test_episodes_are_marked_and_unmarked(alice: Member, evening: Evening) -> None:
    path = evening.at("/api/items/{series}/episodes")
    seen = (await alice.ask("PUT", path, {"season": 1, "episode": 2, "up_to": True})).json()
    assert (seen["seasons"][0]["seen"], seen["next_up"]["number"], seen["source"]) == (2, 3, "tvmaze")
    less = (await alice.ask("PUT", path, {"season": 1, "episode": 1, "seen": False})).json()
    assert [bool(each["seen_on"]) for each in less["seasons"][0]["listed"]] == [False, True, False]
    assert (await alice.get(evening.at("/api/items/{dune}/episodes"))).status_code == 404


async def test_a_goal_says_how_far_it_is_and_zero_ends_it(alice: Member, evening: Evening) -> None:
    book = {"year": 2026, "type": "book", "target": 12}
    (goal,) = (await alice.ask("PUT", "/api/goals", book)).json()["goals"]
    assert (goal["target"], goal["done"], goal["version"]) == (12, 1, 1)
    ended = await alice.put("/api/goals", book | {"target": 0}, if_match=goal["etag"])
    assert (ended.json(), "etag" in ended.headers) == ({"goals": []}, False)


async def test_a_goal_that_is_there_is_changed_by_its_version(alice: Member, evening: Evening) -> None:
    book = {"year": 2026, "type": "book", "target": 12}
    first = (await alice.put("/api/goals", book)).headers["etag"]
    more = book | {"target": 20}
    assert (await alice.put("/api/goals", more)).status_code == 428
    second = (await alice.put("/api/goals", more, if_match=first)).headers["etag"]
    assert (await alice.put("/api/goals", book, if_match=first)).status_code == 412
    (goal,) = (await alice.see("/api/goals", year=2026))["goals"]
    assert (goal["target"], goal["version"], goal["etag"]) == (20, 2, second)
    assert (await alice.put("/api/goals", book | {"type": "game"}, if_match="*")).status_code == 412


async def test_the_tag_of_a_goal_that_is_gone_is_not_that_of_the_next(alice: Member, evening: Evening) -> None:
    book = {"year": 2026, "type": "book", "target": 12}
    before = (await alice.put("/api/goals", book)).headers["etag"]
    await alice.put("/api/goals", book | {"target": 0}, if_match=before)
    again = (await alice.put("/api/goals", book)).headers["etag"]
    assert (await alice.put("/api/goals", book | {"target": 20}, if_match=before)).status_code == 412
    assert (await alice.put("/api/goals", book | {"target": 20}, if_match=again)).status_code == 200
