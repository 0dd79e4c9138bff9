"""How often one may ask (RL-1 to RL-5): told in headers, counted by family, by all processes, against nobody else."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar.types import ASGIApp
from sqlalchemy import text

from app.kit.db import Database
from app.kit.gcra import Limit, OverLimit
from app.kit.settings import Settings
from app.web.limits import FAMILIES, MOVES, READS, SEARCHES, WRITES, Family, Limits
from tests.authenticator import set_up
from tests.cast import ADDRESS, PASSWORD, Browser, MakeApp, Person, open_house
from tests.markup import read

FEW = 0.02  # of what is usual: six writes, six searches, twelve reads
EARLIER = text("UPDATE rate_limits SET paid_until = paid_until - make_interval(secs => :seconds)")
GONE = text("ALTER TABLE rate_limits RENAME TO gone")
BACK = text("ALTER TABLE gone RENAME TO rate_limits")
IN_AND_OUT = {
    "/login": 422,
    "/register": 422,
    "/reset": 403,
    "/setup": 404,
    "/registration": 404,
    "/reset/password?_method=PUT": 404,
    "/login/passkey": 422,
    "/login/second": 303,
    "/logout": 303,
}
COUNTED_BY = {
    "/login": {"login network", "login account"},
    "/login/second": {"codes-5min", "codes-hour", "codes-day"},
    "/proof": {"ways", "proof"},  # the second is for passwords
    "/register": {"registrations", "login right"},
    "/setup": {"ways"},
    "/registration": {"ways"},
    "/reset/password?_method=PUT": {"ways"},
    "/login/passkey": {"ways"},
    "/passkeys/challenges": {"ways"},
    "/logout": {"ways"},
}
LETTERS = Family("letters", Limit(10, 3600))
PAGES = Family("pages", Limit(40, 3600), lease=4)
PATIENT = 20.0  # seconds for the store, on a machine that stalls


@pytest.fixture
def few(make_app: MakeApp, settings: Settings) -> ASGIApp:
    return make_app(settings=settings.model_copy(update={"rate_limits": FEW}))


@pytest.fixture
async def hers(few: ASGIApp, alice: Person) -> Browser:
    return at(few, alice)


@pytest.fixture
async def without_store(database: Database) -> AsyncIterator[None]:
    async with database.session() as session:
        await session.execute(GONE)
    yield
    async with database.session() as session:
        await session.execute(BACK)


def at(app: ASGIApp, person: Person, **said: str) -> Browser:
    browser = Browser(app, said={"sec-fetch-site": "same-origin"} | said)
    browser.carry(person.cookie or "")
    return browser


async def taken(limits: Limits, family: Family, times: int, key: str = "alice") -> int:
    """How many of so many went through."""
    through = 0
    for _ in range(times):
        try:
            await limits.take(family, key)
        except OverLimit:
            continue
        through += 1
    return through


def rate_limits(answer: httpx.Response) -> dict[str, dict[str, int]]:
    """Both fields, by family (RFC 9651 lists of strings with parameters)."""
    told: dict[str, dict[str, int]] = {}
    for name in ("ratelimit-policy", "ratelimit"):
        for item in answer.headers.get_list(name, split_commas=True):
            found = re.fullmatch(r'"([a-z]+)"((?:;[a-z]=[0-9]+)+)', item.strip())
            assert found, item
            pairs = (pair.split("=") for pair in found[2].strip(";").split(";"))
            told.setdefault(found[1], {}).update({key: int(value) for key, value in pairs})
    return told


async def test_one_more_than_there_is_room_for_is_told_when(hers: Browser, database: Database) -> None:
    await hers.token()
    for left in range(5, -1, -1):
        answer = await hers.post("/menus", {"title": "Winter"})
        assert answer.status_code == 303
        assert rate_limits(answer)["writes"]["r"] == left
    refused = await hers.post("/menus", {"title": "Winter"})
    wait, told = int(refused.headers["retry-after"]), rate_limits(refused)["writes"]
    assert refused.status_code == 429
    assert (told["q"], told["w"], told["r"]) == (6, 300, 0)
    assert 0 < wait <= told["t"]
    assert f"try again in {wait} seconds" in refused.text
    async with database.session() as session:
        await session.execute(EARLIER, {"seconds": wait})
    elsewhere = await hers.post("/menus", {"title": "Winter"})  # this process knows without asking
    assert elsewhere.status_code == 429


async def test_waiting_as_told_helps(database: Database) -> None:
    limits, few = Limits(database, patience=PATIENT), Family("letters", Limit(2, 6))
    assert await taken(limits, few, 3) == 2
    with pytest.raises(OverLimit) as refused:
        await limits.take(few, "alice")
    await asyncio.sleep(refused.value.taken.wait)
    assert await limits.take(few, "alice")


async def test_a_burst_of_one_kind_leaves_the_others_alone(hers: Browser) -> None:
    await hers.token()
    while (await hers.get("/search")).status_code != 429:
        pass
    assert (await hers.get("/library")).status_code == 200
    assert (await hers.post("/menus", {"title": "Winter"})).status_code == 303
    assert (await hers.get("/login")).status_code == 303


async def test_who_writes_too_often_still_gets_in_and_out(make_app: MakeApp, settings: Settings, alice: Person) -> None:
    app = make_app(settings=settings.model_copy(update={"rate_limits": 0.12}))
    nobody, hers = Browser(app), at(app, alice)
    while (await nobody.post("/api/auth/refresh")).status_code != 429:
        pass
    for path, answered in IN_AND_OUT.items():
        assert (await nobody.post(path, {"email": "x"})).status_code == answered, path
    await hers.token()
    while (await hers.post("/menus", {"title": ""})).status_code != 429:
        pass
    assert (await hers.post("/proof", {"password": "x"})).status_code == 422
    assert (await hers.post("/logout")).status_code == 303


@pytest.mark.parametrize(("path", "families"), COUNTED_BY.items(), ids=COUNTED_BY)
async def test_who_tries_to_get_in_is_counted_once(
    few: ASGIApp, alice: Person, database: Database, path: str, families: set[str]
) -> None:
    browser = at(few, alice) if path in ("/proof", "/login/second") else Browser(few)
    await open_house(database)
    form = {"email": "nora@example.org", "name": "Nora", "password": PASSWORD}
    if path == "/login/second":
        await set_up(alice)
        await alice.post("/logout")
        browser = Browser(few)
        await browser.client.post("/login", data={"email": alice.email, "password": PASSWORD}, headers=browser.said)
        form = {"code": "000000"}
    await browser.token()
    async with database.session() as session:
        await session.execute(text("DELETE FROM rate_limits"))
    answer = await browser.post(path, form)
    assert answer.status_code in (303, 401, 403, 404, 422), answer.text
    async with database.session() as session:
        counted = set(await session.scalars(text("SELECT family FROM rate_limits WHERE family <> 'audit'")))
    assert counted == families


async def test_who_has_no_searches_left_logs_in_all_the_same(
    few: ASGIApp, hers: Browser, alice: Person, database: Database
) -> None:
    """From the same network, by the form itself."""
    nobody = Browser(few)
    while (await hers.get("/search")).status_code != 429:
        pass
    while (await nobody.get("/login")).status_code != 429:
        pass
    typed = {"email": alice.email, "password": PASSWORD}
    assert (await nobody.client.post("/login", data=typed, headers=nobody.said)).status_code == 303
    assert (await nobody.client.post("/api/auth/login", json=typed)).status_code == 200
    assert (await hers.get("/search")).status_code == 429


async def test_each_account_has_its_own_whatever_it_says_of_its_address(
    few: ASGIApp, hers: Browser, bob: Person
) -> None:
    while (await hers.get("/search")).status_code != 429:
        pass
    assert (await hers.get("/search", target="results")).status_code == 429
    hers.said["x-forwarded-for"] = "192.0.2.7"
    assert (await hers.get("/search")).status_code == 429
    assert (await at(few, bob).get("/search")).status_code == 200


async def test_who_is_not_signed_in_is_their_network(few: ASGIApp, database: Database) -> None:
    async def asks(address: str) -> int:
        transport = httpx.ASGITransport(app=few, client=(address, 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            answer = await client.get("/about")
        assert address not in str(answer.headers)
        return answer.status_code

    assert [await asks("2001:db8::1") for _ in range(13)] == [200] * 12 + [429]
    assert await asks("2001:db8::ffff") == 429
    assert await asks("2001:db8:0:1::1") == 200
    assert await asks("192.0.2.1") == 200


async def test_two_processes_count_together(database: Database, cluster_url: str) -> None:
    other = Database(cluster_url)
    here, there = Limits(database, patience=PATIENT), Limits(other, patience=PATIENT)
    through = 0
    for _ in range(10):
        through += await taken(here, LETTERS, 1) + await taken(there, LETTERS, 1)
    assert through == 10
    again = Limits(other, patience=PATIENT)  # as after a restart
    assert await taken(again, LETTERS, 5) == 0
    await other.close()


async def test_reads_are_counted_together_a_few_at_a_time(database: Database, cluster_url: str) -> None:
    other = Database(cluster_url)
    here, there = Limits(database, patience=PATIENT), Limits(other, patience=PATIENT)
    through = 0
    for _ in range(40):
        through += await taken(here, PAGES, 1) + await taken(there, PAGES, 1)
    assert 40 - PAGES.lease < through <= 40
    await other.close()


async def test_twenty_reads_cost_one_write(cluster_url: str, database: Database) -> None:
    sent: list[str] = []
    counted = Database(cluster_url)
    counted.direct.watch = sent.append
    assert await taken(Limits(counted, patience=PATIENT), READS, 2 * READS.lease) == 2 * READS.lease
    assert len([each for each in sent if "rate_limits" in each]) == 2
    await counted.close()


async def test_fifty_at_once_take_what_there_is_and_no_more(database: Database) -> None:
    limits = Limits(database, patience=PATIENT)
    assert sum(await asyncio.gather(*(taken(limits, LETTERS, 1) for _ in range(50)))) == 10


@pytest.mark.usefixtures("without_store")
async def test_pages_stay_open_while_nobody_can_count(
    few: ASGIApp, hers: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        answer = await hers.get("/search")
        assert answer.status_code == 200
        assert "ratelimit" not in answer.headers
    assert [record.levelname for record in caplog.records if "nobody is refused" in record.message] == ["WARNING"]


async def test_htmx_is_told_in_a_sentence_it_can_show(hers: Browser) -> None:
    await hers.token()
    for _ in range(6):
        await hers.post("/menus", {"title": "Winter"})
    refused = await hers.post("/menus", {"title": "Winter"}, target="content")
    assert refused.status_code == 429
    (error,) = read(refused.text).roots
    assert any("Nothing is lost" in each.text for each in error.every("p") if "data-sentence" in each.attributes)


async def test_programs_are_told_in_problem_json(few: ASGIApp) -> None:
    answer = None
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=few), base_url=ADDRESS) as client:  # type: ignore[arg-type]
        for _ in range(13):
            answer = await client.get("/api/me")
    assert answer
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("#quota-exceeded")
    assert problem["violated-policies"] == ["programs"]
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/health", "/assets/nothing.css"])
async def test_probes_and_assets_are_not_counted(few: ASGIApp, database: Database, path: str) -> None:
    nobody = Browser(few)
    for _ in range(30):
        answer = await nobody.get(path)
        assert answer.status_code in (200, 404)
        assert "ratelimit" not in answer.headers


def test_no_family_is_smaller_than_what_it_takes_at_once() -> None:
    for family in FAMILIES.values():
        assert family.limit is None or family.limit.quota >= 10 * family.lease
    assert {READS, SEARCHES, WRITES, MOVES} <= set(FAMILIES.values())
