"""`/api/items/…`: adding and changing works by hand, what sources say, and works made one or two."""

from typing import Any

from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath

from app.api import shapes, shaping
from app.api.catalog_shapes import Choices, Merge, Merges, Renewal, Renewals, Telling, Tellings, Undone
from app.api.created import created
from app.api.describing import REPLACES, needs, problems, takes
from app.api.matching import Expected, tag, tagged
from app.api.sent import Sent
from app.catalog import choosing, comparing, reading
from app.catalog.forms import ItemChoiceForm, MergeForm, RenewalForm, SplitForm
from app.kit.errors import Invalid, NotFound
from app.kit.ids import UUID
from app.library import keeping
from app.ops import merging, unmerging
from app.ops.rewriting import writable
from app.ops.splitting import split
from app.sources import by_hand
from app.sources.hand_forms import WorkForm
from app.sources.refreshing import refresh
from app.web.limits import RENEWALS
from app.web.wiring import Configured, Session, SignedIn, Sources

NO_FIELD = "This item has no such field to choose."
WRITES = problems(401, 404, 409, 413, 415, 422)


@post(
    "/by-hand",
    summary="Add a work by hand.",
    operation_class=takes(body=WorkForm),
    responses=problems(401, 413, 415, 422),
    **needs("catalog:write"),
)
async def create(session: Session, settings: Configured, viewer: SignedIn, sent: Sent) -> Response[shapes.Item]:
    """Works of the same name and kind are added all the same: search first."""
    item_id = await by_hand.add(session, viewer.id, WorkForm.read(sent))
    whole = await reading.item(session, item_id)
    return tag(created(shaping.item(settings, whole, None), f"/api/items/{item_id}"), whole.version)


@put(
    "/{item_id:uuid}",
    summary="Write over what was added by hand.",
    operation_class=takes(body=WorkForm, replaces=True),
    responses=problems(401, 403, 404, 413, 415, 422) | REPLACES,
    **needs("catalog:write"),
)
async def update(
    session: Session, settings: Configured, viewer: SignedIn, expected: Expected, item_id: FromPath[UUID], sent: Sent
) -> Response[shapes.Item]:
    """By who added it, as long as nobody else keeps, serves, logs or tags it, or an operator. What is not said is
    emptied."""
    before = await writable(session, viewer.id, item_id, is_operator=viewer.is_operator)
    form = WorkForm.read({"type": before.type} | sent)
    since = expected.hold(before.version)
    whole = await by_hand.rewrite(session, viewer.id, item_id, form, since=since, is_operator=viewer.is_operator)
    mine = await keeping.entry_of(session, viewer.id, item_id)
    return tagged(shaping.item(settings, whole, mine), whole.version)


@get(
    "/{item_id:uuid}/sources",
    summary="What each source says of an item.",
    responses=problems(401, 404),
    **needs("search"),
)
async def index_sources(session: Session, viewer: SignedIn, item_id: FromPath[UUID]) -> Tellings:
    item = await reading.card(session, item_id)
    return Tellings(sources=[_telling(each) for each in await comparing.tellers(session, item.id)])


@get("/{item_id:uuid}/choices", summary="Whose word I see.", responses=problems(401, 404), **needs("library:read"))
async def index_choices(session: Session, viewer: SignedIn, item_id: FromPath[UUID]) -> Choices:
    item = await reading.card(session, item_id)
    return Choices(choices=await comparing.choices(session, viewer.id, item.id))


@put(
    "/{item_id:uuid}/choices",
    summary="Choose whose word I see in a field.",
    operation_class=takes(body=ItemChoiceForm),
    responses=problems(401, 404, 413, 415, 422),
    **needs("library:write"),
)
async def update_choices(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> Choices:
    form = ItemChoiceForm.read(sent)
    item = await reading.card(session, item_id)
    try:
        known = await choosing.choose(session, viewer.id, item.id, {form.field: form.word})
    except Invalid as error:
        raise Invalid({"word": str(error)}) from None
    if not known:
        raise Invalid({"field": NO_FIELD})
    return Choices(choices=await comparing.choices(session, viewer.id, item.id))


@post(
    "/{item_id:uuid}/renewal",
    summary="Ask the sources of an item again.",
    operation_class=takes(body=RenewalForm),
    responses=problems(401, 404, 413, 415, 422),
    status_code=200,
    opt={"limit": RENEWALS, **needs("catalog:write")["opt"]},
    security=needs("catalog:write")["security"],
)
async def create_renewal(
    session: Session, sources: Sources, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent
) -> Renewals:
    """Each at most once a minute. One that does not answer says so in its sentence."""
    heard = await refresh(session, sources, item_id, RenewalForm.read(sent).source)
    return Renewals(
        heard=[
            Renewal(
                key=f"{each.source}:{each.external_id}",
                sentence=each.sentence,
                is_down=each.is_down,
                changed=list(each.changed),
            )
            for each in heard
        ]
    )


@get(
    "/{item_id:uuid}/merges",
    summary="What was made one with an item or taken out of it, and I can undo.",
    responses=problems(401, 404),
    **needs("search"),
)
async def index_merges(session: Session, viewer: SignedIn, item_id: FromPath[UUID]) -> Merges:
    item = await reading.card(session, item_id)
    rows = await merging.history(session, viewer.id, item.id, is_operator=viewer.is_operator)
    return Merges(merges=[_merge(row) for row in rows])


@post(
    "/{item_id:uuid}/merges",
    summary="Make another item one with this one.",
    operation_class=takes(body=MergeForm),
    responses=WRITES,
    **needs("catalog:write"),
)
async def create_merge(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> Response[Merge]:
    """By an operator, or where nobody else added, keeps, serves, logs or tags either. Ids of the other lead here."""
    form = MergeForm.read(sent)
    kept = await reading.card(session, item_id)
    row = await merging.merge(session, viewer.id, kept.id, form.other, is_operator=viewer.is_operator)
    return created(_merge(row), f"/api/items/{kept.id}/merges/{row.id}")


@get(
    "/{item_id:uuid}/merges/{merge_id:uuid}",
    summary="A merge or a split.",
    responses=problems(401, 404),
    **needs("search"),
)
async def show_merge(session: Session, viewer: SignedIn, item_id: FromPath[UUID], merge_id: FromPath[UUID]) -> Merge:
    """As long as I can undo it."""
    rows = await merging.history(session, viewer.id, item_id, is_operator=viewer.is_operator)
    for row in rows:
        if row.id == merge_id:
            return _merge(row)
    raise NotFound


@delete(
    "/{item_id:uuid}/merges/{merge_id:uuid}",
    summary="Undo a merge or a split.",
    responses=problems(401, 404, 409),
    status_code=200,
    **needs("catalog:write"),
)
async def destroy_merge(
    session: Session, viewer: SignedIn, item_id: FromPath[UUID], merge_id: FromPath[UUID]
) -> Undone:
    """By who did it, or an operator. What was changed since stays as it is."""
    undone = await unmerging.undo(session, viewer.id, merge_id, is_operator=viewer.is_operator)
    return Undone(item_id=undone.item_id, left=undone.said())


@post(
    "/{item_id:uuid}/splits",
    summary="Take a source out of an item, into one of its own.",
    operation_class=takes(body=SplitForm),
    responses=WRITES,
    **needs("catalog:write"),
)
async def create_split(session: Session, viewer: SignedIn, item_id: FromPath[UUID], sent: Sent) -> Response[Merge]:
    kept = await reading.card(session, item_id)
    source, _, external_id = SplitForm.read(sent).source.partition(":")
    row = await split(session, viewer.id, kept.id, source, external_id, is_operator=viewer.is_operator)
    return created(_merge(row), f"/api/items/{kept.id}/merges/{row.id}")


def _telling(each: comparing.Teller) -> Telling:
    return Telling(
        key=each.key,
        source=each.source,
        external_id=each.external_id,
        url=each.url,
        fetched_at=each.fetched_at,
        words={name: value for name, value in each.said.items() if name not in ("source", "external_id", "url")},
    )


def _merge(row: Any) -> Merge:
    return Merge(
        id=row.id, kind=row.kind, from_id=row.from_id, into_id=row.into_id, title=row.title, made_at=row.made_at
    )


router = Router(
    "/items",
    route_handlers=[
        create,
        update,
        index_sources,
        index_choices,
        update_choices,
        create_renewal,
        index_merges,
        create_merge,
        show_merge,
        destroy_merge,
        create_split,
    ],
    tags=["items"],
)
