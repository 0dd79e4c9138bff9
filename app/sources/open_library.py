"""Open Library: https://openlibrary.org/developers/api. Works, each with its editions; open to all without a key.

A search names its fields, because the usual ones leave out ISBNs and ratings. Short texts and "the" are refused as `q`
and asked for as titles. A work that was merged into another is a record that says where it went.
"""

import re
from typing import Any

import msgspec

from app.catalog.candidates import BookFacts, Candidate, Cover, ItemType, PartialDate
from app.kit.outbound import Policy
from app.sources.budgets import Budget
from app.sources.errors import SourceDown
from app.sources.normalising import (
    as_dict,
    as_list,
    count,
    description,
    dig,
    identifier,
    identifiers,
    isbn13,
    line,
    log_share,
    names,
    partial_date,
    rating,
    title,
)
from app.sources.source import Source, keyless, known

SITE = "https://openlibrary.org"
PAGE_SIZE = 20
QUERY_MIN = 3
RENOWNED_EDITIONS, RENOWNED_RATINGS = 500, 1_000
ISBNS_MAX = 20  # a classic has hundreds
SUBJECTS_MAX = 8  # of several dozen, the first being the broadest
WORK = re.compile(r"OL[1-9]\d{0,9}W")
WORK_KEY = re.compile(r"/works/(OL[1-9]\d{0,9}W)")
FIELDS = (
    "key,title,subtitle,author_name,author_key,first_publish_year,cover_i,isbn,edition_count,language,subject,"
    "publisher,number_of_pages_median,ratings_average,ratings_count,"
    "editions,editions.key,editions.title,editions.isbn,editions.cover_i"
)
LANGUAGES = {
    "ara": "ar",
    "chi": "zh",
    "cze": "cs",
    "dan": "da",
    "dut": "nl",
    "eng": "en",
    "fin": "fi",
    "fre": "fr",
    "ger": "de",
    "gre": "el",
    "heb": "he",
    "hin": "hi",
    "hun": "hu",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "nor": "no",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "rum": "ro",
    "rus": "ru",
    "spa": "es",
    "swe": "sv",
    "tur": "tr",
    "ukr": "uk",
}  # MARC's codes

MAPPING_OF_ROW = {
    "key": "metadata: external_id, url, identifiers",
    "title": "canonical: title",
    "subtitle": "canonical: subtitle",
    "author_name": "canonical: creators, facts.authors",
    "first_publish_year": "canonical: released",
    "cover_i": "canonical: cover",
    "isbn": "metadata: identifiers",
    "editions": "metadata: identifiers",
    "edition_count": "metadata: popularity",
    "language": "canonical: language",
    "subject": "canonical: genres",
    "publisher": "canonical: facts.publisher",
    "number_of_pages_median": "canonical: facts.pages",
    "ratings_average": "metadata: rating",
    "ratings_count": "metadata: rating, popularity",
    "author_key": "raw only",
    "_version_": "raw only",
    "already_read_count": "raw only",
    "author_alternative_name": "raw only",
    "author_facet": "raw only",
    "contributor": "raw only",
    "cover_edition_key": "raw only",
    "currently_reading_count": "raw only",
    "ddc": "raw only",
    "ddc_sort": "raw only",
    "ebook_access": "raw only",
    "ebook_count_i": "raw only",
    "edition_key": "raw only",
    "first_sentence": "raw only",
    "has_fulltext": "raw only",
    "ia": "raw only",
    "ia_box_id": "raw only",
    "ia_collection": "raw only",
    "ia_collection_s": "raw only",
    "ia_loaded_id": "raw only",
    "id_alibris_id": "raw only",
    "id_amazon": "raw only",
    "id_canadian_national_library_archive": "raw only",
    "id_depósito_legal": "raw only",
    "id_goodreads": "raw only",
    "id_google": "raw only",
    "id_librarything": "raw only",
    "id_overdrive": "raw only",
    "id_paperback_swap": "raw only",
    "id_wikidata": "raw only",
    "last_modified_i": "raw only",
    "lcc": "raw only",
    "lcc_sort": "raw only",
    "lccn": "raw only",
    "lending_edition_s": "raw only",
    "lending_identifier_s": "raw only",
    "oclc": "raw only",
    "osp_count": "raw only",
    "person": "raw only",
    "person_facet": "raw only",
    "person_key": "raw only",
    "place": "raw only",
    "place_facet": "raw only",
    "place_key": "raw only",
    "printdisabled_s": "raw only",
    "public_scan_b": "raw only",
    "publish_date": "raw only",
    "publish_place": "raw only",
    "publish_year": "raw only",
    "publisher_facet": "raw only",
    "ratings_count_1": "raw only",
    "ratings_count_2": "raw only",
    "ratings_count_3": "raw only",
    "ratings_count_4": "raw only",
    "ratings_count_5": "raw only",
    "ratings_sortable": "raw only",
    "readinglog_count": "raw only",
    "seed": "raw only",
    "subject_facet": "raw only",
    "subject_key": "raw only",
    "text": "raw only",
    "time": "raw only",
    "time_facet": "raw only",
    "time_key": "raw only",
    "type": "raw only",
    "want_to_read_count": "raw only",
}
MAPPING_OF_WORK = {
    "key": "metadata: external_id, url, identifiers",
    "title": "canonical: title",
    "subtitle": "canonical: subtitle",
    "description": "canonical: description",
    "first_publish_date": "canonical: released",
    "covers": "canonical: cover",
    "subjects": "canonical: genres",
    "authors": "raw only",
    "created": "raw only",
    "dewey_number": "raw only",
    "excerpts": "raw only",
    "first_sentence": "raw only",
    "last_modified": "raw only",
    "latest_revision": "raw only",
    "lc_classifications": "raw only",
    "links": "raw only",
    "location": "raw only",
    "notifications": "raw only",
    "revision": "raw only",
    "subject_people": "raw only",
    "subject_places": "raw only",
    "subject_times": "raw only",
    "type": "raw only",
}


class OpenLibrary(Source):
    name = "open_library"
    label = "Open Library"
    types = frozenset[ItemType]({"book"})
    keys = ()
    credit = "Book data from Open Library."
    home = "https://openlibrary.org"
    terms = "https://openlibrary.org/developers/licensing"
    policy = Policy(judge=keyless)
    budget = Budget(per_second=1, burst=5, at_once=2, fetch=2)

    async def search(self, text: str, item_type: ItemType | None = None, page: int = 1) -> list[Candidate]:
        try:
            rows = await self._rows(question_of(text), page)
        except SourceDown as down:
            if down.kind != "bad_request" or not is_short(text):
                raise
            return []  # too short to look for, even as a title
        return known(candidate_of_row(row) for row in rows)

    async def fetch(self, external_id: str) -> Candidate:
        """The work has the description, the search the names of its authors; one of the two is enough."""
        if not WORK.fullmatch(external_id):
            raise self.down("not_found")
        work = await self._work(external_id)
        found = candidate_of_work(work)
        if found is None:
            raise self.down("not_found" if is_gone(work) else "unreadable")
        try:
            rows = await self._rows({"q": f'key:"/works/{found.external_id}"'}, 1)
        except SourceDown:
            return found
        row = candidate_of_row(rows[0]) if rows else None
        if row is None or row.external_id != found.external_id:
            return found
        return msgspec.structs.replace(
            row,
            description=found.description,
            subtitle=row.subtitle or found.subtitle,
            cover=row.cover or found.cover,
            released=row.released or found.released,
            genres=row.genres or found.genres,
            raw={"work": work, "row": rows[0]},
        )

    async def _work(self, olid: str) -> Any:
        work = await self._get(f"/works/{olid}.json", {})
        moved = WORK_KEY.fullmatch(str(dig(work, "location")))
        if dig(work, "type", "key") == "/type/redirect" and moved:
            work = await self._get(f"/works/{moved[1]}.json", {})
        return work

    async def _rows(self, question: dict[str, str], page: int) -> list[Any]:
        rows = dig(
            await self._get("/search.json", {**question, "fields": FIELDS, "limit": PAGE_SIZE, "page": page}), "docs"
        )
        if not isinstance(rows, list):
            raise self.down("unreadable")
        return rows

    async def _get(self, path: str, params: dict[str, str | int]) -> Any:
        return await self.ask("GET", self.settings.open_library_url + path, params=params)


def question_of(text: str) -> dict[str, str]:
    if isbn := isbn13(text):
        return {"q": f"isbn:{isbn}"}
    return {"title": text} if is_short(text) else {"q": " ".join(re.sub(r'[:"\\]', " ", text).split()) or text}


def is_short(text: str) -> bool:
    return len(text.strip()) < QUERY_MIN or text.strip().casefold() == "the"


def is_gone(work: Any) -> bool:
    return dig(work, "type", "key") in ("/type/delete", "/type/redirect")


def candidate_of_row(raw: Any) -> Candidate | None:
    """A document of search.json, which is a work with its best edition."""
    authors = names(as_list(dig(raw, "author_name")))
    languages = as_list(dig(raw, "language"))
    publishers = names(as_list(dig(raw, "publisher")))
    votes = dig(raw, "ratings_count")
    best = [isbn for edition in as_list(dig(raw, "editions", "docs")) for isbn in as_list(dig(edition, "isbn"))]
    isbns = dict.fromkeys(isbn13(each) for each in [*best, *as_list(dig(raw, "isbn"))])
    found = _candidate(raw, released=_year(dig(raw, "first_publish_year")), cover=dig(raw, "cover_i"))
    return found and msgspec.structs.replace(
        found,
        creators=authors,
        language=LANGUAGES.get(str(languages[0])) if len(languages) == 1 else None,
        genres=names(as_list(raw.get("subject")))[:SUBJECTS_MAX],
        identifiers=identifiers(
            *found.identifiers, *[identifier("isbn13", isbn) for isbn in isbns if isbn][:ISBNS_MAX]
        ),
        rating=rating(raw.get("ratings_average"), 5, votes),
        popularity=max(log_share(raw.get("edition_count"), RENOWNED_EDITIONS), log_share(votes, RENOWNED_RATINGS)),
        facts=BookFacts(
            authors=authors,
            publisher=publishers[0] if len(publishers) == 1 else None,
            pages=count(raw.get("number_of_pages_median")),
        ),
    )


def candidate_of_work(raw: Any) -> Candidate | None:
    """/works/{id}.json, which knows its authors by their keys only."""
    covers = [cover for each in as_list(dig(raw, "covers")) if (cover := count(each))]  # -1 is one that was deleted
    found = _candidate(raw, released=partial_date(dig(raw, "first_publish_date")), cover=covers[0] if covers else None)
    return found and msgspec.structs.replace(
        found,
        description=description(_text(raw.get("description"))),
        genres=names(as_list(raw.get("subjects")))[:SUBJECTS_MAX],
    )


def _candidate(raw: Any, *, released: PartialDate | None, cover: Any) -> Candidate | None:
    key, name = WORK_KEY.fullmatch(str(dig(raw, "key"))), title(dig(raw, "title"))
    if key is None or name is None:
        return None
    number = count(cover)
    return Candidate(
        source=OpenLibrary.name,
        external_id=key[1],
        title=name,
        subtitle=line(raw.get("subtitle")),
        released=released,
        cover=Cover(provider=OpenLibrary.name, key=str(number)) if number else None,
        identifiers=identifiers(identifier("openlibrary", key[1])),
        url=f"{SITE}/works/{key[1]}",
        facts=BookFacts(),
        raw=raw,
    )


def _year(value: Any) -> PartialDate | None:
    year = count(value)
    return partial_date(str(year)) if year else None


def _text(value: Any) -> Any:
    """Text comes as it is, or as {"type": …, "value": …}."""
    return as_dict(value).get("value") if isinstance(value, dict) else value
