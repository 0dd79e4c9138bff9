"""From what capabilities return to the shapes programs get."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.accounts import models, signing_in
from app.api import shapes
from app.api.pairing_shapes import Pairing, Place, PublicPairing
from app.catalog import reading
from app.catalog.candidates import SourceRating
from app.kit.ids import UUID
from app.kit.settings import Settings
from app.menus.reading import Pair, ServedCourse, WholeMenu
from app.search import rows
from app.search.contract import Answer
from app.search.fan_out import Outside, Report
from app.sources.covers import cover_url

Row = Any  # of whatever statement: columns by name
ISO = {"year": 4, "month": 7, "day": 10}  # characters of a day (ISO 8601)


def user(person: models.User | signing_in.Viewer) -> shapes.User:
    return shapes.User(id=person.id, name=person.name, email=person.email, is_operator=person.is_operator)


def personal_token(row: Row) -> shapes.PersonalToken:
    return shapes.PersonalToken(**_plain(row))


def new_personal_token(row: Row, token: str) -> shapes.NewPersonalToken:
    return shapes.NewPersonalToken(**_plain(row), token=token)


def card(settings: Settings, row: Row, item_id: UUID | None = None) -> shapes.Card:
    return shapes.Card(id=item_id or row.id, **_told(settings, row))


def mark(row: Row) -> shapes.Mark:
    return shapes.Mark(**_marked(row))


def entry(settings: Settings, item: Row, row: Row) -> shapes.Entry:
    return shapes.Entry(item=card(settings, item), **_marked(row))


def item(settings: Settings, whole: reading.Item, mine: Row | None) -> shapes.Item:
    return shapes.Item(
        id=whole.id,
        **_told(settings, whole),
        original_title=whole.original_title,
        released=_released(whole.released, whole.released_precision),
        released_precision=whole.released_precision,  # type: ignore[arg-type]  # checked by the table
        description=whole.description,
        language=whole.language,
        genres=whole.genres,
        facts=whole.told,
        identifiers=list(whole.known_as),
        provenance=[_provenance(row) for row in whole.provenance],
        entry=mark(mine) if mine else None,
    )


def found(
    settings: Settings, answer: Answer, listed: Sequence[rows.Row], problems: Sequence[str], outside: Outside | None
) -> shapes.Found:
    return shapes.Found(
        hits=[_hit(settings, row) for row in listed],
        total=answer.total,
        total_is_exact=answer.total_is_exact,
        facets=shapes.Facets(
            types=dict(answer.facets.types),
            sources=dict(answer.facets.sources),
            tags=dict(answer.facets.tags),
            decades=dict(answer.facets.decades),
            marks=dict(answer.facets.marks),
        ),
        page=answer.page,
        pages=answer.pages,
        engine=answer.engine,
        instead_of=answer.instead_of or None,
        problems=list(problems),
        sources=None if outside is None else [_report(report) for report in outside.reports],
    )


def menu_row(settings: Settings, row: Row) -> shapes.MenuRow:
    return shapes.MenuRow(**_titled(settings, row), course_count=row.courses, item_count=row.items)


def menu(settings: Settings, whole: WholeMenu) -> shapes.Menu:
    return shapes.Menu(
        **_titled(settings, whole),
        course_count=len(whole.courses),
        item_count=sum(len(each.items) for each in whole.courses),
        courses=[course(settings, each) for each in whole.courses],
        pairings=[pairing(each) for each in whole.pairings],
    )


def course(settings: Settings, served: ServedCourse) -> shapes.Course:
    return shapes.Course(
        id=served.id,
        position=served.position,
        title=served.title,
        intent=served.intent,
        items=[course_item(settings, row) for row in served.items],
    )


def course_item(settings: Settings, row: Row) -> shapes.CourseItem:
    return shapes.CourseItem(
        id=row.course_item_id, position=row.position, note=row.note, item=card(settings, row, row.item_id)
    )


def pairing(pair: Pair) -> Pairing:
    first, second = pair.first.course_item_id, pair.second.course_item_id
    return Pairing(id=pair.id, first=first, second=second, sentence=pair.sentence)


def public_url(settings: Settings, slug: str) -> str:
    return f"{settings.address}/menus/{slug}"


def public_menu(settings: Settings, whole: WholeMenu) -> shapes.PublicMenu:
    """Of a published menu."""
    assert whole.published_at is not None  # noqa: S101 - only published menus come here
    return shapes.PublicMenu(
        title=whole.title,
        intent=whole.intent,
        slug=whole.slug,
        author=whole.author,
        published_at=whole.published_at,
        updated_at=whole.updated_at,
        public_url=public_url(settings, whole.slug),
        courses=[
            shapes.PublicCourse(
                title=each.title,
                intent=each.intent,
                items=[
                    shapes.PublicCourseItem(note=row.note, item=card(settings, row, row.item_id)) for row in each.items
                ],
            )
            for each in whole.courses
        ],
        pairings=[
            PublicPairing(first=_place(each.first), second=_place(each.second), sentence=each.sentence)
            for each in whole.pairings
        ],
    )


def _place(row: Row) -> Place:
    return Place(course=row.course_position, item=row.position, title=row.title)


def _plain(token: Row) -> dict[str, Any]:
    return {name: getattr(token, name) for name in shapes.PersonalToken.__struct_fields__}


def _told(settings: Settings, row: Row) -> dict[str, Any]:
    """All of a card but its id."""
    return {
        "type": row.type,
        "title": row.title,
        "subtitle": row.subtitle,
        "creators": list(row.creators),
        "year": row.year,
        "cover_url": cover_url(settings, row.cover_provider, row.cover_key, row.type) if row.cover_provider else None,
    }


def _marked(row: Row) -> dict[str, Any]:
    return {
        "status": row.status,
        "rating": None if row.rating is None else float(row.rating),
        "favourite": row.favourite,
        "notes": row.notes,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }


def _titled(settings: Settings, menu: Row) -> dict[str, Any]:
    plain = ("id", "title", "intent", "slug", "version", "published_at", "updated_at")
    there = public_url(settings, menu.slug) if menu.published_at else None
    return {name: getattr(menu, name) for name in plain} | {"public_url": there}


def _released(when: date | None, precision: str | None) -> str | None:
    return when.isoformat()[: ISO[precision]] if when and precision else None


def _provenance(row: Row) -> shapes.Provenance:
    rating = None
    if row.rating_value is not None:
        rating = SourceRating(value=row.rating_value, scale=row.rating_scale, votes=row.rating_votes)
    return shapes.Provenance(
        source=row.source, external_id=row.external_id, url=row.url, fetched_at=row.fetched_at, rating=rating
    )


def _hit(settings: Settings, row: rows.Row) -> shapes.Hit:
    return shapes.Hit(
        id=row.item_id,
        previews=list(row.previews),
        **_told(settings, row),
        description=row.description,
        sources=list(row.sources),
        pages=dict(row.pages),
        reasons=list(row.reasons),
        kept=row.kept,
    )


def _report(report: Report) -> shapes.Report:
    return shapes.Report(
        source=report.source,
        state=report.state,
        why=report.why or None,
        sentence=report.sentence,
        hits=report.hits,
        milliseconds=report.milliseconds,
    )
