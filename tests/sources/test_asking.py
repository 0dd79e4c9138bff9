"""Several sources are asked at once; what happens to one is a row of its own."""

import asyncio
from datetime import UTC, datetime

import pytest

from app.catalog.candidates import BookFacts, Candidate, ItemType
from app.kit.outbound import Outbound, Policy
from app.kit.settings import read_settings
from app.sources.asking import ask
from app.sources.errors import WORDS, Kind, SourceDown
from app.sources.registry import all_sources
from app.sources.source import Source
from tests.fair_loop import lived
from tests.sources.conftest import KEYS, settings_for
from tests.sources.stub import Heard, Stub, reply
from tests.sources.together import ask_all


class Scripted(Source):
    """Answers after `delay` seconds, with `failure` if there is one."""

    keys = ()
    credit = ""
    policy = Policy()
    types = frozenset[ItemType]({"book"})

    def __init__(self, name: str, delay: float = 0.0, failure: BaseException | None = None) -> None:
        super().__init__(read_settings(), Outbound())
        self.name = self.label = name
        self.delay = delay
        self.failure = failure
        self.cancelled = False

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        try:
            await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.failure:
            raise self.failure
        return [Candidate(source=self.name, external_id=f"{page}", title=text, facts=BookFacts())]

    async def fetch(self, external_id: str) -> Candidate:
        raise self.down("not_found")


async def test_answers_keep_the_order_of_the_sources_whoever_is_first() -> None:
    sources = [Scripted("Slow", 0.1), Scripted("Fast"), Scripted("Middling", 0.05)]
    answers = await ask_all(sources, "dune", None)
    assert [(each.source, each.state, each.sentence) for each in answers] == [
        ("Slow", "answered", "Slow found 1."),
        ("Fast", "answered", "Fast found 1."),
        ("Middling", "answered", "Middling found 1."),
    ]
    assert answers[0].candidates[0].title == "dune"
    assert answers[0].milliseconds >= 100


async def test_one_that_hangs_costs_the_deadline_and_its_own_row() -> None:
    hanging = Scripted("TMDB", 60)
    started = lived()
    slow, quick = await ask_all([hanging, Scripted("IGDB")], "dune", None, deadline=0.2)
    assert lived() - started < 1
    assert (slow.state, slow.sentence, slow.candidates) == ("too_slow", "TMDB did not answer in time.", ())
    assert quick.state == "answered"
    assert hanging.cancelled


async def test_one_that_breaks_is_a_row_in_words() -> None:
    dead, faulty = Scripted("A", failure=SourceDown("A", "down")), Scripted("B", failure=KeyError("title"))
    down, broken, fine = await ask_all([dead, faulty, Scripted("C")], "dune")
    assert (down.state, down.sentence) == ("failed", "A is not working at the moment.")
    assert (broken.state, broken.sentence) == ("failed", "We could not make sense of what B said.")
    assert fine.state == "answered"


async def test_it_says_when_to_ask_again() -> None:
    until = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    answer = await ask(Scripted("TMDB", failure=SourceDown("TMDB", "rate_limited", until)), "dune")
    assert answer.sentence == "TMDB asked us to wait until 14:05 UTC."
    assert answer.until == until


async def test_being_cancelled_reaches_every_source() -> None:
    sources = [Scripted("A", 60), Scripted("B", 60)]
    asking = asyncio.create_task(ask_all(sources, "dune", deadline=30))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert all(source.cancelled for source in sources)


@pytest.mark.parametrize(
    ("typed", "asked"), [("  dune\n two ", "dune two"), ("d\ud800\x00", "d\ufffd"), ("x" * 999, "x" * 200)]
)
async def test_what_was_typed_is_made_fit_to_send(typed: str, asked: str) -> None:
    assert (await ask(Scripted("A"), typed)).candidates[0].title == asked


async def test_nothing_to_look_for_is_not_asked() -> None:
    answer = await ask(Scripted("A", failure=SourceDown("A", "down")), " \n")
    assert (answer.state, answer.sentence) == ("answered", "A found nothing.")


async def test_the_page_is_passed_on() -> None:
    assert (await ask(Scripted("A"), "dune", None, 1.0, 4)).candidates[0].external_id == "4"


async def test_a_source_without_its_key_says_which(outbound: Outbound, stub: Stub) -> None:
    without = dict.fromkeys(["google_books_key", "tmdb_key", "igdb_client_secret", "lastfm_key"])
    bare = all_sources(settings_for(stub.url, **without), outbound)
    keyed = [source for source in bare.values() if source.keys]
    answers = await ask_all(keyed, "dune", None)
    assert {answer.source: answer.sentence for answer in answers} == {
        "google_books": "Google Books needs a key: set GOOGLE_BOOKS_KEY.",
        "tmdb": "TMDB needs a key: set TMDB_KEY.",
        "igdb": "IGDB needs a key: set IGDB_CLIENT_SECRET.",
        "lastfm": "Last.fm needs a key: set LASTFM_KEY.",
    }
    assert {answer.state for answer in answers} == {"no_key"}
    assert all(source.advice == answer.sentence for source, answer in zip(keyed, answers, strict=True))
    assert stub.heard == []


async def test_one_dead_source_of_four_leaves_three(sources: dict[str, Source], stub: Stub) -> None:
    async def speak(heard: Heard, writer: asyncio.StreamWriter) -> None:
        if heard.path.startswith("/3"):
            await asyncio.sleep(60)
        token = {"access_token": "t", "expires_in": 1, "totalItems": 0, "results": {}}
        writer.write(reply(200, [] if heard.path.startswith("/v4") else token))

    stub.speak = speak
    asked = [sources[name] for name in ("google_books", "tmdb", "igdb", "lastfm")]
    answers = await ask_all(asked, "dune", None, deadline=2.0)
    assert [(answer.source, answer.state) for answer in answers] == [
        ("google_books", "answered"),
        ("tmdb", "too_slow"),
        ("igdb", "answered"),
        ("lastfm", "answered"),
    ]
    assert answers[0].sentence == "Google Books found nothing."


async def test_a_fresh_install_can_ask_six_sources_without_any_setting(outbound: Outbound) -> None:
    fresh = all_sources(read_settings(_env_file=None, **dict.fromkeys(KEYS)), outbound)
    assert [source.label for source in fresh.values() if source.ready] == [
        "Open Library",
        "Wikidata",
        "TVmaze",
        "Steam",
        "MusicBrainz",
        "iTunes",
    ]


@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_of_failure_is_a_sentence(kind: Kind) -> None:
    sentence = str(SourceDown("tmdb", kind, label="TMDB", keys=("TMDB_KEY",)))
    assert sentence.startswith("TMDB ")
    assert sentence.endswith(".")
    assert "{" not in sentence
