"""Works that no source knows, written down by a host; as good as any other from then on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, text

from app.catalog import storing
from app.catalog.candidates import BookFacts, Candidate, Facts, GameFacts, Identifier, MovieFacts, MusicFacts
from app.catalog.holding import GONE
from app.catalog.models import FACTS_TABLES, MediaIdentifier, MediaItem
from app.catalog.reading import CARD, Item, item
from app.kit import events
from app.kit.db import AnyRow, AsyncSession
from app.kit.errors import Invalid, NotFound, Stale
from app.kit.ids import UUID, new_id
from app.sources.covers import HAND
from app.sources.hand_forms import WorkForm
from app.sources.normalising import partial_date

# which registry's names the form of a medium has, in its own words
NAMED = {
    "book": ("isbn13", "wikidata"),
    "movie": ("imdb", "wikidata"),
    "game": ("steam", "wikidata"),
    "music": ("mbid", "isrc", "wikidata"),
}

NUMBERS = frozenset({"pages", "runtime_minutes", "seasons", "episodes", "track_count"})

TWINS = text(f"""
    SELECT {CARD} FROM media_items i
    WHERE i.sort_title = :sort_title AND i.type = :type AND i.id <> :id
        AND coalesce(i.year = CAST(:year AS smallint), true)
    ORDER BY i.year IS NOT DISTINCT FROM CAST(:year AS smallint) DESC, i.id LIMIT 5
""")  # noqa: S608 - a piece of ours
NAMED_SO = text("""
    SELECT d.scheme, i.id, i.title FROM media_identifiers d JOIN media_items i ON i.id = d.item_id
    WHERE (d.scheme, d.kind, d.value) IN (
        SELECT * FROM unnest(CAST(:schemes AS text[]), CAST(:kinds AS text[]), CAST(:values AS text[])))
        AND i.id <> :id
""")


async def add(session: AsyncSession, user_id: UUID, form: WorkForm) -> UUID:
    """Raises `Invalid` where an identifier is another item's."""
    work = candidate_of(form)
    await storing.lock(session, [work])
    await _must_be_free(session, new_id(), work, form)
    item_id = await storing.new_item(session, work, user_id)
    session.add_all(MediaIdentifier(**row) for row in storing.identifier_rows(item_id, work))
    await session.flush()
    await events.record(session, "item", "stored", item_id)
    return item_id


async def writable(session: AsyncSession, user_id: UUID, item_id: UUID, *, is_operator: bool = False) -> Item:
    """By who added it or an operator. Raises `NotFound` for anybody else."""
    found = await item(session, item_id)
    if not (is_operator or found.made_by == user_id):
        raise NotFound(GONE)
    return found


async def rewrite(
    session: AsyncSession,
    user_id: UUID,
    item_id: UUID,
    form: WorkForm,
    *,
    since: int | None = None,
    is_operator: bool = False,
) -> Item:
    """What the form does not ask for stays. Raises `NotFound`, `Stale`, `Invalid`."""
    work = candidate_of(form)
    await storing.lock(session, [work])
    row = await session.get(MediaItem, item_id, with_for_update={"key_share": True}, populate_existing=True)
    if row is None:
        raise NotFound(GONE)
    before = await writable(session, user_id, item_id, is_operator=is_operator)
    if form.type != before.type:
        raise Invalid({"type": "What kind of work it is cannot be changed."}, typed(form))
    theirs = typed(form_of(before))
    if theirs == typed(form):
        return before
    if since is not None and row.version > since:
        raise Stale(theirs)
    await _must_be_free(session, item_id, work, form)
    for name, value in storing.item_row(work).items():
        if name != "popularity" and not name.startswith("cover_"):
            setattr(row, name, value)
    facts = await session.get_one(FACTS_TABLES[form.type], item_id, populate_existing=True)
    for name, value in storing.facts_row(work).items():
        setattr(facts, name, value)
    row.version += 1
    await _rename(session, item_id, before, work)
    await session.flush()
    await events.record(session, "item", "stored", item_id)
    return await item(session, item_id)


async def twins(session: AsyncSession, form: WorkForm, item_id: UUID | None = None) -> Sequence[AnyRow]:
    """Others of the same name and kind, of the same year or where one of the two says none; five at most."""
    year = int(form.released[:4]) if form.released else None
    same = {"sort_title": storing.sort_title(form.title), "type": form.type, "year": year}
    return (await session.execute(TWINS, same | {"id": item_id or new_id()})).all()


def candidate_of(form: WorkForm) -> Candidate:
    return Candidate(
        source=HAND,
        external_id=new_id().hex,
        title=form.title,
        subtitle=form.subtitle or None,
        original_title=form.original_title or None,
        creators=tuple(form.creators),
        released=partial_date(form.released),
        description=form.description or None,
        language=form.language or None,
        genres=tuple(form.genres),
        facts=_facts(form),
        identifiers=_identifiers(form),
    )


def form_of(whole: Item) -> WorkForm:
    """The form as it would have been written."""
    facts: Any = whole.told
    known = {each.scheme: each.value for each in reversed(whole.known_as)}
    values: dict[str, Any] = {name: known.get(name, "") for name in NAMED[whole.type]}
    for name in facts.__struct_fields__:
        if name in WorkForm.model_fields:
            value = getattr(facts, name)
            values[name] = "" if value is None and name not in NUMBERS else value
    if isinstance(facts, MovieFacts):
        values["film_kind"] = facts.kind
    if isinstance(facts, MusicFacts):
        values["music_kind"] = facts.kind
        minutes, seconds = divmod(round((facts.duration_ms or 0) / 1000), 60)
        values["duration"] = f"{minutes}:{seconds:02}" if facts.duration_ms else ""
    released = ""
    if whole.released:
        released = whole.released.isoformat()[: {"year": 4, "month": 7}.get(whole.released_precision or "", 10)]
    values |= {
        "type": whole.type,
        "title": whole.title,
        "subtitle": whole.subtitle or "",
        "original_title": whole.original_title or "",
        "creators": tuple(whole.creators),
        "released": released,
        "description": whole.description or "",
        "language": whole.language or "",
        "genres": tuple(whole.genres),
    }
    return WorkForm.model_construct(**values)


def typed(form: WorkForm) -> dict[str, str]:
    """As it stands in the fields of a page."""
    said = {name: getattr(form, name) for name in WorkForm.model_fields}
    return {
        name: "\n".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        for name, value in said.items()
    }


def _facts(form: WorkForm) -> Facts:
    makers = tuple(form.creators)
    match form.type:
        case "book":
            return BookFacts(
                authors=makers, publisher=form.publisher or None, pages=form.pages, series=form.series or None
            )
        case "movie":
            return MovieFacts(
                kind=form.film_kind,
                directors=makers if form.film_kind == "film" else (),
                runtime_minutes=form.runtime_minutes,
                seasons=form.seasons,
                episodes=form.episodes,
                countries=tuple(form.countries),
            )
        case "game":
            return GameFacts(developers=makers, publishers=tuple(form.publishers), platforms=tuple(form.platforms))
    minutes, _, seconds = form.duration.partition(":")
    return MusicFacts(
        kind=form.music_kind,
        artists=makers,
        album=form.album or None,
        duration_ms=(int(minutes) * 60 + int(seconds)) * 1000 or None if form.duration else None,
        track_count=form.track_count,
        label=form.label or None,
    )


def _identifiers(form: WorkForm) -> tuple[Identifier, ...]:
    kinds = {
        "imdb": "tv" if form.film_kind == "series" else "movie",
        "mbid": "recording" if form.music_kind == "track" else "release-group",
    }
    named = {scheme: getattr(form, scheme) for scheme in NAMED[form.type]}
    return tuple(
        Identifier(scheme=scheme, value=value, kind=kinds.get(scheme, "")) for scheme, value in named.items() if value
    )


async def _must_be_free(session: AsyncSession, item_id: UUID, work: Candidate, form: WorkForm) -> None:
    values: Mapping[str, Any] = {
        "schemes": [each.scheme for each in work.identifiers],
        "kinds": [each.kind for each in work.identifiers],
        "values": [each.value for each in work.identifiers],
        "id": item_id,
    }
    if not work.identifiers:
        return
    taken = {
        row.scheme: f"The catalog has this already, as that of {row.title}."
        for row in await session.execute(NAMED_SO, values)
    }
    if taken:
        raise Invalid(taken, typed(form))


async def _rename(session: AsyncSession, item_id: UUID, before: Item, work: Candidate) -> None:
    """Of each registry the form shows one name; others it has there stay."""
    shown: dict[str, Identifier] = {}
    for each in before.known_as:
        shown.setdefault(each.scheme, each)
    new = {each.scheme: each for each in work.identifiers}
    for scheme in NAMED[work.type]:
        old = shown.get(scheme)
        if old and new.get(scheme) and old.value == new[scheme].value:
            del new[scheme]
        elif old:
            gone = (MediaIdentifier.scheme == scheme, MediaIdentifier.kind == old.kind)
            await session.execute(delete(MediaIdentifier).where(*gone, MediaIdentifier.value == old.value))
    for each in new.values():
        session.add(MediaIdentifier(item_id=item_id, scheme=each.scheme, kind=each.kind, value=each.value))
