"""One ranked list over the catalog and what the sources told, without duplicates. Three statements, however long."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import text

from app.catalog.candidates import STRONG_SCHEMES, Candidate, Cover, Identifier, SourceRating
from app.catalog.reading import CARD
from app.kit.db import AnyRow, AsyncSession
from app.kit.ids import UUID
from app.library import keeping
from app.search.contract import EXCERPT, Answer, Question
from app.search.folding import fold
from app.search.members import CATALOG, Group, Member, Ref, of_candidate
from app.search.merging import merge
from app.search.ordering import ranked
from app.search.verdicts import verdicts_of

# the hits, and whatever else of the catalog the candidates have become or share a strong identifier with
ITEMS = text(f"""
    WITH wanted AS (
        SELECT unnest(CAST(:hits AS uuid[])) AS id
        UNION
        SELECT item_id FROM media_sources WHERE (source_name, external_id)
            IN (SELECT * FROM unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[])))
        UNION
        SELECT item_id FROM media_identifiers WHERE (scheme, kind, value)
            IN (SELECT * FROM unnest(CAST(:schemes AS text[]), CAST(:kinds AS text[]), CAST(:values AS text[])))
    )
    SELECT {CARD}, i.original_title, i.language, i.genres, i.popularity, left(i.description, {EXCERPT}) AS description,
        coalesce(f.kind, m.kind) AS kind, m.album, m.duration_ms,
        i.creators || coalesce(f.directors, m.artists, b.authors, g.developers || g.publishers, '{{}}') AS credits,
        (SELECT jsonb_agg(jsonb_build_array(d.scheme, d.kind, d.value)) FROM media_identifiers d
            WHERE d.item_id = i.id) AS identifiers,
        (SELECT jsonb_agg(jsonb_build_array(s.source_name, s.external_id, s.rating_value, s.rating_scale,
            s.rating_votes)) FROM media_sources s WHERE s.item_id = i.id) AS provenance
    FROM wanted JOIN media_items i USING (id)
    LEFT JOIN book_items b ON b.item_id = i.id
    LEFT JOIN movie_items f ON f.item_id = i.id
    LEFT JOIN game_items g ON g.item_id = i.id
    LEFT JOIN music_items m ON m.item_id = i.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OneList:
    """`entries` are mine, by item, for every item in the list."""

    groups: list[Group]
    entries: Mapping[UUID, AnyRow]


async def one_list(
    session: AsyncSession,
    viewer_id: UUID,
    question: Question,
    answer: Answer,
    told: Iterable[Candidate] = (),
    previews: Mapping[Ref, UUID] | None = None,
) -> OneList:
    """`told` are the candidates of all sources, those of each in its own order; `previews` as `keep_previews` gives.

    What the question's filters leave out is left out of what sources told, too.
    """
    candidates = members_of(told, question, previews or {})
    places = {hit.id: place for place, hit in enumerate(answer.hits)}
    items = [of_item(row, places.get(row.id)) for row in await items_with(session, list(places), candidates)]
    entries = await keeping.entries_on(session, viewer_id, [item.item_id for item in items if item.item_id])
    stored = {ref: item.item_id for item in items for ref in item.refs}
    members = [replace(each, item_id=stored.get(each.ref)) for each in candidates]
    members = [replace(each, kept=each.item_id in entries) for each in (*items, *members)]
    verdicts = await verdicts_of(session, viewer_id, {ref for each in members for ref in each.refs})
    groups = [group for group in merge(members, verdicts) if _is_wanted(group)]
    return OneList(groups=ranked(groups, question.text, question.sort), entries=entries)


def members_of(told: Iterable[Candidate], question: Question, previews: Mapping[Ref, UUID]) -> list[Member]:
    """Each candidate once, at its place in its source's answer; those that the question's filters let through."""
    places: dict[str, int] = {}
    found: dict[Ref, Member] = {}
    for candidate in told:
        place = places.setdefault(candidate.source, 0)
        places[candidate.source] += 1
        ref = (candidate.source, candidate.external_id)
        if ref not in found and fits(candidate, question):
            found[ref] = of_candidate(candidate, place=place, preview_id=previews.get(ref))
    return list(found.values())


def fits(candidate: Candidate, question: Question) -> bool:
    """What I have made of it only the catalog knows."""
    first, last = question.years
    makers = fold(" ".join(candidate.creators)).split()
    return (
        question.mark is None
        and question.type in (None, candidate.type)
        and question.source in ("", candidate.source)
        and (first is None or (candidate.year is not None and candidate.year >= first))
        and (last is None or (candidate.year is not None and candidate.year <= last))
        and (not question.tag or fold(question.tag) in map(fold, candidate.genres))
        and (not question.by or set(fold(question.by).split()) <= set(makers))
    )


async def items_with(
    session: AsyncSession, hits: Sequence[UUID], candidates: Sequence[Member] = ()
) -> Sequence[AnyRow]:
    """The hits, and whatever else of the catalog the candidates lead to; for `of_item`."""
    names = {
        (each.scheme, each.kind, each.value)
        for member in candidates
        for each in member.identifiers
        if each.scheme in STRONG_SCHEMES
    }
    values = {
        "hits": hits,
        "sources": [member.ref[0] for member in candidates],
        "external_ids": [member.ref[1] for member in candidates],
        "schemes": [scheme for scheme, _, _ in names],
        "kinds": [kind for _, kind, _ in names],
        "values": [value for _, _, value in names],
    }
    return (await session.execute(ITEMS, values)).all()


def of_item(row: AnyRow, place: int | None = None) -> Member:
    ref = (CATALOG, str(row.id))
    provenance = row.provenance or ()
    ratings = [SourceRating(value=value, scale=scale, votes=votes) for _, _, value, scale, votes in provenance if votes]
    return Member(
        ref=ref,
        refs=frozenset({ref, *((source, external_id) for source, external_id, *_ in provenance)}),
        type=row.type,
        kind=row.kind,
        title=row.title,
        subtitle=row.subtitle,
        original_title=row.original_title,
        creators=tuple(row.creators),
        credits=tuple(dict.fromkeys(row.credits)),
        year=row.year,
        identifiers=frozenset(Identifier(scheme=s, kind=k, value=v) for s, k, v in row.identifiers or ()),
        album=row.album,
        duration_ms=row.duration_ms,
        language=row.language,
        genres=tuple(row.genres),
        description=row.description,
        cover=Cover(provider=row.cover_provider, key=row.cover_key) if row.cover_provider else None,
        popularity=row.popularity,
        rating=max(ratings, key=lambda rating: rating.votes, default=None),
        place=place,
        item_id=row.id,
    )


def _is_wanted(group: Group) -> bool:
    """Not an item that was looked at for a candidate's sake and turned out to be another work."""
    return any(member.source != CATALOG or member.place is not None for member in group.members)
