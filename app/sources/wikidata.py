"""Wikidata: films, from the Action API of https://www.wikidata.org/w/api.php. Open to all without a key.

A search gives numbers only; the items come in batches, and whoever made them are items themselves, known by name in
one more question. Items are heavy (a well-known film has 300 KB), so few come at a time, and of each only what is read
here is kept. Errors are 200. A statement's value may be known to be unknown; deprecated ones are not believed.
"""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Any

from app.catalog.candidates import Candidate, Cover, ItemType, MovieFacts, PartialDate
from app.kit.outbound import OutboundError, Policy, Reply
from app.sources.budgets import Budget
from app.sources.errors import SourceDown
from app.sources.normalising import (
    IMDB,
    WIKIDATA,
    as_dict,
    as_list,
    count,
    description,
    dig,
    identifier,
    identifiers,
    line,
    log_share,
    names,
    partial_date,
    title,
)
from app.sources.source import Source, keyless, known, whatever_came

SITE = "https://www.wikidata.org/wiki"
PAGE_SIZE, BATCH = 10, 5
NAMED_MAX = 50  # items in one question
RENOWNED = 150  # Wikipedias
RANKS = ("preferred", "normal")
SPOKEN = ("en", "mul")
MINUTE = "Q7727"
NUMBER = re.compile(r"[1-9]\d{0,9}")
TIME = re.compile(r"\+?(\d{4})-(\d\d)-(\d\d)T.*")
FILE = re.compile(r"[^/\\<>\[\]|{}#]{1,240}\.(?:jpe?g|png|webp|gif|tiff?|svg)", re.IGNORECASE)
FILMS = {
    "Q11424": "film",
    "Q24862": "short film",
    "Q202866": "animated film",
    "Q506240": "television film",
    "Q29168811": "animated feature film",
    "Q93204": "documentary film",
    "Q226730": "silent film",
    "Q20650540": "anime film",
}
LANGUAGES = {
    "Q1860": "en",
    "Q150": "fr",
    "Q188": "de",
    "Q1321": "es",
    "Q652": "it",
    "Q5287": "ja",
    "Q7737": "ru",
    "Q9176": "ko",
    "Q7850": "zh",
    "Q9186": "zh",
    "Q1568": "hi",
    "Q5146": "pt",
    "Q7411": "nl",
    "Q9027": "sv",
    "Q9035": "da",
    "Q9043": "no",
    "Q1412": "fi",
    "Q809": "pl",
    "Q9056": "cs",
    "Q9288": "he",
    "Q13955": "ar",
    "Q9168": "fa",
    "Q256": "tr",
}

MAPPING = {
    "id": "metadata: external_id, url, identifiers",
    "labels": "canonical: title",
    "descriptions": "canonical: description",
    "sitelinks": "metadata: popularity",
    "names": "canonical: creators, facts.directors, genres",
    "claims.P57": "canonical: creators, facts.directors",
    "claims.P136": "canonical: genres",
    "claims.P364": "canonical: language",
    "claims.P577": "canonical: released",
    "claims.P1476": "canonical: title, original_title",
    "claims.P2047": "canonical: facts.runtime_minutes",
    "claims.P3383": "canonical: cover",
    "claims.P18": "canonical: cover",
    "claims.P345": "metadata: identifiers",
    "claims.P4947": "metadata: identifiers",
    "claims.P31": "raw only",
    "type": "raw only",
}
KEPT = [path.removeprefix("claims.") for path in MAPPING if path.startswith("claims.")]


def judge(reply: Reply) -> OutboundError | None:
    error = as_dict(dig(reply.body, "error"))
    if not error:
        return keyless(reply)
    match error.get("code"):
        case "no-such-entity":
            return OutboundError("not_found")
        case "maxlag" | "ratelimited" | "readonly":
            return OutboundError("rate_limited", reply.until)
    return OutboundError("bad_request")


class Wikidata(Source):
    name = "wikidata"
    label = "Wikidata"
    types = frozenset[ItemType]({"movie"})
    keys = ()
    credit = "Film data from Wikidata, CC0."
    home = "https://www.wikidata.org"
    terms = "https://creativecommons.org/publicdomain/zero/1.0/"
    wants_contact = True
    policy = Policy(judge=judge)
    budget = Budget(per_second=5, burst=12, at_once=2, search=4, fetch=2)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        words = " ".join(re.sub(r"[^\w\s]", " ", text).split())
        if not words:
            return []
        found = await self._get(
            action="query",
            list="search",
            srsearch=f"haswbstatement:{'|'.join(f'P31={each}' for each in FILMS)} {words}",
            srnamespace=0,
            srlimit=PAGE_SIZE,
            sroffset=(page - 1) * PAGE_SIZE,
            srprop="",
        )
        hits = dig(found, "query", "search")
        if not isinstance(hits, list):
            raise self.down("unreadable")
        numbers = [number for hit in hits if WIKIDATA.fullmatch(number := str(dig(hit, "title")))][:PAGE_SIZE]
        batches = [numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH)]
        items = list(chain.from_iterable(await whatever_came(self._items(batch) for batch in batches)))
        return known(candidate_of_item(item) for item in await self._named(items))

    async def fetch(self, external_id: str) -> Candidate:
        """A number that was merged into another is answered with the other's."""
        if not WIKIDATA.fullmatch(external_id):
            raise self.down("not_found")
        items = await self._items([external_id])
        if not items or not is_film(items[0]):
            raise self.down("not_found")
        candidate = candidate_of_item((await self._named(items))[0])
        if candidate is None:
            raise self.down("unreadable")
        return candidate

    async def _items(self, numbers: list[str]) -> list[dict[str, Any]]:
        """Those there are, in the order asked for."""
        entities = await self._entities(numbers, "labels|descriptions|claims|sitelinks")
        return [slim(item) for each in numbers if (item := as_dict(entities.get(each))) and "missing" not in item]

    async def _named(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Each with the names of those its statements refer to, as far as they can be had."""
        wanted = dict.fromkeys(number for item in items for number in referred(item))
        try:
            entities = await self._entities(list(wanted)[:NAMED_MAX], "labels") if wanted else {}
        except SourceDown:
            entities = {}
        labels = {number: label for number, item in entities.items() if (label := spoken(dig(item, "labels")))}
        return [item | {"names": {key: labels[key] for key in referred(item) if key in labels}} for item in items]

    async def _entities(self, numbers: list[str], props: str) -> dict[str, Any]:
        languages = "|".join(SPOKEN)
        answer = await self._get(action="wbgetentities", ids="|".join(numbers), props=props, languages=languages)
        entities = dig(answer, "entities")
        if not isinstance(entities, dict):
            raise self.down("unreadable")
        return entities

    async def _get(self, **params: str | int) -> Any:
        return await self.ask("GET", f"{self.settings.wikidata_url}/w/api.php", params={**params, "format": "json"})


def slim(item: dict[str, Any]) -> dict[str, Any]:
    """Without the statements nobody here reads, and without what each of them stands on."""
    kept = {key: item[key] for key in ("id", "type", "labels", "descriptions", "sitelinks") if key in item}
    claims = {
        name: [{key: each[key] for key in ("mainsnak", "rank") if key in as_dict(each)} for each in as_list(claims)]
        for name, claims in as_dict(item.get("claims")).items()
        if name in KEPT
    }
    return kept | {"claims": claims}


def is_film(raw: Any) -> bool:
    return not FILMS.keys().isdisjoint(_items_of(raw, "P31"))


def referred(raw: Any) -> list[str]:
    """The directors and genres."""
    return [*_items_of(raw, "P57"), *_items_of(raw, "P136")]


def candidate_of_item(raw: Any) -> Candidate | None:
    """An item of the Action API (`claims`) or the REST API (`statements`), with the `names` of those it refers to."""
    number = dig(raw, "id")
    called = [title(dig(text, "text")) for text in values(raw, "P1476")]
    original = next((each for each in called if each), None)
    name = title(spoken(dig(raw, "labels"))) or original
    if not isinstance(number, str) or not WIKIDATA.fullmatch(number) or name is None:
        return None
    named = as_dict(raw.get("names"))
    directors = names(named.get(key) for key in _items_of(raw, "P57"))
    languages = _items_of(raw, "P364")
    return Candidate(
        source=Wikidata.name,
        external_id=number,
        title=name,
        original_title=original if original != name else None,
        creators=directors,
        released=_released(raw),
        description=description(spoken(dig(raw, "descriptions"))),
        language=LANGUAGES.get(languages[0]) if languages else None,
        genres=names(_genre(named.get(key)) for key in _items_of(raw, "P136")),
        cover=_cover(raw),
        identifiers=identifiers(
            identifier("wikidata", number),
            *(identifier("imdb", each, "movie", IMDB) for each in values(raw, "P345")),
            *(identifier("tmdb", each, "movie", NUMBER) for each in values(raw, "P4947")),
        ),
        popularity=log_share(len(as_dict(raw.get("sitelinks"))), RENOWNED),
        url=f"{SITE}/{number}",
        facts=MovieFacts(kind="film", directors=directors, runtime_minutes=_minutes(raw)),
        raw=raw,
    )


def values(raw: Any, name: str) -> list[Any]:
    """Of the statements of the best rank there is: what they say, where they say something."""
    statements = as_list(dig(raw, "claims", name)) or as_list(dig(raw, "statements", name))
    ranked = [[each for each in statements if dig(each, "rank") == rank] for rank in RANKS]
    best = next((each for each in ranked if each), [])
    said = (dig(each, "mainsnak", "datavalue", "value") or dig(each, "value", "content") for each in best)
    return [value for value in said if value is not None]


def spoken(texts: Any) -> Any:
    """English, else what stands for every language; plain, or in an object as `value`."""
    found = (dig(texts, language) for language in SPOKEN)
    said = (dig(each, "value") if isinstance(each, dict) else each for each in found)
    return next((each for each in said if each), None)


def _items_of(raw: Any, name: str) -> list[str]:
    found = (dig(value, "id") if isinstance(value, dict) else value for value in values(raw, name))
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and WIKIDATA.fullmatch(each)))


def _released(raw: Any) -> PartialDate | None:
    """The earliest: films come out country by country."""
    dates = [date for each in values(raw, "P577") if (date := _date(each))]
    return min(dates, key=lambda date: date.value, default=None)


def _date(value: Any) -> PartialDate | None:
    """Precision 9 is a year, 10 a month, 11 a day."""
    match, precision = TIME.fullmatch(str(dig(value, "time"))), dig(value, "precision")
    if match is None or precision not in (9, 10, 11):
        return None
    return partial_date("-".join(match.groups()[: precision - 8]))


def _minutes(raw: Any) -> int | None:
    lengths = (count(dig(each, "amount")) for each in values(raw, "P2047") if _unit(each) == MINUTE)
    return next((length for length in lengths if length), None)


def _unit(quantity: Any) -> str:
    return str(dig(quantity, "unit")).rpartition("/")[2]


def _genre(name: Any) -> str | None:
    """ "Science fiction" rather than "science fiction film"."""
    text = (line(name) or "").removesuffix(" film")
    return text[:1].upper() + text[1:] or None


def _cover(raw: Any) -> Cover | None:
    """A poster, where it is free; else whatever picture there is."""
    files: Iterable[Any] = [*values(raw, "P3383"), *values(raw, "P18")]
    key = next((file for file in files if isinstance(file, str) and FILE.fullmatch(file)), None)
    return Cover(provider=Wikidata.name, key=key) if key else None
