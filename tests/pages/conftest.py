"""The cast at work: what Alice has laid out before a test begins."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from sqlalchemy import text

from app.accounts.factor_models import Passkey
from app.accounts.identity_models import Identity
from app.accounts.token_models import ApiToken
from app.catalog.episodes import Episode, keep_episodes
from app.catalog.models import BookItem, ItemMerge, MediaItem, MediaSource
from app.catalog.storing import store
from app.kit import clock
from app.kit.db import AsyncSession, Database
from app.kit.ids import UUID, new_id
from app.library import changing_many, keeping, log_keeping, looking, tagging
from app.library.forms import EntryForm
from app.library.log_forms import LogForm
from app.library.shelf_forms import ManyForm, ViewForm
from app.library.tag_forms import TagForm
from app.menus import composing, guest_links, pairing
from app.menus.forms import NoteForm, TitleForm
from app.menus.link_forms import GuestLinkForm
from app.menus.pairing_forms import PairingForm
from app.ops.import_models import Import
from app.search.postgres import PostgresSearch
from app.sources.previews import keep_previews
from tests.cast import Person, alice, app, bob, charlie, engine, make_app, nobody, odile, settings
from tests.pages.works import ARRIVAL, DISCO, DUNE, HYPERION, SEVERANCE, work
from tests.replaying import Recording, look, recorded

__all__ = ["alice", "app", "bob", "charlie", "engine", "make_app", "nobody", "odile", "settings"]

AIRED = date(2022, 2, 18)
SERVED = text("SELECT id FROM course_items WHERE course_id = :course ORDER BY position")

Stock = Callable[..., Awaitable[list[UUID]]]


@pytest.fixture
def stock(database: Database, engine: PostgresSearch) -> Stock:
    """Puts works into the catalog and tells the search of them."""

    async def stock(*works: object) -> list[UUID]:
        async with database.session() as session:
            ids = [await store(session, each) for each in works]  # type: ignore[arg-type]
        await engine.index(ids)
        return ids

    return stock


@dataclass(frozen=True)
class Evening:
    """Hers: a menu of two courses, the first serving Dune and Arrival, a third taken off.

    Dune in her library, tagged Cosy; Warm taken off Disco Elysium; Hyperion a preview.
    """

    dune: UUID
    arrival: UUID
    disco: UUID
    menu: UUID
    slug: str
    starters: UUID
    mains: UUID
    served_dune: UUID
    served_arrival: UUID
    pairing: UUID
    preview: UUID
    passkey: UUID
    token: UUID
    session: UUID
    identity: UUID
    removal: UUID
    guest_link: UUID
    tag: UUID
    warm: UUID
    line: UUID
    series: UUID
    imported: UUID
    view: UUID
    change: UUID
    made: UUID
    spare: UUID
    taken: UUID

    @property
    def nested(self) -> dict[str, UUID]:
        """What stands below her menu, as paths name it."""
        return {
            "menu_id": self.menu,
            "course_id": self.starters,
            "course_item_id": self.served_dune,
            "pairing_id": self.pairing,
            "link_id": self.guest_link,
            "removal_id": self.removal,
        }

    def at(self, path: str) -> str:
        """`/menus/{menu}/edit` as an address of hers."""
        return path.format(**{name: getattr(self, name) for name in self.__dataclass_fields__})


async def as_nested(database: Database, user_id: UUID, item: UUID) -> dict[str, UUID]:
    """`Evening.nested` of somebody else, whose menu has one course that serves one item."""
    async with database.session() as session:
        menu = await composing.create(session, user_id, TitleForm(title="His"))
        course = await composing.add_course(session, user_id, menu.id, TitleForm(title="His course"))
        await composing.add_item(session, user_id, menu.id, course.id, item)
        served = (await session.execute(SERVED, {"course": course.id})).scalar_one()
        link, _ = await guest_links.make(session, user_id, menu.id, GuestLinkForm())
    his = {"menu_id": menu.id, "course_id": course.id, "course_item_id": served, "link_id": link}
    return his | {"pairing_id": new_id(), "removal_id": new_id()}


async def by_hand_made(session: AsyncSession, user_id: UUID, dune: UUID) -> tuple[UUID, UUID, UUID]:
    """Two books nobody keeps, one told of by a source too; and that it was once taken out of Dune."""
    made, spare = (
        MediaItem(id=new_id(), type="book", title=title, sort_title=title.casefold(), made_by=user_id)
        for title in ("Desert notes", "Notes of a desert")
    )
    session.add_all((made, spare))
    await session.flush()
    said = {"source": "sample", "external_id": "notes", "title": "Notes", "facts": {"type": "book"}}
    taken = ItemMerge(kind="split", from_id=made.id, into_id=dune, title="Notes", journal={"changed": {}})
    taken.made_by = user_id
    session.add_all(
        (
            BookItem(item_id=made.id),
            BookItem(item_id=spare.id),
            MediaSource(item_id=made.id, source_name="sample", external_id="notes", said=said),
            taken,
        )
    )
    await session.flush()
    return made.id, spare.id, taken.id


EVENINGS: list[tuple[Evening, Recording]] = []  # the first that was laid out


@pytest.fixture
async def evening(alice: Person, stock: Stock, database: Database) -> Evening:
    """Laid out once; from then on put back, hers each time."""
    if EVENINGS:
        first, recording = EVENINGS[0]
        await recording.play(database, str(alice.id))
        return replace(first, session=alice.session_id)
    before = await look(database)
    laid = await lay_out(alice, stock, database)
    EVENINGS.append((laid, recorded(str(alice.id), before, await look(database))))
    return laid


async def lay_out(alice: Person, stock: Stock, database: Database) -> Evening:
    dune, arrival, disco, series = await stock(DUNE, ARRIVAL, DISCO, SEVERANCE)
    async with database.session() as session:
        await keeping.mark(session, alice.id, dune, EntryForm(status="done", rating=9, notes="The spice."))  # type: ignore[arg-type]
        title = TitleForm(title="An evening of sand", intent="Slow and hot.")
        menu = await composing.create(session, alice.id, title)
        starters = await composing.add_course(session, alice.id, menu.id, TitleForm(title="Starters"))
        mains = await composing.add_course(session, alice.id, menu.id, TitleForm(title="Mains"))
        for item in (dune, arrival):
            await composing.add_item(session, alice.id, menu.id, starters.id, item)
        served = (await session.execute(SERVED, {"course": starters.id})).scalars().all()
        await composing.annotate(session, alice.id, menu.id, starters.id, served[0], NoteForm(note="Read it first."))
        both = PairingForm(first=served[0], second=served[1], sentence="Sand, then rain.")
        pair = await pairing.pair(session, alice.id, menu.id, both)
        guest_link, _ = await guest_links.make(session, alice.id, menu.id, GuestLinkForm(whom="Bob"))
        coffee = await composing.add_course(session, alice.id, menu.id, TitleForm(title="Coffee"))
        removal = await composing.remove_course(session, alice.id, menu.id, coffee.id)
        (preview,) = (await keep_previews(session, [HYPERION])).values()
        view = await looking.save(session, alice.id, ViewForm(name="Read", query="status=done"))
        tag = await tagging.put_on(session, alice.id, dune, "Cosy")
        warm = await tagging.create(session, alice.id, TagForm(name="Warm"))
        await tagging.put_on_all(session, alice.id, [disco], warm)
        change = await changing_many.change(session, alice.id, ManyForm.read({"items": [disco], "not_tag": warm}))
        assert change.id
        logged = await log_keeping.log(session, alice.id, dune, LogForm.read({"kind": "finished", "day": "2026-05-17"}))
        told = [Episode(season=1, number=number, title=f"Part {number}", aired=AIRED) for number in (1, 2, 3)]
        await keep_episodes(session, series, "tvmaze", told)
        key = Passkey(
            user_id=alice.id, user_handle=b"h", credential_id=b"c", credential=b"k", sign_count=0, name="Phone"
        )
        token = ApiToken(user_id=alice.id, name="Kitchen", secret_hash=b"h", scopes=["library:read"])
        identity = Identity(user_id=alice.id, issuer="https://id.example", subject="hers")
        imported = Import(user_id=alice.id, state="done", name="export.zip", bytes=1, finished_at=clock.now())
        session.add_all((key, token, identity, imported))
        await session.flush()
        made, spare, taken = await by_hand_made(session, alice.id, dune)
    return Evening(
        dune,
        arrival,
        disco,
        menu.id,
        menu.slug,
        starters.id,
        mains.id,
        served[0],
        served[1],
        pair.id,
        preview=preview,
        passkey=key.id,
        token=token.id,
        session=alice.session_id,
        identity=identity.id,
        removal=removal.id,
        guest_link=guest_link,
        tag=tag,
        warm=warm,
        line=logged.line.id,
        series=series,
        imported=imported.id,
        view=view.id,
        change=change.id,
        made=made,
        spare=spare,
        taken=taken,
    )


@pytest.fixture
def another(stock: Stock) -> Callable[[str], Awaitable[UUID]]:
    """One more item in the catalog, by its title."""

    async def another(title: str) -> UUID:
        return (await stock(work(title)))[0]

    return another
